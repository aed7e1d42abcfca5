"""What the `tte key` commands are given."""

from __future__ import annotations

from typing import Annotated

import typer

from tte.errors import ConfigError
from tte.office import Home

ProfileName = Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name, as tte key list shows it.")]


def check_is_key(home: Home, profile: str, *, hint: str) -> None:
    """ConfigError if the profile is of a service that signs whole documents: it shows no key to do anything with."""
    if home.signs_whole_documents(profile):
        raise ConfigError(
            f"the key profile {profile} is of a service that signs whole documents (esc:), not of a key", hint=hint
        )
