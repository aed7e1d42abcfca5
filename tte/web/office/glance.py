"""The day of who leads the office, in one glance: what waits and how long, what is about to end, what is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tte.desk import State
from tte.figures.friday import Punctual, Scope, week_of
from tte.office.expiry import expiry_of_profile
from tte.people import Action
from tte.register.counting import levels_owed
from tte.web.office.figures.standing import register_of, today_of
from tte.web.office.figures.weeks import week_shown
from tte.web.office.lately import lately
from tte.web.office.lines import since
from tte.web.office.neighbours import Queue, failed_deliveries, requests
from tte.web.office.visits import Visit

_WAITS = (State.DRAFT, State.CHECKED, State.SIGNING, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: its word, the number or a word with what fills it, a note, how it stands, and where more is seen."""

    word: str
    count: int | None = None
    said: tuple[str, Mapping[str, Any]] | None = None
    note: tuple[str, Mapping[str, Any]] | None = None
    tone: str = "unsure"
    path: str = ""


def glance(visit: Visit, counts: Mapping[str, int]) -> Sequence[Tile]:
    """The tiles for this office. `counts` are its drafts by state."""
    told = [
        _queue(visit, counts),
        _neighbour("glance_request", visit, requests(visit)),
        _neighbour("glance_deliveries", visit, failed_deliveries(visit)),
        _certificate(visit),
        _levels(visit),
        *_figures(visit),
    ]
    return [one for one in told if one is not None]


def _queue(visit: Visit, counts: Mapping[str, int]) -> Tile:
    waiting = [state for state in _WAITS if counts.get(state)]
    oldest: datetime | None = None
    if waiting and visit.may(Action.READ_DRAFTS):
        first = visit.desk.drafts.all(visit.person, visit.office, visit.at, states=waiting, most=1)
        oldest = first[0].changed if first else None
    note = ("glance_oldest_since", {"ago": since(visit.at, oldest)}) if oldest else None
    return Tile("glance_queue", sum(counts.get(state, 0) for state in waiting), note=note)


def _neighbour(word: str, visit: Visit, queue: Queue | None) -> Tile | None:
    if queue is None:
        return None
    note = ("glance_oldest_since", {"ago": since(visit.at, queue.oldest)}) if queue.oldest else None
    failing = queue.count and word == "glance_deliveries"
    return Tile(word, queue.count, note=note, tone="stop" if failing else "unsure", path=queue.path)


def _certificate(visit: Visit) -> Tile:
    """The certificate that ends first, of those that a file here tells of."""
    found = []
    for profile in visit.service.profiles_of(visit.office).values():
        expiry = expiry_of_profile(visit.service.home, profile, visit.at)
        if expiry is not None:
            found.append((expiry.days, str(expiry.warning or ""), profile.official.name))
    path = "/sertifikat" if visit.may(Action.SEE_KEYS) else ""
    if not found:
        return Tile("glance_certificate", said=("glance_unknown", {}), path=path)
    days, warning, name = min(found)
    said = ("glance_days", {"n": days}) if days >= 0 else ("glance_ended", {})
    tone = "unsure" if not warning else "stop" if warning in ("urgent", "expired") else "care"
    return Tile("glance_certificate", said=said, note=("glance_whose", {"name": name}), tone=tone, path=path)


def _levels(visit: Visit) -> Tile:
    register, profiles = register_of(visit), visit.service.profiles_of(visit.office)
    count, oldest = lately(visit, ("levels", visit.office), 0, lambda: levels_owed(register, profiles))
    note = ("glance_level_since", {"ago": since(visit.at, oldest)}) if oldest else None
    return Tile("glance_levels", count, note=note, tone="care" if count else "unsure")


def _figures(visit: Visit) -> Sequence[Tile]:
    """Whether this week is reported, and how many problems are open."""
    week = week_shown(visit, Scope.OFFICE, visit.office, week_of(today_of(visit)))
    (office,) = week.offices
    words = {Punctual.IN_TIME: "is_in_time", Punctual.LATE: "is_late", Punctual.MISSING: "is_missing"}
    late = office.punctual is not Punctual.IN_TIME and visit.at > week.deadline
    until = ("glance_friday_until", {"at": week.deadline})
    problems = sum(one.solved is None for one in week.troubles)
    tone = "stop" if late else "good" if office.punctual is Punctual.IN_TIME else "unsure"
    return (
        Tile("glance_friday", said=(words[office.punctual], {}), note=until, tone=tone, path="/angka"),
        Tile("glance_problems", problems, tone="care" if problems else "unsure", path="/angka/masalah"),
    )
