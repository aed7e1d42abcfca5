"""The signature dictionary and its field (ISO 32000-1 §12.8.1, EN 319 142-1 §6.3), but for what is signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.uploads.placed import Placed

_PRINTED_AND_LOCKED: Final = 1 << 2 | 1 << 7
"""/F of a widget: PDF/A asks for the first of the two bits (ISO 19005-2 §6.3.2)."""


def signature_dictionary(at: datetime, *, reason: str, location: str, contact: str) -> Any:
    """All but /ByteRange and /Contents. PAdES keeps the signing time in /M."""
    value: Any = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/ETSI.CAdES.detached"))
    value.M = pikepdf.String(at.strftime("D:%Y%m%d%H%M%SZ"))
    for key, text in (("/Reason", reason), ("/Location", location), ("/ContactInfo", contact)):
        if text:
            value[key] = pikepdf.String(text)
    return value


def widget(name: str, placed: Placed, signature: pikepdf.Object) -> Any:
    """The field, which is its own widget."""
    field: Any = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=pikepdf.String(name),
        F=_PRINTED_AND_LOCKED,
        Rect=Array(placed.rect),
        P=placed.page,
        V=signature,
    )
    if placed.form is not None:
        field.AP = Dictionary(N=placed.form)
    return field
