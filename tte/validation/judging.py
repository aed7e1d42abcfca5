"""One signature, from bytes that are in order to an indication of EN 319 102-1 (§5.3 basic, §5.5 with time)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509

from tte.model import Details, Indication, Level, SignatureReport, SubIndication, TimeProof
from tte.validation import crypto, holdings, times
from tte.validation.crypto import LATE, Facts, NotJudged, TimeStamp
from tte.validation.findings import Judgement, report_on
from tte.validation.holdings import Holdings, Revocation, Usage
from tte.validation.reasons import Reason
from tte.validation.shown import Shown
from tte.validation.times import Proof
from tte.validation.trust import Trust

_BASELINE = "/ETSI.CAdES.detached"
_KINDS = (_BASELINE, "/adbe.pkcs7.detached")
_ALGORITHMS = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "ed25519", "ed448", "dsa"})

_SIGNING_CERTIFICATE = frozenset({"1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"})
_SIGNING_TIME = "1.2.840.113549.1.9.5"

# What pyHanko says of a chain, as model and reason; what is missing here is CERTIFICATE_CHAIN_GENERAL_FAILURE.
_CHAIN = {
    "NO_CERTIFICATE_CHAIN_FOUND": (SubIndication.NO_CERTIFICATE_CHAIN_FOUND, Reason.NO_CHAIN),
    "OUT_OF_BOUNDS_NO_POE": (SubIndication.OUT_OF_BOUNDS_NO_POE, Reason.EXPIRED),
    "EXPIRED": (SubIndication.OUT_OF_BOUNDS_NO_POE, Reason.EXPIRED),
    "CHAIN_CONSTRAINTS_FAILURE": (SubIndication.CHAIN_CONSTRAINTS_FAILURE, Reason.KEY_USAGE),
    "SIG_CONSTRAINTS_FAILURE": (SubIndication.SIG_CONSTRAINTS_FAILURE, Reason.KEY_USAGE),
    "CRYPTO_CONSTRAINTS_FAILURE": (SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.WEAK),
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": (SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.WEAK),
    "NO_SIGNING_CERTIFICATE_FOUND": (SubIndication.NO_SIGNING_CERTIFICATE_FOUND, Reason.NO_CERTIFICATE),
}
_OF_TIME = ("OUT_OF_BOUNDS_NO_POE", "EXPIRED", "CERTIFICATE_CHAIN_GENERAL_FAILURE")
"""What pyHanko says when a certificate of the chain has expired (the last also for other faults)."""


_NOT_AGREED = Judgement.open(None, Reason.TWO_VERDICTS)
OLDER_KIND = Judgement.open(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.WEAK)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all signatures of a file: anchors, time, the DSS, proofs of time that cover them all.

    With `details`, reports say all that is known.
    """

    trust: Trust
    at: datetime
    holdings: Holdings
    proofs: Sequence[Proof] = ()
    details: bool = False


