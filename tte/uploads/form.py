"""The form of a PDF gains a signature field with its widget (ISO 32000-1 §12.7), and nothing that was there goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary

from tte.errors import FieldTaken, NoMoreSignatures
from tte.pades.revision import Revision
from tte.uploads.opening import broken

_MOST_FIELDS: Final = 20_000


def signed_fields(file: pikepdf.Pdf) -> Iterator[Any]:
    """The signature dictionaries of all fields that have one."""
    for _, field, kind in _fields(file):
        if kind == "/Sig" and isinstance(field.get("/V"), Dictionary):
            yield field.V


def check_may_be_signed(file: pikepdf.Pdf) -> None:
    """NoMoreSignatures if the file is certified with no change permitted (§12.8.2.2)."""
    root: Any = file.Root
    certification = root.get("/Perms", {}).get("/DocMDP", {})
    for reference in certification.get("/Reference", []):
        if (
            reference.get("/TransformMethod") == "/DocMDP"
            and int(reference.get("/TransformParams", {}).get("/P", 2)) == 1
        ):
            raise NoMoreSignatures(
                "the PDF is certified, and whoever did that allowed no change after it",
                hint="ask its author for a PDF that may be signed by others",
            )


def free_name(file: pikepdf.Pdf, asked: str) -> str:
    """The name for the new field: what was asked for, or one that is free. FieldTaken if a field has it."""
    taken = {name for name, _, _ in _fields(file)}
    if asked:
        if asked in taken:
            raise FieldTaken("the PDF has a form field of this name already", hint="choose another name, or none")
        return asked
    return next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)


def add_field(revision: Revision, file: pikepdf.Pdf, page: Any, widget: Any) -> None:
    """The field, which is its own widget, joins the form and the annotations of the page."""
    root: Any = file.Root
    _append(revision, page, page, "/Annots", widget)
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
    _append(revision, owner, form, "/Fields", widget)


def _append(revision: Revision, owner: Any, holder: Any, key: str, item: Any) -> None:
    """One more in an array, which is an object of its own or a part of `owner`."""
    there = holder.get(key)
    if there is not None and not isinstance(there, Array):
        raise broken(f"{key} is no array")
    if there is not None and there.is_indirect:
        there.append(item)
        revision.changed(there)
    else:
        holder[key] = Array([*(there or []), item])
        revision.changed(owner)


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
