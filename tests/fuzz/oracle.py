"""Why a file that differs from the signed one is nevertheless the same: asked of two readers that are not ours.

What may differ: the store of long-term data, descriptions and versions, and parts of a signature value that nobody
signed. All else that the catalog leads to must be the same, for qpdf and for pyHanko.
"""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return, attr-defined"

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from tte.validation.ber import OCTET_STRING, NotBer, node_at, octets
from tte.validation.signed_data import SignedData

_FREE_TO_CHANGE = frozenset({"/DSS", "/Extensions", "/Version", "/Metadata"})
"""Of the catalog: what the rules let a later revision change (validation.md 4.4)."""
_FREE_IN_FORM = frozenset({"/DA", "/DR", "/SigFlags"})
"""Of the form: no field that is there may change, so these are for fields to come."""
_PRIVATE = frozenset({"/PieceInfo", "/LastModified"})
"""Of a page: what an application keeps for itself, and nobody shows."""
_BACK = frozenset({"/P", "/StructParent"})
"""Of a field: where it belongs, as the page says itself."""
_REVISION_END = re.compile(rb"%%EOF")
_MOST = 200_000

Shape = tuple[Any, ...]


def why_harmless(original: bytes, mutant: bytes) -> str | None:
    """What explains that this mutant is in order; None if nothing does."""
    if mutant == original:
        return "the same bytes"
    if original.startswith(mutant.rstrip(b"\0\t\n\f\r ")):
        return "an earlier revision, whole"
    if _by_qpdf(mutant) != _by_qpdf(original):
        earlier = any(_shows(mutant, original[: hit.end()]) for hit in _REVISION_END.finditer(original))
        return "an earlier revision, but for parts of a signature value that are not signed" if earlier else None
    if mutant.rstrip(b"\0\t\n\f\r %EOF") == original.rstrip(b"\0\t\n\f\r %EOF"):
        return "blanks at the end"
    if _pyhanko_can_read(original) and _by_pyhanko(mutant) != _by_pyhanko(original):
        return None
    if len(mutant) > len(original) and mutant.startswith(original):
        return "a revision that changes nothing anybody is shown"
    return "parts of a signature value that are not signed, or letters of its digits"


def _shows(mutant: bytes, revision: bytes) -> bool:
    """Whether both readers are shown the same; not by a revision that cannot be read by itself."""
    try:
        same = _by_qpdf(mutant) == _by_qpdf(revision)
    except pikepdf.PdfError:
        return False
    return same and (not _pyhanko_can_read(revision) or _by_pyhanko(mutant) == _by_pyhanko(revision))


@lru_cache(maxsize=64)
def _by_qpdf(pdf: bytes) -> Shape:
    with pikepdf.open(io.BytesIO(pdf), inherit_page_attributes=False) as opened:
        return _walked(opened.Root, _of_pikepdf)


@lru_cache(maxsize=64)
def _by_pyhanko(pdf: bytes) -> Shape:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    return _walked(reader.trailer.raw_get("/Root"), _of_pyhanko)


@lru_cache(maxsize=300)
def _pyhanko_can_read(pdf: bytes) -> bool:
    """Not a hybrid file, of which it sees another part, nor one with a second bare %%EOF."""
    try:
        return b"/XRefStm" not in pdf and bool(_by_pyhanko(pdf))
    except (PdfReadError, AssertionError):
        return False


def _walked(root: Any, of: Callable[[Any], Any]) -> Shape:
    """All that the catalog leads to, by the order in which it is met; no number of an object."""
    numbers: dict[object, int] = {}
    out: list[Any] = []
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        key, value = waiting.pop()
        name, kind, inside = of(value)
        if name is not None:
            if name in numbers:
                out.append((key, "again", numbers[name]))
                continue
            numbers[name] = len(numbers)
        top = not out
        if kind == "dictionary":
            entries, content = inside
            signature = "/ByteRange" in entries
            kept = {
                key: entry
                for key, entry in entries.items()
                if not (top and key in _FREE_TO_CHANGE)
                and not (signature and key == "/Contents")
                and not ("/Fields" in entries and key in _FREE_IN_FORM)
                and not ("/MediaBox" in entries and key in _PRIVATE)
                and not ("/FT" in entries and key in _BACK)
                and not ("/TransformMethod" in entries and key == "/Data")  # what was looked at; shown by nobody
                and not ("/MediaBox" in entries and key == "/Annots" and of(entry)[1:] == ("array", []))
                and of(entry)[1:] != ("scalar", None)  # as good as absent (ISO 32000-2 §7.3.7)
            }
            signed = _signed_parts(entries["/Contents"], of) if signature and "/Contents" in entries else None
            out.append((key, "dictionary", tuple(sorted(kept)), content, signed))
            waiting.extend(sorted(kept.items(), reverse=True))
        elif kind == "array":
            out.append((key, "array", len(inside)))
            waiting.extend(("", one) for one in reversed(inside))
        else:
            out.append((key, kind, inside))
        if len(out) > _MOST:
            raise ValueError("too large to compare")
    return tuple(out)


def _signed_parts(value: Any, of: Callable[[Any], Any]) -> object:
    """What the key signed, and the signature; not the certificates beside it."""
    contents = of(value)[2]
    try:
        read = SignedData.of(contents)
    except NotBer:
        return _bare_value(contents)
    return read.attributes and read.attributes.contents, read.value


def _bare_value(contents: bytes) -> bytes:
    """The value of an adbe.x509.rsa_sha1 signature, however its octets are written (ISO 32000-1 §12.8.3.2)."""
    try:
        found = node_at(contents)
        return octets(found) if found.tag & ~0x20 == OCTET_STRING else contents
    except NotBer:
        return contents


def _of_pikepdf(value: Any) -> tuple[object, str, Any]:
    name = value.objgen if isinstance(value, pikepdf.Object) and value.is_indirect else None
    match value:
        case pikepdf.Stream():
            entries = {key: entry for key, entry in value.stream_dict.items() if key != "/Length"}
            return name, "dictionary", (entries, value.read_raw_bytes())
        case pikepdf.Dictionary():
            return name, "dictionary", (dict(value.items()), None)
        case pikepdf.Array():
            return name, "array", list(value)
        case pikepdf.String():
            return None, "scalar", bytes(value)
        case pikepdf.Name():
            return None, "scalar", value.unparse()
        case bool() | None:
            return None, "scalar", value
    return None, "scalar", Decimal(str(value)).normalize()


def _of_pyhanko(value: Any) -> tuple[object, str, Any]:
    name = None
    if isinstance(value, generic.IndirectObject):
        name, value = (value.idnum, value.generation), value.get_object()
    match value:
        case generic.StreamObject():
            entries = {key: value.raw_get(key) for key in value if key != "/Length"}
            return name, "dictionary", (entries, value.encoded_data)
        case generic.DictionaryObject():
            return name, "dictionary", ({key: value.raw_get(key) for key in value}, None)
        case generic.ArrayObject():
            return name, "array", [value.raw_get(at) for at in range(len(value))]
        case generic.TextStringObject() | generic.ByteStringObject():
            return None, "scalar", value.original_bytes
        case generic.BooleanObject():
            return None, "scalar", value.value
        case generic.NullObject():
            return None, "scalar", None
        case generic.NameObject():
            return None, "scalar", str(value)
    return None, "scalar", Decimal(str(value)).normalize()
