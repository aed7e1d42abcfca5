"""Problems, each with its cause, what is done, and whose it is; told whole, over as many pages as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tte import regions
from tte.figures.friday import Scope, Trouble
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday.paper import BODY, BOLD, FOOT, LEFT, RIGHT, SIGNATURE, SMALL, WIDTH, Paper
from tte.reports.friday.words import NONE, brief, short


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
