"""`tte register restore`: a copy put in the place of the register."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, print_json
from tte.cli.exits import Exit
from tte.cli.register.telling import tell
from tte.errors import ConfigError


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that tte register backup made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Move the register that is there aside; it is never deleted.")
    ] = False,
    acknowledge: Annotated[
        str | None,
        typer.Option("--acknowledge", metavar="REASON", help="It is known that the copy is older; issuing may go on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Audit a copy of the register and put it in its place.

    A copy that is older than the last checkpoint is put in place too, but nothing is issued into it until somebody
    says that this is known: what was issued since is not in it.
    """
    from tte.office.copies import restore as put_back
    from tte.office.copies import sqlite_file

    home = home_of(context)
    if sqlite_file(home) is None:
        raise ConfigError(
            "this register is in PostgreSQL", hint="pg_restore into a new database, then name it in tte.toml and audit"
        )
    done = put_back(home, file, now(), replace=replace)
    for finding in done.history.found:
        tell(finding, as_json=as_json)
    if not done.installed:
        err.print("The copy is not whole and was not put in place; nothing was changed.", style="red")
        raise typer.Exit(Exit.REFUSED)
    trouble = done.trouble
    if trouble and acknowledge is not None:
        with home.open_register() as register:
            home.log.acknowledge(register, acknowledge, now())
    blocked = trouble is not None and acknowledge is None
    if as_json:
        shape = {"size": done.history.size, "aside": done.aside and str(done.aside), "blocked": blocked}
        print_json("restored", {**shape, "missing": done.missing, "message": trouble.args[0] if trouble else ""})
    else:
        out.print(f"{done.history.size} lines of the log, audited and in place.")
        if done.aside:
            err.print(f"The register that was there is now {done.aside}.")
        if trouble:
            err.print(f"{trouble.args[0]}.", style="yellow")
        if blocked:
            err.print("Penerbitan diblokir (issuing is blocked) until: tte register acknowledge --reason TEXT")
    if blocked:
        raise typer.Exit(Exit.UNAVAILABLE)
