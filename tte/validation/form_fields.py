"""The signature fields that the form of a revision has now (ISO 32000-2 §12.7.5.5). Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from tte.validation.raw import Unsound
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Ref, Revision, get, is_dictionary, items, name_of, ref_of

_MAX_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A field that has a signature: its full name, itself, and the value it shows.

    `ref` is the object in which the signature dictionary stands: its own, or with `direct` the field's.
    """

    name: str
    field: pikepdf.Object
    value: pikepdf.Object
    ref: Ref
    direct: bool


def signature_fields(revision: Revision) -> Iterator[SignatureField]:
    """Every field with a signature, each once however often the form refers to it (a shared tree is no bomb)."""
    fields = items(get(get(revision.root, "/AcroForm"), "/Fields"))
    waiting = [("", "", field) for field in reversed(fields)]
    seen: set[Ref] = set()
    while waiting:
        prefix, kind, field = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or ref_of(field) in seen:
            continue
        if ref_of(field) != TRAILER:
            seen.add(ref_of(field))
        if len(seen) + len(waiting) > _MAX_FIELDS:
            raise Unsound(Reason.TOO_COMPLEX)
        kind = name_of(get(field, "/FT")) or kind
        name = ".".join(part for part in (prefix, text(get(field, "/T"))) if part)
        value = get(field, "/V")
        if value is not None and (kind == "/Sig" or get(value, "/ByteRange") is not None):
            yield _found(name, field, value)
        waiting.extend((name, kind, kid) for kid in reversed(items(get(field, "/Kids"))))


def text(value: object) -> str:
    """A text string; empty of anything else."""
    return str(value) if isinstance(value, pikepdf.String) else ""


def _found(name: str, field: pikepdf.Object, value: object) -> SignatureField:
    if not isinstance(value, pikepdf.Object) or not is_dictionary(value):
        raise Unsound(Reason.BAD_DICTIONARY)
    direct = ref_of(value) == TRAILER
    return SignatureField(name, field, value, ref_of(field if direct else value), direct)


def forbids_changes(found: SignatureField) -> bool:
    """Whether a signature, or the lock of its field, allows nothing but long-term data later (§12.8.2.2, §12.7.5.5)."""
    levels = [get(get(found.field, "/Lock"), "/P")]
    for reference in items(get(found.value, "/Reference")):
        if name_of(get(reference, "/TransformMethod")) in ("/DocMDP", "/FieldMDP"):
            levels.append(get(get(reference, "/TransformParams"), "/P"))
    return 1 in levels


def certifies(revision: Revision, found: SignatureField) -> bool:
    """Whether it is the certification signature (§12.8.2.2)."""
    certifying = get(get(revision.root, "/Perms"), "/DocMDP")
    return certifying is not None and not found.direct and ref_of(certifying) == found.ref
