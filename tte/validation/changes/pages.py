"""The pages: the same ones in the same order, showing the same; only widgets of new signatures may join (§12.5)."""

from __future__ import annotations

import pikepdf

from tte.validation.changes.comparison import Comparison
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Ref, entries, get, items, ref_of, text_of

_MAX_NODES = 100_000
_PRIVATE = frozenset({"/LastModified", "/PieceInfo"})
"""What an application keeps for itself; no reader shows it."""
_MARKS = frozenset({"/ITXT"})
"""Where iText writes its version on the nodes that it has touched."""


def judge_pages(comparison: Comparison, root: object) -> None:
    """Every node of the old page tree, whose root is `root` and is still the root."""
    waiting, seen = [ref_of(root)], set[Ref]()
    while waiting:
        ref = waiting.pop()
        if ref == TRAILER or ref in seen:  # a page that is no object of its own is judged with what it lies in
            continue
        if len(seen) > _MAX_NODES:
            comparison.refuse(Reason.CHANGED_PAGES)
            return
        seen.add(ref)
        old = comparison.old.object(ref)
        kids = get(old, "/Kids")
        if isinstance(kids, pikepdf.Array):
            waiting.extend(ref_of(kid) for kid in kids)
            if ref in comparison.changed:
                _judge_node(comparison, old, ref)
        else:
            _judge_page(comparison, old, ref)


def _judge_node(comparison: Comparison, old: object, ref: Ref) -> None:
    new = comparison.new.object(ref)
    if comparison.different_keys(old, new, _MARKS) or not all(_is_mark(new, key) for key in _MARKS):
        comparison.refuse(Reason.CHANGED_PAGES)
    comparison.allow_whoever_uses(ref)


def _is_mark(node: object, key: str) -> bool:
    return isinstance(get(node, key), pikepdf.String | None)


def _judge_page(comparison: Comparison, old: object, ref: Ref) -> None:
    new = comparison.new.object(ref)
    before, after = get(old, "/Annots"), get(new, "/Annots")
    if ref not in comparison.changed and ref_of(after) not in comparison.changed:
        return
    ours = {"/Annots", *_PRIVATE}
    if "/Tabs" not in entries(old) and comparison.widgets:
        ours.add("/Tabs")
    if comparison.different_keys(old, new, frozenset(ours)):
        comparison.refuse(Reason.CHANGED_PAGES)
    comparison.allow_whoever_uses(ref)
    comparison.allow(after, {ref})
    _judge_annotations(comparison, before, after)


def _judge_annotations(comparison: Comparison, before: object, after: object) -> None:
    """All that were there, in their order; and widgets of signatures that are new in this revision."""
    old = [text_of(one) for one in items(before)]
    place = 0
    for one in items(after):
        if place < len(old) and text_of(one) == old[place]:
            place += 1
        elif ref_of(one) == TRAILER or ref_of(one) not in comparison.widgets:
            comparison.refuse(Reason.CHANGED_ANNOTATIONS)
    if place < len(old):
        comparison.refuse(Reason.CHANGED_ANNOTATIONS)
