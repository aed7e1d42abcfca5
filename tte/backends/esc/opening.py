"""Opening: everything that can be known before a document is sent.

There is no trial signature as keys make one: the service signs nothing but documents. So the right passphrase and the
right certificate are known only when the first document has come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from tte.backends.chain import issuers_of
from tte.backends.esc import wire
from tte.backends.esc.address import PASSPHRASE, Address, Api, read_address
from tte.backends.esc.answers import check_status
from tte.backends.esc.service import Esc, Line
from tte.backends.esc.wire import Official
from tte.backends.selftest import check_certificate
from tte.errors import ConfigError, KeyRefused, WrongCertificate
from tte.key import Identity, KeyUri, SecretSource


def open_esc(
    uri: KeyUri | str, secrets: SecretSource, *, pinned: Sequence[bytes], at: datetime, home: Path = Path()
) -> Esc:
    """The service at `uri`, asked whether the official may sign, or an error, and then nothing stays open.

    `pinned`: the official's certificate (DER), and its issuers, nearest first, where they are known; the service is
    asked for issuers too (v2). `at`: now, aware. `home`: what a relative `ca` starts from.

    ConfigError if the URI cannot be used or no certificate is pinned; KeyNotFound, CertificateExpired,
    CertificateRevoked or KeyRefused if the official cannot sign; WrongCertificate if the service says (v2) that the
    official has another certificate; KeyUnavailable if it cannot be asked. Each secret is read once, the passphrase
    last, when all else is in order.
    """
    if isinstance(uri, str):
        uri = KeyUri.parse(uri)
    address = read_address(uri, home)
    if not pinned:
        raise ConfigError(
            "an esc: key needs a pinned certificate in its profile",
            hint="export the official's certificate from BSrE's portal, or from a signed PDF: certificate = FILE.pem",
        )
    certificate, *issuers = [x509.load_der_x509_certificate(der) for der in pinned]
    user, password, nik = (secrets(address.sources[f"{name}-source"]) for name in ("user", "password", "nik"))
    if not (nik.isascii() and nik.isdigit() and len(nik) == 16):
        raise KeyRefused("what nik-source gives is not a NIK of 16 digits", hint="it holds the NIK and nothing else")
    line = Line(address, user, password)
    try:
        issuers += _ask(line, address, nik, certificate)
        identity = Identity.of(certificate, issuers_of(certificate, issuers))
        check_certificate(identity, at)
        factor = "passphrase" if address.factor == PASSPHRASE else "totp"
        official = Official(nik, factor, secrets(address.sources[address.factor]))
    except BaseException:
        line.close()
        raise
    return Esc(address, line, official, identity)


def _ask(line: Line, address: Address, nik: str, certificate: x509.Certificate) -> list[x509.Certificate]:
    """The official's status, and the certificates that the service has, if it gives them; the pinned is one of them."""
    if address.api is Api.V1:
        check_status(line.ask(wire.status_v1(nik)))
        return []
    check_status(line.ask(wire.status_v2(nik)))
    found = wire.certificates(line.ask(wire.chain_v2(nik)))
    if found and certificate not in found:
        raise WrongCertificate(
            "the signing service has another certificate for this official than is pinned in the key profile",
            hint="after a renewal, pin the new certificate; else check nik-source",
        )
    return list(found)
