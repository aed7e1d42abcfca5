"""The day at a glance: what waits and for how long, what was issued, what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response

from tte.delivery import failed_deliveries
from tte.desk import State
from tte.people import Action
from tte.requests import State as Filed
from tte.web.answering import WIB
from tte.web.office.glance import glance
from tte.web.office.visits import OFFICE, Pages, Visit

_WAITING: Final = ((State.DRAFT, "/pemeriksaan"), (State.CHECKED, "/tanda-tangan"), (State.RETURNED, "/draf"))


@dataclass(frozen=True, slots=True)
class Station:
    """One state of the queue: its word, where it is worked on, how many, and since when the oldest of them waits."""

    word: str
    path: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """The one thing that this person should do now."""

    word: str
    what: str
    path: str
    count: int


def declare(pages: Pages) -> None:
    """`/kantor/{office}`."""

    @pages.get(OFFICE, Action.SEE_DOCUMENTS, Action.SEE_POLICY)
    def today(visit: Visit) -> Response:
        if not visit.may(Action.SEE_DOCUMENTS):
            return visit.show(
                "today.html", "today", stations=(), call=None, kinds=(), days=(), attention=(), tiles=(), total=0
            )
        counts = visit.desk.drafts.counts(visit.person, visit.office, visit.at)
        issued = _issued(visit)
        kinds = issued[-1][1]
        return visit.show(
            "today.html",
            "today",
            stations=_stations(visit, counts),
            call=_call(visit, counts),
            kinds=[(visit.service.kind(name), count) for name, count in kinds.most_common()],
            total=kinds.total(),
            days=[(day, kinds.total()) for day, kinds in issued],
            attention=_attention(visit, counts),
            tiles=glance(visit, counts),
        )


def _stations(visit: Visit, counts: Mapping[str, int]) -> Sequence[Station]:
    found = []
    for state, path in _WAITING:
        oldest = None
        if visit.may(Action.READ_DRAFTS) and counts.get(state):
            first = visit.desk.drafts.all(visit.person, visit.office, visit.at, states=(state,), most=1)
            oldest = first[0].changed if first else None
        found.append(Station(f"st_{state}", path, counts.get(state, 0), oldest))
    return found


def _call(visit: Visit, counts: Mapping[str, int]) -> Call | None:
    calls = (
        (Action.SIGN, Call("call_sign", "call_sign_n", "/tanda-tangan", counts.get(State.CHECKED, 0))),
        (Action.CHECK, Call("call_check", "call_check_n", "/pemeriksaan", counts.get(State.DRAFT, 0))),
        (Action.DRAFT, Call("call_draft", "call_draft_n", "/draf/baru", counts.get(State.DRAFT, 0))),
    )
    return next((call for action, call in calls if visit.may(action)), None)


def _issued(visit: Visit) -> Sequence[tuple[datetime, Counter[str]]]:
    """The last seven days, today last, and how many documents of each template were issued."""
    midnight = visit.at.astimezone(WIB).replace(hour=0, minute=0, second=0)
    register = visit.service.register()
    begin = midnight - timedelta(days=6)
    counted = register.issued_by_day(visit.office, begin, WIB) if register else {}
    days = [begin + timedelta(days=n) for n in range(7)]
    return [(day, Counter(counted.get(day.date(), {}))) for day in days]


def _attention(visit: Visit, counts: Mapping[str, int]) -> Sequence[tuple[str, dict[str, object], str]]:
    """A word, what fills it, and where to go."""
    found: list[tuple[str, dict[str, object], str]] = []
    if (returned := counts.get(State.RETURNED, 0)) and visit.may(Action.DRAFT):
        found.append(("att_returned", {"n": returned}, "/draf"))
    register = visit.service.register()
    if register and (failed := failed_deliveries(register, visit.office)) and visit.may(Action.DELIVER):
        found.append(("att_failed_deliveries", {"n": failed}, "/kiriman?keadaan=failed"))
    if visit.may(Action.HANDLE_REQUESTS):
        waiting = visit.service.requests().handling.counts(visit.person, visit.office, visit.at)
        if filed := waiting.get(Filed.SUBMITTED, 0):
            found.append(("att_requests", {"n": filed}, "/permohonan"))
    for name, days in visit.service.certificates(visit.office, visit.at):
        found.append(("att_cert_over" if days < 0 else "att_cert", {"name": name, "n": days}, "/sertifikat"))
    return found
