"""A report as one A4 page for the file of a case: PDF/A-2b, Indonesian with English beside it.

What a stranger's file says of itself (names, fields, its own name) is cut to its place and never moves anything else.
"""

from __future__ import annotations

from typing import Final

from tte import __version__
from tte.model import Report
from tte.rendering.leaf import Leaf, Look
from tte.reports import blocks
from tte.reports.blocks import LEFT, RIGHT, WIDTH
from tte.reports.phrases import when
from tte.reports.tones import ink_of
from tte.verdict import Verdict, words
from tte.verdict.sealing import SealFound

_TITLE: Final = "Laporan validasi"
_FOOT: Final = 277.0
_NOT_SIGNED: Final = (
    "Laporan ini tidak ditandatangani dan tidak menggantikan berkasnya; siapa pun dapat memeriksa berkas itu lagi.",
    "This report is not signed and does not stand in for the file; anybody can check the file again.",
)


def report_pdf(report: Report, verdict: Verdict, file_name: str, seal: SealFound | None = None) -> bytes:
    """The page. Any report, verdict and name give one; the same ones, by the same version, the same bytes. With a seal
    in the file, one row says whether the two agree.
    """
    here, there = words(verdict, report), words(verdict, report, language="en")
    leaf = Leaf(ink_of(verdict))
    _head(leaf)
    y = blocks.verdict(leaf, 30.0, here, there)
    y = blocks.file(leaf, y + 9.0, report, file_name, seal)
    y = blocks.signer(leaf, y + 5.0, report, verdict)
    y = blocks.signatures(leaf, y + 5.0, report)
    y = blocks.checks(leaf, y + 6.0, here, there)
    blocks.notes(leaf, y + 5.0, report, _FOOT - 6.0)
    _foot(leaf, report)
    return leaf.pdf(_TITLE)


def _head(leaf: Leaf) -> None:
    leaf.text(LEFT, 21.0, "LAPORAN VALIDASI", Look("sans semibold", 10, "mark", track=0.06), room=90)
    leaf.text(RIGHT, 21.0, "Validation report", Look("serif italic", 10.5, "mid"), room=70, right=True)
    leaf.rule(LEFT, 24.5, RIGHT, "mark", 0.8)


def _foot(leaf: Leaf, report: Report) -> None:
    leaf.rule(LEFT, _FOOT - 5.0, RIGHT, "line", 0.6)
    small = Look("sans", 7.4, "mid")
    checked = (
        f"Diperiksa {when(report.at)}, dengan register menurut keadaannya ketika itu (checked then, with the register)"
    )
    leaf.text(LEFT, _FOOT, checked, Look("sans semibold", 7.4, "mark"), room=WIDTH - 22)
    leaf.text(RIGHT, _FOOT, f"tte {__version__}", small, room=20, right=True)
    for place, line in enumerate(_NOT_SIGNED, start=1):
        leaf.text(LEFT, _FOOT + place * small.step, line, small, room=WIDTH)
