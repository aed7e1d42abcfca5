"""What follows the first page: provinces, offices, what needs attention, problems. Nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import median
from typing import Final

from tte import regions
from tte.figures.friday import FEW, Friday, OfficeWeek, Part, Punctual, Scope, Trouble
from tte.figures.kinds import title_of
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday import charts
from tte.reports.friday.paper import BODY, BOLD, FOOT, LEFT, RIGHT, SMALL, WIDTH, Paper
from tte.reports.friday.summary import SIGNATURE, mark
from tte.reports.friday.words import NONE, brief, count, moment, percent, place, short
from tte.words import tanggal_angka

_CELL: Final = Look("sans", 7.6)
_CELL_BOLD: Final = Look("sans semibold", 7.6)
_ROW: Final = 4.5
_PROVINCE_ROW: Final = 5.7
_BAR: Final = 26.0
_WHY_ABOVE: Final = (
    "Pembilang (anak dengan akta) lebih baru daripada penyebut (semua anak dalam data bersih), sehingga memuat anak "
    "yang belum ada dalam penyebut. Di mana bukan itu sebabnya, tertulis “periksa”."
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a table: an office, or all offices of a province."""

    name: str
    punctual: Punctual | None
    reported: str
    akta: Part | None
    suket: int | None
    prr: int | None
    suket_trail: Sequence[int | None]
    prr_trail: Sequence[int | None]
    kinds: str
    more: str


def provinces(paper: Paper) -> None:
    """Every province a line, the best covered first."""
    friday = paper.friday
    lines = []
    for province in regions.provinces():
        offices = [one for one in friday.offices if one.code.startswith(province.code)]
        kinds = [len(one.kinds) for one in offices if one.kinds is not None]
        few = sum(one.signs_few for one in offices)
        reported = sum(one.punctual is not Punctual.MISSING for one in offices)
        lines.append(
            _Line(
                place(province.name),
                None,
                f"{reported}/{len(offices)}",
                _sum([one.akta for one in offices if one.akta]),
                _left([one.suket for one in offices]),
                _left([one.prr for one in offices]),
                [_left(each) for each in zip(*(one.suket_trail for one in offices), strict=True)],
                [_left(each) for each in zip(*(one.prr_trail for one in offices), strict=True)],
                f"{median(kinds):g}".replace(".", ",") if kinds else NONE,
                count(few),
            )
        )
    paper.page()
    note = f"{len(lines)} provinsi, menurut cakupan akta 0–18 tahun; garis tebal: target"
    _table(paper, "Per provinsi", note, ("jenis*", "sedikit**"), lines, _PROVINCE_ROW)
    said = f"* tengah dari banyaknya jenis dokumen TTE tiap kantor; ** kantor dengan {FEW} jenis atau kurang"
    paper.leaf.text(RIGHT, paper.y - 3, f"{said}, dua belas pekan", SMALL, room=WIDTH, right=True)


def offices(paper: Paper) -> None:
    """Every office a line, the best covered first."""
    lines = [
        _Line(
            brief(one.name),
            one.punctual,
            "",
            one.akta,
            one.suket,
            one.prr,
            one.suket_trail,
            one.prr_trail,
            NONE if one.kinds is None else str(len(one.kinds)),
            count(one.documents),
        )
        for one in paper.friday.offices
    ]
    paper.page()
    note = f"{count(len(lines))} kantor, menurut cakupan akta 0–18 tahun; garis tebal: target"
    _table(paper, "Semua kantor", note, ("jenis", "dok."), lines, _ROW)


def _table(paper: Paper, title: str, note: str, last: tuple[str, str], lines: Sequence[_Line], row: float) -> None:
    ordered = sorted(lines, key=lambda line: (line.akta is None, -(line.akta.percent if line.akta else 0), line.name))
    highest = max([line.akta.percent for line in lines if line.akta], default=0.0)
    most = 100.0 if highest <= 100 else highest
    target = paper.friday.target("akta")
    head = partial(_head, paper, title, note, last)
    head()
    for rank, line in enumerate(ordered, start=1):
        if paper.y + row > FOOT - 3:
            paper.page()
            head()
        leaf, y = paper.leaf, paper.y
        leaf.text(LEFT + 6, y, str(rank), _CELL, room=8, right=True)
        if line.punctual:
            mark(leaf, LEFT + 9.4, y - 0.95, line.punctual)
        leaf.text(LEFT + 12, y, line.name, _CELL_BOLD if row > _ROW else _CELL, room=50)
        leaf.text(LEFT + 64, y, line.reported, _CELL, room=12, right=True)
        if line.akta:
            aim = target.percent if target else None
            charts.cover(leaf, LEFT + 66.5, y - 2.2, _BAR, 2.5, line.akta.percent, most=most, target=aim)
            look = _CELL_BOLD if line.akta.percent > 100 else _CELL
            leaf.text(LEFT + 107, y, percent(line.akta.percent), look, room=16, right=True)
        else:
            leaf.text(LEFT + 107, y, NONE, _CELL, room=16, right=True)
        for x, value, trail in ((120.0, line.suket, line.suket_trail), (142.0, line.prr, line.prr_trail)):
            leaf.text(LEFT + x, y, count(value), _CELL, room=13, right=True)
            charts.spark(leaf, LEFT + x + 1.2, y + 0.1, 8.0, 2.5, trail)
        leaf.text(LEFT + 159, y, line.kinds, _CELL, room=10, right=True)
        leaf.text(RIGHT, y, line.more, _CELL, room=10, right=True)
        leaf.rule(LEFT, y + 1.35, RIGHT, "line", 0.35)
        paper.y += row
    paper.y += 5


