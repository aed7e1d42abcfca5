"""From template and imprint to `Compiled`: artwork drawn, faces embedded, the code's table made. The slow part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tte.frame import Frame
from tte.model import Imprint
from tte.rendering import artwork
from tte.rendering.compiled import Compiled, conditions, misfit
from tte.rendering.faces import Face, reserve
from tte.rendering.pen import Pen
from tte.rendering.qr import Codes, codes, quiet_mm
from tte.rendering.sheet import Sheet
from tte.rendering.skeleton import skeleton
from tte.template import Template
from tte.template import elements as e
from tte.template.extents import words as extents_of
from tte.template.field import Field, FieldType
from tte.template.layout import Setting
from tte.template.lint import alphabets_of, uses
from tte.template.names import WIDEST_ID, page_names
from tte.template.text import Names


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is slow to make and is therefore kept on disk: frame, codes of the letters in each face, codes of ids."""

    frame: Frame
    letters: Mapping[str, tuple[bytes, Mapping[str, bytes]]]
    codes: Codes | None


def draw(template: Template, imprint: Imprint, *, signed: bool, letters: str) -> Drawn:
    """Everything but the words of records. DoesNotFit if the imprint's own texts are longer than their boxes.

    Values are embedded as far as they are made of `letters`; what the page itself says is embedded always.
    """
    names = page_names(imprint, WIDEST_ID if signed else "")
    symbols = _codes(imprint.office.base_url) if signed else None
    page = _sheet(template, symbols)
    faces = _faces(page, template, names, letters, specimen=imprint.specimen)
    place, appearance = None, b""
    setting = Setting(names, [])
    for element in (element for element in template.draw if isinstance(element, e.Words)):
        if isinstance(element, e.Signature) and signed:
            appearance = Pen(template.page[1], template.ink, faces).write(setting.place(element))
            place = extents_of(element)[0].box
        elif needed(element) <= names.keys():  # if any id does not fit, no document may be made
            setting.place(element)
    if setting.misfits:
        raise misfit(setting.misfits)
    frame = skeleton(page.save(), template.title, field=place, appearance=appearance)
    return Drawn(frame, {name: (face.resource, dict(face.codes)) for name, face in faces.items()}, symbols)


def compiled(template: Template, imprint: Imprint, drawn: Drawn) -> Compiled:
    """What was drawn, made ready for records."""
    signed = drawn.codes is not None
    faces = {name: Face(name, *letters) for name, letters in drawn.letters.items()}
    names = dict(page_names(imprint, ""))
    del names["document.id"]
    elements = tuple(
        element
        for element in template.draw
        if isinstance(element, e.Words) and not (signed and isinstance(element, e.Signature))
    )
    pen = Pen(template.page[1], template.ink, faces)
    return Compiled(drawn.frame, elements, pen, names, drawn.codes, frozenset(_unique(template.fields)))


def _unique(fields: Mapping[str, Field]) -> Iterator[str]:
    yield "document.id"
    for name, field in fields.items():
        if field.type in (FieldType.NIK, FieldType.KK, FieldType.NUMBER, FieldType.NAME):
            yield name
        yield from _unique(field.fields)


@lru_cache(maxsize=8)
def _codes(base_url: str) -> Codes:
    return codes(base_url, len(WIDEST_ID))


def needed(element: e.Words) -> set[str]:
    """Every name that has a say in an element. Conditions on document.id are decided when a template is compiled."""
    found = {name for use in uses(element) for name in use.text.names}
    if isinstance(element, e.Table):
        found.add(element.rows)
    return found | (conditions(element) - {"document.id"})


def _sheet(template: Template, symbols: Codes | None) -> Sheet:
    """The ground of a page, drawn but not yet saved."""
    page = Sheet(template.page, template.ink, artwork.SPECIMEN_FACE)
    (code,) = (element for element in template.draw if isinstance(element, e.Qr))
    artwork.draw_ground(page, template.draw)
    if symbols:
        artwork.draw_qr_place(page, code, code.code + 2 * quiet_mm(code, symbols.side))
    else:
        artwork.draw_no_qr(page, code)
    return page


def _faces(page: Sheet, template: Template, names: Names, letters: str, *, specimen: bool) -> Mapping[str, Face]:
    """Embed each face with the letters that can come up in it, and draw what is drawn after them."""
    embedded: dict[str, set[str]] = {}
    for element in template.draw:
        for use in uses(element) if isinstance(element, e.Words) else ():
            wanted = embedded.setdefault(use.style.face, {" "})
            if use.text.names <= names.keys() - {"document.id"}:
                wanted |= set(use.text.fill(names)) - {"\n"}
            else:
                wanted |= use.text.letters(alphabets_of(template.fields, use.rows)).intersection(letters)
                wanted |= set("".join(part for part in use.text.parts if isinstance(part, str))) - {"\n"}
    if specimen:
        embedded.setdefault(artwork.SPECIMEN_FACE, {" "}).update(artwork.SPECIMEN + artwork.SPECIMEN_LINE)
    faces = {face: reserve(page.canvas, face, embedded[face]) for face in sorted(embedded)}
    if specimen:
        artwork.draw_specimen(page)
    artwork.draw_lines(page, template.draw, dict(template.assets))
    return faces
