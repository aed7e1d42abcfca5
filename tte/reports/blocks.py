"""The parts of the page, from top to bottom. Each begins at a height and gives the height at which it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tte.model import Report, SignatureReport
from tte.rendering.leaf import Leaf, Look
from tte.reports.phrases import ADDED, HEADS, PROOFS, RESULTS, STATES, day, seal_words, when
from tte.validation.reasons import indonesian
from tte.verdict import Answer, Authority, Verdict, Words
from tte.verdict.sealing import SealFound

LEFT: Final = 22.0
RIGHT: Final = 188.0
WIDTH: Final = RIGHT - LEFT
_VALUE: Final = LEFT + 38.0
_MOST_ROWS: Final = 4
_LOW: Final = 182.0
"""mm. A table that begins below this is a short one."""
_COLUMNS: Final = (LEFT, LEFT + 6, LEFT + 54, LEFT + 87, LEFT + 109, LEFT + 137)
"""Where the columns of the table of signatures begin."""


_BODY = Look("sans", 9.2, "mark")
_STRONG = Look("sans semibold", 9.2, "mark")
_SOFT = Look("sans", 8, "mid")
_HEADING = Look("sans semibold", 8, "deep", track=0.06)
_HEADING_EN = Look("serif italic", 8.6, "mid")
_TITLES = (Look("serif semibold", 27, "deep", 1.12), Look("serif semibold", 21, "deep", 1.14))

_ANSWER_INKS: Final = {Answer.YES: "mark", Answer.NO: "deep", Answer.UNKNOWN: "mid"}


def verdict(leaf: Leaf, top: float, here: Words, there: Words) -> float:
    """The word, large, what was found, what to do."""
    x, room = LEFT + 8, WIDTH - 15
    large = next((look for look in _TITLES if leaf.width(here.title, look) <= room), _TITLES[-1])
    y = leaf.paragraph(x, top + 6 + large.size * 0.3, here.title, large, room=room, most=2)
    y = leaf.paragraph(x, y - large.step + 7.2, there.title, Look("serif italic", 13, "deep"), room=room, most=1) + 2.6
    y = leaf.paragraph(x, y, here.sentence, Look("sans", 10.4, "mark"), room=room, most=4)
    y = leaf.paragraph(x, y, there.sentence, _SOFT, room=room, most=4) + 2.6
    y = leaf.paragraph(x, y, here.do, Look("sans semibold", 10.4, "mark"), room=room, most=2)
    y = leaf.paragraph(x, y, there.do, _SOFT, room=room, most=2) + 2.0
    leaf.box(LEFT, top, WIDTH, y - top, "tint")
    leaf.box(LEFT, top, 2.4, y - top, "deep")
    return y


def file(leaf: Leaf, y: float, report: Report, name: str, seal: SealFound | None) -> float:
    """Which file: only its SHA-256 says it for certain. And what the seal in its code says of it, if there is one."""
    y = _heading(leaf, y, "BERKAS", "The file")
    y = _row(leaf, y, "Nama (name)", name or "–")
    digest = report.pdf_sha256
    halves = [" ".join(half[at : at + 4] for at in range(0, 32, 4)) for half in (digest[:32], digest[32:64])]
    y = _row(leaf, y, "SHA-256", halves[0].strip())
    leaf.text(_VALUE, y, halves[1].strip(), _BODY, room=RIGHT - _VALUE)
    size = f"{report.size:,}".replace(",", ".")
    leaf.text(RIGHT, y, f"{size} bita (bytes)", _SOFT, room=50, right=True)
    y += _BODY.step
    if seal is None:
        return y
    look = Look("sans semibold", 9.2, "deep") if seal.disagrees else _BODY
    return _row(leaf, y + 0.6, "Segel kode QR (seal)", seal_words(seal), look, note=seal.verdict)


def signer(leaf: Leaf, y: float, report: Report, verdict: Verdict) -> float:
    """Who signed, when, for which office, and who vouches: of the first signature."""
    if not report.signatures:
        return y - 5.0
    one = report.signatures[0]
    y = _heading(leaf, y, "PENANDA TANGAN", "Who signed")
    y = _row(leaf, y, "Nama (name)", one.signer or "tidak diketahui (unknown)", _STRONG)
    y = _row(leaf, y, "Kantor (office)", _office(verdict), note=_register(verdict))
    time, note = _time(one)
    y = _row(leaf, y, "Waktu (time)", time, note=note)
    y = _row(leaf, y, "Tingkat (level)", _level(one))
    kind = "tersertifikasi (by a PSrE)" if one.psre else "tidak tersertifikasi (not by a PSrE)"
    y = _row(leaf, y, "Sertifikat (certificate)", one.issuer or "–", note=kind if one.certificate_sha256 else "")
    return _row(leaf, y, "Rangkaian (chain)", " · ".join(one.chain) or "tidak sampai ke yang dipercaya (none trusted)")


def signatures(leaf: Leaf, y: float, report: Report) -> float:
    """Each signature a row, up to four; two where the verdict took much room."""
    if not report.signatures:
        return y - 5.0
    y = _heading(leaf, y, "TANDA TANGAN DI DALAM BERKAS", "Signatures in the file")
    _cells(leaf, y, HEADS, Look("sans", 7.4, "mid"))
    y += _BODY.step
    most = _MOST_ROWS if y < _LOW else _MOST_ROWS // 2
    for place, one in enumerate(report.signatures[:most], start=1):
        _signature(leaf, y, place, one, report)
        y += _BODY.step
    more = len(report.signatures) - most
    if more > 0:
        leaf.text(_COLUMNS[1], y, f"dan {more} lagi (and {more} more)", _SOFT, room=WIDTH)
        y += _BODY.step
    return y


def checks(leaf: Leaf, y: float, here: Words, there: Words) -> float:
    """Two columns: what was checked, and what this does not prove."""
    middle, half = LEFT + WIDTH / 2 + 4, WIDTH / 2 - 4
    _heading(leaf, y, "YANG DIPERIKSA", "What was checked", room=half)
    below = _heading(leaf, y, "YANG TIDAK DIBUKTIKAN", "What this does not prove", x=middle, room=half)
    y = below
    for one, other in zip(here.checks, there.checks, strict=True):
        leaf.text(LEFT, y, one.text, _BODY, room=half - 34)
        strong = Look("sans semibold", 9.2, _ANSWER_INKS[one.answer])
        leaf.text(LEFT + half, y, one.answer_text, strong, room=34, right=True)
        leaf.text(LEFT, y + 3.5, other.text, _SOFT, room=half - 34)
        leaf.text(LEFT + half, y + 3.5, other.answer_text, _SOFT, room=34, right=True)
        y += 8.2
    last = y
    y = below
    for said, other_said in zip(here.unproven, there.unproven, strict=True):
        y = leaf.paragraph(middle, y, said, _BODY, room=half, most=2)
        y = leaf.paragraph(middle, y - 0.4, other_said, _SOFT, room=half, most=2) + 1.4
    return max(last, y)


def notes(leaf: Leaf, y: float, report: Report, last: float) -> None:
    """What was found, in the words of EN 319 102-1 and with its reasons, as many as there is room for above `last`."""
    found = list(report.reasons) or [why for one in report.signatures[:1] for why in one.reasons]
    words = " / ".join(filter(None, (report.indication, report.sub_indication)))
    if y > last - 6.0:
        return
    y = _heading(leaf, y, "CATATAN PEMERIKSAAN", "Findings")
    leaf.text(LEFT, y, f"{words} (EN 319 102-1); integrity: {report.integrity}", _STRONG, room=WIDTH)
    said = [f"{indonesian(reason)} {reason}" for reason in dict.fromkeys(found)]
    added = dict.fromkeys(one for revision in report.later for one in revision.adds)
    if added:
        said.insert(0, "Ditambahkan kemudian (added later): " + ", ".join(ADDED[one] for one in added) + ".")
    for line in said:
        y += 4.4
        if y > last - 4.4:
            return
        leaf.text(LEFT, y, line, _SOFT, room=WIDTH)


def _heading(leaf: Leaf, y: float, here: str, there: str, *, x: float = LEFT, room: float = WIDTH) -> float:
    leaf.text(x, y, here, _HEADING, room=room)
    leaf.text(x + room, y, there, _HEADING_EN, room=room / 2, right=True)
    leaf.rule(x, y + 1.6, x + room, "line", 0.6)
    return y + 6.4


def _row(leaf: Leaf, y: float, name: str, value: str, look: Look = _BODY, *, note: str = "") -> float:
    """A name, its value, and at the right edge what is to be said of it: the value gives way to that."""
    leaf.text(LEFT, y, name, _SOFT, room=_VALUE - LEFT - 2)
    taken = leaf.width(note, _SOFT) + 4 if note else 0
    leaf.text(_VALUE, y, value, look, room=RIGHT - _VALUE - taken)
    leaf.text(RIGHT, y, note, _SOFT, room=RIGHT - _VALUE, right=True)
    return y + look.step + 0.6


def _office(verdict: Verdict) -> str:
    if verdict.authority is not Authority.AUTHORISED:
        return "tidak dipastikan (not established)"
    entry = verdict.known.entry
    return verdict.mandate.office if verdict.mandate else entry.office if entry else "–"


def _time(one: SignatureReport) -> tuple[str, str]:
    if one.best_time is not None and one.time_proof in PROOFS:
        return when(one.best_time), PROOFS[one.time_proof]
    if one.claimed_at is not None:
        return when(one.claimed_at), "menurut penanda tangan (as the signer says)"
    return "tidak disebut (not given)", ""


def _register(verdict: Verdict) -> str:
    state = verdict.known.state if verdict.known.ours else None
    return "" if state is None else f"register: {STATES.get(state, str(state))}"


def _level(one: SignatureReport) -> str:
    stated = f"{one.form} {one.level}" if one.level else one.form
    method = f", {one.algorithm}" if one.algorithm else ""
    return f"{stated}{method}"


def _signature(leaf: Leaf, y: float, place: int, one: SignatureReport, report: Report) -> None:
    at = one.best_time if one.time_proof in PROOFS else one.claimed_at
    covers = "seluruh berkas (whole)" if one.covers_file else f"bita 1–{one.signed_to} / {report.size}"
    cells = (
        str(place),
        one.signer or one.field or "–",
        day(at),
        f"{one.level or one.form}",
        RESULTS[one.indication],
        covers if one.signed_to else "–",
    )
    _cells(leaf, y, cells, Look("sans", 8.4, "mark"))


def _cells(leaf: Leaf, y: float, cells: Sequence[str], look: Look) -> None:
    for x, end, cell in zip(_COLUMNS, (*_COLUMNS[1:], RIGHT + 2), cells, strict=True):
        leaf.text(x, y, cell, look, room=end - x - 2)
