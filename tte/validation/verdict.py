"""From any bytes to a report: gate, byte check, structure, later changes, then each signature. Never raises."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from tte.model import Indication, Report, SignatureReport, SubIndication
from tte.validation import crypto, opening, raw, tail, times
from tte.validation.crypto import LATE
from tte.validation.findings import Judgement, spoiled
from tte.validation.holdings import Holdings, read_holdings
from tte.validation.judging import Setting, judge
from tte.validation.opening import Shown, Spoiled
from tte.validation.reasons import Reason
from tte.validation.trust import Trust

MAX_SIZE = 64 * 1024 * 1024
MAX_SIGNATURES = 64
MAX_REVISIONS = 64

_WORST = (Indication.TOTAL_FAILED, Indication.INDETERMINATE, Indication.TOTAL_PASSED)
_CHANGED = Judgement.failed(SubIndication.HASH_FAILURE, Reason.CHANGED)
_TRAILING = Judgement.failed(SubIndication.HASH_FAILURE, Reason.TRAILING)


def validate(pdf: bytes, trust: Trust, at: datetime) -> Report:
    """What the signatures in a file are worth at the time `at`, in the words of EN 319 102-1. Offline; never raises.

    TOTAL_PASSED means: the file is byte for byte what was signed, but for long-term validation data added by whole
    revisions; every signature verifies; every signer's certificate leads to an anchor of `trust`. It does not mean that
    the office issued the document: that is the register's answer. `at` must be aware; a naive time is taken as UTC.
    """
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        verdict, signatures = _judge(pdf, trust, at)
    except (RecursionError, MemoryError):
        verdict, signatures = Judgement.open(None, Reason.TOO_COMPLEX), ()
    except Exception:  # any bytes give a report: pyHanko and asn1crypto raise whatever a hostile file makes them raise
        verdict, signatures = Judgement.failed(SubIndication.FORMAT_FAILURE, Reason.UNREADABLE), ()
    return Report(
        verdict.indication,
        verdict.sub_indication,
        tuple(signatures),
        tuple(str(reason) for reason in verdict.reasons),
        hashlib.sha256(pdf).hexdigest(),
        at,
    )


def _judge(pdf: bytes, trust: Trust, at: datetime) -> tuple[Judgement, Sequence[SignatureReport]]:
    hits = raw.find_byte_ranges(pdf[: MAX_SIZE + 1], MAX_SIGNATURES)
    if stop := _gate(pdf, hits):
        return stop, ()
    reader = opening.open_strictly(pdf)
    if stop := _unsupported(reader):
        return stop, ()
    found = list(opening.shown_signatures(pdf, reader))
    if stop := _as_a_whole(pdf, reader, hits, found):
        return stop, tuple(spoiled(signature) for signature in found if isinstance(signature, Spoiled))
    if not found:
        return Judgement.open(SubIndication.NO_SIGNATURE, Reason.NO_SIGNATURE), ()
    return _each(pdf, reader, found, trust, at)


def _gate(pdf: bytes, hits: Sequence[int]) -> Judgement | None:
    if len(pdf) > MAX_SIZE:
        return Judgement.open(None, Reason.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        return Judgement.failed(SubIndication.FORMAT_FAILURE, Reason.NOT_A_PDF)
    if len(hits) > MAX_SIGNATURES:
        return Judgement.open(None, Reason.TOO_MANY_SIGNATURES)
    if pdf.count(b"startxref") > MAX_REVISIONS:
        return Judgement.open(None, Reason.TOO_MANY_REVISIONS)
    return None


def _unsupported(reader: PdfFileReader) -> Judgement | None:
    if "/Encrypt" in reader.trailer:
        return Judgement.open(None, Reason.ENCRYPTED)
    if reader.xrefs.hybrid_xrefs_present:
        return Judgement.open(None, Reason.HYBRID)
    return None


def _as_a_whole(
    pdf: bytes, reader: PdfFileReader, hits: Sequence[int], found: Sequence[Shown | Spoiled]
) -> Judgement | None:
    """What only shows when all signatures are looked at together: removed, shared, crossing (B6, 7.3 clause 5)."""
    for signature in found:
        if isinstance(signature, Spoiled):
            return Judgement.failed(SubIndication.FORMAT_FAILURE, signature.reason)
    shown = [signature for signature in found if isinstance(signature, Shown)]
    spans = [signature.raw.span for signature in shown]
    rights = opening.usage_rights_span(pdf, reader)
    known = spans if rights is None else [*spans, rights]
    if any(not any(span.start < hit < span.end for span in known) for hit in hits):
        return Judgement.failed(SubIndication.HASH_FAILURE, Reason.STRIPPED)
    if len(set(spans)) != len(spans):
        return Judgement.failed(SubIndication.FORMAT_FAILURE, Reason.SHARED)
    if not raw.ranges_nest([signature.raw for signature in shown]):
        return Judgement.failed(SubIndication.FORMAT_FAILURE, Reason.CROSSING)
    return None


def _each(
    pdf: bytes, reader: PdfFileReader, found: Sequence[Shown | Spoiled], trust: Trust, at: datetime
) -> tuple[Judgement, Sequence[SignatureReport]]:
    shown = sorted((one for one in found if isinstance(one, Shown)), key=lambda one: one.raw.end)
    holdings = read_holdings(reader) if "/DSS" in reader.root else Holdings()
    proofs = times.document_proofs([one for one in shown if one.is_time_stamp], reader, trust, at, holdings)
    setting = Setting(trust, at, holdings, proofs or ())
    certifying = _certifying(reader)
    reports = []
    for signature in shown:
        if signature.is_time_stamp:
            continue
        whole = signature.raw.end == len(pdf)
        reports.append(
            judge(
                signature,
                setting,
                whole=whole,
                certified=signature.value is certifying and signature.embedded.docmdp_level is not None,
                changed=None if whole else _later_changes(pdf, reader, signature),
                notes=_notes(reader, signature),
            )
        )
    if proofs is None:
        return Judgement.failed(SubIndication.HASH_FAILURE, Reason.DOCUMENT_TIME_STAMP_BROKEN), reports
    if not reports:
        return Judgement.open(SubIndication.NO_SIGNATURE, Reason.ONLY_TIME_STAMPS), ()
    worst = min(reports, key=lambda report: _WORST.index(report.indication))
    return Judgement(worst.indication, worst.sub_indication, _why(worst)), reports


def _why(worst: SignatureReport) -> tuple[Reason, ...]:
    """The reasons of the signature that decides, where it decides against the file."""
    return () if worst.indication is Indication.TOTAL_PASSED else tuple(map(Reason, worst.reasons))


def _later_changes(pdf: bytes, reader: PdfFileReader, signature: Shown) -> Judgement | None:
    """What is wrong with the bytes after a signature; None if they only add long-term validation data."""
    if not tail.accounted_for(pdf, signature.raw.end, reader, signature.embedded.signed_revision):
        return _TRAILING
    try:
        return None if crypto.only_long_term_data_added(signature.embedded) else _CHANGED
    except (PdfReadError, *LATE):
        return _CHANGED


def _notes(reader: PdfFileReader, signature: Shown) -> tuple[Reason, ...]:
    rewritten = opening.description_rewritten(reader, signature.embedded.signed_revision)
    return (Reason.DESCRIPTION,) if rewritten else ()


def _certifying(reader: PdfFileReader) -> generic.DictionaryObject | None:
    """The signature dictionary that /Perms /DocMDP points to (ISO 32000-2 §12.8.4), if any."""
    found = opening.entry(opening.entry(reader.root, "/Perms"), "/DocMDP")
    return found if isinstance(found, generic.DictionaryObject) else None
