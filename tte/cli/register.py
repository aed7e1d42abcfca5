"""`tte register`: what was issued."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json, print_table
from tte.cli.exits import Exit
from tte.cli.files import output_folder, settled, write_new
from tte.cli.levels import Behind
from tte.cli.reconcile import reconcile
from tte.errors import ConfigError
from tte.model import Entry
from tte.register import Register

app = typer.Typer(help="Look into the register.", no_args_is_help=True)


@app.command()
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number, or that under its QR code.")],
    as_json: AsJson = False,
) -> None:
    """Show what the register holds under a number or an id."""
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    with home.open_register() as register:
        entries = _found(register, number)
    for entry in entries:
        if as_json:
            print_json("entry", _shape(entry))
        else:
            for name, value in _shape(entry).items():
                if value is not None:
                    out.print(f"{name:<12}{plain(value)}")
    if not entries:
        out.print("tidak tercatat (not in this register)")
        raise typer.Exit(Exit.REFUSED)


@app.command()
def pending(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was reserved and not issued: a batch was interrupted. Issuing the same rows again finishes it.

    What was sent to a signing service, with no answer, is not sent again; it may be signed there.
    """
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    with home.open_register() as register:
        intents = register.pending()
    names = ("office", "template", "number", "id", "at", "sent")
    if as_json:
        for intent in intents:
            print_json("pending", {name: getattr(intent, name) for name in names})
    elif intents:
        print_table(names, [[plain(getattr(intent, name)) for name in names] for intent in intents])
        if any(intent.sent for intent in intents):
            err.print("What was sent may be signed: find out, then tte register reconcile.", style="yellow")
    else:
        out.print("nothing is pending")


app.command()(reconcile)


@app.command()
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the PDF files go.")],
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]…", help="Only these numbers or ids; all if none is given.")
    ] = None,
    after: Annotated[int, typer.Option("--after", metavar="SEQ", help="All entries after this one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Write the documents of the register as files, each checked against its SHA-256.

    What is there already stays: a file is never overwritten, so running the same command again writes what is missing.
    A document below the least level it may have is held back.
    """
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    output_folder(folder)
    count, behind = 0, Behind()
    with home.open_register() as register:
        found = {number: _found(register, number) for number in numbers or ()}
        missing = [number for number, entries in found.items() if not entries]
        for entry in chain.from_iterable(found.values()) if numbers else register.entries(after):
            if entry.held:
                behind.note(entry)
                if as_json:
                    print_json("held", _shape(entry))
                continue
            file = write_new(folder, entry, register.read_pdf(entry.id))
            count += 1
            if as_json:
                print_json("file", {**_shape(entry), "file": str(file)})
    settled()
    if not as_json:
        out.print(f"{count} files in {folder}.")
        behind.report()
    for number in missing:
        err.print(f"tidak tercatat (not in this register): {plain(number)}")
    if missing:
        raise typer.Exit(Exit.REFUSED)
    if behind.held:
        raise typer.Exit(Exit.UNAVAILABLE)


def _found(register: Register, number: str) -> list[Entry]:
    """The entries under a number, or the one with that id."""
    by_id = register.find(typed_id(number))
    return [by_id] if by_id else list(register.find_number(number))


def typed_id(text: str) -> str:
    """A public id as somebody types it from the page: in groups, in capitals, 0 for O and 1 for L or I."""
    return re.sub(r"[\s-]", "", text).lower().translate(str.maketrans("01", "ol"))


def _shape(entry: Entry) -> dict[str, object]:
    names = ("seq", "office", "template", "number", "id", "pdf_sha256", "level", "at")
    goal = entry.goal.level if entry.goal else None
    level = {"goal": goal, "minimum": entry.minimum, "held": entry.held, "until": entry.until}
    return {**{name: getattr(entry, name) for name in names}, **level}
