"""How long citizens wait, in figures that name nobody: for the office's pages, monitoring and the Friday report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

from tte.register import Register
from tte.register.rows import Rows, Since, keeping_of
from tte.requests.rows import DONE, Standing, State, Step

LATELY: Final = timedelta(days=90)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """`counts` by state; `oldest`: when the request was filed that the office has had before it longest; `median_days`
    from filing to signature, and `median_hours` in each state before the next, of those signed since `since`.
    """

    counts: Mapping[State, int]
    oldest: datetime | None
    since: datetime
    signed: int
    median_days: float | None
    median_hours: Mapping[State, float]


def summary(register: Register, at: datetime, *, office: str | None = None, since: datetime | None = None) -> Summary:
    """The requests of an office, or of all. `since` is 90 days ago unless it is said. RegisterError."""
    begun = since or at - LATELY
    whose: dict[str, Any] = {} if office is None else {"office": office}
    with keeping_of(register).reading() as rows:
        counts = rows.counts(Standing, "state", **whose)
        oldest = rows.one(Standing, state=(State.SUBMITTED, State.EXAMINED), forgotten=None, **whose)
        done = [one.id for one in rows.all(Standing, state=DONE, changed=Since(begun), **whose)]
        taken = [steps for steps in _steps(rows, done) if any(_signed(one) and begun <= one.at <= at for one in steps)]
    days = [_days(steps) for steps in taken]
    hours: dict[State, list[float]] = {}
    for steps in taken:
        for one, following in pairwise(steps):
            hours.setdefault(State(one.state), []).append((following.at - one.at).total_seconds() / 3600)
    return Summary(
        {state: counts.get(state, 0) for state in State},
        oldest.made if oldest else None,
        begun,
        len(taken),
        median(days) if days else None,
        {state: median(some) for state, some in hours.items()},
    )


def waiting(register: Register, office: str) -> tuple[int, datetime | None]:
    """How many requests the office has before it now, and when the oldest of them was filed. RegisterError."""
    wanted: dict[str, Any] = {"state": (State.SUBMITTED, State.EXAMINED), "office": office, "forgotten": None}
    with keeping_of(register).reading() as rows:
        oldest = rows.one(Standing, **wanted)
        return rows.count(Standing, **wanted), oldest.made if oldest else None


def _steps(rows: Rows, requests: Sequence[str]) -> Sequence[Sequence[Step]]:
    """The steps of each request, in order."""
    found: dict[str, list[Step]] = {}
    for at in range(0, len(requests), _AT_ONCE):
        for one in rows.all(Step, request=tuple(requests[at : at + _AT_ONCE])):
            found.setdefault(one.request, []).append(one)
    return list(found.values())


def _signed(step: Step) -> bool:
    return step.state == State.SIGNED


def _days(steps: Sequence[Step]) -> float:
    signed = next(one.at for one in steps if _signed(one))
    return (signed - steps[0].at).total_seconds() / 86400