def _head(paper: Paper, title: str, note: str, last: tuple[str, str]) -> None:
    paper.heading(title, note)
    leaf, y = paper.leaf, paper.y
    leaf.text(LEFT + 12, y, "provinsi" if last[0].endswith("*") else "kantor", SMALL, room=40)
    if not last[0].endswith("*"):
        x = LEFT + 27.0
        for punctual, said in zip(Punctual, ("tepat waktu", "terlambat", "belum"), strict=True):
            mark(leaf, x, y - 0.95, punctual)
            leaf.text(x + 2.2, y, said, Look("sans", 6.4), room=20)
            x += 3.8 + leaf.width(said, Look("sans", 6.4)) + 1.2
    else:
        leaf.text(LEFT + 64, y, "melapor", SMALL, room=20, right=True)
    for x, said in ((107.0, "cakupan"), (120.0, "suket"), (142.0, "PRR"), (159.0, last[0]), (WIDTH, last[1])):
        leaf.text(LEFT + x, y, said, SMALL, room=30, right=True)
    leaf.rule(LEFT, y + 1.6, RIGHT, "mid", 0.5)
    paper.y += 5.6


def attention(paper: Paper) -> None:
    """Offices that are named: missing, late, above 100 %, at two kinds or fewer."""
    friday = paper.friday
    paper.page()
    missing, late = friday.having(Punctual.MISSING), friday.having(Punctual.LATE)
    above = [one for one in friday.offices if one.akta and one.akta.percent > 100]
    few = [one for one in friday.offices if one.signs_few]
    _named(paper, "Belum melapor", missing, _last_known, friday)
    _named(paper, "Terlambat", late, _came, friday, note=f"batas {moment(friday.deadline)}")
    _above(paper, above)
    _named(paper, f"Menandatangani {FEW} jenis dokumen atau kurang", few, _signed, friday, note="dua belas pekan")


def _named(
    paper: Paper,
    title: str,
    offices: Sequence[OfficeWeek],
    said: Callable[[OfficeWeek], str],
    friday: Friday,
    *,
    note: str = "",
) -> None:
    """Two columns of names, read row by row."""
    paper.need(20)
    paper.heading(f"{title}: {count(len(offices))} kantor", note)
    half = WIDTH / 2 - 3
    if not offices:
        paper.leaf.text(LEFT, paper.y, "Tidak ada.", BODY, room=WIDTH)
        paper.y += 5
    for start in range(0, len(offices), 2):
        if paper.need(_ROW):
            paper.heading(f"{title}, lanjutan", note)
        for column, one in enumerate(offices[start : start + 2]):
            x = LEFT + column * (WIDTH / 2 + 3)
            name = brief(one.name)
            told = said(one)
            room = half - paper.leaf.width(told, SMALL) - 2
            province = regions.province(one.code[:2])
            longer = f"{name}, {place(province.name)}" if province and friday.scope is Scope.NATIONAL else name
            fits = paper.leaf.width(longer, _CELL) <= room
            paper.leaf.text(x, paper.y, longer if fits else name, _CELL, room=room)
            paper.leaf.text(x + half, paper.y, told, SMALL, room=half, right=True)
            paper.leaf.rule(x, paper.y + 1.35, x + half, "line", 0.35)
        paper.y += _ROW
    paper.y += 6


def _last_known(one: OfficeWeek) -> str:
    return f"angka terakhir {tanggal_angka(one.day)}" if one.day else "tidak ada dalam 12 pekan"


def _came(one: OfficeWeek) -> str:
    return moment(one.came) if one.came else NONE


def _signed(one: OfficeWeek) -> str:
    return " · ".join(title_of(kind) for kind in one.kinds or ()) or "tidak ada"


