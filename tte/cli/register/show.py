"""`tte register show`: what the register holds under a number."""

from __future__ import annotations

from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, plain, print_json
from tte.cli.exits import Exit
from tte.cli.numbers import entries_of
from tte.cli.register.opening import to_read
from tte.model import Entry


def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number, or that under its QR code.")],
    as_json: AsJson = False,
) -> None:
    """Show what the register holds under a number or an id."""
    home = home_of(context)
    with to_read(home) as register:
        entries = entries_of(register, number)
    for entry in entries:
        if as_json:
            print_json("entry", shape(entry))
        else:
            for name, value in shape(entry).items():
                if value is not None:
                    out.print(f"{name:<12}{plain(value)}")
    if not entries:
        out.print("tidak tercatat (not in this register)")
        raise typer.Exit(Exit.REFUSED)


def shape(entry: Entry) -> dict[str, object]:
    """An entry as JSON has it."""
    names = ("seq", "office", "template", "number", "id", "pdf_sha256", "level", "at")
    goal = entry.goal.level if entry.goal else None
    level: dict[str, object] = {"goal": goal, "minimum": entry.minimum, "held": entry.held, "until": entry.until}
    ended = entry.ended
    level |= {"state": entry.state, "ended_at": ended and ended.at, "reason": ended and ended.reason}
    level |= {"replaced_by": ended and ended.by}
    return {**{name: getattr(entry, name) for name in names}, **level}
