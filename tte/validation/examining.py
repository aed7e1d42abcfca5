"""What the bytes of a file are worth, by our own reading: each signature for itself, then what was added later.

Trust and time come after this and cannot make it better. The steps are those of validation.md 3 and 4: which signatures
does the form show; is each what it seems to be; does it hold; was one removed; does each later revision change only
what may change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tte.model import Added, LaterRevision, Pdf
from tte.validation import cms_check, form_fields, packed, raw, rights
from tte.validation.additions import Addition, only_blanks, read_additions, skip_blanks
from tte.validation.changes import Changes, compare
from tte.validation.covered import Covered, Hashing
from tte.validation.form_fields import SignatureField
from tte.validation.giants import has_giant
from tte.validation.kept import Kept
from tte.validation.raw import RawSignature, Unsound
from tte.validation.reasons import Reason
from tte.validation.revision import Ref, Revision, get, items, name_of, ref_of
from tte.validation.store import certificates_in
from tte.validation.syntax import NotPdf, skip_blank

MAX_SIZE, MAX_MAPPED_SIZE = 64 * 1024 * 1024, 256 * 1024 * 1024
"""Bytes of a file that is held in memory, and of one that is mapped."""
MAX_SIGNATURES = 64
MAX_REVISIONS = 64
_HEADER = b"%PDF-"
_MOST_BYTES = 512 * 1024 * 1024
_MOST_OBJECTS = 1_000_000
"""How many bytes and objects may be looked at in all revisions together."""
_MOST_MARKS = 1_000_000
"""How often `obj` and `endobj` may stand in a file: half as many objects, more than `Revision` takes."""
_MOST_HASHED = 512 * 1024 * 1024
"""Bytes that all signatures together may cover."""
_MARK = len(b"obj")
_BEGINNING, _MOST_KEPT = 64, 4096
_clear: Kept[tuple[Ref, bytes], bytes] = Kept(256)
"""Form fields that have no key twice, by number and their first bytes."""


@dataclass(slots=True)
class Signature:
    """A signature that the form shows. `fault` is what is wrong with it, `changes` what may not have been added later.

    `raw` is None if its bytes are not in order; `covered` are the bytes that it signs. `notes` was found later
    and is allowed.
    """

    shown: SignatureField
    kind: str
    raw: RawSignature | None = None
    covered: Covered | None = field(default=None, repr=False)
    fault: Reason | None = None
    certifies: bool = False
    changes: dict[Reason, None] = field(default_factory=dict)
    notes: dict[Reason, None] = field(default_factory=dict)

    @property
    def is_time_stamp(self) -> bool:
        """A document time-stamp, whatever its /Type says (EN 319 142-1 §5.4.3: the SubFilter decides)."""
        return self.kind == cms_check.TIME_STAMP


@dataclass(slots=True)
class Examination:
    """All that was found. `faults` concern the file as a whole; `final` is None if it could not be read.

    `later` is every revision after the first signature that holds together, in order, with what it changed.
    """

    faults: dict[Reason, None] = field(default_factory=dict)
    signatures: list[Signature] = field(default_factory=list)
    final: Revision | None = None
    later: tuple[LaterRevision, ...] = ()
    hashing: Hashing | None = field(default=None, repr=False)

    def reasons(self) -> list[Reason]:
        """Everything that speaks against the bytes."""
        found = [*self.faults]
        for one in self.signatures:
            if one.fault:
                stamp = one.is_time_stamp and one.fault in (Reason.HASH, Reason.VALUE, Reason.BAD_CMS)
                found.append(Reason.DOCUMENT_TIME_STAMP_BROKEN if stamp else one.fault)
            found += one.changes
        return found


def examine(pdf: Pdf) -> Examination:
    """What the bytes say. Raises only what hostile bytes make qpdf raise, or MemoryError and RecursionError."""
    hashing = Hashing(pdf)
    found = Examination(hashing=hashing)
    try:
        _examine(pdf, hashing, found)
    except Unsound as why:
        found.faults[why.reason] = None
    return found


def _examine(pdf: Pdf, hashing: Hashing, found: Examination) -> None:
    hits = _gate(pdf)
    final = found.final = Revision(pdf, len(pdf))
    fields = list(islice(form_fields.signature_fields(final), MAX_SIGNATURES + 1))
    final.look_again()
    for shown in fields:
        if len(found.signatures) >= MAX_SIGNATURES:
            raise Unsound(Reason.TOO_MANY_SIGNATURES)
        if hashing.hashed > _MOST_HASHED:
            raise Unsound(Reason.TOO_COMPLEX)
        found.signatures.append(_signature(pdf, hashing, final, shown))
    _look_for_others(pdf, found, final, hits)
    sound = [one for one in found.signatures if one.raw]
    if not found.signatures:
        if not found.faults:
            left = rights.has_remains(pdf, final)
            found.faults[Reason.STRAY if left else Reason.NO_SIGNATURE] = None
    elif len({one.raw.span for one in sound if one.raw}) != len(sound):
        found.faults[Reason.SHARED] = None
    elif not raw.ranges_nest([one.raw for one in sound if one.raw]):
        found.faults[Reason.CROSSING] = None
    elif sound:
        found.later = _look_at_later(pdf, final, sound)
        if all(one.is_time_stamp for one in found.signatures) and not found.faults:
            found.faults[Reason.ONLY_TIME_STAMPS] = None


def _gate(pdf: Pdf) -> Sequence[int]:
    if len(pdf) > (MAX_SIZE if isinstance(pdf, bytes) else MAX_MAPPED_SIZE):
        raise Unsound(Reason.TOO_LARGE)
    if pdf[: len(_HEADER)] != _HEADER:
        raise Unsound(Reason.NOT_A_PDF)
    hits = raw.find_byte_ranges(pdf, MAX_SIGNATURES)
    if len(hits) > MAX_SIGNATURES:
        raise Unsound(Reason.TOO_MANY_SIGNATURES)
    if isinstance(pdf, bytes):
        _look_for_costs(pdf)
    return hits


def _look_for_costs(pdf: bytes) -> None:
    """Refuse what would take long or much memory. In a file that is mapped only limits from outside stop that: each of
    these looks takes as long as hashing it.
    """
    if pdf.count(b"startxref") > MAX_REVISIONS:
        raise Unsound(Reason.TOO_MANY_REVISIONS)
    if len(pdf) > _MARK * _MOST_MARKS and pdf.count(b"obj") > _MOST_MARKS:
        raise Unsound(Reason.TOO_COMPLEX)
    if has_giant(pdf):
        raise Unsound(Reason.TOO_COMPLEX)


def _signature(pdf: Pdf, hashing: Hashing, final: Revision, shown: SignatureField) -> Signature:
    one = Signature(shown, name_of(get(shown.value, "/SubFilter")), certifies=form_fields.certifies(final, shown))
    try:
        kind, offset, _ = final.table.get(shown.ref, (0, 0, 0))
        if kind != 1:
            raise Unsound(Reason.NOT_INDIRECT)
        number, generation = shown.ref
        read = raw.read_signature(pdf, offset, number=number, generation=generation, in_field=shown.direct)
        if not _same(shown.value, read):
            raise Unsound(Reason.ENCRYPTED if final.encrypted else Reason.TWO_READINGS)
        _look_at_field(pdf, final, shown, read.end)
        one.raw, one.covered = read, Covered(hashing, read.gap, read.end)
        if one.kind not in cms_check.KINDS:
            raise Unsound(Reason.UNSUPPORTED_KIND)
        _check(final, one, read.cms, one.covered)
    except Unsound as why:
        one.fault = why.reason
    return one


def _look_at_field(pdf: Pdf, final: Revision, shown: SignatureField, end: int) -> None:
    """Unsound if the signed field has a key twice: readers differ over which /V is its signature (ISO 32000-2 §7.3.7).

    One that was written after the signed bytes, which end at `end`, is judged as a change.
    """
    ref = ref_of(shown.field)
    kind, offset, place = final.table.get(ref, (0, 0, 0))
    if kind == 1 and offset < end and not shown.direct:  # with `direct` it was read already
        _look_for_doubles(pdf, offset, ref)
    if kind == 2 and final.table.get((offset, 0), (0, end, 0))[1] < end and not packed.is_clear(final, offset, place):
        raise Unsound(Reason.BAD_DICTIONARY)


def _look_for_doubles(pdf: Pdf, offset: int, ref: Ref) -> None:
    """Read an object from the byte before it to its `endobj`, unless the very same bytes were read before."""
    question = (ref, pdf[max(0, offset - 1) : offset + _BEGINNING])
    known = _clear.get(question)
    if known is not None and pdf[offset - 1 : offset - 1 + len(known)] == known:
        return
    found = raw.read_dictionary(pdf, offset, *ref)
    end = skip_blank(pdf, found.span.end) + len(b"endobj")
    if offset > 0 and end - offset <= _MOST_KEPT:
        _clear.put(question, pdf[offset - 1 : end])


def _check(final: Revision, one: Signature, cms: bytes, covered: Covered) -> None:
    bare = get(one.shown.value, "/Cert")
    first = next(iter(items(bare)), bare)
    certificate = bytes(first) if first is not None else b""  # type: ignore[call-overload]
    try:
        cms_check.check(cms, one.kind, covered, bare_certificate=certificate)
    except Unsound as why:
        if why.reason is not Reason.NO_CERTIFICATE:
            raise
        more = certificates_in(final)
        cms_check.check(cms, one.kind, covered, bare_certificate=certificate, more=more)


def _same(value: object, read: RawSignature) -> bool:
    """B4: what qpdf resolved is what stands in the bytes."""
    contents = get(value, "/Contents")
    return items(get(value, "/ByteRange")) == list(read.byte_range) and bytes(contents) == read.contents  # type: ignore[call-overload]


def _look_for_others(pdf: Pdf, found: Examination, final: Revision, hits: Sequence[int]) -> None:
    """Signatures that stand in the bytes and in no field (B6)."""
    known = [one.raw.span for one in found.signatures if one.raw]
    spoiled = {one.shown.ref[0] for one in found.signatures if not one.raw}
    for hit in hits:
        if any(span.start < hit < span.end for span in known):
            continue
        match rights.what_is_at(pdf, hit, final, spoiled):
            case rights.Stray.SIGNATURE:
                found.faults[Reason.STRIPPED] = None
            case rights.Stray.OTHER if not found.signatures:
                found.faults[Reason.STRAY] = None


def _look_at_later(pdf: Pdf, final: Revision, signatures: Sequence[Signature]) -> tuple[LaterRevision, ...]:
    """Each revision after the first signature, compared with the one before it (T5)."""
    ends = {id(one): one.raw.end for one in signatures if one.raw}
    start = min(ends.values())
    try:
        additions = read_additions(pdf, start, MAX_REVISIONS)
    except NotPdf:
        _put(signatures, ends, start, Changes((Reason.TRAILING,)))
        return (LaterRevision(start, len(pdf), (Added.UNKNOWN,)),)
    cuts = [start, *(addition.end for addition in additions)]
    for one in signatures:
        end = ends[id(one)]
        cut = next((cut for cut in cuts if only_blanks(pdf, min(end, cut), max(end, cut))), None)
        if cut is None and skip_blanks(pdf, end) < len(pdf):
            one.changes[Reason.NO_END] = None
        ends[id(one)] = end if cut is None else cut
    real = [addition for addition in additions if not addition.is_blank]
    if (real[-1].end if real else max(one.raw.end for one in signatures if one.raw)) < len(pdf):
        _note_blanks(signatures)
    return _compare_all(pdf, final, start, real, signatures, ends)


def _note_blanks(signatures: Sequence[Signature]) -> None:
    """Blanks, or a second %%EOF, at the end: read by nobody, but who allowed no change gets none."""
    for one in signatures:
        one.notes[Reason.BLANKS] = None
        if form_fields.forbids_changes(one.shown):
            one.changes[Reason.TRAILING] = None


def _compare_all(
    pdf: Pdf,
    final: Revision,
    start: int,
    additions: Sequence[Addition],
    signatures: Sequence[Signature],
    ends: Mapping[int, int],
) -> tuple[LaterRevision, ...]:
    if not additions:
        return ()
    points = [start, *(addition.end for addition in additions[:-1])]
    if isinstance(pdf, bytes) and sum(points) > _MOST_BYTES:
        raise Unsound(Reason.TOO_COMPLEX)
    old, looked_at, later = Revision(pdf, start), 0, []
    for begin, addition in zip(points, additions, strict=True):
        new = final if addition is additions[-1] else Revision(pdf, addition.end)
        looked_at += len(old.table) + len(new.table)
        if looked_at > _MOST_OBJECTS:
            raise Unsound(Reason.TOO_COMPLEX)
        newer = [one for one in signatures if ends[id(one)] > begin and not one.fault]
        signed: list[Ref] = [one.shown.ref for one in newer]
        stamps = [one.shown.ref for one in newer if one.is_time_stamp]
        changes = compare(pdf, addition, old, new, signed=signed, stamps=stamps)
        _put(signatures, ends, begin, changes)
        later.append(LaterRevision(begin, addition.end, changes.adds))
        old = new
    return tuple(later)


def _put(signatures: Sequence[Signature], ends: Mapping[int, int], begin: int, changes: Changes) -> None:
    """What a revision that begins at `begin` changes concerns the signatures that end before it."""
    for one in signatures:
        if ends[id(one)] <= begin:
            one.changes.update(dict.fromkeys(changes.problems))
            one.notes.update(dict.fromkeys(changes.notes))
            if changes.approved and form_fields.forbids_changes(one.shown):
                one.changes[Reason.FORBIDDEN] = None
