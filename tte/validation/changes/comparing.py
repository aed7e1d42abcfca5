"""One revision compared with the one before: bytes and cross-references first, then each role, then what is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pikepdf

from tte.model import Added, Pdf
from tte.validation.additions import Addition
from tte.validation.changes.accounts import accounts
from tte.validation.changes.catalog import judge_catalog
from tte.validation.changes.comparison import Comparison
from tte.validation.reasons import Reason
from tte.validation.revision import Ref, Revision

_ODD = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, OverflowError)
"""What pikepdf raises when it meets what nobody expects; such a difference is not explained."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision changes. Without `problems` it is allowed.

    `notes` says what was found and is allowed. `approved`: something for a signature that is no document time-stamp was
    added; `visible`: it shows something.
    """

    problems: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    approved: bool = False
    visible: bool = False

    @property
    def adds(self) -> tuple[Added, ...]:
        """What was added or changed, allowed or not."""
        found = {_ADDED.get(reason, Added.UNKNOWN) for reason in (*self.problems, *self.notes)}
        if Reason.CHANGED in self.problems and len(self.problems) > 1:  # the others say what
            found = {_ADDED.get(reason, Added.UNKNOWN) for reason in (*self.problems[1:], *self.notes)}
        return tuple(word for word in Added if word in found)


_ADDED = {
    Reason.LONG_TERM_DATA: Added.LONG_TERM_DATA,
    Reason.SIGNED_LATER: Added.SIGNATURE,
    Reason.VISIBLE_LATER: Added.VISIBLE,
    Reason.DESCRIPTION: Added.METADATA,
    Reason.CHANGED_FIELDS: Added.FORM_FIELD,
    Reason.CHANGED_ANNOTATIONS: Added.ANNOTATION,
    Reason.CHANGED_PAGES: Added.VISIBLE,
}


def compare(
    pdf: Pdf,
    addition: Addition,
    old: Revision,
    new: Revision,
    *,
    signed: Collection[Ref] = (),
    stamps: Collection[Ref] = (),
) -> Changes:
    """What the revision `new` changes in `old`, of which `addition` are the bytes between.

    `signed` are the objects of signatures that hold and end after `old`; `stamps` those that are document time-stamps.
    """
    try:
        if not accounts(pdf, addition, old, new):
            return Changes((Reason.TRAILING,))
        comparison = Comparison(old, new, frozenset(signed), frozenset(stamps))
        judge_catalog(comparison)
        comparison.settle()
    except _ODD:
        return Changes((Reason.TOO_COMPLEX if old.limited or new.limited else Reason.CHANGED,))
    if old.limited or new.limited:
        return Changes((Reason.TOO_COMPLEX,))
    if old.guessed or new.guessed:
        return Changes((Reason.DAMAGED,))
    problems = (Reason.CHANGED, *comparison.problems) if comparison.problems else ()
    return Changes(problems, tuple(comparison.notes), comparison.approved, comparison.visible)
