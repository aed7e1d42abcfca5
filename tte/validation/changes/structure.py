"""The structure tree (tags, §14.7): a new widget may be given its element; what was there stays."""

from __future__ import annotations

import pikepdf

from tte.validation.changes.comparison import Comparison
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Ref, entries, get, is_dictionary, items, name_of, ref_of, text_of

_MAX_DEPTH = 12
_OURS = frozenset({"/K", "/ParentTree", "/ParentTreeNextKey", "/IDTree"})


def judge_structure(comparison: Comparison, old: object, new: object, catalog: Ref) -> None:
    """The roots of both revisions' structure trees, of which either may be missing. After pages and form."""
    if old is None and new is None:
        return
    if not is_dictionary(old) or not is_dictionary(new) or ref_of(old) != ref_of(new):
        comparison.refuse(Reason.CHANGED_STRUCTURE)
        return
    comparison.allow_whoever_uses(ref_of(new))
    if comparison.different_keys(old, new, _OURS) or not _same_ids(comparison, old, new):
        comparison.refuse(Reason.CHANGED_STRUCTURE)
    _judge_children(comparison, get(old, "/K"), get(new, "/K"), ref_of(new))
    owner = ref_of(new) if ref_of(new) != TRAILER else catalog
    _judge_tree(comparison, get(old, "/ParentTree"), get(new, "/ParentTree"), owner, depth=0)
    for ref in list(comparison.changed):
        _judge_element(comparison, ref)


def _same_ids(comparison: Comparison, old: object, new: object) -> bool:
    return entries(old).get("/IDTree") == entries(new).get("/IDTree") or comparison.same(
        get(old, "/IDTree"), get(new, "/IDTree")
    )


def _is_element(value: object) -> bool:
    return (
        isinstance(value, pikepdf.Dictionary)
        and {"/S", "/P"} <= entries(value).keys()
        and name_of(get(value, "/Type")) in ("", "/StructElem")
        and "/Subtype" not in entries(value)
    )


def _judge_element(comparison: Comparison, ref: Ref) -> None:
    """An element that was there may have gained children, and so may a list of children that is its own object."""
    old, new = comparison.old.object(ref), comparison.new.object(ref)
    users = comparison.old.users.get(ref, frozenset())
    if isinstance(old, pikepdf.Array) and isinstance(new, pikepdf.Array):
        if users and all(_is_element(comparison.old.object(user)) for user in users - {TRAILER}):
            for user in users:
                _judge_children(comparison, old, new, user)
        return
    if _is_element(old) and _is_element(new):
        if comparison.different_keys(old, new, frozenset({"/K"})):
            comparison.refuse(Reason.CHANGED_STRUCTURE)
        elif _judge_children(comparison, get(old, "/K"), get(new, "/K"), ref):
            comparison.allow_whoever_uses(ref)


def _judge_children(comparison: Comparison, old: object, new: object, owner: Ref) -> bool:
    """All children that were there, in their order, and new ones that lead to nothing but new widgets."""
    before = [text_of(one) for one in _children(old)]
    place = 0
    for child in _children(new):
        if place < len(before) and text_of(child) == before[place]:
            place += 1
        elif not _is_for_widget(comparison, child, depth=0):
            comparison.refuse(Reason.CHANGED_STRUCTURE)
            return False
    if place < len(before):
        comparison.refuse(Reason.CHANGED_STRUCTURE)
        return False
    if isinstance(new, pikepdf.Array):
        comparison.allow(new, {owner})
    return True


def _children(value: object) -> list[object]:
    return [] if value is None else items(value) if isinstance(value, pikepdf.Array) else [value]


def _is_for_widget(comparison: Comparison, value: object, *, depth: int) -> bool:
    if depth > _MAX_DEPTH or not isinstance(value, pikepdf.Dictionary):
        return False
    if name_of(get(value, "/Type")) == "/OBJR":
        return ref_of(get(value, "/Obj")) in comparison.widgets
    if ref_of(value) != TRAILER and ref_of(value) in comparison.old.table:
        return False
    if "/ActualText" in entries(value):
        return False
    return all(_is_for_widget(comparison, child, depth=depth + 1) for child in _children(get(value, "/K")))


def _judge_tree(comparison: Comparison, old: object, new: object, owner: Ref, *, depth: int) -> None:
    """The parent tree, a number tree (§7.9.7): entries may be added, and lists of a page's elements may grow."""
    if old is None and new is None:
        return
    if depth > _MAX_DEPTH or not is_dictionary(new):
        comparison.refuse(Reason.CHANGED_STRUCTURE)
        return
    comparison.allow(new, {owner})
    here = ref_of(new) if ref_of(new) != TRAILER else owner
    comparison.allow(get(new, "/Nums"), {here})
    comparison.allow(get(new, "/Kids"), {here})
    before, after = _numbered(get(old, "/Nums")), _numbered(get(new, "/Nums"))
    for number, value in before.items():
        if number not in after or not _grown(comparison, value, after[number], here):
            comparison.refuse(Reason.CHANGED_STRUCTURE)
    for number in after.keys() - before.keys():
        if not all(_may_be_listed(comparison, one) for one in _children(after[number])):
            comparison.refuse(Reason.CHANGED_STRUCTURE)
    kept = {ref_of(kid): kid for kid in items(get(old, "/Kids"))}
    kids = {ref_of(kid): kid for kid in items(get(new, "/Kids"))}
    if not kept.keys() <= kids.keys():
        comparison.refuse(Reason.CHANGED_STRUCTURE)
    for ref, kid in kids.items():
        _judge_tree(comparison, kept.get(ref), kid, here, depth=depth + 1)


def _numbered(nums: object) -> dict[int, object]:
    pairs = items(nums)
    return {int(number): value for number, value in zip(pairs[::2], pairs[1::2], strict=False)}  # type: ignore[call-overload]


def _grown(comparison: Comparison, old: object, new: object, owner: Ref) -> bool:
    """The same entry, or a list with more at its end."""
    if text_of(old) == text_of(new) and ref_of(old) not in comparison.changed:
        return True
    before, after = items(old), items(new)
    if not isinstance(old, pikepdf.Array) or not isinstance(new, pikepdf.Array):
        return text_of(old) == text_of(new)
    comparison.allow(new, {owner})
    return [text_of(one) for one in after[: len(before)]] == [text_of(one) for one in before] and all(
        _may_be_listed(comparison, one) for one in after[len(before) :]
    )


def _may_be_listed(comparison: Comparison, element: object) -> bool:
    """An element that was there (what joins it is judged with it), or one for a new widget."""
    ref = ref_of(element)
    if ref in comparison.old.table and ref != TRAILER:
        return _is_element(comparison.old.object(ref))
    return _is_for_widget(comparison, element, depth=0)
