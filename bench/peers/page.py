"""The page, and how reportlab draws it: what most peers start from."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.peers.artwork import QR_VERSION, qr_bars, qr_bars_soon
from bench.peers.record import LABELS

if TYPE_CHECKING:
    from bench.peers.record import Record

_FONTS: Final = Path(__file__).resolve().parents[2] / "tte" / "rendering" / "fonts"
REGULAR_TTF: Final = _FONTS / "LontarSans-Regular.ttf"
BOLD_TTF: Final = _FONTS / "LontarSans-SemiBold.ttf"
REGULAR: Final = "Regular"
BOLD: Final = "Bold"

PLACES: Final[tuple[tuple[float, float], ...]] = tuple(
    (50 + index % 2 * 260, 660 - index // 2 * 34) for index in range(len(LABELS))
)
"""Where each value starts, in points from the lower left."""

HEADINGS: Final[tuple[tuple[str, float, float, float, str], ...]] = (
    (BOLD, 17, 125, 785, "KUTIPAN AKTA KELAHIRAN"),
    (BOLD, 10, 125, 765, "Dinas Contoh, Kota Contoh"),
)
NOTES: Final = (
    "Kutipan ini dikeluarkan untuk pengukuran kecepatan dan tidak berlaku sebagai dokumen kependudukan.",
    "Dokumen ini ditandatangani secara elektronik; ubahan sekecil apa pun membuat tanda tangannya tidak sah.",
    "Keasliannya dapat diperiksa melalui kode di sudut kanan bawah halaman ini.",
)
LABEL_SIZE: Final = 7
VALUE_SIZE: Final = 10
NOTE_SIZE: Final = 8
EMBLEM_BOX: Final[tuple[float, float, float, float]] = (50, 745, 60, 60)
FRAME: Final[tuple[float, float, float, float]] = (40, 40, 515, 770)
RULE: Final[tuple[float, float, float, float]] = (50, 735, 545, 735)
LABEL_RISE: Final = 13
LINE_DROP: Final = 4
LINE_LENGTH: Final = 235
QR_CORNER: Final[tuple[float, float]] = (455, 55)
QR_SIZE: Final = 90
QR_MODULE: Final = QR_SIZE / (17 + 4 * QR_VERSION)


def note_place(index: int) -> tuple[float, float]:
    """Where a line of NOTES starts."""
    return 50, 215 - index * 12


def register_fonts() -> None:
    """Make the two typefaces known to reportlab, once for a process."""
    pdfmetrics.registerFont(TTFont(REGULAR, REGULAR_TTF))
    pdfmetrics.registerFont(TTFont(BOLD, BOLD_TTF))


def draw_fixed(canvas: Canvas, emblem: Path) -> None:
    """What every page has: emblem, headings, frame, labels, lines, notes."""
    canvas.drawImage(str(emblem), *EMBLEM_BOX)
    for font, size, x, y, text in HEADINGS:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    canvas.setLineWidth(0.7)
    canvas.line(*RULE)
    canvas.rect(*FRAME)
    canvas.setFont(BOLD, LABEL_SIZE)
    for label, (x, y) in zip(LABELS, PLACES, strict=True):
        canvas.drawString(x, y + LABEL_RISE, label)
        canvas.line(x, y - LINE_DROP, x + LINE_LENGTH, y - LINE_DROP)
    canvas.setFont(REGULAR, NOTE_SIZE)
    for index, note in enumerate(NOTES):
        canvas.drawString(*note_place(index), note)


def draw_values(canvas: Canvas, record: Record) -> None:
    """What changes: the 24 values and the QR code."""
    canvas.setFont(REGULAR, VALUE_SIZE)
    for value, (x, y) in zip(record.values, PLACES, strict=True):
        canvas.drawString(x, y, value)
    path = canvas.beginPath()
    for x, y, width, height in qr_rectangles(record):
        path.rect(x, y, width, height)
    canvas.drawPath(path, stroke=0, fill=1)


def qr_rectangles(record: Record, *, soon: bool = False) -> list[tuple[float, float, float, float]]:
    """The dark bars of the record's QR code on the page: x, y, width, height; `soon` takes the faster encoder."""
    left, bottom = QR_CORNER
    top = bottom + QR_SIZE - QR_MODULE
    return [
        (left + column * QR_MODULE, top - row * QR_MODULE, length * QR_MODULE, QR_MODULE)
        for row, column, length in (qr_bars_soon if soon else qr_bars)(record.url)
    ]


def render(record: Record, emblem: Path) -> bytes:
    """The whole page as an unsigned PDF, drawn anew; needs register_fonts first."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4)
    canvas.setTitle("Kutipan akta kelahiran")
    draw_fixed(canvas, emblem)
    draw_values(canvas, record)
    canvas.showPage()
    canvas.save()
    return made.getvalue()
