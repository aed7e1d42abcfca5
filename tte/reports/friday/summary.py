"""The first page: coverage, documents, backlog, other coverages, and how much is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from tte.figures.friday import FEW, WEEKS, Friday, Part, Punctual, Scope
from tte.figures.kinds import KINDS
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday import charts
from tte.reports.friday.paper import BODY, BOLD, LEFT, RIGHT, SMALL, WIDTH, Paper
from tte.reports.friday.words import count, excess, percent, span, standing, title
from tte.words import tanggal_angka

_HALF: Final = 80.0
_MIDDLE: Final = RIGHT - _HALF
_SHOWN: Final = 8
_BUCKETS: Final = ((0, 0), (1, FEW), (3, 5), (6, 10), (11, 15), (16, 99))
_OTHERS: Final = (("ktp", "Perekaman KTP-el"), ("kia", "KIA"), ("ikd", "IKD"))


def summary(paper: Paper) -> None:
    """All of the page but the problems of an office."""
    friday, leaf = paper.friday, paper.leaf
    leaf.text(LEFT, 42.0, title(friday), Look("sans semibold", 12.6), room=WIDTH)
    _reported(leaf, friday, 47.0)
    paper.heading("Cakupan akta kelahiran", "anak 0–18 tahun", y=56.0, width=_HALF)
    _coverage(leaf, friday)
    note = f"{count(friday.documents)} dokumen"
    paper.heading("Dokumen TTE pekan ini", note, y=56.0, x=_MIDDLE, width=_HALF)
    _documents(leaf, friday)
    paper.heading("Tunggakan, dua belas pekan", "keadaan tiap Jumat; di kanan: sisa dan perubahan sepekan", y=131.0)
    if all(week.suket is None and week.prr is None for week in friday.weeks):
        leaf.text(LEFT, 141.0, "Angka suket dan PRR belum ada.", BODY, room=WIDTH)
    else:
        charts.trend(leaf, (LEFT, 138.0, WIDTH, 28.0), friday.weeks)
    paper.heading("Cakupan lain", "garis hitam: target", y=181.0)
    for column, (name, label) in enumerate(_OTHERS):
        _other(leaf, LEFT + column * (WIDTH + 8) / 3, (WIDTH - 16) / 3, label, friday, name)
    paper.y = 205.0
    if friday.scope is not Scope.OFFICE:
        _adoption(paper)


def _reported(leaf: Leaf, friday: Friday, y: float) -> None:
    """How it was reported, in a word with a shape."""
    if friday.scope is Scope.OFFICE:
        (one,) = friday.offices
        charts.mark(leaf, LEFT + 1.4, y - 1.1, one.punctual)
        look = BODY if one.punctual is Punctual.IN_TIME else BOLD
        leaf.text(LEFT + 5, y, standing(one), look, room=WIDTH - 5)
        return
    x = LEFT
    for punctual in Punctual:
        charts.mark(leaf, x + 1.4, y - 1.1, punctual)
        text = f"{count(len(friday.having(punctual)))} {punctual}"
        leaf.text(x + 5, y, text, BOLD if punctual is not Punctual.IN_TIME else BODY, room=60)
        x += 5 + leaf.width(text, BOLD) + 7
    stale = sum(one.day is not None for one in friday.having(Punctual.MISSING))
    if stale:
        leaf.text(
            RIGHT, y, f"{count(stale)} yang belum melapor dihitung dengan angka terakhirnya", SMALL, room=80, right=True
        )


def _coverage(leaf: Leaf, friday: Friday) -> None:
    total, target, x = friday.total("akta"), friday.target("akta"), LEFT + _HALF / 2
    if total is None:
        leaf.text(LEFT, 66.0, "Angka cakupan belum ada.", BODY, room=_HALF)
        return
    charts.gauge(leaf, x, 95.0, 28.0, total.percent, target.percent if target else None)
    _centred(leaf, x, 90.6, percent(total.percent), Look("serif semibold", 25, "deep"))
    _centred(leaf, x, 95.8, f"target {percent(target.percent, 1)}" if target else "target belum ditetapkan", BODY)
    y = 105.4
    if total.percent > 100:
        y = leaf.paragraph(LEFT, y - 0.6, excess(total), Look("sans semibold", 7.6), room=_HALF, most=3) + 1.4
    elif target:
        lacking = total.lacking(target.percent)
        said = f"Kurang {count(lacking)} anak untuk mencapai target" if lacking else "Target tercapai"
        _centred(leaf, x, y, said, Look("sans semibold", 9.6))
        y += 4.6
    _centred(leaf, x, y, f"{count(total.part)} dari {count(total.whole)} anak", BODY)
    for place_, line in enumerate(_as_of(friday, total)):
        _centred(leaf, x, y + 4.0 + place_ * 3.2, line, SMALL)


def _as_of(friday: Friday, total: Part) -> Sequence[str]:
    parts = [total] if total.part_per else [one.akta for one in friday.offices if one.akta]
    lines = []
    for label, name in (("Pembilang", "part_per"), ("Penyebut", "whole_per")):
        days: list[date] = sorted(getattr(part, name) for part in parts if getattr(part, name))
        if days:
            until = f" s.d. {tanggal_angka(days[-1])}" if days[-1] != days[0] else ""
            lines.append(f"{label}: keadaan per {tanggal_angka(days[0])}{until}")
    return lines


def _documents(leaf: Leaf, friday: Friday) -> None:
    kinds = [one for one in friday.kinds if one.count]
    if not kinds:
        leaf.text(_MIDDLE, 66.0, "Tidak ada dokumen TTE yang diketahui pekan ini.", BODY, room=_HALF)
        return
    rows = [(one.title, one.count) for one in kinds[:_SHOWN]]
    if len(kinds) > _SHOWN:
        rows = [*rows[: _SHOWN - 1], ("Lainnya", sum(one.count for one in kinds[_SHOWN - 1 :]))]
    charts.bars(leaf, (_MIDDLE, 62.0, _HALF, 49.0), rows)
    signed = f"{len(friday.kinds)} dari {len(KINDS)} jenis ditandatangani dalam dua belas pekan"
    leaf.text(_MIDDLE, 117.0, signed, SMALL, room=_HALF)
    if friday.waiting:
        wait = friday.waiting
        said = (
            f"Tunggu di meja: tengah {span(wait.median_s)}, 9 dari 10 dalam {span(wait.nine_in_ten_s)}, "
            f"terlama {span(wait.longest_s)}"
        )
        leaf.text(_MIDDLE, 120.4, said, SMALL, room=_HALF)


def _other(leaf: Leaf, x: float, width: float, label: str, friday: Friday, name: str) -> None:
    total, target = friday.total(name), friday.target(name)
    leaf.text(x, 190.4, label, BODY, room=width)
    if total is None:
        leaf.text(x + width, 190.4, "tidak dilaporkan", SMALL, room=width, right=True)
        leaf.box(x, 192.4, width, 3.4, "tint")
        return
    aim = f" dari {percent(target.percent, 1)}" if target else ""
    leaf.text(x + width, 190.4, f"{percent(total.percent, 1)}{aim}", BOLD, room=width, right=True)
    most = max(100.0, total.percent)
    charts.cover(leaf, x, 192.4, width, 3.4, total.percent, most=most, target=target.percent if target else None)


def _adoption(paper: Paper) -> None:
    """How many kinds the offices sign, and how many offices sign each kind."""
    friday, leaf = paper.friday, paper.leaf
    known = [len(one.kinds) for one in friday.offices if one.kinds is not None]
    note = f"kantor menurut banyaknya, {WEEKS} pekan"
    paper.heading("Jenis dokumen TTE", note, y=205.0, width=_HALF)
    rows = [
        (
            f"{low} jenis" if low == high else f"{low}–{high} jenis" if high < 99 else f"{low} jenis atau lebih",
            sum(low <= one <= high for one in known),
        )
        for low, high in _BUCKETS
    ]
    unknown = len(friday.offices) - len(known)
    charts.bars(leaf, (LEFT, 211.0, _HALF, 30.0), [*rows, ("tidak diketahui", unknown)] if unknown else rows)
    paper.heading("Kantor yang menandatangani", "jenis terbanyak", y=205.0, x=_MIDDLE, width=_HALF)
    if not friday.kinds:
        leaf.text(_MIDDLE, 214.5, "Belum ada yang diketahui.", BODY, room=_HALF)
    most = sorted(friday.kinds, key=lambda one: (-one.offices, one.kind))[:6]
    charts.bars(leaf, (_MIDDLE, 211.0, _HALF, 30.0), [(one.title, one.offices) for one in most])


def _centred(leaf: Leaf, x: float, y: float, text: str, look: Look) -> None:
    leaf.text(x - leaf.width(text, look) / 2, y, text, look, room=_HALF + 20)
