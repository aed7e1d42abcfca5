"""Two revisions side by side, and what the roles say of the differences. Shared by all roles; knows none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pikepdf

from tte.validation.changes.alike import alike
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Place, Ref, Revision, entries, get, ref_of, times_used


class Comparison:
    """`old` and `new`, the references that differ, and what was found out about them.

    `signed` are the objects of signatures that hold and end after the old revision, `stamps` those of them that are
    document time-stamps. `widgets` are the fields and widgets of signatures that are new here, `marks` those of them
    that show something.
    """

    def __init__(self, old: Revision, new: Revision, signed: frozenset[Ref], stamps: frozenset[Ref]) -> None:
        self.old, self.new, self.signed, self.stamps = old, new, signed, stamps
        self.problems: dict[Reason, None] = {}
        self.notes: dict[Reason, None] = {}
        self.widgets: set[Ref] = set()
        self.approved = False
        self.visible = False
        self.marks: list[object] = []
        self.added = {ref for ref in new.table if ref not in old.table}
        self.gone = {ref for ref in old.table if ref not in new.table}
        moved = {ref for ref in new.table if ref in old.table and _differs(ref, old.table, new.table)}
        self.changed = {ref for ref in moved if not self._rewritten(ref)}
        self._owners: dict[Ref, set[Ref]] = {}
        self._judged: set[Ref] = set()
        self.in_store: set[Ref] = set()

    def refuse(self, reason: Reason) -> None:
        """Something changed that may not."""
        self.problems[reason] = None

    def note(self, reason: Reason) -> None:
        """Something changed that may, and is worth a word."""
        self.notes[reason] = None

    def allow(self, value: object, owners: Iterable[Ref]) -> None:
        """This object, if it is one, may be another than before: its role was judged. Only `owners` may use it."""
        ref = ref_of(value)
        if ref != TRAILER:
            self._owners.setdefault(ref, set()).update(owners)

    def allow_whoever_uses(self, ref: Ref) -> None:
        """This object may be another than before, for all who use it: every entry of it was judged."""
        self._judged.add(ref)

    def same(self, old: object, new: object) -> bool:
        """Whether two values mean the same: one reference, or equal values down to their references."""
        return alike(old, new)

    def different_keys(self, old: object, new: object, ours: frozenset[str] = frozenset()) -> set[str]:
        """The keys, but for `ours`, that two dictionaries do not have with the same meaning; `stream` for its bytes."""
        if _stream(old) != _stream(new):
            return {"stream"}
        before, after = entries(old), entries(new)
        return {
            key
            for key in (before.keys() | after.keys()) - ours
            if before.get(key) != after.get(key) and not self.same(get(old, key), get(new, key))
        }

    def settle(self) -> None:
        """Refuse whatever no role has explained. To be called last."""
        self._settle_changed()
        unchanged = self.new.reached - self.changed - self.added
        for ref in self.added:  # a reference that led nowhere when it was signed may not lead somewhere now
            if self.new.users.get(ref, frozenset()) & unchanged - {TRAILER}:
                self.refuse(Reason.CHANGED_OBJECTS)
        still = (self.new.reached | self.old.reached) - self.changed - self.gone - {TRAILER}
        for ref in self.gone:  # the old revision tells who refers to it: in the new one that reads as null
            if self.old.users.get(ref, frozenset()) & still & self.new.reached:
                self.refuse(Reason.CHANGED_OBJECTS)

    def _settle_changed(self) -> None:
        alive = self.old.reached | self.new.reached
        for ref in (self.changed & alive) - self._judged:
            owners = self._owners.get(ref)
            if owners is None or not self._is_only_used_by(ref, owners):
                self.refuse(Reason.CHANGED_OBJECTS)

    def _is_only_used_by(self, ref: Ref, owners: set[Ref]) -> bool:
        users = self.old.users.get(ref, frozenset()) & self.old.reached
        return users <= owners and all(
            user in self.in_store or times_used(self.old.text(user), ref) == 1 for user in users
        )

    def _rewritten(self, ref: Ref) -> bool:
        """Whether an object stands elsewhere now and is the same."""
        old, new = self.old.object(ref), self.new.object(ref)
        if type(old) is not type(new) or self.old.text(ref) != self.new.text(ref):
            return False
        return _stream(old) == _stream(new)


def _stream(value: object) -> bytes | None:
    """The bytes of a stream as they stand; None of anything else."""
    return value.read_raw_bytes() if isinstance(value, pikepdf.Stream) else None


def _differs(ref: Ref, old: Mapping[Ref, Place], new: Mapping[Ref, Place]) -> bool:
    """Whether an object stands elsewhere, or in a stream of objects that does."""
    if old[ref] != new[ref]:
        return True
    kind, stream, _ = old[ref]
    return kind == 2 and old.get((stream, 0)) != new.get((stream, 0))
