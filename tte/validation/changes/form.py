"""The interactive form: what a further signature adds to it, and nothing more (ISO 32000-2 §12.7)."""

from __future__ import annotations

import pikepdf

from tte.validation.changes.comparison import Comparison
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Ref, entries, get, is_dictionary, items, name_of, ref_of, text_of

_MAX_DEPTH = 20
_SIGNING_KEYS = frozenset(
    {"/V", "/AP", "/M", "/F", "/MK", "/DA", "/P", "/StructParent", "/Type", "/Subtype", "/DR", "/Ff", "/Q"}
)
"""What an empty signature field may gain when it is signed; its place, name and lock stay."""
_PLACE_KEYS = frozenset({"/StructParent", "/P"})
"""What writers set anew in a field that stays as it is: where it belongs."""
_HARMLESS_KEYS = _PLACE_KEYS | {"/F", "/Type", "/Subtype", "/Q"}
"""And in an empty signature field that shows nothing."""
_HIDDEN, _PRINTED, _NOT_ON_SCREEN, _TOGGLED = 2, 4, 32, 256


def judge_form(comparison: Comparison, old: object, new: object, catalog: Ref) -> None:
    """The form dictionaries of both revisions, of which either may be missing."""
    if new is None:
        if old is not None:
            comparison.refuse(Reason.CHANGED_FIELDS)
        return
    if not is_dictionary(new) or (old is not None and not is_dictionary(old)):
        comparison.refuse(Reason.CHANGED_FIELDS)
        return
    comparison.allow(new, {catalog})
    owner = ref_of(new) if ref_of(new) != TRAILER else catalog
    _judge_fields(comparison, get(old, "/Fields"), get(new, "/Fields"), owner, kind="", depth=0)
    _judge_resources(comparison, get(old, "/DR"), get(new, "/DR"), owner)
    ours = {"/Fields", "/DR", "/SigFlags"}
    if all(one is None or one is False for one in (get(old, "/NeedAppearances"), get(new, "/NeedAppearances"))):
        ours.add("/NeedAppearances")
    if "/DA" not in entries(old):
        ours.add("/DA")
    if comparison.different_keys(old, new, frozenset(ours)):
        comparison.refuse(Reason.CHANGED_FIELDS)


def _judge_fields(
    comparison: Comparison, old: object, new: object, owner: Ref, *, kind: str, depth: int, signing: bool = False
) -> None:
    """A list of fields: none may go; what is new must belong to a signature."""
    comparison.allow(new, {owner})
    before, after = items(old), items(new)
    kept = {ref_of(one) for one in before} - {TRAILER}
    if depth > _MAX_DEPTH or not kept <= {ref_of(one) for one in after}:
        comparison.refuse(Reason.CHANGED_FIELDS)
        return
    direct = [text_of(one) for one in before if ref_of(one) == TRAILER]
    for one in after:
        ref = ref_of(one)
        if ref in kept:
            _judge_field(comparison, comparison.old.object(ref), one, ref, kind=kind, depth=depth, signing=signing)
        elif ref != TRAILER:
            _judge_new_field(comparison, one, kind=kind, depth=depth)
        elif text_of(one) not in direct:
            comparison.refuse(Reason.CHANGED_FIELDS)


def _judge_field(
    comparison: Comparison, old: object, new: object, ref: Ref, *, kind: str, depth: int, signing: bool = False
) -> None:
    """A field that was there: nothing in it changes, unless it is an empty one that is signed now.

    `signing`: it is a widget of such a field.
    """
    kind = name_of(get(old, "/FT")) or kind
    empty = kind == "/Sig" and get(old, "/V") is None
    of_kids = frozenset({"/Kids"} if isinstance(get(new, "/Kids"), pikepdf.Array | None) else ())
    changed = comparison.different_keys(old, new, of_kids) if ref in comparison.changed else set[str]()
    if entries(old).get("/V") != entries(new).get("/V"):
        changed.add("/V")
    comparison.allow_whoever_uses(ref)
    if changed - _may_change(old, empty=empty, signed="/V" in changed, signing=signing):
        comparison.refuse(Reason.CHANGED_FIELDS)
        _allow_appearance(comparison, old, ref)  # said once is enough
        return
    if "/V" in changed:
        _judge_signing(comparison, new, ref)
    if "/V" in changed or signing:
        signing = True
        comparison.widgets.add(ref)
        _allow_appearance(comparison, old, ref)
    if isinstance(get(old, "/Kids"), pikepdf.Array) or isinstance(get(new, "/Kids"), pikepdf.Array):
        before, after = get(old, "/Kids"), get(new, "/Kids")
        _judge_fields(comparison, before, after, ref, kind=kind, depth=depth + 1, signing=signing)


