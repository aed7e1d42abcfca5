"""Records on paper: the only room with reportlab in it.

reportlab draws what all documents of a kind share and embeds the faces, once for each template and imprint; that is the
frame (`tte.frame`). A record's words are laid out by `tte.template` and written as text operators, by a plan that is
made once for each case of a page (`plan`). Nothing in a record is ever read as markup, an operator or a file name, and
`Paragraph` is not used at all: it turns data into markup. Same template, imprint, record and id: same bytes.

Two files of a kind can differ in their frame: `Press` has one with the common letters and, for the records that need
them, one with all letters. Both give the same page.
"""

from __future__ import annotations

from tte.model import Document, Imprint, Record
from tte.rendering.press import Press
from tte.rendering.seal_symbol import TooLong, version_of
from tte.template import Template

_KEPT = 32
_presses: dict[tuple[str, bytes, Imprint, bool], Press] = {}


def render(record: Record, template: Template, id: str | None, imprint: Imprint) -> Document:  # noqa: A002 (the house's word)
    """The document of a record: PDF/A-2b with one empty signature field, `TandaTangan`, and its appearance.

    `id` goes into the QR code, in groups beneath it, and as SHA-256(id)[:16] into the trailer. With None it is a
    preview: no field, no QR code, and it says that it is not signed. DoesNotFit names every field that is too long;
    nothing is clipped. Many documents of a kind are made faster with one `Press`.
    """
    key = template.name, template.sha256, imprint, bool(id)
    press = _presses.get(key)
    if press is None:
        if len(_presses) >= _KEPT:
            _presses.clear()
        press = _presses[key] = Press(template, imprint, signed=bool(id))
    return press.document(record, id or "")


__all__ = ["Press", "TooLong", "render", "version_of"]
