"""`tte seal publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import home_of, now, out
from tte.cli.seal.keys import OfficeCode, code_of


def publish(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where they go; a web server's /.well-known/tte.")],
    office: OfficeCode = None,
) -> None:
    """Write the key list and the status lists as files, from what the register says now. To be run every hour."""
    home = home_of(context)
    with home.open_register() as register:
        written = home.seals(code_of(context, office)).publish(register, folder, now())
    out.print(f"{len(written)} files in {folder}: the key list, and the status of each 32 days since the first key.")
