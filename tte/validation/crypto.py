"""CMS, certificates and time-stamps, by pyHanko and certvalidator: offline, with the given anchors, at the given time.

Says what holds; which indication follows is said in `judging`.
"""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import (
    cms_basic_validation,
    collect_timing_info,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
)

from tte.validation.embedded import Embedded
from tte.validation.holdings import Holdings, context, run
from tte.validation.trust import Trust

SIGNING = KeyUsageConstraints(key_usage=set())
"""No constraint here: pyHanko takes an absent key usage for none, where RFC 5280 §4.2.1.3 takes it for any."""
STAMPING = KeyUsageConstraints(key_usage=set(), extd_key_usage={"time_stamping"})
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
    """What pyHanko found of one signature. `problem` is its AdES name for what is wrong with the chain, if anything."""

    intact: bool
    valid: bool
    problem: str | None
    certificate: x509.Certificate
    path: ValidationPath | None
    time_stamp: TimeStamp | None
    others: tuple[x509.Certificate, ...] = field(repr=False, default=())


def verify(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> Facts:
    """The signature value, the digest, the chain at `at` and the signature time-stamp. Raises what pyHanko raises."""
    judged = context(trust, at, holdings, NO_REVOCATION)
    timing = run(
        collect_timing_info(
            embedded.signer_info, context(trust, at, holdings, NO_REVOCATION), raw_digest=embedded.compute_digest
        )
    )
    status = run(
        cms_basic_validation(
            embedded.signed_data,
            raw_digest=embedded.compute_digest(),
            validation_context=judged,
            key_usage_settings=SIGNING,
        )
    )
    stamp = timing.get("timestamp_validity")
    problem = status["trust_problem_indic"]
    return Facts(
        intact=status["intact"],
        valid=status["valid"],
        problem=None if problem is None else problem.name,
        certificate=status["signing_cert"],
        path=status["validation_path"],
        time_stamp=None if stamp is None else _stamp(stamp, time_stamp_certificates(embedded)),
        others=tuple(embedded.other_embedded_certs),
    )


def verify_time_stamp(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> TimeStamp:
    """A document time-stamp: its imprint over the signed bytes, its value, its chain at `at`."""
    status = run(
        validate_tst_signed_data(
            embedded.signed_data, context(trust, at, holdings, NO_REVOCATION), embedded.compute_digest
        )
    )
    return _stamp(TimestampSignatureStatus(**status), time_stamp_certificates(embedded))


def _stamp(status: TimestampSignatureStatus, others: tuple[x509.Certificate, ...]) -> TimeStamp:
    intact = status.intact and status.valid
    return TimeStamp(intact, status.trusted, status.timestamp, status.signing_cert, others)


def time_stamp_certificates(embedded: Embedded) -> tuple[x509.Certificate, ...]:
    """The certificates that came inside the signature time-stamp, or inside a document time-stamp."""
    found: list[x509.Certificate] = []
    tokens: list[cms.SignedData] = [embedded.signed_data]
    for attribute in embedded.signer_info["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            tokens.extend(value["content"] for value in attribute["values"])
    for token in tokens:
        known = extract_certificate_info(token)
        found.extend((known.signer_cert, *known.other_certs))
    return tuple(found)
