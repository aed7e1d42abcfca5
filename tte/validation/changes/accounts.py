"""Whether the bytes of a revision and its cross-references tell of the same objects (validation.md T2, T3).

A reader that follows the cross-references and one that looks for objects itself must see one and the same document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pikepdf

from tte.validation.additions import Addition, Standing, skip_blanks
from tte.validation.revision import Place, Ref, Revision, get

_OBJECT_STREAM, _SECTION = b"ObjStm", b"XRef"
Table = Mapping[Ref, Place]


def accounts(pdf: bytes, addition: Addition, old: Revision, new: Revision) -> bool:
    """Whether each object that stands in the added bytes is the one used, and each that is new or moved stands there.

    The last startxref must lead to a section in them, a table must say what the whole says, no object may have two
    generations, and streams of objects must hold what they are used for and no more.
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
        and (addition.listed is None or _agrees(addition.listed, table, moved, standing))
        and _one_generation(table, moved)
        and _size(new) >= min(_size(old), 1 + max((number for number, _ in old.table), default=0))
        and all(_holds_its_own(new, ref) for ref, found in standing.items() if found.kind == _OBJECT_STREAM)
    )


def _stands(pdf: bytes, ref: Ref, table: Table, standing: Mapping[Ref, Standing]) -> bool:
    """Whether an object is where the cross-references say, among those that stand in the added bytes."""
    kind, place, _ = table[ref]
    if kind == 2:
        return (place, 0) in standing and standing[place, 0].kind == _OBJECT_STREAM
    return ref in standing and skip_blanks(pdf, place) == standing[ref].start


def _agrees(
    listed: Mapping[int, tuple[int, int] | None], table: Table, moved: set[Ref], standing: Mapping[Ref, Standing]
) -> bool:
    """Whether a cross-reference table says what all cross-references together say: readers differ over hybrid ones."""
    used = {number for number, _ in table}
    for number, place in listed.items():
        if place is None:
            if number in used:
                return False
        elif table.get((number, place[1]), (0, 0, 0))[:2] != (1, place[0]):
            return False
    return all(listed.get(ref[0]) is not None or (ref in standing and standing[ref].kind == _SECTION) for ref in moved)


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
    head = stream.read_bytes()[: max(first, 0)].split()
    expected = {
        place: number for (number, _), (kind, where, place) in revision.table.items() if (kind, where) == (2, ref[0])
    }
    if len(head) < 2 * count or not all(part.isdigit() for part in head[: 2 * count]):
        return False
    return {place: int(head[2 * place]) for place in range(count)} == expected
