"""`tte key check`."""

from __future__ import annotations

from typing import Annotated

import typer
from cryptography import x509

from tte.cli.console import AsJson, home_of, out, plain, print_json
from tte.cli.expiry import warn_of_expiry
from tte.cli.key.words import ProfileName
from tte.errors import ConfigError
from tte.issuance import now
from tte.key import KeyUri
from tte.office.expiry import Expiry


def check(
    context: typer.Context,
    profile: ProfileName,
    pin_corrected: Annotated[
        bool,
        typer.Option("--pin-corrected", help="esc: only. The refused passphrase was put right; it may be used again."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Open a key, let it sign a random digest, and verify that. A PIN is tried once.

    A PIN that was refused when no person typed it is not tried again by any other command: this one does it, once. When
    it opens the key, all may use it again. A service that signs whole documents (esc:) is asked whether the official
    may sign; it makes no trial signature, so a passphrase that was refused is used again only after --pin-corrected.
    """
    home = home_of(context)
    whole = home.signs_whole_documents(profile)
    if pin_corrected and not whole:
        raise ConfigError("--pin-corrected is for esc: only", hint=f"tte key check {profile} tries the PIN itself")
    opened = home.open_service if whole else home.open_key
    with opened(profile, by_hand=pin_corrected or not whole) as (settings, key):
        home.trust_for(key.identity)
        certificate = x509.load_der_x509_certificate(key.identity.certificate)
        expiry = Expiry.of(certificate, now())
        content = {
            "profile": profile,
            "key": str(KeyUri.parse(settings.uri)),
            "algorithm": str(key.identity.algorithm),
            "signer": certificate.subject.rfc4514_string(),
            "issuer": certificate.issuer.rfc4514_string(),
            "valid_from": certificate.not_valid_before_utc,
            "valid_to": certificate.not_valid_after_utc,
            "expires_in_days": expiry.days,
            "certified": settings.psre is not None,
            "test": settings.test,
        }
    warn_of_expiry(key.identity.certificate)
    if as_json:
        print_json("key", {**content, "warning": expiry.warning})
        return
    can = "may sign, as the service says; the passphrase was not tried" if whole else "can sign"
    out.print(f"{profile} {can}.", style="green")
    for name, value in content.items():
        out.print(f"  {name.replace('_', ' '):<15} {plain(value)}")
