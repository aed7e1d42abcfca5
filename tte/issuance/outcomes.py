"""What became of a row."""

from __future__ import annotations

from dataclasses import dataclass

from tte.errors import AlreadyIssued, Problem, TteError
from tte.model import Entry


@dataclass(frozen=True, slots=True)
class Issued:
    """A row that has its document. `earlier` is true if it was issued before and this call only found it."""

    row: int
    entry: Entry
    earlier: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not issued, and why."""

    row: int
    why: TteError


Outcome = Issued | Refused


def another_record() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was issued for another record",
        hint="correct the number, or withdraw the earlier document first",
    )


def half_done() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was reserved for other content (record, template or key) and its issue was interrupted",
        hint="run the earlier file with the earlier template and key once more; see tte register pending",
    )


def same_as(outcome: Outcome, row: int) -> Outcome:
    """What becomes of a row that repeats another one."""
    if isinstance(outcome, Issued):
        return Issued(row, outcome.entry, earlier=True, warnings=outcome.warnings)
    return Refused(row, outcome.why)
