"""From a certificate to an anchor (RFC 5280 §6.1), offline. Revocation is asked elsewhere.

We look for the way, in bounded work; certvalidator, which would try all ways, only judges it. Fifteen certificates that
sign each other have more ways than anybody can try.
"""

# certvalidator and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar

import asn1crypto.x509
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathError, ValidationError
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import CertificateRegistry, SimpleTrustManager

from tte.errors import Fault, ServiceUnavailable
from tte.services.reading import BROKEN
from tte.services.signature import issued_by

T = TypeVar("T")

_LONGEST: Final = 6
"""Certificates below the anchor."""
_MOST_STEPS: Final = 48
_MOST_WAYS: Final = 4


@dataclass(frozen=True, slots=True)
class Chain:
    """Certificates from the one in question to the anchor, the last. All but it are valid from `since` to `until`."""

    certificates: tuple[bytes, ...]
    since: datetime
    until: datetime


class Anchors:
    """The certificates that we believe, parsed once. Nothing changes them."""

    def __init__(self, anchors: Iterable[bytes]) -> None:
        self._anchors = tuple(anchors)
        self._manager = SimpleTrustManager.build(trust_roots=[_load(anchor) for anchor in self._anchors])

    def chain(self, certificate: bytes, others: Iterable[bytes], *, at: datetime, whose: str) -> Chain:
        """A chain that holds at `at`, by way of any of `others`; nobody needs to have looked at these.

        ServiceUnavailable with fault OUTSIDE_VALIDITY or UNTRUSTED; `whose` names the certificate in the message.
        """
        fault, what = Fault.UNTRUSTED, "leads to no anchor of ours"
        try:
            for way in islice(self._ways(certificate, tuple(others)), _MOST_WAYS):
                try:
                    self._validate(way, at)
                except (ExpiredError, NotYetValidError):
                    fault, what = Fault.OUTSIDE_VALIDITY, "is not valid now, or one of its issuers' is not"
                except (PathError, ValidationError):
                    continue
                else:
                    return _chain(way)
        except BROKEN:
            pass  # a certificate on the way is none
        raise ServiceUnavailable(f"the certificate of {whose} {what}", fault)

    def _ways(self, certificate: bytes, others: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
        """From the certificate to an anchor, each signed by the next; not all, if there are very many."""
        others = tuple(filter(_readable, others))
        open_ends: list[tuple[bytes, ...]] = [(certificate,)]
        for _ in range(_MOST_STEPS):
            if not open_ends:
                return
            way = open_ends.pop(0)
            if way[-1] in self._anchors:
                yield way
                continue
            below = loaded(way[-1])
            yield from ((*way, anchor) for anchor in self._anchors if issued_by(below, loaded(anchor)))
            if len(way) < _LONGEST:
                open_ends += [(*way, one) for one in others if one not in way and issued_by(below, loaded(one))]

    def _validate(self, way: tuple[bytes, ...], at: datetime) -> None:
        context = ValidationContext(
            trust_manager=self._manager,
            certificate_registry=CertificateRegistry.build(map(_load, way[1:-1]), cert_fetcher=None),
            moment=at,
            revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
            allow_fetching=False,
        )
        _run(CertificateValidator(_load(way[0]), validation_context=context).async_validate_path())


@lru_cache(maxsize=256)
def loaded(certificate: bytes) -> x509.Certificate:
    """The certificate, parsed. ValueError if it is none."""
    return x509.load_der_x509_certificate(certificate)


@lru_cache(maxsize=256)
def public_key(certificate: bytes) -> object:
    """Its public key. ValueError if there is none that can be read."""
    return loaded(certificate).public_key()


def _chain(found: tuple[bytes, ...]) -> Chain:
    below = [loaded(one) for one in found[:-1]] or [loaded(found[0])]
    return Chain(
        found,
        max(one.not_valid_before_utc for one in below),
        min(one.not_valid_after_utc for one in below),
    )


def _readable(certificate: bytes) -> bool:
    try:
        loaded(certificate)
    except BROKEN:
        return False
    return True


def _load(certificate: bytes) -> asn1crypto.x509.Certificate:
    return asn1crypto.x509.Certificate.load(certificate, strict=True)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, as certvalidator's do offline; works inside and outside an event loop."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("certvalidator tried to wait for something")
