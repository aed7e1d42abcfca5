"""Who did what when, in words. What documents say is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tte.people import Action, Event
from tte.web.office.lines import names_at
from tte.web.office.visits import OFFICE, Pages, Visit, place_of

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """An event, who did it by name, and whom it concerned, "" for nobody or who is not of this office."""

    event: Event
    by: str
    subject: str


def declare(pages: Pages) -> None:
    """`/kantor/{office}/jejak`."""

    @pages.get(f"{OFFICE}/jejak", Action.READ_LOG)
    def trail(visit: Visit) -> Response:
        before = visit.asked("sebelum", 18)
        events = visit.desk.trail.of_office(
            visit.person,
            visit.office,
            visit.at,
            before=place_of(before),
            most=PER_PAGE + 1,
        )
        more = events[PER_PAGE - 1].seq if len(events) > PER_PAGE else None
        return visit.show("trail.html", "trail", events=told(visit, events[:PER_PAGE]), more=more, paged=bool(before))


def told(visit: Visit, events: Sequence[Event]) -> Sequence[Told]:
    """The events, in their order, with names."""
    names = names_at(visit)
    return [Told(one, names.get(one.person, ""), names.get(one.subject or "", "")) for one in events]