def judge(
    shown: Shown,
    setting: Setting,
    *,
    whole: bool,
    certified: bool,
    changed: Judgement | None,
    notes: tuple[Reason, ...] = (),
) -> SignatureReport:
    """The report on one signature.

    `changed` is what was already found wrong with it or with the bytes added after it; `notes` what is allowed.
    """

    def bare(judgement: Judgement) -> SignatureReport:
        told = _told(shown, None, setting, None)
        return report_on(
            shown.field, shown.kind, judgement, shown=shown, whole=whole, certified=certified, details=told
        )

    if shown.kind not in _KINDS:  # the older kinds sign with SHA-1
        return bare(changed or OLDER_KIND)
    try:
        known = shown.embedded.family in _ALGORITHMS
    except ValueError:
        known = False
    if not known:
        unknown = Judgement.open(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.UNSUPPORTED_ALGORITHM)
        return bare(changed or unknown)
    try:
        facts = crypto.verify(shown.embedded, setting.trust, setting.at, setting.holdings)
    except NotJudged as why:
        return bare(changed or _refused(why))
    except LATE:
        return bare(changed or _NOT_AGREED)
    around = [proof for proof in setting.proofs if proof.end > shown.raw.end]
    if facts.time_stamp is not None and facts.time_stamp.intact:
        believed = times.believed(facts.time_stamp, around, setting.trust, setting.at, setting.holdings)
        facts = replace(facts, time_stamp=replace(facts.time_stamp, trusted=believed))
    stamp = _time(facts, around)
    revocation = _revocation(facts, setting, stamp, setting.holdings)
    judgement = changed or _bytes(facts) or _trust(facts, setting, stamp, revocation)
    judgement = replace(judgement, reasons=(*judgement.reasons, *notes))
    if judgement.indication is Indication.TOTAL_PASSED and Reason.VISIBLE_LATER in notes:
        judgement = replace(judgement, indication=Indication.INDETERMINATE)  # bytes cannot tell a stamp from a cover
    level = None
    if judgement.indication is Indication.TOTAL_PASSED and _is_baseline(shown):
        level = _level(facts, setting, stamp, revocation, around)
    best, proof = _best(stamp, facts, setting)
    return report_on(
        shown.field,
        shown.kind,
        judgement,
        shown=shown,
        facts=facts,
        level=level,
        whole=whole,
        certified=certified,
        best_time=best,
        time_proof=proof,
        trust=setting.trust,
        details=_told(shown, facts, setting, best),
    )


def _best(stamp: TimeStamp | None, facts: Facts, setting: Setting) -> tuple[datetime, TimeProof]:
    """The best-signature-time and where it comes from; the time of validation if nothing shows that it is older."""
    if stamp is None:
        return setting.at, TimeProof.VALIDATION
    own = stamp is facts.time_stamp
    return stamp.at, TimeProof.SIGNATURE_TIME_STAMP if own else TimeProof.DOCUMENT_TIME_STAMP


def _told(shown: Shown, facts: Facts | None, setting: Setting, best: datetime | None) -> Details | None:
    if not setting.details:
        return None
    from tte.validation.details import details

    return details(shown, facts, best or setting.at, trust=setting.trust, now=setting.at, holdings=setting.holdings)


def _refused(why: NotJudged) -> Judgement:
    if why.problem == "NO_SIGNING_CERTIFICATE_FOUND":
        return Judgement.open(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, Reason.NO_CERTIFICATE)
    return _NOT_AGREED


def _bytes(facts: Facts) -> Judgement | None:
    """§5.2.7 cryptographic verification, once more: our own reading said before that the signature holds."""
    return None if facts.intact and facts.valid else _NOT_AGREED


def _time(facts: Facts, around: Sequence[Proof]) -> TimeStamp | None:
    """The earliest proof that the signature existed (§5.5.4 best-signature-time)."""
    proofs = [proof.stamp for proof in around]
    if facts.time_stamp is not None and facts.time_stamp.intact and facts.time_stamp.trusted:
        proofs.insert(0, facts.time_stamp)  # of two that say the same it is named
    return min(proofs, key=lambda stamp: stamp.at, default=None)


def _revocation(facts: Facts, setting: Setting, stamp: TimeStamp | None, info: Holdings) -> Revocation:
    """What a DSS of the file shows about revocation at the proven time, of the signer's chain and the time-stamp's."""
    at = stamp.at if stamp else setting.at

    def ask(certificate: x509.Certificate, usage: Usage, more: Sequence[x509.Certificate]) -> Revocation:
        others = (*facts.others, *more)
        return holdings.revocation(
            certificate, usage, trust=setting.trust, at=at, now=setting.at, holdings=info, others=others
        )

    found = ask(facts.certificate, crypto.SIGNING, ())
    if found is not Revocation.GOOD or stamp is None:
        return found
    stamped = ask(stamp.certificate, crypto.STAMPING, stamp.others)
    return Revocation.GOOD if stamped is Revocation.GOOD else Revocation.UNKNOWN


