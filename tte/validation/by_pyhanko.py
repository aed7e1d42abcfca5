"""A CMS as pyHanko judges it: a second opinion on its value, its chain, its time-stamps."""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    cms_basic_validation,
    collect_timing_info,
    validate_tst_signed_data,
)
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator.policy_decl import NO_REVOCATION

from tte.validation.certvalidator import constraints, context, run
from tte.validation.crypto import SIGNING, Facts, NotJudged, TimeStamp
from tte.validation.embedded import Embedded
from tte.validation.holdings import Holdings
from tte.validation.trust import Trust


def verify(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> Facts:
    """The signature value, the digest, the chain at `at` and the signature time-stamp."""
    judged = context(trust, at, holdings, NO_REVOCATION)
    try:
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
                key_usage_settings=constraints(SIGNING),
            )
        )
    except SignatureValidationError as why:
        raise NotJudged(getattr(why.ades_subindication, "name", "")) from why
    stamp = timing.get("timestamp_validity")
    problem = status["trust_problem_indic"]
    return Facts(
        intact=status["intact"],
        valid=status["valid"],
        problem=None if problem is None else problem.name,
        certificate=status["signing_cert"],
        path=status["validation_path"],
        time_stamp=None if stamp is None else _stamp(stamp, _certificates_in(embedded)),
        others=tuple(embedded.other_embedded_certs),
    )


def verify_time_stamp(embedded: Embedded, trust: Trust, at: datetime, holdings: Holdings) -> TimeStamp:
    """A document time-stamp: its imprint over the signed bytes, its value, its chain at `at`."""
    try:
        status = run(
            validate_tst_signed_data(
                embedded.signed_data, context(trust, at, holdings, NO_REVOCATION), embedded.compute_digest
            )
        )
    except SignatureValidationError as why:
        raise NotJudged(getattr(why.ades_subindication, "name", "")) from why
    return _stamp(TimestampSignatureStatus(**status), _certificates_in(embedded))


def _stamp(status: TimestampSignatureStatus, others: tuple[x509.Certificate, ...]) -> TimeStamp:
    intact = status.intact and status.valid
    return TimeStamp(intact, status.trusted, status.timestamp, status.signing_cert, others)


def _certificates_in(embedded: Embedded) -> tuple[x509.Certificate, ...]:
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
