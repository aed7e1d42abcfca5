"""`tte register`: what was issued."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, plain, print_json, print_table
from tte.cli.exits import Exit
from tte.errors import ConfigError
from tte.model import Entry

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
        by_id = register.find(typed_id(number))
        entries = [by_id] if by_id else list(register.find_number(number))
    for entry in entries:
        if as_json:
            print_json("entry", _shape(entry))
        else:
            for name, value in _shape(entry).items():
                out.print(f"{name:<12}{plain(value)}")
    if not entries:
        out.print("tidak tercatat (not in this register)")
        raise typer.Exit(Exit.REFUSED)


@app.command()
def pending(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was reserved and not issued: a batch was interrupted. Issuing the same rows again finishes it."""
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    with home.open_register() as register:
        intents = register.pending()
    names = ("office", "template", "number", "id", "at")
    if as_json:
        for intent in intents:
            print_json("pending", {name: getattr(intent, name) for name in names})
    elif intents:
        print_table(names, [[plain(getattr(intent, name)) for name in names] for intent in intents])
    else:
        out.print("nothing is pending")


def typed_id(text: str) -> str:
    """A public id as somebody types it from the page: in groups, in capitals, 0 for O and 1 for L or I."""
    return re.sub(r"[\s-]", "", text).lower().translate(str.maketrans("01", "ol"))


def _shape(entry: Entry) -> dict[str, object]:
    names = ("seq", "office", "template", "number", "id", "pdf_sha256", "level", "at")
    return {name: getattr(entry, name) for name in names}