def _trust(facts: Facts, setting: Setting, stamp: TimeStamp | None, revocation: Revocation) -> Judgement:
    """§5.2.6 X.509 validation at the time of validation, or at the proven time for what has expired since."""
    begins = facts.certificate.not_valid_before
    if stamp is not None and stamp.at < begins:
        return Judgement.failed(SubIndication.NOT_YET_VALID, Reason.NOT_YET_VALID)
    if facts.problem != "NO_CERTIFICATE_CHAIN_FOUND" and setting.at < begins:
        return Judgement.open(SubIndication.NOT_YET_VALID, Reason.NOT_YET_VALID)
    if revocation is Revocation.REVOKED:  # a time-stamp after that does not show that the signature is no older
        return Judgement.open(SubIndication.REVOKED_NO_POE, Reason.REVOKED)
    good = revocation is Revocation.GOOD
    notes = [Reason.REVOCATION_CHECKED if good else Reason.REVOCATION_NOT_CHECKED]
    if facts.time_stamp is not None and not facts.time_stamp.trusted:
        notes.append(Reason.TIME_STAMP_UNTRUSTED)
    if facts.problem is not None:
        only_time = facts.problem in _OF_TIME and stamp is not None and good  # then the chain was whole at that time
        if not only_time:
            return _chain_problem(facts, setting)
        notes.append(Reason.EXPIRED_SINCE)
    if not _meant_for_signing(facts.certificate):
        return Judgement.open(SubIndication.CHAIN_CONSTRAINTS_FAILURE, Reason.KEY_USAGE)
    return Judgement(Indication.TOTAL_PASSED, None, tuple(notes))


def _meant_for_signing(certificate: x509.Certificate) -> bool:
    usages, purposes = certificate.key_usage_value, certificate.extended_key_usage_value
    return (usages is None or bool(crypto.USAGES & usages.native)) and (
        purposes is None or any(purpose.dotted in crypto.PURPOSES for purpose in purposes)
    )


def _chain_problem(facts: Facts, setting: Setting) -> Judgement:
    problem = facts.problem or ""
    if problem in _OF_TIME and setting.at > facts.certificate.not_valid_after:
        problem = "OUT_OF_BOUNDS_NO_POE"  # pyHanko looks at the authorities first, §5.2.6.4 at the signer
    if (
        problem == "CHAIN_CONSTRAINTS_FAILURE"
        and facts.certificate.self_issued
        and _meant_for_signing(facts.certificate)
    ):
        problem = "NO_CERTIFICATE_CHAIN_FOUND"  # it is its own issuer, and no anchor of ours
    general = (SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, Reason.CHAIN)
    return Judgement.open(*_CHAIN.get(problem, general))


def _is_baseline(shown: Shown) -> bool:
    """Whether the signature keeps to EN 319 142-1 §6.3 as far as its own parts go."""
    return (
        shown.kind == _BASELINE
        and bool(shown.embedded.signed & _SIGNING_CERTIFICATE)
        and _SIGNING_TIME not in shown.embedded.signed
        and shown.claimed_at is not None
    )


def _level(
    facts: Facts, setting: Setting, stamp: TimeStamp | None, revocation: Revocation, around: Sequence[Proof]
) -> Level:
    """The highest baseline level of EN 319 142-1 §6 whose proofs were verified, not only found.

    B-LTA needs a document time-stamp around a DSS that is enough by itself: what came later is not protected by it.
    """
    if stamp is None:
        return Level.B_B
    if revocation is not Revocation.GOOD:
        return Level.B_T
    inside = (_revocation(facts, setting, stamp, proof.holdings) for proof in around)
    return Level.B_LTA if any(found is Revocation.GOOD for found in inside) else Level.B_LT
