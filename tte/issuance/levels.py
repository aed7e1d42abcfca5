"""What was just issued, raised to the level it is to reach before it is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tte.errors import CertificateRevoked
from tte.issuance.outcomes import Issued, Outcome
from tte.model import Entry, Goal

if TYPE_CHECKING:
    from tte.augmentation import Reached

RaiseAll = Callable[[Sequence[Entry]], "Iterator[Reached]"]
"""`Augmenter.raise_all`: where each entry stands after it was tried."""


def raised(told: Sequence[Outcome], goal: Goal | None, raise_all: RaiseAll | None) -> Sequence[Outcome]:
    """The outcomes, with the levels that their documents have reached by now and why some are behind.

    Documents found again are raised too, but for those that another key profile is to raise.
    """
    below: dict[str, Entry] = {}
    for outcome in told:
        entry = outcome.entry if isinstance(outcome, Issued) else None
        if goal and entry and entry.goal and entry.below_goal and entry.goal.profile == goal.profile:
            below[entry.id] = entry
    if not below or raise_all is None:
        return told
    reached = {one.entry.id: one for one in raise_all([*below.values()])}
    return [_with(outcome, reached) for outcome in told]


def revoked(told: Sequence[Outcome]) -> CertificateRevoked | None:
    """That the certificate is revoked with which a document was signed just now, if a service says so."""
    for outcome in told:
        if isinstance(outcome, Issued) and not outcome.earlier and isinstance(outcome.behind, CertificateRevoked):
            return outcome.behind
    return None


def _with(outcome: Outcome, reached: dict[str, Reached]) -> Outcome:
    if isinstance(outcome, Issued) and outcome.entry.id in reached:
        one = reached[outcome.entry.id]
        return replace(outcome, entry=one.entry, behind=one.why)
    return outcome
