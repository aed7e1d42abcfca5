"""The store of long-term validation data (DSS, ISO 32000-2 §12.8.4.3): may grow, may be written anew."""

from __future__ import annotations

from tte.validation.changes.comparison import Comparison
from tte.validation.reasons import Reason
from tte.validation.revision import TRAILER, Ref, Revision, get, is_dictionary, name_of, ref_of, references_in, text_of

_MAX_OBJECTS = 20_000
_FOREIGN = frozenset({"/Page", "/Pages", "/Catalog", "/Annot", "/Font", "/XObject", "/Sig"})


def judge_store(comparison: Comparison, old: object, new: object, catalog: Ref) -> None:
    """The DSS dictionaries of both revisions, of which either may be missing."""
    if new is None:
        if old is not None:
            comparison.refuse(Reason.CHANGED_STORE)
        return
    before, after = _held(comparison.old, old), _held(comparison.new, new)
    if not is_dictionary(new) or before is None or after is None:
        comparison.refuse(Reason.CHANGED_STORE)
        return
    touched = after & comparison.changed
    if touched - before:  # it may only be given objects of its own
        comparison.refuse(Reason.CHANGED_STORE)
    if touched or after & comparison.added or ref_of(old) != ref_of(new):
        comparison.note(Reason.LONG_TERM_DATA)
    comparison.in_store |= before
    for ref in touched & before:
        comparison.allow(comparison.new.object(ref), before | {catalog})


def _held(revision: Revision, store: object) -> set[Ref] | None:
    """All objects of a store; None if something else of the document is among them."""
    if store is None:
        return set()
    begin = [ref_of(store)] if ref_of(store) != TRAILER else references_in(text_of(store))
    found = revision.reached_from(begin)
    if len(found) > _MAX_OBJECTS:
        return None
    for ref in found:
        value = revision.object(ref)
        if is_dictionary(value) and name_of(get(value, "/Type")) in _FOREIGN:
            return None
    return found
