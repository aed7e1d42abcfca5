"""The operator's lists: drafts by where they are, one by its number, and the choice of what to draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import RedirectResponse, Response

from tte.desk import Draft, State
from tte.desk.rows import OPEN
from tte.people import Action
from tte.web.office.drafting import asked_draft, replaced
from tte.web.office.lines import lines
from tte.web.office.visits import OFFICE, Pages, Visit

_PAGE: Final = 50
_LISTS: Final[Mapping[str, Sequence[State]]] = {
    "open": OPEN,
    "returned": (State.RETURNED,),
    "draft": (State.DRAFT,),
    "checked": (State.CHECKED, State.SIGNING),
    "issued": (State.ISSUED, State.WITHDRAWN),
    "discarded": (State.DISCARDED,),
}


def declare(pages: Pages) -> None:
    """`/draf`, and giving one up."""

    @pages.get(f"{OFFICE}/draf", Action.DRAFT)
    def listed(visit: Visit) -> Response:
        which = visit.asked("keadaan", 10)
        which = which if which in _LISTS else "open"
        after = visit.asked("setelah", 32) or None
        found = visit.desk.drafts.all(
            visit.person, visit.office, visit.at, states=_LISTS[which], after=after, most=_PAGE + 1, newest=True
        )
        more = found[_PAGE - 1].id if len(found) > _PAGE else ""
        return _list(visit, which, found[:_PAGE], more=more, first=after is None)

    @pages.post(f"{OFFICE}/draf", Action.DRAFT)
    def sought(visit: Visit) -> Response:
        number = visit.typed("nomor", 128)
        found = visit.desk.drafts.of_number(visit.person, visit.office, number, visit.at)
        return _list(visit, "", found, number=number)

    @pages.get(f"{OFFICE}/draf/baru", Action.DRAFT)
    def choose(visit: Visit) -> Response:
        if entry := replaced(visit):
            return RedirectResponse(f"{visit.here}/draf/baru/{entry.template}?mengganti={entry.id}", 303)
        kinds = [found for name in visit.service.home.template_names() if (found := visit.service.template(name))]
        return visit.show("draft_new.html", "drafts", kinds=kinds)

    @pages.post(f"{OFFICE}/draf/{{draft}}/buang", Action.DRAFT)
    def discard(visit: Visit) -> Response:
        visit.desk.drafts.discard(visit.person, asked_draft(visit).id, visit.at)
        return visit.go("/draf", said="discarded")


def _list(
    visit: Visit, which: str, drafts: Sequence[Draft], *, more: str = "", first: bool = True, number: str = ""
) -> Response:
    counts = visit.desk.drafts.counts(visit.person, visit.office, visit.at)
    lists = [(name, sum(counts.get(state, 0) for state in states)) for name, states in _LISTS.items()]
    return visit.show(
        "drafts.html",
        "drafts",
        which=which,
        lists=lists,
        lines=lines(visit, drafts),
        more=more,
        first=first,
        sought=number,
    )
