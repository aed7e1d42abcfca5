"""Whether the bytes of a revision and its cross-references tell of the same objects (validation.md T2, T3).

A reader that follows the cross-references and one that looks for objects itself must see one and the same document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pikepdf

from tte.model import Pdf
from tte.validation import packed
from tte.validation.additions import Addition, Standing, skip_blanks
from tte.validation.revision import Place, Ref, Revision, get, items

_OBJECT_STREAM, _SECTION = b"ObjStm", b"XRef"
_MAX_ROWS = 400_000
Table = Mapping[Ref, Place]


def accounts(pdf: Pdf, addition: Addition, old: Revision, new: Revision) -> bool:
    """Whether each object that stands in the added bytes is the one used, and each that is new or moved stands there.

    The last startxref must lead to a section in them, a table and the stream beside it must say what the whole says, no
    object may have two generations, and streams of objects must hold what they are used for and no more. The /Size of
    the last revision counts (§7.5.5); writers that only save again write others between.
    """
    standing, table = addition.objects, new.table
    if addition.startxref is None or skip_blanks(pdf, addition.startxref) not in addition.sections:
        return False
    for ref, found in standing.items():
        if ref in table:
            if table[ref][0] != 1 or not _stands(pdf, ref, table, standing):
                return False
        elif found.kind != _SECTION or ref in old.table:
            return False
    moved = {ref for ref in table if ref not in old.table or old.table[ref] != table[ref]}
    return (
        all(_stands(pdf, ref, table, standing) for ref in moved)
        and (addition.listed is None or _agrees(addition.listed, new, moved, standing))
        and _one_generation(table, moved)
        and (
            new.end < len(pdf) or _size(new) >= min(_size(old), 1 + max((number for number, _ in old.table), default=0))
        )
        and all(_holds_its_own(new, ref) for ref, found in standing.items() if found.kind == _OBJECT_STREAM)
    )


def _stands(pdf: Pdf, ref: Ref, table: Table, standing: Mapping[Ref, Standing]) -> bool:
    """Whether an object is where the cross-references say, among those that stand in the added bytes."""
    kind, place, _ = table[ref]
    if kind == 2:
        return (place, 0) in standing and standing[place, 0].kind == _OBJECT_STREAM
    return ref in standing and skip_blanks(pdf, place) == standing[ref].start


def _agrees(
    listed: Mapping[int, tuple[int, int] | None], new: Revision, moved: set[Ref], standing: Mapping[Ref, Standing]
) -> bool:
    """Whether a cross-reference table says what all cross-references together say: readers differ over hybrid ones.

    The stream beside it (§7.5.8.4) may tell of more objects, and of no object anything else.
    """
    table, hidden = new.table, dict[Ref, Place]()
    for ref, found in standing.items():
        if found.kind == _SECTION:
            hidden |= _hidden(new.object(ref))
    if any(table.get(ref) != place for ref, place in hidden.items()):
        return False
    used = {number for number, _ in table} - {number for number, _ in hidden}
    for number, place in listed.items():
        if place is None:
            if number in used:
                return False
        elif table.get((number, place[1]), (0, 0, 0))[:2] != (1, place[0]):
            return False
    return all(
        listed.get(ref[0]) is not None or ref in hidden or (ref in standing and standing[ref].kind == _SECTION)
        for ref in moved
    )


def _hidden(section: object) -> dict[Ref, Place]:
    """What a cross-reference stream says of the objects in use (§7.5.8.3)."""
    if not isinstance(section, pikepdf.Stream):
        return {}
    widths = [int(width) for width in items(get(section, "/W"))]  # type: ignore[call-overload]
    index = [int(number) for number in items(get(section, "/Index"))] or [0, int(get(section, "/Size") or 0)]  # type: ignore[call-overload]
    rows, row = section.read_bytes(), sum(widths)
    numbers = [number for first, count in zip(index[::2], index[1::2], strict=True) for number in _few(first, count)]
    if len(widths) != 3 or not 0 < row < 32 or len(rows) < row * len(numbers):
        raise ValueError("a cross-reference stream that is not clear")
    found: dict[Ref, Place] = {}
    for place, number in enumerate(numbers):
        kind, where, last = _fields(rows[place * row : (place + 1) * row], widths)
        if kind in (1, 2):
            found[number, last if kind == 1 else 0] = (1, where, 0) if kind == 1 else (2, where, last)
    return found


def _few(first: int, count: int) -> range:
    if count > _MAX_ROWS:
        raise ValueError("too many objects in one section")
    return range(first, first + count)


def _fields(row: bytes, widths: list[int]) -> tuple[int, int, int]:
    first, second = widths[0], widths[0] + widths[1]
    kind = int.from_bytes(row[:first], "big") if first else 1
    return kind, int.from_bytes(row[first:second], "big"), int.from_bytes(row[second:], "big")


def _one_generation(table: Table, moved: set[Ref]) -> bool:
    """Whether no moved object has a namesake of another generation: some readers look at numbers only."""
    times = Counter(number for number, _ in table)
    return all(times[number] == 1 for number, _ in moved)


def _size(revision: Revision) -> int:
    found = get(revision.trailer, "/Size")
    return found if isinstance(found, int) else 0


def _holds_its_own(revision: Revision, ref: Ref) -> bool:
    """Whether a stream of objects names just the objects that are looked for in it, in their places (§7.5.7)."""
    stream = revision.object(ref)
    count, first = get(stream, "/N"), get(stream, "/First")
    if not isinstance(stream, pikepdf.Stream) or not isinstance(count, int) or not isinstance(first, int):
        return False
    content = stream.read_bytes()
    if not packed.all_clear(content, count, first):
        return False
    head = content[: max(first, 0)].split()
    expected = {
        place: number for (number, _), (kind, where, place) in revision.table.items() if (kind, where) == (2, ref[0])
    }
    if len(head) < 2 * count or not all(part.isdigit() for part in head[: 2 * count]):
        return False
    return {place: int(head[2 * place]) for place in range(count)} == expected