def _may_change(old: object, *, empty: bool, signed: bool, signing: bool) -> frozenset[str]:
    if empty and signed:
        return _SIGNING_KEYS
    if empty and signing:
        return _SIGNING_KEYS - {"/V"}
    return _HARMLESS_KEYS if empty and "/AP" not in entries(old) else _PLACE_KEYS


def _allow_appearance(comparison: Comparison, old: object, ref: Ref) -> None:
    """What an empty field showed may be drawn anew in place, if nothing else shows it too."""
    shown = get(old, "/AP")
    own = {ref, ref_of(shown)} - {TRAILER}
    comparison.allow(shown, own)
    comparison.allow(get(shown, "/N"), own)


def _judge_signing(comparison: Comparison, field: object, ref: Ref) -> None:
    """A field that gains its value must gain a signature that holds and ends here or later."""
    value = get(field, "/V")
    signature = ref_of(value) if ref_of(value) != TRAILER else ref
    if signature not in comparison.signed:
        comparison.refuse(Reason.CHANGED_FIELDS)
        return
    if signature in comparison.stamps:
        comparison.note(Reason.LONG_TERM_DATA)
    else:
        comparison.note(Reason.SIGNED_LATER)
        comparison.approved = True
    seen = [one for one in (field, *items(get(field, "/Kids"))) if is_visible(one)]
    comparison.visible |= bool(seen)
    if signature not in comparison.stamps:
        comparison.marks += seen
    elif seen:
        comparison.note(Reason.VISIBLE_LATER)  # nobody judges who made it


def _judge_new_field(comparison: Comparison, field: object, *, kind: str, depth: int) -> None:
    ref = ref_of(field)
    kind = name_of(get(field, "/FT")) or kind
    kids = items(get(field, "/Kids"))
    if ref in comparison.old.table or depth > _MAX_DEPTH or not is_dictionary(field):
        comparison.refuse(Reason.CHANGED_FIELDS)
    elif kids and (not kind or any("/T" in entries(kid) for kid in kids)):
        for kid in kids:
            _judge_new_field(comparison, kid, kind=kind, depth=depth + 1)
    elif kind != "/Sig":
        comparison.refuse(Reason.CHANGED_FIELDS)
    else:
        widgets = [field, *kids]
        if any(ref_of(one) in comparison.old.table for one in widgets) or any(map(_acts, widgets)):
            comparison.refuse(Reason.CHANGED_FIELDS)
        comparison.widgets.update(ref_of(one) for one in widgets)
        if get(field, "/V") is not None:
            _judge_signing(comparison, field, ref)
        else:
            comparison.approved = True  # an empty field is no long-term data either
            if any(map(is_visible, widgets)):
                comparison.refuse(Reason.CHANGED_FIELDS)


def _acts(widget: object) -> bool:
    """Whether a widget does something, or is another kind of annotation."""
    keys = entries(widget)
    return "/A" in keys or "/AA" in keys or name_of(get(widget, "/Subtype")) not in ("", "/Widget")


def is_visible(widget: object) -> bool:
    """Whether a widget may show something on a page: on the screen or printed: it has an appearance
    and an area, and is not hidden."""
    if "/AP" not in entries(widget):
        return False
    try:
        left, bottom, right, top = (float(side) for side in items(get(widget, "/Rect")))  # type: ignore[arg-type]
        flags = int(get(widget, "/F") or 0)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return True
    unseen = flags & _HIDDEN or (flags & _NOT_ON_SCREEN and not flags & (_PRINTED | _TOGGLED))
    return left != right and bottom != top and not unseen


def _judge_resources(comparison: Comparison, old: object, new: object, owner: Ref) -> None:
    """Default resources: whatever was there stays; signature appearances bring more."""
    if old is None:
        return
    if not is_dictionary(old) or not is_dictionary(new):
        comparison.refuse(Reason.CHANGED_FIELDS)
        return
    comparison.allow(new, {owner})
    inner = ref_of(new) if ref_of(new) != TRAILER else owner
    for kind in entries(old):
        before, after = get(old, kind), get(new, kind)
        if is_dictionary(before) and is_dictionary(after):
            comparison.allow(after, {inner})
            lost = {key for key in comparison.different_keys(before, after) if key in entries(before)}
            if lost and kind != "/XObject":
                comparison.refuse(Reason.CHANGED_FIELDS)
        elif not comparison.same(before, after):
            comparison.refuse(Reason.CHANGED_FIELDS)
