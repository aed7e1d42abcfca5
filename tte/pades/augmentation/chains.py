"""From a certificate to an anchor: the chain, by name and signature (RFC 5280 §6.1).

This is no validation of a path; `tte.validation` judges with all constraints. It finds whose revocation info is wanted,
and keeps what leads nowhere from being counted as a proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID

_LONGEST = 8

Chain = tuple[bytes, ...]
"""Certificates, DER: one, its issuer, and so on up to an anchor."""


@lru_cache(maxsize=1024)
def parsed(certificate: bytes) -> x509.Certificate:
    """A certificate, read once. ValueError if it is none."""
    return x509.load_der_x509_certificate(certificate)


def chain_of(certificate: bytes, known: Iterable[bytes], anchors: Iterable[bytes]) -> Chain | None:
    """The shortest chain to an anchor over certificates that are known; None if none leads there."""
    return _chain(certificate, tuple(dict.fromkeys(known)), tuple(anchors))


def links(chain: Chain) -> Iterable[tuple[bytes, bytes]]:
    """Each certificate that can be revoked, with its issuer; an anchor cannot."""
    return pairwise(chain)


def valid_at(chain: Chain, at: datetime) -> bool:
    """Whether all of it below the anchor was within its validity."""
    return begins(chain) <= at <= until(chain)


def begins(chain: Chain) -> datetime:
    """From when all of a chain is valid."""
    return max(parsed(one).not_valid_before_utc for one in chain[:-1] or chain)


def until(chain: Chain) -> datetime:
    """Until when all of a chain is valid."""
    return min(parsed(one).not_valid_after_utc for one in chain[:-1] or chain)


def has_purpose(certificate: bytes, purpose: x509.ObjectIdentifier) -> bool:
    """Whether its extended key usage names this purpose."""
    try:
        usages = parsed(certificate).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return purpose in usages


def may_stamp(certificate: bytes) -> bool:
    """RFC 3161 §2.3."""
    return has_purpose(certificate, ExtendedKeyUsageOID.TIME_STAMPING)


@lru_cache(maxsize=1024)
def _chain(certificate: bytes, known: tuple[bytes, ...], anchors: tuple[bytes, ...]) -> Chain | None:
    level: list[Chain] = [(certificate,)]
    for _ in range(_LONGEST):
        for chain in level:
            if chain[-1] in anchors:
                return chain
        level = [
            (*chain, issuer)
            for chain in level
            for issuer in dict.fromkeys((*anchors, *known))
            if issuer not in chain and issued(chain[-1], issuer)
        ]
    return None


@lru_cache(maxsize=4096)
def issued(certificate: bytes, issuer: bytes) -> bool:
    """Whether the one was signed by the other, which is an authority."""
    try:
        above = parsed(issuer)
        parsed(certificate).verify_directly_issued_by(above)
        return above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return parsed(issuer).version is x509.Version.v1
    except (ValueError, TypeError, InvalidSignature):
        return False
