"""A signature's value, certificates and time-stamps: offline, with the given anchors, at the given time.

Says what holds; which indication follows is said in `judging`. What is plain is judged by our own reading (`known_cms`,
`chains`), everything else by pyHanko too (`by_pyhanko`), which is imported only then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from asn1crypto import x509

from tte.validation.certificates import read_certificate
from tte.validation.chains import plain_chain
from tte.validation.embedded import Embedded
from tte.validation.holdings import Holdings, Usage
from tte.validation.trust import Trust

SIGNING: Final = Usage()
STAMPING: Final = Usage(frozenset({"time_stamping"}))
LATE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, NotImplementedError)
"""What asn1crypto and pyHanko raise when a part that nobody looked at before turns out to be broken."""

USAGES = frozenset({"non_repudiation", "digital_signature"})
"""Key usages of which a signer's certificate needs one, if it states any (EN 319 412-2 §4.3.2)."""

PURPOSES = frozenset(
    {
        "2.5.29.37.0",  # any
        "1.3.6.1.5.5.7.3.2",  # client authentication: what many personal certificates carry, and nothing else
        "1.3.6.1.5.5.7.3.4",  # e-mail protection
        "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
        "1.2.840.113583.1.1.5",  # Adobe authentic documents
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft document signing
    }
)
"""Extended key usages that do not speak against signing a document; one of them suffices (RFC 5280 §4.2.1.12)."""


class NotJudged(ValueError):
    """pyHanko refused to judge a signature; `problem` is its AdES name for the reason, or empty."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Path(Protocol):
    """The certificates of a chain, the anchor first."""

    def iter_certs(self, include_root: bool) -> Iterator[x509.Certificate]: ...


@dataclass(frozen=True, slots=True)
class PlainPath:
    """A chain that our own reading found to hold."""

    certificates: Sequence[x509.Certificate]

    def iter_certs(self, include_root: bool) -> Iterator[x509.Certificate]:
        return iter(self.certificates if include_root else self.certificates[1:])


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time-stamp token: does it hold, does its authority lead to an anchor, what time does it prove."""

    intact: bool
    trusted: bool
    at: datetime
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = field(repr=False, default=())
    """The certificates that came inside it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found of one signature. `problem` is the AdES name for what is wrong with the chain, if anything."""

    intact: bool
    valid: bool
    problem: str | None
    certificate: x509.Certificate
    path: Path | None
    time_stamp: TimeStamp | None
    others: tuple[x509.Certificate, ...] = field(repr=False, default=())


def verify(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> Facts:
    """The signature value, the digest, the chain at `at`, the signature time-stamp. Raises what LATE names."""
    return _plainly(embedded, trust, at, holdings) or _by_pyhanko(embedded, trust, at, holdings)


def _plainly(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> Facts | None:
    """The same of a signature that was found to hold, if there is nothing unusual about it and its chain."""
    known = embedded.plain
    if known is None:
        return None
    offered = (*known.others, *(one.dump() for one in holdings.certificates))
    chain = plain_chain(known.certificate, offered, trust, at)
    if chain is None:
        return None
    return Facts(
        intact=True,
        valid=True,
        problem=None,
        certificate=read_certificate(known.certificate),
        path=PlainPath(tuple(map(read_certificate, reversed(chain.certificates)))),
        time_stamp=None,
        others=tuple(map(read_certificate, known.others)),
    )


def _by_pyhanko(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> Facts:
    from tte.validation import by_pyhanko

    return by_pyhanko.verify(embedded, trust, at, holdings)


def verify_time_stamp(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> TimeStamp:
    """A document time-stamp: its imprint over the signed bytes, its value, its chain at `at`. Raises as `verify`."""
    from tte.validation import by_pyhanko

    return by_pyhanko.verify_time_stamp(embedded, trust, at, holdings)
