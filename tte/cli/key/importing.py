"""`tte key import-certificate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509

from tte.cli.console import AsJson, err, home_of, out, print_json
from tte.cli.expiry import warn_of_expiry
from tte.cli.key.words import ProfileName, check_is_key
from tte.errors import KeyRefused
from tte.key import Identity
from tte.office import Home, importing
from tte.office.truth import check_profile


def import_certificate(
    context: typer.Context,
    profile: ProfileName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="PEM: the signing certificate, then its issuers if you have them.")
    ],
    as_json: AsJson = False,
) -> None:
    """Put the certificate that was issued for a key where it belongs.

    Refused unless it is that key's own, is one for signing documents, is valid now, and leads to an anchor in
    keys/trust. What a file held before is kept beside it as NAME.bak.
    """
    home = home_of(context)
    check_is_key(home, profile, hint="copy the official's certificate to the file that the profile pins: certificate =")
    done = importing.import_certificate(home, profile, file)
    certificate = x509.load_der_x509_certificate(done.identity.certificate)
    content = {
        "profile": profile,
        "signer": certificate.subject.rfc4514_string(),
        "valid_to": certificate.not_valid_after_utc,
        "written": [str(path) for path in done.written],
        "kept": [str(path) for path in done.kept],
    }
    warn_of_expiry(done.identity.certificate)
    _warn_of_name(home, profile, done.identity)
    if as_json:
        print_json("key-certificate", content)
        return
    out.print(f"{profile} has its certificate and can sign.", style="green")
    out.print(f"  signer   {content['signer']}")
    out.print(f"  ends     {certificate.not_valid_after_utc:%Y-%m-%d}")
    for path in done.written:
        out.print(f"  written  {path}")
    for path in done.kept:
        out.print(f"  before   kept as {path}")


def _warn_of_name(home: Home, name: str, identity: Identity) -> None:
    """One line on standard error if only `test = true` lets this certificate sign for the official."""
    profile = home.profile(name)
    try:
        check_profile(profile.model_copy(update={"test": False}), home.settings.office(profile.office), identity)
    except KeyRefused as why:
        err.print(f"peringatan (warning): {why}; it signs only as long as the profile says test = true", style="yellow")
