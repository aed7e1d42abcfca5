"""Whether two values of two revisions mean the same, though a writer may have written them anew."""

from __future__ import annotations

from decimal import Decimal

import pikepdf

from tte.validation.revision import TRAILER, is_dictionary, name_of, ref_of, text_of

_MAX_VALUES = 5000
_NODES = frozenset({"/Page", "/Pages", "/Catalog"})


def alike(old: object, new: object) -> bool:
    """Equal down to the references: numbers by value (612 is 612.0), streams by their bytes as they stand.

    The same reference is the same here: if its object changed, that object's own role is judged. Values too large to
    compare are not alike.
    """
    return _Alike().values(old, new)


class _Alike:
    def __init__(self) -> None:
        self._left = _MAX_VALUES
        self._met: set[tuple[tuple[int, int], tuple[int, int]]] = set()

    def values(self, old: object, new: object) -> bool:
        self._left -= 1
        if old is None or new is None or self._left < 0:
            return old is None and new is None
        before, after = ref_of(old), ref_of(new)
        if before != TRAILER and after != TRAILER:
            if before == after or (before, after) in self._met:
                return True
            self._met.add((before, after))
        if is_dictionary(old) or is_dictionary(new):
            return self._dictionaries(old, new)
        if isinstance(old, pikepdf.Array) and isinstance(new, pikepdf.Array):
            pairs = zip(list(old), list(new), strict=False)
            return len(old) == len(new) and all(self.values(one, other) for one, other in pairs)
        return _scalars(old, new)

    def _dictionaries(self, old: object, new: object) -> bool:
        if isinstance(old, pikepdf.Stream) and isinstance(new, pikepdf.Stream):
            if old.read_raw_bytes() != new.read_raw_bytes():
                return False
            return self._entries(old.stream_dict, new.stream_dict, frozenset({"/Length"}))
        if not isinstance(old, pikepdf.Dictionary) or not isinstance(new, pikepdf.Dictionary):
            return False
        if name_of(old.get("/Type")) in _NODES or "/Parent" in old or "/P" in old:
            return ref_of(old) == ref_of(new) == TRAILER and text_of(old) == text_of(new)
        return self._entries(old, new, frozenset())

    def _entries(self, old: pikepdf.Dictionary, new: pikepdf.Dictionary, but: frozenset[str]) -> bool:
        keys = set(old.keys()) - but
        return keys == set(new.keys()) - but and all(self.values(old.get(key), new.get(key)) for key in keys)


def _scalars(old: object, new: object) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, int | Decimal) and isinstance(new, int | Decimal):
        return old == new
    if isinstance(old, pikepdf.Object) and isinstance(new, pikepdf.Object):
        return type(old) is type(new) and old.unparse() == new.unparse()
    return False
