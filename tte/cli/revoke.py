"""`tte register revoke`: a document is in force no longer."""

from __future__ import annotations

from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, plain, print_json
from tte.cli.numbers import entries_of
from tte.errors import ConfigError
from tte.issuance import now
from tte.model import State


def revoke(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number, or that under its QR code.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, as the register is to keep it.")],
    as_json: AsJson = False,
) -> None:
    """Revoke an issued document: its signature stays valid, and the register says that it is in force no longer.

    Nothing undoes it. A document whose record has changed is replaced instead: issue its row with --replacing.
    """
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    with home.open_to_write() as register, register.turn():
        found = [entry for entry in entries_of(register, number) if entry.state is State.ISSUED]
        if not found:
            raise ConfigError("no document in force has this number", hint=f"tte register show {plain(number)}")
        if len(found) > 1:
            ids = ", ".join(entry.id for entry in found)
            raise ConfigError(f"{len(found)} documents have this number", hint=f"say which by its id: {ids}")
        entry = register.revoke(found[0].id, reason, now())
    if as_json:
        print_json("revoked", {"number": entry.number, "id": entry.id, "state": entry.state, "at": entry.at})
    else:
        out.print(f"{plain(entry.number)}: dicabut (revoked)")
