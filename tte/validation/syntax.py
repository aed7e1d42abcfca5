"""PDF syntax (ISO 32000-2 §7.2, §7.3) as far as the byte check needs it: where in the bytes a value begins and ends.

Our own, because no PDF library tells where a value stands, and because a second reader may not be led by the first
one's guesses. Nothing is repaired: what is not clearly an object is refused with `NotPdf`. Nothing here recurses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tte.model import Pdf

MAX_DEPTH = 64
MAX_TOKENS = 200_000
"""The nesting and the number of tokens one object may have."""

_BLANK = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*+)*+")
_TWO_TYPES = b"Type twice"
_SIGNATURE_TYPE = re.compile(rb"/(?:Sig|DocTimeStamp)(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
"""What an old writer of document time-stamps says beside another /Type: all readers take the /SubFilter."""
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+")
_HEX = re.compile(rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>")
_REFERENCE = re.compile(rb"\d{1,10}[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+R(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_ATOM = re.compile(rb"[+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])|true|false|null")
_BEGINNING, _OTHERS = {b"/": (_NAME,), b"<": (_HEX,)}, (_REFERENCE, _ATOM)
"""What a value can be by its first letter."""
_STRING_PART = re.compile(rb"[^()\\]*+(?:\\.|[()])", re.DOTALL)
_HEADER = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class NotPdf(ValueError):
    """These bytes are not the PDF syntax that should stand here. Stays inside the validation room."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end` (exclusive) of a file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary where it stands: its span with `<<` and `>>`, and the span of each direct value by decoded key."""

    span: Span
    values: Mapping[bytes, Span]


def skip_blank(pdf: Pdf, at: int) -> int:
    """The first position from `at` that is neither white space nor a comment."""
    found = _BLANK.match(pdf, at)
    return found.end() if found else at


def name(raw: bytes) -> bytes:
    """A name without its slash, `#xx` decoded: two spellings of one key are one key (ISO 32000-2 §7.3.5)."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), raw[1:]) if b"#" in raw else raw[1:]


def object_header(pdf: Pdf, at: int) -> tuple[int, int, int]:
    """Number, generation and where the value begins, of the indirect object whose header stands at `at` exactly."""
    found = _HEADER.match(pdf, at)
    if not found:
        raise NotPdf("no object header")
    return int(found[1]), int(found[2]), skip_blank(pdf, found.end())


def end_of_value(pdf: Pdf, at: int) -> int:
    """Where the value that begins at `at` ends. Duplicate keys are refused in every dictionary inside it."""
    end, _ = _walk(pdf, at)
    return end


def dictionary(pdf: Pdf, at: int) -> Dictionary:
    """The dictionary whose `<<` stands at `at`. Refuses duplicate keys, also by another spelling, at every depth."""
    if pdf[at : at + 2] != b"<<":
        raise NotPdf("no dictionary")
    end, values = _walk(pdf, at)
    return Dictionary(Span(at, end), values)


class _Open:
    """A container being read; `key` is the key that waits for its value."""

    __slots__ = ("key", "seen", "square")

    def __init__(self, square: bool) -> None:
        self.square = square
        self.key: bytes | None = None
        self.seen: set[bytes] = set()


def _walk(pdf: Pdf, at: int) -> tuple[int, dict[bytes, Span]]:
    """Read one value; gives its end and, for a dictionary, the spans of its direct values."""
    stack: list[_Open] = []
    top: dict[bytes, Span] = {}
    begun = 0
    for _ in range(MAX_TOKENS):
        if pdf[at : at + 2] == b"<<" or pdf[at : at + 1] == b"[":
            square = pdf[at : at + 1] == b"["
            _expect_value(stack)
            if len(stack) >= MAX_DEPTH:
                raise NotPdf("nested too deeply")
            if len(stack) == 1:
                begun = at
            stack.append(_Open(square))
            at = skip_blank(pdf, at + (1 if square else 2))
            continue
        if stack and _closes(pdf, at, stack[-1]):
            closed = stack.pop()
            at += 1 if closed.square else 2
        elif stack and not stack[-1].square and stack[-1].key is None:
            at = _read_key(pdf, at, stack[-1])
            continue
        else:
            if len(stack) == 1:
                begun = at
            at = _end_of_scalar(pdf, at)
        if not stack:
            return at, top
        if len(stack) == 1 and stack[0].key is not None:
            top[stack[0].key] = Span(begun, at)
        stack[-1].key = None
        at = skip_blank(pdf, at)
    raise NotPdf("too many tokens")


def _expect_value(stack: list[_Open]) -> None:
    if stack and not stack[-1].square and stack[-1].key is None:
        raise NotPdf("a dictionary key is not a name")


def _closes(pdf: Pdf, at: int, container: _Open) -> bool:
    if container.square:
        return pdf[at : at + 1] == b"]"
    if pdf[at : at + 2] != b">>":
        return False
    if container.key is not None:
        raise NotPdf("a dictionary key without a value")
    return True


def _read_key(pdf: Pdf, at: int, container: _Open) -> int:
    found = _NAME.match(pdf, at)
    if not found:
        raise NotPdf("a dictionary key is not a name")
    key = name(found[0])
    of_signature = key == b"Type" and _SIGNATURE_TYPE.match(pdf, skip_blank(pdf, found.end()))
    if key in container.seen and not (of_signature and _TWO_TYPES in container.seen):
        raise NotPdf("a dictionary has the same key twice")
    if of_signature:
        container.seen.add(_TWO_TYPES)
    container.seen.add(key)
    container.key = key
    return skip_blank(pdf, found.end())


def _end_of_scalar(pdf: Pdf, at: int) -> int:
    first = pdf[at : at + 1]
    if first == b"(":
        return _end_of_string(pdf, at)
    for pattern in _BEGINNING.get(first, _OTHERS):
        found = pattern.match(pdf, at)
        if found:
            return found.end()
    raise NotPdf("no value")


def _end_of_string(pdf: Pdf, at: int) -> int:
    depth, at = 1, at + 1
    while depth:
        found = _STRING_PART.match(pdf, at)
        if not found:
            raise NotPdf("a string does not end")
        depth += {b"(": 1, b")": -1}.get(found[0][-1:], 0) if found[0][-2:-1] != b"\\" else 0
        at = found.end()
    return at
