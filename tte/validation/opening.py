"""A PDF opened by pyHanko, strictly and within limits, and the signatures its form shows. Nothing is judged here."""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from tte.validation import raw, syntax
from tte.validation.raw import RawSignature, Unsound
from tte.validation.reasons import Reason
from tte.validation.syntax import NotPdf, Span

_MIB = 1024 * 1024
MAX_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A signature that a form field shows now: the field's name, its value, and what the raw bytes say of it."""

    field: str
    value: generic.DictionaryObject
    embedded: EmbeddedPdfSignature
    raw: RawSignature

    @property
    def is_time_stamp(self) -> bool:
        """A document time-stamp, whatever its /Type says (EN 319 142-1 §5.4.3: the SubFilter decides)."""
        kind: object = entry(self.value, "/SubFilter")
        return kind == "/ETSI.RFC3161"


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A signature field whose signature fails the byte check."""

    field: str
    reason: Reason


def entry(dictionary: object, key: str) -> generic.PdfObject | None:
    """A value of a dictionary with its reference followed; None if there is no such dictionary, key or object."""
    if not isinstance(dictionary, generic.DictionaryObject):
        return None
    try:
        found: generic.PdfObject = dictionary[key]
    except KeyError:
        return None
    return found


def open_strictly(pdf: bytes) -> PdfFileReader:
    """pyHanko's reader in strict mode. Raises whatever pyHanko raises: the caller turns it into a verdict."""
    _silence()
    return PdfFileReader(io.BytesIO(pdf), strict=True, decode_limits=_limits())


def shown_signatures(pdf: bytes, reader: PdfFileReader) -> Iterator[Shown | Spoiled]:
    """Every filled signature field of the current form, after the byte check of its signature."""
    for name, field in _signature_fields(reader):
        try:
            yield _shown(pdf, reader, name, field)
        except Unsound as why:
            yield Spoiled(name, why.reason)


def _signature_fields(reader: PdfFileReader) -> Iterator[tuple[str, generic.DictionaryObject]]:
    """Signature fields that have a value, each once however often the form refers to it (a shared tree is no bomb)."""
    fields = entry(entry(reader.root, "/AcroForm"), "/Fields")
    waiting: list[tuple[str, object, generic.PdfObject]] = [("", None, field) for field in reversed(_items(fields))]
    seen: set[tuple[int, int]] = set()
    while waiting:
        prefix, kind, reference = waiting.pop()
        if isinstance(reference, generic.IndirectObject):
            if (reference.idnum, reference.generation) in seen:
                continue
            seen.add((reference.idnum, reference.generation))
        if len(seen) > MAX_FIELDS:
            raise RecursionError("more form fields than are judged")
        field = reference.get_object()
        if not isinstance(field, generic.DictionaryObject):
            continue
        kind = entry(field, "/FT") or kind
        name = ".".join(part for part in (prefix, str(entry(field, "/T") or "")) if part)
        if kind == "/Sig" and entry(field, "/V") is not None:
            yield name, field
        waiting.extend((name, kind, kid) for kid in reversed(_items(entry(field, "/Kids"))))


def _items(value: object) -> list[generic.PdfObject]:
    return list(value) if isinstance(value, generic.ArrayObject) else []


def description_rewritten(reader: PdfFileReader, revision: int) -> bool:
    """Whether a revision after `revision` holds another /Info or XMP: allowed, as every augmenting writer does so."""
    described = {found.reference for found in _descriptions(reader) if isinstance(found, generic.IndirectObject)}
    later = range(revision + 1, reader.xrefs.total_revisions)
    return any(described & reader.xrefs.explicit_refs_in_revision(number) for number in later)


def _descriptions(reader: PdfFileReader) -> Iterator[object]:
    if "/Info" in reader.trailer:
        yield reader.trailer.raw_get("/Info")
    if "/Metadata" in reader.root:
        yield reader.root.raw_get("/Metadata")


def usage_rights_span(pdf: bytes, reader: PdfFileReader) -> Span | None:
    """Where the usage rights of a Reader-enabled form stand; they are nobody's signature (ISO 32000-2 §12.8.2.3)."""
    permissions = entry(reader.root, "/Perms")
    if not isinstance(permissions, generic.DictionaryObject) or "/UR3" not in permissions:
        return None
    value = permissions.raw_get("/UR3")
    offset = reader.xrefs[value.reference] if isinstance(value, generic.IndirectObject) else None
    if not isinstance(offset, int):
        return None
    try:
        return syntax.dictionary(pdf, syntax.object_header(pdf, offset)[2]).span
    except NotPdf:
        return None


def _shown(pdf: bytes, reader: PdfFileReader, name: str, field: generic.DictionaryObject) -> Shown:
    value = field.raw_get("/V")
    if not isinstance(value, generic.IndirectObject):
        raise Unsound(Reason.NOT_INDIRECT)
    reference = value.reference
    offset = reader.xrefs[reference]
    if not isinstance(offset, int):
        raise Unsound(Reason.NOT_INDIRECT)
    found = raw.read_signature(pdf, offset, number=reference.idnum, generation=reference.generation)
    dictionary = value.get_object()
    if not isinstance(dictionary, generic.DictionaryObject) or not _same(dictionary, found):
        raise Unsound(Reason.TWO_READINGS)
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        embedded.signer_info["signature"].native  # noqa: B018  asn1crypto parses late: fail here
    except (ValueError, TypeError, KeyError, AttributeError) as why:
        raise Unsound(Reason.BAD_CMS) from why
    return Shown(name, dictionary, embedded, found)


def _same(dictionary: generic.DictionaryObject, found: RawSignature) -> bool:
    """B4: what pyHanko resolved is what stands in the bytes."""
    numbers, contents = dictionary.raw_get("/ByteRange"), dictionary.raw_get("/Contents")
    return (
        isinstance(numbers, generic.ArrayObject)
        and [int(number) for number in numbers] == list(found.byte_range)
        and isinstance(contents, generic.TextStringObject | generic.ByteStringObject)
        and contents.original_bytes == found.contents
    )


@cache
def _limits() -> DecodeLimits:
    """Tighter than pyHanko's own (safety.md 7.2): a bomb ends at 16 MB, a whole document at 64 MB."""
    stream = StreamDecodeLimits(max_ratio=200, ratio_floor=_MIB, max_output_size=16 * _MIB)
    purposes = {
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.CRL: StreamDecodeLimits(max_ratio=50, max_output_size=16 * _MIB),
    }
    return DecodeLimits(per_stream=stream, per_purpose=purposes, document_budget=DocumentDecodeBudget(64 * _MIB, 4))


@cache
def _silence() -> None:
    """pyHanko logs what it reads, names in certificates included; our reports say what there is to say."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
