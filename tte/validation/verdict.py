"""From any bytes to a report: what the bytes are worth, then what each signature proves. Never raises."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from tte.model import Indication, Pdf, Report, SignatureReport, TimeProof, TimeStampFact
from tte.validation import crypto, times
from tte.validation.covered import Hashing
from tte.validation.crypto import LATE
from tte.validation.examining import (
    MAX_MAPPED_SIZE,
    MAX_REVISIONS,
    MAX_SIGNATURES,
    MAX_SIZE,
    Examination,
    Signature,
    examine,
)
from tte.validation.findings import Judgement, report_on
from tte.validation.judging import OLDER_KIND, Setting, judge
from tte.validation.meaning import worst
from tte.validation.reasons import Reason
from tte.validation.shown import Shown
from tte.validation.store import holdings_in
from tte.validation.trust import Trust

__all__ = ["MAX_MAPPED_SIZE", "MAX_REVISIONS", "MAX_SIGNATURES", "MAX_SIZE", "validate"]

_WORST = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)
_OUT_OF_REACH = Judgement.open(None, Reason.TWO_VERDICTS)
_BARE = "/adbe.x509.rsa_sha1"
_MOST_DETAILED = 8
"""How many signatures, and how many document time-stamps, get details."""


def validate(pdf: Pdf, trust: Trust, at: datetime, *, details: bool = False) -> Report:
    """What the signatures in a file are worth at the time `at`, in the words of EN 319 102-1. Offline; never raises.

    TOTAL_PASSED means: what stands on the pages is what was signed, and later revisions added whole only long-term
    validation data and further signatures that pass themselves; every signature verifies; every signer's certificate
    leads to an anchor of `trust`. It does not mean that the office issued the document: that is the register's answer.
    `integrity` speaks of the bytes alone. `at` must be aware; a naive time is taken as UTC. With `details` the report
    says all that is known (`SignatureReport.details`, `Report.time_stamps`), of the first signatures; it takes longer.
    More than MAX_SIZE bytes are examined only if they are mapped (`mapped`), and MAX_MAPPED_SIZE at most.
    """
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not isinstance(pdf, bytes) and len(pdf) <= MAX_SIZE:
        pdf = pdf[:]
    try:
        found = examine(pdf)
        verdict, signatures, stamps = _judge(pdf, found, trust, at, details)
    except (RecursionError, MemoryError):
        found, verdict, signatures, stamps = _stopped(Reason.TOO_COMPLEX)
    except Exception:  # any bytes give a report: qpdf and asn1crypto raise whatever a hostile file makes them raise
        found, verdict, signatures, stamps = _stopped(Reason.UNREADABLE)
    return Report(
        verdict.indication,
        verdict.sub_indication,
        tuple(signatures),
        tuple(str(reason) for reason in verdict.reasons),
        (found.hashing or Hashing(pdf)).sha256(),
        at,
        worst(found.reasons()),
        len(pdf),
        found.later,
        tuple(stamps),
    )


_Told = Sequence[TimeStampFact]


def _stopped(reason: Reason) -> tuple[Examination, Judgement, Sequence[SignatureReport], _Told]:
    return Examination({reason: None}), Judgement.of(reason), (), ()


def _judge(
    pdf: Pdf, found: Examination, trust: Trust, at: datetime, details: bool
) -> tuple[Judgement, Sequence[SignatureReport], _Told]:
    """The file has what speaks against it as a whole; without that, the worst of its signatures."""
    reports, stamps = _each(pdf, found, trust, at, details)
    speaks = [reason for reason in found.reasons() if reason not in _own_reasons(found)]
    if speaks:
        return Judgement.of(*speaks), reports, stamps
    decides = min(reports, key=lambda report: _WORST.index(report.indication))
    reasons = () if decides.indication is Indication.TOTAL_PASSED else tuple(map(Reason, decides.reasons))
    return Judgement(decides.indication, decides.sub_indication, reasons), reports, stamps


def _own_reasons(found: Examination) -> set[Reason]:
    """What is said of signatures that have a report of their own; document time-stamps have none."""
    return {
        reason
        for one in found.signatures
        if not one.is_time_stamp
        for reason in (*one.changes, *([one.fault] if one.fault else ()))
    } - found.faults.keys()


def _each(
    pdf: Pdf, found: Examination, trust: Trust, at: datetime, details: bool
) -> tuple[Sequence[SignatureReport], _Told]:
    """A report on each signature in the order of their ends; those that cannot be placed come first."""
    ordered = sorted(found.signatures, key=lambda one: one.raw.end if one.raw else 0)
    readable = {id(one): shown for one in ordered if (shown := _shown(pdf, one))}
    setting = Setting(trust, at, holdings_in(found.final)) if found.final and readable else None
    told: _Told = ()
    if setting:
        stamps = [readable[id(one)] for one in ordered if one.is_time_stamp and not one.fault and id(one) in readable]
        proofs = times.document_proofs(stamps, trust, at, setting.holdings)
        setting = Setting(trust, at, setting.holdings, proofs)
        told = _document_stamps(stamps, setting) if details else ()
    signatures = [one for one in ordered if not one.is_time_stamp]
    return [
        _report(
            pdf,
            one,
            readable.get(id(one)),
            replace(setting, details=True) if setting and details and place < _MOST_DETAILED else setting,
        )
        for place, one in enumerate(signatures)
    ], told


def _document_stamps(stamps: Sequence[Shown], setting: Setting) -> _Told:
    """Every document time-stamp whose bytes are in order, oldest first; trusted if it proved a time."""
    from tte.validation.details import stamp_fact

    believed = {proof.end: proof.stamp for proof in setting.proofs}
    told = []
    for shown in stamps[:_MOST_DETAILED]:
        end = shown.raw.end
        with suppress(*LATE):
            stamp = believed.get(end) or replace(
                crypto.verify_time_stamp(shown.embedded, setting.trust, setting.at, setting.holdings), trusted=False
            )
            told.append(stamp_fact(stamp, TimeProof.DOCUMENT_TIME_STAMP, end))
    return told


def _shown(pdf: Pdf, signature: Signature) -> Shown | None:
    with suppress(*LATE):
        return Shown.of(pdf, signature) if signature.raw else None
    return None


def _report(pdf: Pdf, signature: Signature, shown: Shown | None, setting: Setting | None) -> SignatureReport:
    against = [*([signature.fault] if signature.fault else ()), *signature.changes]
    changed = Judgement.of(*against) if against else None
    if shown is None or setting is None:
        older = signature.kind == _BARE and not against
        unread = OLDER_KIND if older else _OUT_OF_REACH  # its value is no CMS; that it holds was shown
        end = signature.raw.end if signature.raw else 0
        return report_on(
            signature.shown.name,
            signature.kind,
            changed or unread,
            whole=end == len(pdf),
            certified=signature.certifies,
            signed_to=end,
        )
    return judge(
        shown,
        setting,
        whole=shown.raw.end == len(pdf),
        certified=signature.certifies,
        changed=changed,
        notes=tuple(signature.notes),
    )
