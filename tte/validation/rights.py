"""What a /ByteRange that belongs to no field is: a signature that was taken out of view, usage rights, or neither.

Usage rights of a Reader-enabled form are nobody's signature (ISO 32000-2 §12.8.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum, auto
from itertools import islice

from tte.model import Pdf
from tte.validation import syntax
from tte.validation.revision import Revision, get, ref_of
from tte.validation.syntax import NotPdf

_FAR = 128 * 1024
_HEADER = re.compile(rb"(?<!\d)\d{1,10}[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj(?![A-Za-z])")
_RANGES = re.compile(rb"\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_RIGHTS = (b"UR3", b"UR")


_VALUE = re.compile(rb"/Contents[\x00\t\n\x0c\r ]*<308[0-4]")
"""A string that begins as a CMS does."""
_MOST = 64


class Stray(Enum):
    """What stands there."""

    SIGNATURE = auto()
    RIGHTS = auto()
    SHOWN = auto()
    OTHER = auto()


def what_is_at(pdf: Pdf, hit: int, revision: Revision, spoiled: Collection[int]) -> Stray:
    """What the dictionary is that has its /ByteRange key at `hit`, by its own bytes and the permissions of the file.

    `spoiled` are the numbers of objects whose signature a field shows and that are not in order; they are no strays.
    """
    found = _innermost(pdf, hit)
    if found is None:
        return Stray.OTHER
    number, key, dictionary = found
    if number in spoiled:
        return Stray.SHOWN
    if key in _RIGHTS or number in _permitted(revision) or _is_rights(pdf, dictionary):
        return Stray.RIGHTS
    return Stray.SIGNATURE if _is_signature(pdf, dictionary) else Stray.OTHER


def has_remains(pdf: Pdf, revision: Revision) -> bool:
    """Whether the value of a signature stands somewhere though no /ByteRange does: a file that was spoiled so."""
    hits = islice(_VALUE.finditer(pdf), _MOST)
    return any(what_is_at(pdf, hit.start(), revision, ()) is not Stray.RIGHTS for hit in hits)


def _innermost(pdf: Pdf, hit: int) -> tuple[int, bytes, syntax.Dictionary] | None:
    """The smallest dictionary around `hit`, with its object's number and its own key."""
    headers = list(_HEADER.finditer(pdf, max(0, hit - _FAR), hit))
    if not headers:
        return None
    try:
        number, _, begin = syntax.object_header(pdf, headers[-1].start())
        key, found = b"", syntax.dictionary(pdf, begin)
        while inner := _around(pdf, found, hit):
            key, found = inner
    except NotPdf:
        return None
    return (number, key, found) if found.span.start < hit < found.span.end else None


def _around(pdf: Pdf, outer: syntax.Dictionary, hit: int) -> tuple[bytes, syntax.Dictionary] | None:
    """The dictionary directly in `outer` that `hit` stands in, with its key, if any."""
    for key, span in outer.values.items():
        if span.start < hit < span.end and pdf[span.start : span.start + 2] == b"<<":
            return key, syntax.dictionary(pdf, span.start)
    return None


def _permitted(revision: Revision) -> set[int]:
    """The objects that the file's permissions name as usage rights."""
    permissions = get(revision.root, "/Perms")
    named = (get(permissions, f"/{key.decode()}") for key in _RIGHTS)
    return {ref_of(value)[0] for value in named if value is not None} - {0}


def _is_rights(pdf: Pdf, dictionary: syntax.Dictionary) -> bool:
    span = dictionary.values.get(b"Reference")
    text = pdf[span.start : span.end] if span else b""
    return re.search(rb"/TransformMethod\s*/UR3?(?!\w)", text) is not None


def _is_signature(pdf: Pdf, dictionary: syntax.Dictionary) -> bool:
    """Whether its range leaves out a hex string, as a signature's does."""
    span = dictionary.values.get(b"ByteRange")
    numbers = _RANGES.fullmatch(pdf, span.start, span.end) if span else None
    if not numbers:
        return False
    begin, end, rest = map(int, numbers.groups())
    return 0 < begin < end - 1 and end + rest <= len(pdf) and pdf[begin : begin + 1] == b"<"
