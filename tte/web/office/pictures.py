"""The page of a draft as a picture, to be looked at before anybody signs: SPECIMEN across it, unsigned, no QR code.

A picture is made in memory and never kept. It holds a person's data: it travels in the answer itself (`data:`), never
under an address.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, Final

import pypdfium2
from PIL import Image

from tte.desk import Draft
from tte.errors import TteError
from tte.model import Imprint, Raw, Record
from tte.people import Role
from tte.rendering import render
from tte.template import PREVIEW, Template
from tte.template.checks import check_row
from tte.template.field import Field, FieldType
from tte.template.template import unprintable
from tte.web.office.visits import Visit

_WIDE, _HIGH, _COLOURS = 1000, 1500, 64
_ONE: Final = Lock()
"""PDFium is for one thread at a time, and many pictures at once would need much memory."""


def picture_of(visit: Visit, draft: Draft) -> str:
    """A draft's page as an address for `img`; "" if there is none: a withdrawal, what is forgotten or does not fit."""
    with suppress(TteError):
        template = visit.desk.drafts.template(draft.template)
        return drawn(visit, template, template.check(visit.desk.drafts.row(draft)))
    return ""


def drawn(visit: Visit, template: Template, record: Record) -> str:
    """The page of a record as an address for `img`. DoesNotFit names what is too long."""
    with _ONE:
        png = _png(render(record, template, None, _imprint(visit)).pdf)
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def fitting(visit: Visit, template: Template) -> Callable[[Record], None]:
    """What returns if a record fits on its page, for many records. DoesNotFit names what is too long."""
    imprint = _imprint(visit)

    def fit(record: Record) -> None:
        with _ONE:
            render(record, template, None, imprint)

    return fit


def unfinished(template: Template, values: Mapping[str, Raw]) -> Record:
    """What can be drawn of a form that is not filled in yet: what is missing or wrong is left blank."""
    checked = check_row(template.fields, values)
    foreign = {problem.field.partition("[")[0] for problem in unprintable(checked.values)}
    known: dict[str, Any] = {**_blank(template.fields)}
    for name, value in checked.values.items():
        if name in foreign:
            continue
        if isinstance(value, tuple):
            inner = _blank(template.fields[name].fields)
            value = tuple({**inner, **row} for row in value)
        known[name] = value
    return Record(template.name, "", known)


def _blank(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: () if field.type is FieldType.ROWS else "" for name, field in fields.items()}


def _imprint(visit: Visit) -> Imprint:
    """What the page says of the office, and of who signs for it: the visitor if he does, else one of its officials."""
    home, official = visit.service.home, PREVIEW.official
    own = [one.profile for one in visit.person.held(visit.at) if one.role is Role.OFFICIAL and one.profile]
    for name in (*own, home.settings.default_key, *home.profile_names()):
        with suppress(TteError):
            profile = home.profile(name)
            if profile.office == visit.office:
                official = profile.as_official()
                break
    return Imprint(home.settings.office(visit.office), official, official.name, PREVIEW.issuer, False, True)


def _png(pdf: bytes) -> bytes:
    """The first page, which is the only one, in few colours and not larger than a screen shows."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        width, height = document[0].get_size()
        bitmap = document[0].render(scale=min(_WIDE / width, _HIGH / height))
        picture = bitmap.to_pil().convert("RGB")
    finally:
        document.close()
    out = io.BytesIO()
    picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()
