"""`tte doctor`: what protects this machine and this home, line by line, with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from rich.text import Text

from tte.cli.console import AsJson, home_of, out, print_json
from tte.cli.doctor import home as homes
from tte.cli.doctor.finding import Finding, State
from tte.cli.doctor.seals import seals
from tte.cli.exits import Exit
from tte.issuance import now
from tte.office import Home

COLOURS = {State.PASS: "green", State.FAIL: "red", State.UNKNOWN: "yellow"}


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Say what protects this machine and this home, and what to do where something is missing.

    No key is opened and no network is asked. Exit code 0: nothing failed; 1: something did.
    """
    failed = False
    for finding in _findings(home_of(context)):
        failed = failed or finding.state is State.FAIL
        (_print_json if as_json else _tell)(finding)
    raise typer.Exit(Exit.REFUSED if failed else Exit.DONE)


def _findings(home: Home) -> Iterator[Finding]:
    from tte.cli.doctor import machine  # with the sandbox, which no other command needs yet

    yield from machine.walls()
    yield machine.clock()
    yield from homes.register(home, now())
    yield from homes.files(home)
    yield from homes.authorities(home)
    yield homes.default_key(home)
    yield from seals(home, now())


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
