"""What the `tte key` commands are given."""

from __future__ import annotations

from typing import Annotated

import typer

ProfileName = Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name, as tte key list shows it.")]
