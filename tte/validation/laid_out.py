"""A signed file of one revision taken to pieces from its bytes alone, read from its end as PDF is (ISO 32000-2 §7.5).

prefix           header and every object but two          the same in every file of the kind
signature        the signature dictionary                 ┐
words            one stream that is not packed            │  the rest
table, trailer   of every object, in one section          ┘
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from tte.validation.unlike import Unlike

_END = re.compile(
    rb"trailer\n<< /Size (?P<size>\d{1,9}) /Root \d{1,9} 0 R /ID \[<(?P<name>[0-9a-f]{32})> <(?P=name)>\] >>\n"
    rb"startxref\n(?P<table>\d{1,10})\n%%EOF\n\Z"
)
_PLACE = re.compile(rb"(\d{10}) 00000 n \n")
_SIGNATURE = re.compile(
    rb"(?P<before>\d{1,9} 0 obj\n<< /Type /Sig .*?/M \(D:)(?P<time>\d{14})"
    rb"(?P<between>Z\).*?/ByteRange \[0 (?P<start>\d{1,10}) (?P<end>\d{1,10}) )(?P<count>\d{1,10} *)"
    rb"(?P<contents>\] /Contents )<(?P<digits>(?:[0-9a-f]{2})+)>(?P<after> >>\nendobj\n)",
    re.DOTALL,
)
_WORDS = re.compile(rb"(?P<before>\d{1,9} 0 obj\n<< /Length )(?P<length>\d{1,9})(?P<stream> >>\nstream\n)")
END_OF_WORDS = b"\nendstream\nendobj\n"


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The pieces of such a file: what must be the same in another of its kind, and what this one has in between.

    In `rest`: `before_time`, the time, `before_count`, the digits and spaces of the last ByteRange number (`width` of
    them), `before_gap`; the gap, `<` and `>` included, from `gap_start` to `gap_end`; `after_gap`, the length of the
    words, `stream`, the words, `closing`, the name twice, and the place of the table. `prefix` and `rest` are the file.
    """

    prefix: bytes
    rest: bytes
    at: datetime
    name: bytes
    contents: bytes
    before_time: bytes
    before_count: bytes
    width: int
    before_gap: bytes
    gap_start: int
    gap_end: int
    after_gap: bytes
    stream: bytes
    closing: bytes

    @classmethod
    def of(cls, pdf: bytes) -> LaidOut:
        """The pieces of this file. Unlike if it is not laid out so, to the byte."""
        end = _END.search(pdf, max(0, len(pdf) - 300)) or _refuse("the end of the file")
        table = int(end["table"])
        places = _places(pdf, table, end)
        signature_at, words_at = sorted(places)[-2:]
        signature = _SIGNATURE.fullmatch(pdf, signature_at, words_at) or _refuse("the signature dictionary")
        head = pdf[signature_at : signature.start("digits")]
        if head.count(b"/ByteRange") != 1 or head.count(b"/M ") != 1 or head.count(b"/Contents") != 1:
            _refuse("the signature dictionary")
        gap_start, gap_end = signature.start("digits") - 1, signature.end("digits") + 1
        if (gap_start, gap_end, len(pdf) - gap_end) != tuple(int(signature[at]) for at in ("start", "end", "count")):
            _refuse("the ByteRange")
        words = _WORDS.match(pdf, words_at) or _refuse("the stream of the words")
        words_end = words.end() + int(words["length"])
        if not pdf.startswith(END_OF_WORDS, words_end) or words_end + len(END_OF_WORDS) != table:
            _refuse("the stream of the words")
        return cls(
            prefix=pdf[:signature_at],
            rest=pdf[signature_at:],
            at=_time(signature["time"]),
            name=bytes.fromhex(end["name"].decode()),
            contents=bytes.fromhex(signature["digits"].decode()),
            before_time=signature["before"],
            before_count=signature["between"],
            width=len(signature["count"]),
            before_gap=signature["contents"],
            gap_start=gap_start - signature_at,
            gap_end=gap_end - signature_at,
            after_gap=signature["after"] + words["before"],
            stream=words["stream"],
            closing=pdf[words_end : end.start("name")],
        )


def _places(pdf: bytes, table: int, end: re.Match[bytes]) -> list[int]:
    """Where each object begins, by number from 1: every line of the table tells, and is right."""
    size = int(end["size"])
    first = b"xref\n0 %d\n0000000000 65535 f \n" % size
    lines = table + len(first)
    if size < 3 or not pdf.startswith(first, table) or lines + 20 * (size - 1) != end.start():
        _refuse("the cross-reference table")
    places = []
    for number in range(1, size):
        line = _PLACE.fullmatch(pdf, lines + 20 * (number - 1), lines + 20 * number) or _refuse("the table")
        places.append(int(line[1]))
        if places[-1] >= table or not pdf.startswith(b"\n%d 0 obj\n" % number, places[-1] - 1):
            _refuse("the cross-reference table")
    return places


def _time(digits: bytes) -> datetime:
    try:
        return datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return _refuse("the claimed time")


def _refuse(part: str) -> NoReturn:
    raise Unlike(f"{part} is not laid out as in files of ours")
