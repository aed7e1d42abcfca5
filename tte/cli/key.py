"""`tte key`: the key profiles of a home."""

from __future__ import annotations

from typing import Annotated

import typer
from cryptography import x509

from tte.cli.console import AsJson, home_of, out, plain, print_json, print_table
from tte.errors import ConfigError, TteError
from tte.key import KeyUri
from tte.office import Home

app = typer.Typer(help="List and check key profiles.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the key profiles of the home. No key is opened."""
    home = home_of(context)
    if not home.profile_names():
        raise ConfigError(f"{home.path} holds no key profiles", hint="tte init makes some to start from")
    rows = [_row(home, name) for name in home.profile_names()]
    if as_json:
        for row in rows:
            print_json("key-profile", row)
        return
    print_table(list(rows[0]), [list(row.values()) for row in rows])


def _row(home: Home, name: str) -> dict[str, str]:
    try:
        profile = home.profile(name)
        uri = KeyUri.parse(profile.uri)
    except TteError as why:
        return {"profile": name, "key": str(why), "office": "", "level": "", "standing": "cannot be used"}
    standing = "test" if profile.test else "PSrE, checked at opening" if profile.psre else "not certified"
    return {
        "profile": name,
        "key": str(uri),
        "office": profile.office,
        "level": str(profile.level),
        "standing": standing,
    }


@app.command()
def check(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name, as tte key list shows it.")],
    as_json: AsJson = False,
) -> None:
    """Open a key, let it sign a random digest, and verify that. A PIN is tried once."""
    home = home_of(context)
    with home.open_key(profile) as (settings, key):
        home.trust_for(key.identity)
        certificate = x509.load_der_x509_certificate(key.identity.certificate)
        content = {
            "profile": profile,
            "key": str(KeyUri.parse(settings.uri)),
            "algorithm": str(key.identity.algorithm),
            "signer": certificate.subject.rfc4514_string(),
            "issuer": certificate.issuer.rfc4514_string(),
            "valid_from": certificate.not_valid_before_utc,
            "valid_to": certificate.not_valid_after_utc,
            "certified": settings.psre is not None,
            "test": settings.test,
        }
    if as_json:
        print_json("key", content)
        return
    out.print(f"{profile} can sign.", style="green")
    for name, value in content.items():
        out.print(f"  {name:<11} {plain(value)}")
