"""A revision written after a file: what is new, what was replaced, where each of it begins (ISO 32000-1 §7.5.6).

Only what comes after the file is made here; the file may be on disk and of any size. A file whose newest section is a
cross-reference table gets a table (hybrid files too), one with a cross-reference stream a stream.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pikepdf
from pikepdf import Array, Dictionary, Name

_REFERENCE: Final = re.compile(rb"(?<![\w.+#/-])(\d{1,10}) (\d{1,5}) R\b")
_MOST_FREE: Final = 100_000
_HOLE: Final = b"**********"
"""Where a number of a /ByteRange comes to stand: as many characters as an offset can have."""


@dataclass(frozen=True, slots=True)
class Before:
    """The file that a revision comes after: its length in bytes, the place of its newest cross-reference section,
    whether that is a table, and whether the file ends with a line end.
    """

    length: int
    table: int
    in_table: bool
    line_ended: bool


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What comes after the file, but for the signature value: `head`, then `<` digits `>`, then `tail`.

    `room` is how many bytes the value may have.
    """

    head: bytes
    room: int
    tail: bytes


class Cipher(Protocol):
    """How an encrypted file has what stands in the object of a number and generation."""

    def syntax(self, plain: bytes, within: tuple[int, int]) -> bytes:
        """PDF syntax with its strings encrypted."""

    def content(self, plain: bytes, within: tuple[int, int]) -> bytes:
        """The bytes of a stream, encrypted."""


