"""Records on paper: the only room with reportlab in it.

reportlab draws what all documents of a kind share and embeds the faces, once for each template and imprint. A record's
words are then laid out by `tte.template`, written as text operators with the letters reserved, and put into the hole
that was left for them. Nothing in a record is ever read as markup, an operator or a file name, and `Paragraph` is not
used at all: it turns data into markup. Same template, imprint, record and id: same bytes.
"""

from __future__ import annotations

from tte.model import Document, Imprint, Record
from tte.rendering.compiled import Compiled, compile_template
from tte.template import Template

_KEPT = 32
_compiled: dict[tuple[str, bytes, Imprint, bool], Compiled] = {}


def compile(template: Template, imprint: Imprint, *, signed: bool = True) -> Compiled:  # noqa: A001 (the house's word)
    """The template made ready for this imprint, kept for the next time. `signed` is false for a page without an id.

    Costs some 200 ms the first time. DoesNotFit if the names of office or official are longer than their boxes.
    """
    key = (template.name, template.sha256, imprint, signed)
    found = _compiled.get(key)
    if found is None:
        found = compile_template(template, imprint, signed=signed)
        while len(_compiled) >= _KEPT:
            del _compiled[next(iter(_compiled))]
        _compiled[key] = found
    return found


def render(record: Record, template: Template, id: str | None, imprint: Imprint) -> Document:  # noqa: A002 (as above)
    """The document of a record: PDF/A-2b with one empty signature field, `TandaTangan`, and its appearance.

    `id` goes into the QR code, in groups beneath it, and as SHA-256(id)[:16] into the trailer. With None it is a
    preview: no field, no QR code, and it says that it is not signed. DoesNotFit names every field that is too long;
    nothing is clipped.
    """
    if record.template != template.name:
        raise ValueError(f"a record of {record.template} cannot be set with {template.name}")
    public_id = id or ""
    return Document(public_id, record, compile(template, imprint, signed=bool(public_id)).set(record, public_id))


__all__ = ["Compiled", "compile", "render"]
