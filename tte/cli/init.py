"""`tte init`: an office home to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import out
from tte.office import starter


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make, or to complete.")]) -> None:
    """Make an office home: settings, key profiles and templates to edit. Files that are there stay as they are."""
    written = starter.unpack(folder)
    if not written:
        out.print(f"{folder} has everything already; nothing was changed.")
        return
    out.print(f"{folder} is ready ({len(written)} files). Next:")
    out.print("  1. write your office into tte.toml and the official into keys/pkcs12.toml")
    out.print("  2. put the root certificate of your authority into keys/trust/")
    out.print(f"  3. tte --home {folder} key check pkcs12")
