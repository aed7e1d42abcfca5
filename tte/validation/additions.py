"""What stands after a signed revision, byte by byte: whole revisions and nothing else (validation.md T1).

Works on bytes alone. A reader follows the cross-references; one that repairs looks at every byte. Only if each object
that stands here is the one that the cross-references mean, and the reverse, do both see the same (`changes.accounts`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tte.model import Pdf
from tte.validation import syntax
from tte.validation.syntax import NotPdf

_MAX_OBJECTS = 20_000
_MAX_BLANKS = 4096

_BLANKS = re.compile(rb"[\x00\t\n\x0c\r ]*+")
_COMMENT = re.compile(rb"%(?!%EOF)[^\x00\r\n]{0,200}+(?:\r\n|\r|\n)")
_STRUCTURE = re.compile(rb"obj|stream|xref|trailer")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_END_OF_STREAM = re.compile(rb"[\x00\t\n\x0c\r ]{0,4}endstream(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_TABLE = re.compile(rb"xref[\x00\t\n\x0c\r ]+")
_SUBSECTION = re.compile(rb"(\d{1,10})[ \t]+(\d{1,6})[ \t]*[\r\n]+")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ ]?[\r\n]{1,2}")
_START = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,10})(?![^\x00\t\n\x0c\r %])")
_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")


@dataclass(frozen=True, slots=True)
class Standing:
    """An object where it stands; `kind` is the /Type of a stream, without slash."""

    start: int
    kind: bytes = b""


@dataclass(slots=True)
class Addition:
    """One revision: its bytes, the objects in them, the places of its cross-reference sections.

    `listed` is what its tables say, by number: offset and generation, or None for a free one; None if it has no table.
    """

    start: int
    end: int = 0
    objects: dict[tuple[int, int], Standing] = field(default_factory=dict)
    sections: set[int] = field(default_factory=set)
    listed: dict[int, tuple[int, int] | None] | None = None
    startxref: int | None = None
    comments: int = 0

    @property
    def is_blank(self) -> bool:
        """Nothing but blanks and perhaps a second %%EOF: no reader finds anything here."""
        return not (self.objects or self.sections or self.comments) and self.startxref is None


def skip_blanks(pdf: Pdf, at: int) -> int:
    """The first position from `at` that is no white space."""
    found = _BLANKS.match(pdf, at)
    return found.end() if found else at


def only_blanks(pdf: Pdf, start: int, end: int | None = None) -> bool:
    """Whether nothing but a little white space follows, up to `end`."""
    end = len(pdf) if end is None else end
    return end - start <= _MAX_BLANKS and skip_blanks(pdf, start) >= end


def read_additions(pdf: Pdf, start: int, most: int) -> list[Addition]:
    """The revisions after `start`, which is where one ended; NotPdf if there is anything else, or more than `most`.

    Blanks after the last %%EOF belong to nothing and are left out; there may be a few thousand.
    """
    found: list[Addition] = []
    at = start
    while not only_blanks(pdf, at):
        if len(found) >= most:
            raise NotPdf("too many revisions")
        found.append(_read_one(pdf, at))
        at = found[-1].end
    return found


def _read_one(pdf: Pdf, at: int) -> Addition:
    one = Addition(at)
    while not (end := _END.match(pdf, at)):
        if (blank := skip_blanks(pdf, at)) > at:
            if blank - at > _MAX_BLANKS:
                raise NotPdf("too many blanks")
            at = blank
        elif (comment := _COMMENT.match(pdf, at)) and not _STRUCTURE.search(comment[0]) and one.startxref is None:
            at, one.comments = comment.end(), one.comments + 1
        elif start := _START.match(pdf, at):
            if one.startxref is not None:
                raise NotPdf("two startxref in one revision")
            one.startxref, at = int(start[1]), start.end()
        elif table := _TABLE.match(pdf, at):
            one.sections.add(at)
            at = _read_table(pdf, table.end(), one)
        else:
            at = _read_object(pdf, at, one)
    one.end = end.end()
    return one


def _read_table(pdf: Pdf, at: int, one: Addition) -> int:
    listed = one.listed = {} if one.listed is None else one.listed
    while head := _SUBSECTION.match(pdf, at):
        first, at = int(head[1]), head.end()
        for number in range(first, first + int(head[2])):
            entry = _ENTRY.match(pdf, at)
            if not entry or number in listed:
                raise NotPdf("a cross-reference table that is not clear")
            used = entry[3] == b"n" and int(entry[1]) != 0
            listed[number] = (int(entry[1]), int(entry[2])) if used else None
            at = entry.end()
    if pdf[at : at + 7] != b"trailer":
        raise NotPdf("a table without a trailer")
    return syntax.dictionary(pdf, syntax.skip_blank(pdf, at + 7)).span.end


def _read_object(pdf: Pdf, at: int, one: Addition) -> int:
    number, generation, begin = syntax.object_header(pdf, at)
    if (number, generation) in one.objects or len(one.objects) >= _MAX_OBJECTS:
        raise NotPdf("the same object twice in one revision, or too many")
    end = syntax.skip_blank(pdf, syntax.end_of_value(pdf, begin))
    kind = b""
    if stream := _STREAM.match(pdf, end):
        values = syntax.dictionary(pdf, begin).values
        kind = _name(pdf, values, b"Type")
        end = syntax.skip_blank(pdf, _end_of_stream(pdf, stream.end(), values))
        if kind == b"XRef":
            one.sections.add(at)
    if pdf[end : end + 6] != b"endobj":
        raise NotPdf("an object that does not end")
    one.objects[number, generation] = Standing(at, kind)
    return end + 6


def _name(pdf: Pdf, values: Mapping[bytes, syntax.Span], key: bytes) -> bytes:
    span = values.get(key)
    return syntax.name(pdf[span.start : span.end]) if span and pdf[span.start : span.start + 1] == b"/" else b""


def _end_of_stream(pdf: Pdf, begin: int, values: Mapping[bytes, syntax.Span]) -> int:
    """Where `endstream` ends: after as many bytes as /Length says, or the first one if the length is elsewhere."""
    span = values.get(b"Length")
    stated = pdf[span.start : span.end] if span else b""
    at = begin + int(stated) if stated.isdigit() else pdf.find(b"endstream", begin)
    if not (stated.isdigit() or stated.endswith(b"R")) or at < begin:
        raise NotPdf("a stream without a length")
    found = _END_OF_STREAM.match(pdf, at)
    if not found:
        raise NotPdf("a stream that does not end where it says")
    return found.end()