class Revision:
    """One revision in the making: change the objects of `file`, which is open, then say which."""

    def __init__(self, file: pikepdf.Pdf, before: Before, cipher: Cipher | None = None) -> None:
        self._file, self._before, self._cipher = file, before, cipher
        self._size = int(file.trailer.Size)
        self._changed: dict[tuple[int, int], pikepdf.Object] = {}
        self._streams: dict[tuple[int, int], bytes] = {}
        self._signature: tuple[int, int] | None = None

    def new(self, value: pikepdf.Object) -> Any:
        """This value as an object of its own."""
        made = self._file.make_indirect(value)
        if self._size - made.objgen[0] > _MOST_FREE:
            raise ValueError("the table speaks of many more objects than there are")
        while made.objgen[0] < self._size:  # numbers that the table has kept free are not used
            made = self._file.make_indirect(value)
        self.changed(made)
        return made

    def changed(self, value: pikepdf.Object) -> None:
        """This indirect object is not what it was."""
        self._changed[value.objgen] = value

    def append(self, owner: Any, holder: Any, key: str, item: Any) -> None:
        """One more in an array of `holder`, which is an object of its own or a part of `owner`."""
        there = holder.get(key)
        if not isinstance(there, Array | None):
            raise TypeError(f"{key} is no array")
        if there is not None and there.is_indirect:
            there.append(item)
            self.changed(there)
        else:
            holder[key] = Array([*(there or []), item])
            self.changed(owner)

    def stream(self, about: pikepdf.Dictionary, content: bytes) -> Any:
        """A new stream; `about` is its dictionary, without /Length."""
        made = self.new(about)
        self._streams[made.objgen] = content
        return made

    def adopted(self, value: pikepdf.Object) -> Any:
        """An indirect object of another open file, and all that it refers to, as new objects of this one.

        A `new` object comes before the first adopted one.
        """
        adopted: Any = self._file.copy_foreign(value)
        waiting = [adopted]
        while waiting:
            one = waiting.pop()
            if one.objgen in self._changed:
                continue
            about = one
            if isinstance(one, pikepdf.Stream):
                about, self._streams[one.objgen] = one.stream_dict, one.read_raw_bytes()
            self._changed[one.objgen] = about
            found = _REFERENCE.findall(about.unparse(resolved=True))
            waiting += [self._file.get_object(int(number), int(generation)) for number, generation in found]
        return adopted

    def replaced(self, stream: pikepdf.Object, content: bytes) -> None:
        """A new stream has other content."""
        self._streams[stream.objgen] = content

    def signature(self, value: pikepdf.Dictionary) -> Any:
        """A new signature dictionary; /ByteRange and /Contents are added when it is written."""
        made = self.new(value)
        self._signature = made.objgen
        return made

    def written(self) -> bytes:
        """The revision, which has no `signature` in it."""
        return b"".join(self._parts(0))

    def unsigned(self, room: int) -> Unsigned:
        """The revision, with its one `signature` of at most `room` bytes to come."""
        gap = 2 * room + 2
        head, tail = self._parts(gap)
        start = self._before.length + len(head)
        hole = head.rindex(b"[0 " + _HOLE) + 3
        numbers = b" ".join(b"%-10d" % number for number in (start, start + gap, len(tail)))
        return Unsigned(head[:hole] + numbers + head[hole + len(numbers) :], room, tail)

    def _parts(self, gap: int) -> tuple[bytes, bytes]:
        """What stands before the gap of the signature, which is the last object, and after it; all, without one."""
        at, parts, places = self._before.length, [], {}
        if not self._before.line_ended:
            parts.append(b"\n")
            at += 1
        split = 0
        for objgen in sorted(self._changed, key=lambda one: (one == self._signature, one)):
            places[objgen] = at
            body = self._body(objgen)
            if objgen == self._signature:
                holes = b" /ByteRange [0 %b %b %b] /Contents " % (_HOLE, _HOLE, _HOLE)
                parts += [b"%d %d obj\n%b%b" % (*objgen, body.removesuffix(b">>"), holes), b" >>\nendobj\n"]
                split = len(parts) - 1
                at += len(parts[-2]) + gap + len(parts[-1])
            else:
                parts.append(b"%d %d obj\n%b\nendobj\n" % (*objgen, body))
                at += len(parts[-1])
        name = hashlib.sha256(b"".join((b"%d" % self._before.length, *parts))).digest()
        parts.append(self._table(places, at, name) if self._before.in_table else self._table_stream(places, at, name))
        return b"".join(parts[:split]), b"".join(parts[split:])

    def _body(self, objgen: tuple[int, int]) -> bytes:
        value: Any = self._changed[objgen]
        content = self._streams.get(objgen)
        if content is not None:
            content = self._cipher.content(content, objgen) if self._cipher else content
            value.Length = len(content)
        syntax = value.unparse(resolved=True)
        if self._cipher:
            syntax = self._cipher.syntax(syntax, objgen)
        return syntax if content is None else b"%b\nstream\n%b\nendstream" % (syntax, content)

    def _table(self, places: dict[tuple[int, int], int], at: int, name: bytes) -> bytes:
        lines = [b"xref\n"]
        for first, entries in _sections(places):
            lines.append(b"%d %d\n" % (first, len(entries)))
            lines += [b"%010d %05d n \n" % entry for entry in entries]
        trailer = self._trailer(max(places)[0] + 1, name)
        return b"%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (b"".join(lines), trailer.unparse(), at)

    def _table_stream(self, places: dict[tuple[int, int], int], at: int, name: bytes) -> bytes:
        number = max(self._size, max(places)[0] + 1)
        sections = _sections({**places, (number, 0): at})
        content = b"".join(
            b"\x01" + place.to_bytes(5, "big") + generation.to_bytes(2, "big")
            for _, entries in sections
            for place, generation in entries
        )
        trailer = self._trailer(number + 1, name)
        trailer.Type, trailer.W, trailer.Length = Name.XRef, Array([1, 5, 2]), len(content)
        trailer.Index = Array([number for first, entries in sections for number in (first, len(entries))])
        return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            number,
            trailer.unparse(),
            content,
            at,
        )

    def _trailer(self, size: int, name: bytes) -> Any:
        """The first half of /ID stays, the second is of what is new (ISO 32000-1 §14.4)."""
        old: Any = self._file.trailer
        trailer: Any = Dictionary(Size=max(self._size, size), Prev=self._before.table)
        for key in ("/Root", "/Info", "/Encrypt"):
            if key in old:
                trailer[key] = old[key]
        halves = [half for half in old.get("/ID", []) if isinstance(half, pikepdf.String)]
        if len(halves) == 2:
            trailer.ID = Array([halves[0], pikepdf.String(hashlib.sha256(bytes(halves[1]) + name).digest()[:16])])
        return trailer


def _sections(places: dict[tuple[int, int], int]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Runs of object numbers: the first, and place and generation of each."""
    found: list[tuple[int, list[tuple[int, int]]]] = []
    for number, generation in sorted(places):
        if not found or number != found[-1][0] + len(found[-1][1]):
            found.append((number, []))
        found[-1][1].append((places[number, generation], generation))
    return found
