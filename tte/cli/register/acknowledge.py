"""`tte register acknowledge`: the register was put back on purpose, and issuing goes on from there."""

from __future__ import annotations

from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, print_json
from tte.cli.register.opening import there


def acknowledge(
    context: typer.Context,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, as the register is to keep it.")],
    as_json: AsJson = False,
) -> None:
    """Note that the register is an older state than one that was signed, and let issuing go on from it.

    What was issued after that state is not in the register: its numbers may be given again. Look for those documents
    first, in the register that was moved aside, in the archive, in exported files.
    """
    home = home_of(context)
    there(home)
    with home.open_register() as register:
        trouble = home.log.trouble(register)
        home.log.acknowledge(register, reason, now())
    if as_json:
        print_json("acknowledged", {"reason": reason, "message": trouble.args[0] if trouble else ""})
        return
    out.print(f"diketahui (acknowledged): {trouble.args[0] if trouble else ''}")
    err.print("Checkpoints that others keep of the lost lines will not be extended; the audit tells them why.")
