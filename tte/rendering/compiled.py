"""A template made ready for one office and key: all that is the same on every page, done once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tte.errors import DoesNotFit
from tte.model import Imprint, Record
from tte.rendering import artwork
from tte.rendering.faces import Face, reserve
from tte.rendering.pen import Pen
from tte.rendering.qr import address, modules, qr, quiet_mm
from tte.rendering.sheet import Sheet
from tte.rendering.skeleton import Skeleton, skeleton
from tte.template import Template
from tte.template import elements as e
from tte.template.extents import words as extents_of
from tte.template.layout import Setting
from tte.template.lint import alphabets_of, uses
from tte.template.names import WIDEST_ID, page_names
from tte.template.text import Names

_ID: Final = re.compile(r"[0-9a-z]{16,40}\Z")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What `set` needs for one record. `pieces` are the page's words in reading order: ready operators, or an element
    that depends on the record.
    """

    skeleton: Skeleton
    pieces: tuple[bytes | e.Words, ...]
    pen: Pen
    names: Names
    base_url: str

    def set(self, record: Record, public_id: str) -> bytes:
        """The PDF of a record: same record and id, same bytes. DoesNotFit names every field that is too long."""
        if public_id and not _ID.match(public_id):
            raise ValueError("an id is 16 to 40 small letters and digits")
        setting = Setting({**self.names, **record.values, "document.id": public_id}, [])
        words = []
        for piece in self.pieces:
            if isinstance(piece, bytes):
                words.append(piece)
                continue
            words.append(self.pen.write(setting.place(piece)))
            if isinstance(piece, e.Qr) and public_id and setting.met(piece.conditions):
                words.append(qr(piece, self.pen.height, address(self.base_url, public_id)))
        refuse(setting.misfits)
        content = b"\n".join(words)
        return self.skeleton.filled(content, hashlib.sha256(public_id.encode() or content).digest()[:16])


def compile_template(template: Template, imprint: Imprint, *, signed: bool) -> Compiled:
    """Draw the artwork, embed the faces, write what no record changes. `signed` is false for a preview.

    DoesNotFit if the imprint's own texts (an office's name, an official's) are longer than their boxes, or an id is.
    """
    names = page_names(imprint, WIDEST_ID if signed else "")
    page = sheet_of(template, imprint, signed=signed)
    faces = _faces(page, template, names, specimen=imprint.specimen)
    pen = Pen(template.page[1], template.ink, faces)
    setting = Setting(names, [])
    fixed = set(names) - {"document.id"}
    pieces: list[bytes | e.Words] = []
    field, appearance = None, b""
    for element in (element for element in template.draw if isinstance(element, e.Words)):
        if isinstance(element, e.Signature) and signed:
            appearance = pen.write(setting.place(element))
            field = extents_of(element)[0].box
        elif needed(element) <= fixed and not (isinstance(element, e.Qr) and signed):
            pieces.append(pen.write(setting.place(element)))
        else:
            if needed(element) <= set(names):
                setting.place(element)  # depends on the id only: if any id does not fit, no document may be made
            pieces.append(element)
    refuse(setting.misfits)
    frame = skeleton(page.save(), template.title, field=field, appearance=appearance)
    return Compiled(frame, tuple(pieces), pen, names, imprint.office.base_url)


def refuse(misfits: Sequence[str]) -> None:
    """DoesNotFit naming each of these once, if there are any."""
    if misfits:
        raise DoesNotFit(
            f"too long for the page: {', '.join(dict.fromkeys(misfits))}",
            hint="shorten it in the record, or give its style a smaller last step in the template",
        )


def needed(element: e.Words) -> set[str]:
    """Every name that has a say in an element. Conditions on document.id are decided when a template is compiled."""
    found = {name for use in uses(element) for name in use.text.names}
    conditions = list(element.conditions)
    if isinstance(element, e.Form):
        conditions += [condition for line in element.lines for condition in line.conditions]
    if isinstance(element, e.Signature):
        conditions += [condition for word in element.words for condition in word.conditions]
    if isinstance(element, e.Table):
        found.add(element.rows)
    return found | {name for name, _ in conditions if name != "document.id"}


def sheet_of(template: Template, imprint: Imprint, *, signed: bool) -> Sheet:
    """The artwork of a template, drawn but not yet saved."""
    page = Sheet(template.page, template.ink, artwork.SPECIMEN_FACE)
    (code,) = (element for element in template.draw if isinstance(element, e.Qr))
    artwork.draw_ground(page, template.draw)
    if signed:
        count = modules(address(imprint.office.base_url, WIDEST_ID))
        artwork.draw_qr_place(page, code, code.code + 2 * quiet_mm(code, count))
    else:
        artwork.draw_no_qr(page, code)
    return page


def _faces(page: Sheet, template: Template, names: Names, *, specimen: bool) -> Mapping[str, Face]:
    """Embed each face with the letters that can come up in it, and draw what is drawn after them."""
    letters: dict[str, set[str]] = {}
    for element in template.draw:
        for use in uses(element) if isinstance(element, e.Words) else ():
            wanted = letters.setdefault(use.style.face, {" "})
            if use.text.names <= names.keys() - {"document.id"}:
                wanted |= set(use.text.fill(names)) - {"\n"}
            else:
                wanted |= use.text.letters(alphabets_of(template.fields, use.rows))
    if specimen:
        letters.setdefault(artwork.SPECIMEN_FACE, {" "}).update(artwork.SPECIMEN + artwork.SPECIMEN_LINE)
    faces = {face: reserve(page.canvas, face, letters[face]) for face in sorted(letters)}
    if specimen:
        artwork.draw_specimen(page)
    artwork.draw_lines(page, template.draw, dict(template.assets))
    return faces
