"""A signed PDF as augmentation sees it: its signatures and time-stamps, and what its DSS holds.

Only what can be relied on is read: a file that is encrypted, damaged or of two minds about its objects is refused, and
so is a signature that does not hold. Nothing is repaired (ISO 32000-1 §12.8, EN 319 142-1 §5.4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from tte.errors import LintError, Problem
from tte.pades.augmentation.signed_data import SignedData, Stamp, read_signed_data, read_stamp
from tte.pades.lint import UNREADABLE

DOCUMENT_TIME_STAMP = "/ETSI.RFC3161"
BASELINE = "/ETSI.CAdES.detached"
KINDS = (BASELINE, "/adbe.pkcs7.detached", DOCUMENT_TIME_STAMP)
_MOST_FIELDS = 20_000
_HEX = re.compile(rb"<(?:[0-9a-f]*|[0-9A-F]*)>")
_STARTXREF = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_HINT = "only whole, signed PDF files that can be read without a password are raised"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it stands in the file.

    `gap` is where its value stands, `<` and `>` included; `end` is where its signed bytes end. `value` is what stands
    there: `length` bytes of CMS, and zeros. `stamps` are its signature time-stamps that hold.
    """

    field: str
    gap: tuple[int, int]
    end: int
    value: bytes
    length: int
    signed: SignedData
    baseline: bool
    stamps: tuple[Stamp, ...]

    @property
    def room(self) -> int:
        """How many bytes its value may have."""
        return len(self.value)


@dataclass(frozen=True, slots=True)
class DocumentStamp:
    """A document time-stamp that holds, over the bytes up to `end` but for its value."""

    stamp: Stamp
    end: int


@dataclass(frozen=True, slots=True)
class Store:
    """What a DSS holds, DER (EN 319 142-1 §5.4.2.2)."""

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that counts of a signed file. Signatures and time-stamps are in the order of their bytes."""

    pdf: bytes
    signatures: tuple[Signature, ...]
    stamps: tuple[DocumentStamp, ...]
    store: Store

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """Every certificate in the file outside of the DSS and what it holds."""
        found: dict[bytes, None] = {}
        for signature in self.signatures:
            found.update(dict.fromkeys(signature.signed.certificates))
            for stamp in signature.stamps:
                found.update(dict.fromkeys(stamp.certificates))
        for one in self.stamps:
            found.update(dict.fromkeys(one.stamp.certificates))
        return tuple(found)

    def covered(self, signature: Signature) -> bool:
        """Whether a later signature or time-stamp covers the value of this one, which so can never change again."""
        others = (*(one.end for one in self.signatures), *(one.end for one in self.stamps))
        return any(end > signature.end for end in others)


def read(pdf: bytes) -> Reading:
    """A file with at least one signature. LintError if it has none or it cannot be raised, with what is wrong."""
    with opened(pdf) as file:
        found = [_value(pdf, name, value) for name, value in _signatures(file)]
        store = _store(file)
    found.sort(key=lambda one: one[2])
    signatures = tuple(_signature(pdf, *one) for one in found if one[1] != DOCUMENT_TIME_STAMP)
    if not signatures:
        raise LintError("the file holds no signature, so there is nothing to raise", (), hint=_HINT)
    stamps = tuple(_document_stamp(pdf, *one) for one in found if one[1] == DOCUMENT_TIME_STAMP)
    return Reading(pdf, signatures, stamps, store)


def read_store(pdf: bytes) -> Store:
    """The DSS of a file, or of the revision of it that these bytes are."""
    with opened(pdf) as file:
        return _store(file)


@contextmanager
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """The file opened as it is, never repaired. LintError for whatever goes wrong in it while it is open."""
    why: str
    try:
        if not pdf.startswith(b"%PDF-"):
            raise ValueError("no header")
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as file:
            if file.is_encrypted:
                raise pikepdf.PasswordError("encrypted")
            yield file
            return
    except pikepdf.PasswordError:
        why = "is encrypted"
    except UNREADABLE as error:
        why = f"cannot be read as a PDF ({type(error).__name__})"
    raise LintError("the file cannot be raised", [Problem("file", why)], hint=_HINT)


def place_of_table(pdf: bytes) -> int:
    """Where the newest cross-reference section begins. LintError if the file does not end with where that is."""
    found = _STARTXREF.search(pdf[-1024:])
    if not found or int(found[1]) >= len(pdf):
        raise LintError("the file cannot be raised", [Problem("file", "does not end as a PDF ends")], hint=_HINT)
    return int(found[1])


def _signatures(file: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Signature fields with a value, each once: full name and value."""
    form: Any = file.Root.get("/AcroForm", {})
    waiting: list[tuple[str, Any, Any]] = [("", None, field) for field in form.get("/Fields", [])]
    seen: set[tuple[int, int]] = set()
    while waiting:
        prefix, kind, field = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen if field.is_indirect else (0, -len(seen)))
        if len(seen) > _MOST_FIELDS:
            raise ValueError("more form fields than are read")
        kind = field.get("/FT", kind)
        name = ".".join(part for part in (prefix, str(field.get("/T", ""))) if part)
        if kind == "/Sig" and isinstance(field.get("/V"), pikepdf.Dictionary):
            yield name, field.V
        waiting += [(name, kind, kid) for kid in field.get("/Kids", [])]