def _above(paper: Paper, offices: Sequence[OfficeWeek]) -> None:
    paper.need(24)
    paper.heading(f"Cakupan di atas 100 %: {count(len(offices))} kantor", "angka tidak dipotong; pembilang, penyebut")
    if not offices:
        paper.leaf.text(LEFT, paper.y, "Tidak ada.", BODY, room=WIDTH)
        paper.y += 5
    else:
        paper.y = paper.leaf.paragraph(LEFT, paper.y, _WHY_ABOVE, BODY, room=WIDTH, most=3) + 2.0
    for one in offices:
        if one.akta is None:
            continue
        if paper.need(_ROW):
            paper.heading("Cakupan di atas 100 %, lanjutan")
        leaf, y, akta = paper.leaf, paper.y, one.akta
        newer = akta.part_per and akta.whole_per and akta.part_per > akta.whole_per
        leaf.text(LEFT, y, brief(one.name), _CELL, room=58)
        leaf.text(LEFT + 78, y, percent(akta.percent), _CELL_BOLD, room=20, right=True)
        for x, value, day in ((116.0, akta.part, akta.part_per), (153.0, akta.whole, akta.whole_per)):
            said = f"{count(value)} (per {tanggal_angka(day)})" if day else count(value)
            leaf.text(LEFT + x, y, said, _CELL, room=40, right=True)
        if not newer:
            leaf.text(RIGHT, y, "periksa", _CELL_BOLD, room=16, right=True)
        leaf.rule(LEFT, y + 1.35, RIGHT, "line", 0.35)
        paper.y += _ROW
    paper.y += 5


def troubles(paper: Paper) -> None:
    """Problems, open ones first, each with cause, what is done and whose it is; from where the page stands."""
    found = paper.friday.troubles
    solved = sum(one.solved is not None for one in found)
    if paper.friday.scope is not Scope.OFFICE:
        paper.need(34)
    paper.heading("Masalah", f"{len(found) - solved} terbuka, {solved} selesai pekan ini")
    if not found:
        paper.leaf.text(LEFT, paper.y, "Tidak ada masalah yang dilaporkan.", BODY, room=WIDTH)
        paper.y += 8
        return
    for done, one in enumerate(found):
        height = _trouble(paper, one, measure=True)
        last = SIGNATURE - 2 if len(paper.folio.leaves) == 1 else FOOT - 4
        if paper.y + height > last:
            if len(paper.folio.leaves) == 1:
                left = f"{len(found) - done} masalah lagi di halaman berikutnya"
                paper.leaf.text(RIGHT, paper.y, left, SMALL, room=WIDTH, right=True)
            paper.page()
            paper.heading("Masalah, lanjutan")
        _trouble(paper, one)


def _trouble(paper: Paper, one: Trouble, *, measure: bool = False) -> float:
    """Three columns: state, the problem with its cause, what is done and by whom; how many mm it takes."""
    leaf: Leaf = paper.leaf
    first, second = LEFT + 27, LEFT + 104
    y = paper.y
    office = "" if paper.friday.scope is Scope.OFFICE else brief(_name(one.office))
    left = _column(
        leaf, first, y, 74, [(office, SMALL), (one.text, BOLD), (_with("Sebab: ", one.cause), SMALL)], measure
    )
    owner = _with("Penanggung jawab: ", one.owner)
    right = _column(leaf, second, y, RIGHT - second, [(one.solution or NONE, BODY), (owner, SMALL)], measure)
    if not measure:
        leaf.dot(LEFT + 1.4, y - 1.1, 1.25, "deep")
        if one.solved is None:
            leaf.dot(LEFT + 1.4, y - 1.1, 0.75, "white")
        leaf.text(
            LEFT + 5, y, "Terbuka" if one.solved is None else "Selesai", BOLD if one.solved is None else BODY, room=20
        )
        since = f"sejak {_day(paper, one.since)}" if one.solved is None else f"{short(one.since)} – {short(one.solved)}"
        leaf.text(LEFT + 5, y + 3.6, since, SMALL, room=22)
        leaf.rule(LEFT, max(left, right, y + 7.4) - 2.0, RIGHT, "mark", 0.35)
        paper.y = max(left, right, y + 7.4) + 2.4
    return max(left, right, y + 7.4) + 2.4 - y


def _column(leaf: Leaf, x: float, y: float, room: float, texts: Sequence[tuple[str, Look]], measure: bool) -> float:
    for text, look in texts:
        if text and measure:
            y += look.step * len(leaf.lines_of(text, look, room=room))
        elif text:
            y = leaf.paragraph(x, y, text, look, room=room, most=9)
    return y


def _day(paper: Paper, day: date) -> str:
    """A day, with its year where that is another one."""
    return short(day) if day.year == paper.friday.friday.year else f"{short(day)} {day.year}"


def _name(office: str) -> str:
    found = regions.regency(office)
    return found.name if found else office


def _with(label: str, text: str) -> str:
    return f"{label}{text}" if text else ""


def _sum(parts: Sequence[Part]) -> Part | None:
    return Part(sum(one.part for one in parts), sum(one.whole for one in parts)) if parts else None


def _left(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
