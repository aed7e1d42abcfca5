"""The verifier's room: what waits, the oldest first, and one draft beside its page: approved as it is, or sent back.

What is approved is the digest that was looked at, so a draft that changes meanwhile is not.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tte.desk import Draft, Kind, State
from tte.errors import ConfigError
from tte.people import Action
from tte.web.office.lines import line, lines
from tte.web.office.pictures import picture_of
from tte.web.office.saying import said
from tte.web.office.visits import OFFICE, Pages, Visit
from tte.web.office.wanted import asked_draft

_PAGE: Final = 30
_RIGHTS: Final = (Action.CHECK, Action.CONFIRM_WITHDRAWAL)


def declare(pages: Pages) -> None:
    """`/pemeriksaan`."""

    @pages.get(f"{OFFICE}/pemeriksaan", *_RIGHTS)
    def queue(visit: Visit) -> Response:
        after = visit.asked("setelah", 32) or None
        found = _waiting(visit, after, _PAGE + 1)
        shown = found[:_PAGE]
        doubts = {one.id: list(dict.fromkeys(label for label, _ in said(visit, one).doubts)) for one in shown}
        return visit.show(
            "checks.html",
            "checks",
            lines=lines(visit, shown),
            doubts=doubts,
            count=visit.desk.drafts.counts(visit.person, visit.office, visit.at).get(State.DRAFT, 0),
            more=shown[-1].id if len(found) > _PAGE else "",
            first=after is None,
        )

    @pages.get(f"{OFFICE}/pemeriksaan/{{draft}}", *_RIGHTS)
    def one(visit: Visit) -> Response:
        return _shown(visit, asked_draft(visit))

    @pages.post(f"{OFFICE}/pemeriksaan/{{draft}}", *_RIGHTS)
    def judge(visit: Visit) -> Response:
        draft, checks = asked_draft(visit), visit.desk.checks
        if visit.typed("do", 10) == "return":
            try:
                checks.send_back(visit.person, draft.id, visit.typed("remark", 1100), visit.at)
            except ConfigError:
                return _shown(visit, draft, wrong="remark_wrong")
            return _next(visit, draft, "sent_back")
        if not visit.typed("compared", 1):
            return _shown(visit, draft, wrong="compared_wrong")
        checks.approve(visit.person, draft.id, _digest(visit.typed("digest", 64)), visit.at)
        return _next(visit, draft, "approved")


def _shown(visit: Visit, draft: Draft, *, wrong: str = "") -> Response:
    own = draft.creator == visit.person.id
    open_ = draft.state in (State.DRAFT, State.CHECKED)
    picture = picture_of(visit, draft)
    withdraws = draft.kind == Kind.WITHDRAW
    entry = visit.service.find(draft.document) if draft.document else None
    return visit.show(
        "check.html",
        "checks",
        status=422 if wrong else 200,
        one=line(visit, draft),
        said_by=said(visit, draft),
        picture=picture,
        withdraws=withdraws,
        entry=entry,
        signer=visit.service.signer(entry, None) if entry else ("", ""),
        returnable=open_ and not own,
        approvable=draft.state == State.DRAFT and not own and (withdraws or bool(picture)),
        unprintable=open_ and not withdraws and not picture,
        remark=visit.typed("remark"),
        wrong=wrong,
        request=_request(visit, draft),
    )


def _request(visit: Visit, draft: Draft) -> str:
    """The citizen's request that the draft was made of, with its papers; "" if it was made of none."""
    if not visit.may(Action.READ_REQUESTS):
        return ""
    found = visit.service.requests().handling.of_draft(visit.person, visit.office, draft.id, visit.at)
    return found.id if found else ""


def _waiting(visit: Visit, after: str | None, most: int) -> list[Draft]:
    drafts = visit.desk.drafts.all(visit.person, visit.office, visit.at, after=after, most=most)
    return list(drafts)


def _next(visit: Visit, draft: Draft, done: str) -> Response:
    """The next that this verifier can check, after this one or from the beginning; else the queue."""
    for after in (draft.id, None):
        for one in _waiting(visit, after, _PAGE):
            if one.creator != visit.person.id:
                return visit.go(f"/pemeriksaan/{one.id}", said=done)
    return visit.go("/pemeriksaan", said=done)


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