_Found = tuple[str, str, int, tuple[int, int], bytes, bool]
"""Field, kind, where the signed bytes end, the gap, the value with its padding, whether a signing time is claimed."""


def _value(pdf: bytes, field: str, value: pikepdf.Object) -> _Found:
    kind, numbers = str(value.get("/SubFilter", "")), [int(number) for number in value.get("/ByteRange", [])]
    if kind not in KINDS:
        raise _refused(field, "is of a kind that cannot be raised")
    if len(numbers) != 4:
        raise _refused(field, "does not say which bytes it covers")
    zero, start, after, rest = numbers
    contents = bytes(value.get("/Contents", b""))
    if (
        zero
        or not 0 < start < after - 1
        or rest <= 0
        or after + rest > len(pdf)
        or not _HEX.fullmatch(pdf, start, after)
    ):
        raise _refused(field, "does not cover the whole file but its own value")
    if bytes.fromhex(pdf[start + 1 : after - 1].decode()) != contents:
        raise _refused(field, "does not cover the whole file but its own value")
    return field, kind, after + rest, (start, after), contents, "/M" in value


def _signature(
    pdf: bytes, field: str, kind: str, end: int, gap: tuple[int, int], contents: bytes, timed: bool
) -> Signature:
    try:
        signed = read_signed_data(contents)
    except ValueError:
        raise _refused(field, "cannot be read") from None
    if not signed.holds(_digest(pdf, signed.digest_name, gap, end)):
        raise _refused(field, "does not hold: the file was changed, or the signature was")
    stamps = tuple(stamp for stamp in map(read_stamp, signed.tokens) if stamp and stamp.covers(signed.signature))
    baseline = kind == BASELINE and timed and signed.baseline
    return Signature(field, gap, end, contents, signed.length, signed, baseline, stamps)


def _document_stamp(
    pdf: bytes, field: str, kind: str, end: int, gap: tuple[int, int], contents: bytes, timed: bool
) -> DocumentStamp:
    stamp = read_stamp(contents)
    if stamp is None or _digest(pdf, stamp.digest_name, gap, end) != stamp.imprint:
        raise _refused(field, "is a document time-stamp that does not hold")
    return DocumentStamp(stamp, end)


def _digest(pdf: bytes, digest_name: str, gap: tuple[int, int], end: int) -> bytes:
    try:
        hashed = hashlib.new(digest_name)
    except ValueError:
        return b""
    hashed.update(memoryview(pdf)[: gap[0]])
    hashed.update(memoryview(pdf)[gap[1] : end])
    return hashed.digest()


def _store(file: pikepdf.Pdf) -> Store:
    held: Any = file.Root.get("/DSS", {})
    return Store(*(tuple(one.read_bytes() for one in held.get(key, [])) for key in ("/Certs", "/OCSPs", "/CRLs")))


def _refused(field: str, what: str) -> LintError:
    return LintError("the file cannot be raised", [Problem(field or "signature", what)], hint=_HINT)
