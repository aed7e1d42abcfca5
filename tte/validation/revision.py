"""The first bytes of a file as qpdf reads them: which objects there are, where each stands, who refers to whom.

qpdf reads what real writers write (hybrid cross-references, sizes off by one, streams of objects), and it says when it
had to guess. It judges nothing here; what it says stands at an offset is looked at in the bytes again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import BinaryIO, cast

import pikepdf

from tte.model import Pdf
from tte.validation.mapped import Window
from tte.validation.raw import Unsound
from tte.validation.reasons import Reason

Ref = tuple[int, int]
"""Number and generation of an object; (0, 0) stands for the trailer."""
TRAILER: Ref = (0, 0)
Place = tuple[int, int, int]
"""1, the offset, 0; or 2, the number of the object stream, the place in it."""

_MIB = 1024 * 1024
_MAX_OBJECTS = 400_000
_REFERENCE = re.compile(rb"(?<![\w.+#/-])(\d{1,10}) (\d{1,5}) R\b")


def is_dictionary(value: object) -> bool:
    """Whether a value is a dictionary or a stream, which has one."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream)


def ref_of(value: object) -> Ref:
    """The reference of an indirect value; (0, 0) of any other."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return value.objgen
    return TRAILER


def text_of(value: object) -> bytes:
    """A value in PDF syntax, references left as they are; nothing for None."""
    if value is None:
        return b""
    return value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()


def entries(value: object) -> dict[str, bytes]:
    """The entries of a dictionary or stream as `text_of` has them: equal texts are one reference or one value."""
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
    if not isinstance(value, pikepdf.Dictionary):
        return {}
    return {key: text_of(value.get_raw(key)) for key in value.keys()}  # noqa: SIM118  pikepdf iterates otherwise


def get(value: object, key: str) -> object:
    """An entry of a dictionary or stream, its reference followed; None if there is none."""
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        found: object = value.get(key)
        return found
    return None


def items(value: object) -> list[object]:
    """The values of an array; none of anything else."""
    return list(value) if isinstance(value, pikepdf.Array) else []


def name_of(value: object) -> str:
    """The text of a name with its slash; empty of anything else, and of a name that is no text."""
    try:
        return str(value) if isinstance(value, pikepdf.Name) else ""
    except UnicodeDecodeError:
        return ""


class Revision:
    """The file as it was when it was `end` bytes long. Unsound if it wants a password or cannot be read at all."""

    def __init__(self, pdf: Pdf, end: int) -> None:
        _set_limits()
        self.end = end
        try:
            self._pdf = pikepdf.open(_stream(pdf, end), suppress_warnings=True, inherit_page_attributes=False)
        except pikepdf.PasswordError as why:
            raise Unsound(Reason.ENCRYPTED) from why
        except (pikepdf.PdfError, ValueError, RuntimeError, OSError) as why:
            raise Unsound(Reason.UNREADABLE) from why
        self.table: Mapping[Ref, Place] = self._read_table()
        self._texts: dict[Ref, bytes] = {}
        self._warnings = ""

    @property
    def root(self) -> object:
        """The catalog; None if there is none."""
        return get(self.trailer, "/Root")

    @property
    def trailer(self) -> pikepdf.Object:
        """The trailer dictionary."""
        return self._pdf.trailer

    def _read_table(self) -> Mapping[Ref, Place]:
        entries = self._pdf.get_xref_table()
        if len(entries) > _MAX_OBJECTS:
            raise Unsound(Reason.TOO_COMPLEX)
        return {
            ref: (1, entry.offset or 0, 0)
            if entry.type == 1
            else (2, entry.obj_stream_number or 0, entry.obj_stream_index or 0)
            for ref, entry in entries.items()
        }

    @property
    def guessed(self) -> bool:
        """Whether qpdf had to look for objects because the cross-references do not lead to them. Ask at the end."""
        return "reconstruct" in self._warned()

    @property
    def limited(self) -> bool:
        """Whether something was left unread because it unpacks to too much; it reads as null. Ask at the end."""
        return "memory limit exceeded" in self._warned()

    @property
    def encrypted(self) -> bool:
        """Whether it is encrypted, by a password that is empty: it would not have opened otherwise."""
        return self._pdf.is_encrypted

    def _warned(self) -> str:
        self._warnings += " ".join(map(str, self._pdf.get_warnings()))  # it hands each one out once
        return self._warnings

    def look_again(self) -> None:
        """If qpdf had to look for objects meanwhile: `table` says where it found them."""
        if self.guessed:
            self.table = self._read_table()

    def object(self, ref: Ref) -> pikepdf.Object:
        """The object with this reference; a null object if there is none."""
        return self._pdf.get_object(ref)

    def text(self, ref: Ref) -> bytes:
        """An object, or the trailer, in PDF syntax, references left as they are; of a stream its dictionary."""
        if ref not in self._texts:
            value = self.trailer if ref == TRAILER else self.object(ref)
            if isinstance(value, pikepdf.Stream):
                self._texts[ref] = value.stream_dict.unparse(resolved=True)
            else:
                self._texts[ref] = value.unparse(resolved=True) if isinstance(value, pikepdf.Object) else text_of(value)
        return self._texts[ref]

    @cached_property
    def references(self) -> Mapping[Ref, frozenset[Ref]]:
        """What each object and the trailer refer to. qpdf shows references to objects that are not there as null."""
        return {ref: references_in(self.text(ref)) for ref in (TRAILER, *self.table)}

    @cached_property
    def users(self) -> Mapping[Ref, frozenset[Ref]]:
        """Who refers to an object, wherever they are reached from."""
        found: dict[Ref, set[Ref]] = {}
        for user, used in self.references.items():
            for ref in used:
                found.setdefault(ref, set()).add(user)
        return {ref: frozenset(users) for ref, users in found.items()}

    @cached_property
    def reached(self) -> frozenset[Ref]:
        """The objects that the trailer leads to, and the trailer."""
        return frozenset(self.reached_from([TRAILER]))

    def reached_from(self, begin: Iterable[Ref]) -> set[Ref]:
        """These objects and all they lead to."""
        seen: set[Ref] = set()
        waiting = list(begin)
        while waiting:
            ref = waiting.pop()
            if ref not in seen:
                seen.add(ref)
                waiting.extend(self.references.get(ref, ()))
        return seen


def _stream(pdf: Pdf, end: int) -> BinaryIO:
    """The first `end` bytes; what is in memory is not read through a window, which takes longer."""
    if isinstance(pdf, bytes):
        return io.BytesIO(pdf if end == len(pdf) else pdf[:end])
    return cast(BinaryIO, Window(pdf, end))


def references_in(text: bytes) -> frozenset[Ref]:
    """The references in PDF syntax; those that stand in a string are taken too, which only makes judgement stricter."""
    if b" R" not in text:
        return frozenset()
    return frozenset((int(number), int(generation)) for number, generation in _REFERENCE.findall(text))


def times_used(text: bytes, ref: Ref) -> int:
    """How often PDF syntax refers to an object."""
    return sum((int(number), int(generation)) == ref for number, generation in _REFERENCE.findall(text))


@cache
def _set_limits() -> None:
    """qpdf's own limits are off; these end a bomb soon (validation.md 7). They hold for the whole process."""
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100,
        parser_max_container_size_damaged=2000,
        max_stream_filters=5,
        doc_max_warnings=200,
        flate_max_memory=64 * _MIB,
        png_max_memory=32 * _MIB,
        run_length_max_memory=32 * _MIB,
        tiff_max_memory=32 * _MIB,
        dct_max_memory=32 * _MIB,
    )
