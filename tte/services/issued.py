"""A certificate and who issued it, and where these two say that revocation info is to be had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tte.errors import Fault, ServiceUnavailable
from tte.services.reading import BROKEN
from tte.services.signature import issued_by

_MOST_ADDRESSES: Final = 4


@dataclass(frozen=True, slots=True)
class Issued:
    """`responders` are where OCSP answers (RFC 5280 §4.2.2.1), `lists` where the CRL lies (§4.2.1.13), http(s) only.

    `distribution_points` are all names that the certificate's CRL may have. `no_check`: it says that it need not be
    asked about (RFC 6960 §4.2.2.2.1).
    """

    der: bytes
    issuer_der: bytes
    certificate: x509.Certificate
    issuer: x509.Certificate
    is_ca: bool
    responders: tuple[str, ...]
    lists: tuple[str, ...]
    distribution_points: frozenset[str]
    no_check: bool


@lru_cache(maxsize=256)
def issued(certificate: bytes, issuer: bytes) -> Issued:
    """ServiceUnavailable with fault UNTRUSTED if these are no certificates, or the second has not issued the first."""
    try:
        one, by = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
        extensions = [extension.value for extension in one.extensions]
        if issued_by(one, by):
            points = frozenset(_points(extensions))
            return Issued(
                der=certificate,
                issuer_der=issuer,
                certificate=one,
                issuer=by,
                is_ca=any(isinstance(value, x509.BasicConstraints) and value.ca for value in extensions),
                responders=_over_http(_responders(extensions)),
                lists=_over_http(_points(extensions)),
                distribution_points=points,
                no_check=any(isinstance(value, x509.OCSPNoCheck) for value in extensions),
            )
        why = "it was not issued by the certificate given as its issuer"
    except BROKEN:
        why = "it or its issuer's cannot be read"
    raise ServiceUnavailable(f"a certificate cannot be asked about: {why}", Fault.UNTRUSTED, sent=False)


def _responders(extensions: Iterable[x509.ExtensionType]) -> Iterable[str]:
    for value in extensions:
        if isinstance(value, x509.AuthorityInformationAccess):
            for access in value:
                if access.access_method == AuthorityInformationAccessOID.OCSP:
                    yield from uris([access.access_location])


def _points(extensions: Iterable[x509.ExtensionType]) -> Iterable[str]:
    """A list of some reasons only, or by another issuer, is left out: it alone says nothing (RFC 5280 §6.3.3)."""
    for value in extensions:
        if isinstance(value, x509.CRLDistributionPoints):
            for point in value:
                if point.reasons is None and point.crl_issuer is None:
                    yield from uris(point.full_name or ())


def uris(names: Iterable[x509.GeneralName]) -> Iterable[str]:
    return (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))


def _over_http(addresses: Iterable[str]) -> tuple[str, ...]:
    found = dict.fromkeys(one for one in addresses if one.lower().startswith(("http://", "https://")))
    return tuple(found)[:_MOST_ADDRESSES]
