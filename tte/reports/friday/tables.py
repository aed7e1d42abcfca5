"""Every province and every office, a line each with its bar and trends, the best covered first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from tte.figures.country import provinces as by_province
from tte.figures.friday import FEW, Part, Punctual
from tte.rendering.leaf import Look
from tte.reports.friday import charts
from tte.reports.friday.charts import mark
from tte.reports.friday.paper import CELL, CELL_BOLD, FOOT, LEFT, RIGHT, ROW, SMALL, WIDTH, Paper
from tte.reports.friday.words import NONE, brief, count, percent, place

_PROVINCE_ROW: Final = 5.7
_BAR: Final = 26.0


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
    lines = [
        _Line(
            place(one.name),
            None,
            f"{one.reported}/{one.offices}",
            one.akta,
            one.suket,
            one.prr,
            one.suket_trail,
            one.prr_trail,
            NONE if one.kinds is None else f"{one.kinds:g}".replace(".", ","),
            count(one.few),
        )
        for one in by_province(paper.friday)
    ]
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
    _table(paper, "Semua kantor", note, ("jenis", "dok."), lines, ROW)


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
        leaf.text(LEFT + 6, y, str(rank), CELL, room=8, right=True)
        if line.punctual:
            mark(leaf, LEFT + 9.4, y - 0.95, line.punctual)
        leaf.text(LEFT + 12, y, line.name, CELL_BOLD if row > ROW else CELL, room=50)
        leaf.text(LEFT + 64, y, line.reported, CELL, room=12, right=True)
        if line.akta:
            aim = target.percent if target else None
            charts.cover(leaf, LEFT + 66.5, y - 2.2, _BAR, 2.5, line.akta.percent, most=most, target=aim)
            look = CELL_BOLD if line.akta.percent > 100 else CELL
            leaf.text(LEFT + 107, y, percent(line.akta.percent), look, room=16, right=True)
        else:
            leaf.text(LEFT + 107, y, NONE, CELL, room=16, right=True)
        for x, value, trail in ((120.0, line.suket, line.suket_trail), (142.0, line.prr, line.prr_trail)):
            leaf.text(LEFT + x, y, count(value), CELL, room=13, right=True)
            charts.spark(leaf, LEFT + x + 1.2, y + 0.1, 8.0, 2.5, trail)
        leaf.text(LEFT + 159, y, line.kinds, CELL, room=10, right=True)
        leaf.text(RIGHT, y, line.more, CELL, room=10, right=True)
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
