"""Offices that are named: missing, late, above 100 %, at few kinds of document. Nobody is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tte import regions
from tte.figures.friday import FEW, Friday, OfficeWeek, Punctual, Scope
from tte.figures.kinds import title_of
from tte.reports.friday.paper import BODY, CELL, CELL_BOLD, LEFT, RIGHT, ROW, SMALL, WIDTH, Paper
from tte.reports.friday.words import NONE, brief, count, moment, percent, place
from tte.words import tanggal_angka

_WHY_ABOVE: Final = (
    "Pembilang (anak dengan akta) lebih baru daripada penyebut (semua anak dalam data bersih), sehingga memuat anak "
    "yang belum ada dalam penyebut. Di mana bukan itu sebabnya, tertulis “periksa”."
)


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
        if paper.need(ROW):
            paper.heading(f"{title}, lanjutan", note)
        for column, one in enumerate(offices[start : start + 2]):
            x = LEFT + column * (WIDTH / 2 + 3)
            name = brief(one.name)
            told = said(one)
            room = half - paper.leaf.width(told, SMALL) - 2
            province = regions.province(one.code[:2])
            longer = f"{name}, {place(province.name)}" if province and friday.scope is Scope.NATIONAL else name
            fits = paper.leaf.width(longer, CELL) <= room
            paper.leaf.text(x, paper.y, longer if fits else name, CELL, room=room)
            paper.leaf.text(x + half, paper.y, told, SMALL, room=half, right=True)
            paper.leaf.rule(x, paper.y + 1.35, x + half, "line", 0.35)
        paper.y += ROW
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
        if paper.need(ROW):
            paper.heading("Cakupan di atas 100 %, lanjutan")
        leaf, y, akta = paper.leaf, paper.y, one.akta
        newer = akta.part_per and akta.whole_per and akta.part_per > akta.whole_per
        leaf.text(LEFT, y, brief(one.name), CELL, room=58)
        leaf.text(LEFT + 78, y, percent(akta.percent), CELL_BOLD, room=20, right=True)
        for x, value, day in ((116.0, akta.part, akta.part_per), (153.0, akta.whole, akta.whole_per)):
            said = f"{count(value)} (per {tanggal_angka(day)})" if day else count(value)
            leaf.text(LEFT + x, y, said, CELL, room=40, right=True)
        if not newer:
            leaf.text(RIGHT, y, "periksa", CELL_BOLD, room=16, right=True)
        leaf.rule(LEFT, y + 1.35, RIGHT, "line", 0.35)
        paper.y += ROW
    paper.y += 5
