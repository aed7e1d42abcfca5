"""`tte doctor`: what protects this machine and this home, line by line, with what to do."""

from __future__ import annotations

import typer
from rich.text import Text

from tte.cli.console import AsJson, home_of, out, print_json
from tte.cli.doctor.finding import Finding, State
from tte.cli.exits import Exit

COLOURS = {State.PASS: "green", State.WARNING: "yellow", State.FAIL: "red", State.UNKNOWN: "dim"}


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what protects this machine and this home, and what to do where something is missing.

    No key is opened; register and archive are asked, nobody else. What failed is serious: a service in production does
    not start with it. Exit code 0: nothing failed, though there may be warnings; 1: something did.
    """
    from tte.cli.doctor.looking import look  # with the sandbox, which few commands need
    from tte.cli.doctor.serving import Serving

    home, failed = home_of(context), False
    for finding in look(home, Serving.of(home)):
        failed = failed or finding.state is State.FAIL
        (_print_json if as_json else _tell)(finding)
    raise typer.Exit(Exit.REFUSED if failed else Exit.DONE)


def _tell(finding: Finding) -> None:
    out.print(Text.assemble((f"{finding.state:<8}", COLOURS[finding.state]), f"{finding.check:<28} {finding.what}"))
    if finding.todo:
        out.print(f"{'':<8}{'':<28} → {finding.todo}")


def _print_json(finding: Finding) -> None:
    todo = finding.todo
    print_json(
        "check",
        {
            "check": finding.check,
            "state": finding.state,
            "message": finding.what.indonesian,
            "message_en": finding.what.english,
            "hint": todo and todo.indonesian,
            "hint_en": todo and todo.english,
        },
    )
