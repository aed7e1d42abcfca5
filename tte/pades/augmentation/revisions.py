"""The two revisions that long-term validation adds: a DSS, and a document time-stamp (EN 319 142-1 §5.4)."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.pades.augmentation.reading import Store, opened
from tte.pades.augmentation.update import Unstamped, awaiting, revision_after

_PRINTED_AND_LOCKED = 1 << 2 | 1 << 7
"""/F of a widget: PDF/A asks for the first of the two bits (ISO 19005-2 §6.3.2)."""


def with_store(pdf: bytes, added: Store) -> bytes:
    """The file with this in its DSS beside what is there, without VRI. Certificates and all come as streams."""
    with opened(pdf) as file:
        update = revision_after(pdf, file)
        root: Any = file.Root
        held = root.get("/DSS", Dictionary(Type=Name.DSS))
        for key, items in (("/Certs", added.certificates), ("/OCSPs", added.ocsps), ("/CRLs", added.crls)):
            if items:
                held[key] = Array([*held.get(key, []), *(update.stream(Dictionary(), item) for item in items)])
        if held.is_indirect:
            update.changed(held)
        else:
            root.DSS = update.new(held)
            update.changed(root)
        return pdf + update.written()


def awaiting_time_stamp(pdf: bytes, room: int) -> Unstamped:
    """The file with a field of no size for a document time-stamp of at most `room` bytes."""
    with opened(pdf) as file:
        update = revision_after(pdf, file)
        root: Any = file.Root
        page: Any = file.pages[0].obj
        field = update.new(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=pikepdf.String(_name(root.AcroForm)),
                F=_PRINTED_AND_LOCKED,
                Rect=Array([0, 0, 0, 0]),
                P=page,
                V=update.signature(
                    Dictionary(Type=Name.DocTimeStamp, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/ETSI.RFC3161"))
                ),
            )
        )
        update.append(page, page, "/Annots", field)
        form = root.AcroForm
        owner = form if form.is_indirect else root
        form.SigFlags = 3
        root.AcroForm = form
        update.changed(owner)
        update.append(owner, form, "/Fields", field)
        return awaiting(pdf, update, room)


def _name(form: Any) -> str:
    """A name that no field of the form has."""
    taken = {str(field.get("/T", "")) for field in form.get("/Fields", [])}
    return next(name for number in range(1, len(taken) + 2) if (name := f"TimeStamp{number}") not in taken)
