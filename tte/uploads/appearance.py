"""What is seen of a signature: a form of its own (ISO 32000-1 §12.5.5), upright on a page however that is turned."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.errors import TagNotFound
from tte.pades.revision import Revision
from tte.uploads.placing import AtTag, Mark, OnPage, Placing
from tte.uploads.sight import Sight, page_of, sight


@dataclass(frozen=True, slots=True)
class Drawn:
    """The page, the widget's rectangle in its coordinates, and the form that is seen there; none if nothing is."""

    page: Any
    rect: tuple[Decimal, ...]
    form: Any


def drawn(revision: Revision, file: pikepdf.Pdf, placing: Placing | None, mark: Mark) -> Drawn:
    """The mark in its place. NoSuchPage, OffThePage, TagNotFound, ImageRefused."""
    if placing is None:
        return Drawn(file.pages[0].obj, (Decimal(0),) * 4, None)
    if isinstance(placing, AtTag):
        raise TagNotFound("the tag stands nowhere in the PDF")
    page = page_of(file, placing.page)
    seen = sight(page)
    return Drawn(page, seen.rect(placing), _form(revision, seen, placing, mark))


def _form(revision: Revision, seen: Sight, box: OnPage, mark: Mark) -> Any:
    about = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, *map(_decimal, (box.width, box.height))]),
        Matrix=Array(seen.matrix),
        Resources=Dictionary(),
    )
    return revision.stream(about, b"")


def _decimal(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.001"))
