"""The form of a PDF gains a signature field with its widget (ISO 32000-1 §12.7), and nothing that was there goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.errors import FieldTaken, NoMoreSignatures
from tte.pades.revision import Revision
from tte.uploads.opening import broken

_MOST_FIELDS: Final = 20_000


def signed_fields(file: pikepdf.Pdf) -> Iterator[Any]:
    """The signature dictionaries of all fields that have one."""
    for _, field, kind in _fields(file):
        if kind == "/Sig" and isinstance(field.get("/V"), Dictionary):
            yield field.V


def check_may_be_signed(file: pikepdf.Pdf, *, seen: bool, field: str) -> None:
    """NoMoreSignatures if somebody who signed the file permitted no change (§12.8.2.2), or none of this field; or it is
    certified at all and a new field would be seen in it: readers take that for a change to its pages.
    """
    root: Any = file.Root
    certification = root.get("/Perms", {}).get("/DocMDP")
    signed = [*signed_fields(file), *([certification] if certification is not None else ())]
    if any(_permitted(value) == 1 for value in signed):
        raise NoMoreSignatures(
            "who signed the PDF before allowed no change after it",
            hint="ask its author for a PDF that may be signed by others",
        )
    if any(_locked(value, field) for value in signed):
        raise NoMoreSignatures(
            "who signed the PDF before locked this field", hint="sign in a new field, or ask its author"
        )
    if certification is not None and seen:
        raise NoMoreSignatures(
            "the PDF is certified, so no new signature may be seen on its pages",
            hint="sign without a place on the page, or in an empty signature field that it has",
        )


def _permitted(signature: Any) -> int | None:
    """The P of a signature's DocMDP transform, if it has one."""
    for reference in signature.get("/Reference", []):
        if reference.get("/TransformMethod") == "/DocMDP":
            return int(reference.get("/TransformParams", {}).get("/P", 2))
    return None


def _locked(signature: Any, field: str) -> bool:
    """Whether a signature's FieldMDP transform forbids that a field changes (§12.8.2.4)."""
    for reference in signature.get("/Reference", []):
        if reference.get("/TransformMethod") == "/FieldMDP":
            params = reference.get("/TransformParams", Dictionary())
            named = [str(one) for one in params.get("/Fields", [])]
            among = any(field == one or field.startswith(f"{one}.") for one in named)
            if {"/All": True, "/Include": among, "/Exclude": not among}.get(str(params.get("/Action")), False):
                return True
    return False


def field_for(file: pikepdf.Pdf, asked: str) -> tuple[str, Any]:
    """The name of the field to sign in and, if it is there already and empty, the field itself; else None.

    FieldTaken for a field that is signed or none for signatures. Without a name, one that is free.
    """
    there = {name: (field, kind) for name, field, kind in _fields(file)}
    if not asked:
        return next(name for number in range(1, len(there) + 2) if (name := f"Signature{number}") not in there), None
    field, kind = there.get(asked, (None, "/Sig"))
    if kind != "/Sig" or (field is not None and (field.get("/V") is not None or not field.is_indirect)):
        raise FieldTaken("the PDF has a form field of this name already", hint="choose another name, or none")
    return asked, field


def add_field(revision: Revision, file: pikepdf.Pdf, page: Any, widget: Any) -> None:
    """A new field, which is its own widget, joins the form and the annotations of the page."""
    revision.append(page, page, "/Annots", widget)
    owner, form = _form(revision, file)
    revision.append(owner, form, "/Fields", widget)


def fill_field(revision: Revision, file: pikepdf.Pdf, field: Any, signature: Any, form: Any) -> None:
    """An empty signature field gets its value, and its widget shows `form`, if there is one."""
    field.V = signature
    if isinstance(field.get("/Lock"), Dictionary):
        signature.Reference = Array(_locks(file, field.Lock))
    revision.changed(field)
    widget = widget_of(field)
    if form is not None:
        widget.AP = Dictionary(N=form)
        revision.changed(widget)
    _form(revision, file)


def _locks(file: pikepdf.Pdf, lock: Any) -> Iterator[Any]:
    """What a field asks its signature to forbid afterwards: changes of fields, or of all (§12.7.4.5, §12.8.2)."""
    params: Any = Dictionary(Type=Name.TransformParams, V=Name("/1.2"), Action=lock.Action)
    if "/Fields" in lock:
        params.Fields = lock.Fields
    yield Dictionary(Type=Name.SigRef, TransformMethod=Name.FieldMDP, TransformParams=params, Data=file.Root)
    if "/P" in lock:
        whole = Dictionary(Type=Name.TransformParams, V=Name("/1.2"), P=lock.P)
        yield Dictionary(Type=Name.SigRef, TransformMethod=Name.DocMDP, TransformParams=whole)


def widget_of(field: Any) -> Any:
    """The one widget of a signature field: itself, or its only kid."""
    kids = list(field.get("/Kids", []))
    if len(kids) > 1 or not all(kid.is_indirect for kid in kids):
        raise broken("a signature field shows in several places")
    return kids[0] if kids else field


def _form(revision: Revision, file: pikepdf.Pdf) -> tuple[Any, Any]:
    """The form, which says that there are signatures and that nothing is to be rewritten, and the object it is in."""
    root: Any = file.Root
    form = root.get("/AcroForm")
    if form is None:
        form = Dictionary(Fields=Array())
    elif not isinstance(form, Dictionary):
        raise broken("its form is none")
    form.SigFlags = 3
    owner = form if form.is_indirect else root
    if not form.is_indirect:
        root.AcroForm = form
        form = root.AcroForm
    revision.changed(owner)
    return owner, form


def _fields(file: pikepdf.Pdf) -> Iterator[tuple[str, Any, str]]:
    """Every field with its full name and its kind, each once."""
    root: Any = file.Root
    waiting: list[tuple[str, str, Any]] = [("", "", field) for field in root.get("/AcroForm", {}).get("/Fields", [])]
    seen: set[tuple[int, int]] = set()
    while waiting:
        prefix, kind, field = waiting.pop()
        if not isinstance(field, Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen if field.is_indirect else (0, -len(seen)))
        if len(seen) > _MOST_FIELDS:
            raise broken("more form fields than are read")
        kind = str(field.get("/FT", kind))
        name = ".".join(part for part in (prefix, str(field.get("/T", ""))) if part)
        yield name, field, kind
        waiting += [(name, kind, kid) for kid in field.get("/Kids", [])]
