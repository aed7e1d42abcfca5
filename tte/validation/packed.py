"""Objects in a stream of objects, read by ourselves (ISO 32000-2 §7.5.7): a key twice is one thing to one reader and
another to the next, there as anywhere.
"""

from __future__ import annotations

from itertools import pairwise

import pikepdf

from tte.validation import syntax
from tte.validation.revision import Revision, get
from tte.validation.syntax import NotPdf

_MOST = 200_000
"""Objects in one stream."""


def all_clear(content: bytes, count: int, first: int) -> bool:
    """Whether each of `count` objects in an unpacked stream is one value without a key twice, at any depth."""
    head = content[: max(first, 0)].split(None, 2 * count)[: 2 * count] if 0 <= count <= _MOST else []
    if not count or len(head) != 2 * count or not all(part.isdigit() and len(part) < 11 for part in head):
        return not count
    places = sorted({first + int(place) for place in head[1::2]})
    return all(_is_clear(content, *one) for one in pairwise([*places, len(content)]))


def is_clear(revision: Revision, stream: int, place: int) -> bool:
    """Whether the object at this place in a stream of objects is one value without a key twice."""
    value = revision.object((stream, 0))
    count, first = get(value, "/N"), get(value, "/First")
    if not isinstance(value, pikepdf.Stream) or not isinstance(count, int) or not isinstance(first, int):
        return False
    try:
        content = value.read_bytes()
    except pikepdf.PdfError:
        return False
    head = content[: max(first, 0)].split(None, 2 * place + 2)[2 * place + 1 : 2 * place + 2]
    return bool(head) and head[0].isdigit() and _is_clear(content, first + int(head[0][:10]), len(content))


def _is_clear(content: bytes, start: int, end: int) -> bool:
    try:
        one = content[start:end]
        syntax.end_of_value(one, syntax.skip_blank(one, 0))
    except NotPdf:
        return False
    return True
