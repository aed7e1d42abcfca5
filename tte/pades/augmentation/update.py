"""A revision written after a file: what is new and what was replaced, and where each of it begins (ISO 32000-1 §7.5.6).

No byte of the file is touched. A file with a cross-reference table gets a table, one with cross-reference streams a
stream; one that has both at once is refused, as readers differ about it. pyHanko would rewrite the file's metadata too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tte.errors import LintError, Problem
from tte.pades.augmentation.reading import place_of_table

_HOLE = b"**********"
"""Where a number of a /ByteRange comes to stand: as many characters as an offset can have."""


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A file that waits for a document time-stamp: all of its bytes, and where the token goes, `<` and `>` included."""

    pdf: bytes
    gap: tuple[int, int]

    @property
    def room(self) -> int:
        """How many bytes the token may have."""
        return (self.gap[1] - self.gap[0] - 2) // 2

    def digest(self) -> bytes:
        """SHA-256 of all bytes but the gap."""
        hashed = hashlib.sha256(memoryview(self.pdf)[: self.gap[0]])
        hashed.update(memoryview(self.pdf)[self.gap[1] :])
        return hashed.digest()

    def stamped(self, token: bytes) -> bytes:
        """The file with this token, which is no longer than `room`."""
        return filled(self.pdf, self.gap, token)


def filled(pdf: bytes, gap: tuple[int, int], value: bytes) -> bytes:
    """The file with this value in a gap, filled up with zeros; in capitals if what stood there had any."""
    start, end = gap
    digits = value.hex().encode().ljust(end - start - 2, b"0")
    if len(digits) != end - start - 2:
        raise ValueError("longer than its place")
    if any(letter in pdf[start:end] for letter in b"ABCDEF"):
        digits = digits.upper()
    return b"".join((pdf[: start + 1], digits, pdf[end - 1 :]))


class Update:
    """One revision in the making, after `pdf`, which is open as `file`: change its objects, then say which."""

    def __init__(self, pdf: bytes, file: pikepdf.Pdf) -> None:
        self._pdf, self._file = pdf, file
        self._previous = place_of_table(pdf)
        self._in_table = pdf.startswith(b"xref", self._previous)
        if b"/XRefStm" in pdf:
            why = Problem("file", "has two cross-reference sections at once (hybrid)")
            raise LintError("the file cannot be raised", [why])
        self._size = int(file.trailer.Size)
        self._changed: dict[tuple[int, int], pikepdf.Object] = {}
        self._written: dict[tuple[int, int], bytes] = {}

    def new(self, value: pikepdf.Object) -> Any:
        """This value as an object of its own."""
        made = self._file.make_indirect(value)
        while made.objgen[0] < self._size:  # numbers that the table has kept free are not used
            made = self._file.make_indirect(value)
        self.changed(made)
        return made

    def changed(self, value: pikepdf.Object) -> None:
        """This indirect object is not what it was."""
        self._changed[value.objgen] = value

    def stream(self, content: bytes) -> Any:
        """A new stream with this content, as it is."""
        made = self.new(Dictionary())
        self._written[made.objgen] = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
        return made

    def time_stamp(self, room: int) -> Any:
        """A new signature dictionary for a document time-stamp of at most `room` bytes (EN 319 142-1 §5.4.3)."""
        made = self.new(Dictionary())
        self._written[made.objgen] = (
            b"<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 "
            b"/ByteRange [0 %b %b %b] /Contents <%b> >>" % (_HOLE, _HOLE, _HOLE, b"00" * room)
        )
        return made

    def written(self) -> bytes:
        """The file with this revision."""
        parts, places = [self._pdf], {}
        at = len(self._pdf)
        if not self._pdf.endswith((b"\n", b"\r")):
            parts.append(b"\n")
            at += 1
        for objgen in sorted(self._changed):
            value = self._written.get(objgen) or self._changed[objgen].unparse(resolved=True)
            places[objgen] = at
            parts.append(b"%d %d obj\n%b\nendobj\n" % (*objgen, value))
            at += len(parts[-1])
        parts.append(self._table(places, at) if self._in_table else self._table_stream(places, at))
        return b"".join(parts)

    def awaiting(self) -> Unstamped:
        """The file with this revision, which holds one `time_stamp`."""
        pdf = self.written()
        hole = pdf.index(_HOLE, len(self._pdf))
        start = pdf.index(b"<", hole)
        end = pdf.index(b">", start) + 1
        numbers = b" ".join(b"%-10d" % number for number in (start, end, len(pdf) - end))
        return Unstamped(pdf[:hole] + numbers + pdf[hole + len(numbers) :], (start, end))

    def _table(self, places: dict[tuple[int, int], int], at: int) -> bytes:
        lines = [b"xref\n"]
        for first, entries in _sections(places):
            lines.append(b"%d %d\n" % (first, len(entries)))
            lines += [b"%010d %05d n \n" % entry for entry in entries]
        return b"%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (
            b"".join(lines),
            self._trailer(max(places)[0] + 1, places).unparse(),
            at,
        )

    def _table_stream(self, places: dict[tuple[int, int], int], at: int) -> bytes:
        number = max(self._size, max(places)[0] + 1)
        places = {**places, (number, 0): at}
        sections = _sections(places)
        content = b"".join(
            b"\x01" + place.to_bytes(5, "big") + generation.to_bytes(2, "big")
            for _, entries in sections
            for place, generation in entries
        )
        trailer = self._trailer(number + 1, places)
        trailer.Type, trailer.W, trailer.Length = Name.XRef, Array([1, 5, 2]), len(content)
        trailer.Index = Array([number for first, entries in sections for number in (first, len(entries))])
        return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            number,
            trailer.unparse(),
            content,
            at,
        )

    def _trailer(self, size: int, places: dict[tuple[int, int], int]) -> Any:
        """The first half of /ID stays, the second is of what is new (ISO 32000-1 §14.4)."""
        old: Any = self._file.trailer
        trailer: Any = Dictionary(Size=max(self._size, size), Root=old.Root, Prev=self._previous)
        if "/Info" in old:
            trailer.Info = old.Info
        if "/ID" in old:
            content = b"".join(self._written.get(objgen) or b"%d" % objgen[0] for objgen in places)
            name = hashlib.sha256(bytes(old.ID[1]) + b"%d" % len(self._pdf) + content).digest()[:16]
            trailer.ID = Array([old.ID[0], pikepdf.String(name)])
        return trailer


def _sections(places: dict[tuple[int, int], int]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Runs of object numbers: the first, and place and generation of each."""
    found: list[tuple[int, list[tuple[int, int]]]] = []
    for number, generation, place in _in_order(places):
        if not found or number != found[-1][0] + len(found[-1][1]):
            found.append((number, []))
        found[-1][1].append((place, generation))
    return found


def _in_order(places: dict[tuple[int, int], int]) -> Iterator[tuple[int, int, int]]:
    return ((*objgen, places[objgen]) for objgen in sorted(places))
