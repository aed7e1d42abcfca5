"""What is seen of a signature: a form of its own (ISO 32000-1 §12.5.5), upright on a page however that is turned."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.pades.revision import Revision
from tte.uploads.opening import unpacked
from tte.uploads.picture import Picture, picture, qr
from tte.uploads.placing import Mark

_THOUSANDTH: Final = Decimal("0.001")
_INSET, _GAP, _LINE = 2.0, 4.0, 11.0
"""Points: from the edges, between picture and text, and from one line of text to the next."""

_MOST_METADATA: Final = 1 << 20

Area = tuple[float, float, float, float]
"""Left, bottom, width, height, in points."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where a mark is drawn: its size in points, what turns it upright, and whether the file is PDF/A, which has no
    transparency in its part 1 and no colours of devices that it does not name. `blank` is painted white first.
    """

    width: float
    height: float
    matrix: tuple[int, ...]
    archived: bool
    blank: Area | None = None


def drawn(revision: Revision, canvas: Canvas, mark: Mark) -> Any:
    """The form, as a new object. ImageRefused."""
    about: Any = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, _number(canvas.width), _number(canvas.height)]),
        Matrix=Array(canvas.matrix),
    )
    objects: dict[str, Any] = {}
    operators = []
    if canvas.blank:
        left, bottom, width, height = map(_number, canvas.blank)
        operators.append(f"1 g {left} {bottom} {width} {height} re f")
    form = revision.stream(about, b"")
    for_picture, for_lines = _areas(canvas, mark)
    if mark.image or mark.qr:
        found = qr(mark.qr) if mark.qr else picture(mark.image, opaque=canvas.archived)
        objects["/Im0"] = _image(revision, found, archived=canvas.archived)
        operators.append(_shown("/Im0", _fitted(found, for_picture)))
    if mark.lines:
        objects["/Fm0"] = _label(revision, mark.lines, for_lines[2], for_lines[3])
        operators.append(_shown("/Fm0", (*for_lines[:2], 1, 1)))
    about.Resources = Dictionary(XObject=Dictionary(objects)) if objects else Dictionary()
    revision.replaced(form, "\n".join(operators).encode())
    return form


def is_archived(file: pikepdf.Pdf) -> bool:
    """Whether a file says that it is PDF/A (ISO 19005-1 §6.7.11)."""
    root: Any = file.Root
    metadata = root.get("/Metadata")
    return isinstance(metadata, pikepdf.Stream) and b"pdfaid" in (unpacked(metadata, _MOST_METADATA) or b"")


def _areas(canvas: Canvas, mark: Mark) -> tuple[Area, Area]:
    """For the picture and for the lines: one of them has all, or they share it side by side, or one above the other."""
    width, height = max(canvas.width - 2 * _INSET, 0.1), max(canvas.height - 2 * _INSET, 0.1)
    if not mark.lines or not (mark.image or mark.qr):
        return ((_INSET, _INSET, width, height),) * 2
    if canvas.height > canvas.width:
        below = min(len(mark.lines) * _LINE, height / 3)
        return (_INSET, _INSET + below, width, height - below), (_INSET, _INSET, width, below)
    side = min(height, width * 0.45)
    return (_INSET, _INSET, side, height), (_INSET + side + _GAP, _INSET, max(width - side - _GAP, 0.1), height)


def _fitted(found: Picture, area: Area) -> Area:
    """As large as it fits, in the middle."""
    left, bottom, width, height = area
    scale = min(width / found.width, height / found.height)
    wide, high = found.width * scale, found.height * scale
    return left + (width - wide) / 2, bottom + (height - high) / 2, wide, high


def _image(revision: Revision, found: Picture, *, archived: bool) -> Any:
    about = _about_image(found, found.bits, found.filter)
    about.ColorSpace = Name.DeviceGray if found.gray else _rgb(archived=archived)
    if found.alpha:
        mask = _about_image(found, 8, "/FlateDecode")
        mask.ColorSpace = Name.DeviceGray
        about.SMask = revision.stream(mask, found.alpha)
    return revision.stream(about, found.content)


def _about_image(found: Picture, bits: int, packed: str) -> Any:
    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=found.width,
        Height=found.height,
        BitsPerComponent=bits,
        Filter=Name(packed),
    )


def _rgb(*, archived: bool) -> Any:
    """sRGB; where the file is PDF/A, by its own numbers (ISO 32000-1 §8.6.5.3), for the file may name a printer's."""
    if not archived:
        return Name.DeviceRGB
    white, primaries = ["0.9505", "1", "1.089"], "0.4124 0.2126 0.0193 0.3576 0.7152 0.1192 0.1805 0.0722 0.9505"
    return Array(
        [
            Name.CalRGB,
            Dictionary(
                WhitePoint=Array(map(Decimal, white)),
                Gamma=Array([Decimal("2.2")] * 3),
                Matrix=Array(map(Decimal, primaries.split())),
            ),
        ]
    )


def _label(revision: Revision, lines: tuple[str, ...], width: float, height: float) -> Any:
    from tte.rendering.label import label

    with pikepdf.open(BytesIO(label(lines, width, height))) as made:
        return revision.adopted(made.pages[0].as_form_xobject())


def _shown(name: str, area: Area) -> str:
    left, bottom, width, height = map(_number, area)
    return f"q {width} 0 0 {height} {left} {bottom} cm {name} Do Q"


def _number(value: float) -> Decimal:
    return Decimal(value).quantize(_THOUSANDTH)
