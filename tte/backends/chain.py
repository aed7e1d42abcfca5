"""Which of the certificates that lie beside a key are its issuers."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm


def issuers_of(certificate: x509.Certificate, found: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """The issuers of `certificate` among `found`, nearest first, without a self-signed anchor (RFC 5280 §6.1)."""
    left = [one for one in found if one != certificate and not _issued(one, by=one)]
    path = [certificate]
    while issuer := next((one for one in left if _issued(path[-1], by=one)), None):
        path.append(issuer)
        left.remove(issuer)
    return path[1:]


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True
