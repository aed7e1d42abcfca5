"""`tte key list`."""

from __future__ import annotations

import typer

from tte.cli.console import AsJson, home_of, print_json, print_table
from tte.errors import ConfigError, TteError
from tte.issuance import now
from tte.key import KeyUri
from tte.office import Home
from tte.office.expiry import Expiry, expiry_of_profile

COLUMNS = ("profile", "key", "office", "level", "standing")


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the key profiles of the home, and when their certificates end where a file says so. No key is opened."""
    home = home_of(context)
    if not home.profile_names():
        raise ConfigError(f"{home.path} holds no key profiles", hint="tte init makes some to start from")
    rows = [_row(home, name) for name in home.profile_names()]
    if not as_json:
        print_table((*COLUMNS, "certificate ends"), [[*told.values(), _ends(expiry)] for told, expiry in rows])
        return
    for told, expiry in rows:
        print_json(
            "key-profile",
            {
                **told,
                "valid_to": expiry.at if expiry else None,
                "expires_in_days": expiry.days if expiry else None,
                "warning": expiry.warning if expiry else None,
            },
        )


def _row(home: Home, name: str) -> tuple[dict[str, str], Expiry | None]:
    try:
        profile = home.profile(name)
        uri = KeyUri.parse(profile.uri)
    except TteError as why:
        return dict(zip(COLUMNS, (name, str(why), "", "", "cannot be used"), strict=True)), None
    standing = "test" if profile.test else "PSrE, checked at opening" if profile.psre else "not certified"
    told = (name, str(uri), profile.office, str(profile.level), standing)
    return dict(zip(COLUMNS, told, strict=True)), expiry_of_profile(home, profile, now())


def _ends(expiry: Expiry | None) -> str:
    if expiry is None:
        return ""
    warning = f", {expiry.warning}" if expiry.warning else ""
    return f"{expiry.at:%Y-%m-%d} ({expiry.days} days{warning})"
