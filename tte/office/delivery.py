"""What deliveries need of a home that only the office can give: its secret, and the passwords of its channels."""

from __future__ import annotations

from typing import Final

from tte.backends.secrets import secret_source
from tte.office import Home
from tte.office.people import kept_secret

SECRET: Final = "delivery.secret"  # noqa: S105  the name of a file


def delivery_secret(home: Home) -> bytes:
    """The secret that links and PINs follow from and addresses are sealed with; made if there is none."""
    return kept_secret(home.path / "var" / SECRET, holds="the secret of deliveries")


def secret_in(home: Home, place: str) -> str:
    """What stands at env:NAME or file:PATH. ConfigError, KeyUnavailable or KeyRefused if it cannot be used."""
    return secret_source(base=home.path)(place)
