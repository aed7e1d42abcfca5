"""What became of a row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tte.errors import AlreadyIssued, OutcomeUnknown, Problem, TteError
from tte.model import Entry


@dataclass(frozen=True, slots=True)
class Issued:
    """A row that has its document. `earlier` is true if it was issued before and this call only found it.

    `behind`: why the document is below the level it is to reach, where it is and this call tried to raise it.
    """

    row: int
    entry: Entry
    earlier: bool
    warnings: tuple[Problem, ...] = ()
    behind: TteError | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not issued, and why."""

    row: int
    why: TteError


Outcome = Issued | Refused


def another_record() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was issued for another record",
        hint="correct the number; or, if the record has changed, issue it anew with --replacing REASON",
    )


def superseded() -> AlreadyIssued:
    return AlreadyIssued(
        "a document with this content was issued under this number and replaced since, or another row replaces it",
        hint="remove the row; if the earlier content holds again, correct the record so that it says so",
    )


def ended() -> AlreadyIssued:
    return AlreadyIssued(
        "the document under this number was revoked",
        hint="if a new one is to take its place: --replacing REASON",
    )


def half_done() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was reserved for other content (record, template or key) and its issue was interrupted",
        hint="tte register recover, with the key it was reserved for; or --void REASON, then run this again",
    )


def sent() -> OutcomeUnknown:
    return OutcomeUnknown(
        "this document was sent to the signing service and no answer came; it is not sent again",
        hint="find out whether it is signed there, then tte register reconcile",
    )


def same_as(outcome: Outcome, row: int) -> Outcome:
    """What becomes of a row that repeats another one."""
    if isinstance(outcome, Issued):
        return replace(outcome, row=row, earlier=True)
    return Refused(row, outcome.why)
