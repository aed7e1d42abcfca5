"""The official's room: the list, what must be opened, the authorisation, the signature, and how it went.

What is signed is what was authorised: these drafts as they lie there, once, within ten minutes. The passphrase goes to
the key's own process and is kept nowhere; the page that waits asks the desk how far it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tte.desk import MOST, Draft, Kind, Signed, State, must_open
from tte.desk.authorising import by_others
from tte.errors import NotAllowed, PinRefused
from tte.people import Action, Role, Why
from tte.web.office.lines import line, lines
from tte.web.office.pictures import picture_of
from tte.web.office.saying import said
from tte.web.office.visits import OFFICE, Pages, Visit
from tte.web.refusals import Cause, Refusal

SIGNING: Final = f"{OFFICE}/tanda-tangan"
_PATIENCE_S: Final = 2.0
"""How long an answer waits for a signature: most lists are signed by then."""


@dataclass(frozen=True, slots=True)
class List:
    """What this official may sign now: its drafts, which of them he has opened, and which he must."""

    drafts: Sequence[Draft]
    withdrawals: Sequence[Draft]
    opened: frozenset[str]
    must: frozenset[str]

    @property
    def left(self) -> Sequence[str]:
        """What must be opened and was not yet, in the order of the list."""
        return [one.id for one in self.drafts if one.id in self.must - self.opened]


def declare(pages: Pages) -> None:
    """`/kantor/{office}/tanda-tangan`."""

    @pages.get(SIGNING, Action.SIGN)
    def sign(visit: Visit) -> Response:
        found = _list(visit)
        return visit.show(
            "sign.html",
            "sign",
            list=found,
            lines=lines(visit, found.drafts),
            withdrawals=lines(visit, found.withdrawals),
            kinds=_kinds(visit, found.drafts),
            most=MOST,
        )

    @pages.get(SIGNING + "/buka/{draft}", Action.SIGN)
    def review(visit: Visit) -> Response:
        draft = visit.desk.drafts.get(visit.person, visit.request.path_params["draft"], visit.at)
        if draft.state == State.CHECKED and draft.office == visit.office:
            visit.desk.reviewing.open(visit.person, draft.id, visit.at)
        found = _list(visit)
        return visit.show(
            "sign_review.html",
            "sign",
            list=found,
            one=line(visit, draft),
            picture=picture_of(visit, draft),
            said_by=said(visit, draft),
        )

    @pages.post(f"{SIGNING}/sahkan", Action.SIGN)
    def authorise(visit: Visit) -> Response:
        return _authorise(visit, _chosen(visit))

    @pages.post(f"{SIGNING}/tandatangani", Action.SIGN)
    def begin(visit: Visit) -> Response:
        chosen, found = _chosen(visit), _list(visit)
        missing = must_open(visit.person, [one.id for one in chosen], visit.at) - found.opened
        if missing or not chosen:
            return _authorise(visit, chosen)
        try:
            made = visit.desk.authorising.authorise(
                visit.person, visit.office, [one.id for one in chosen], visit.typed("code", 40), visit.at
            )
        except NotAllowed as why:
            if why.why not in (Why.SECOND_FACTOR, Why.LOCKED):
                raise
            return _authorise(visit, chosen, wrong="code_wrong" if why.why == Why.SECOND_FACTOR else "no_locked")
        return _signed_by(visit, made.id)

    @pages.post(SIGNING + "/proses/{authorisation}", Action.SIGN)
    def again(visit: Visit) -> Response:
        return _signed_by(visit, visit.request.path_params["authorisation"])

    @pages.get(SIGNING + "/proses/{authorisation}", Action.SIGN)
    def progress(visit: Visit) -> Response:
        id_ = visit.request.path_params["authorisation"]
        standing = visit.desk.authorising.standing(visit.person, id_, visit.at)
        under_way, trouble = visit.service.jobs.under_way(id_), visit.service.jobs.trouble(id_)
        return visit.show(
            "signing.html",
            "sign",
            standing=standing,
            under_way=under_way,
            wrong=_told(trouble),
            again=not under_way and standing.used is None and visit.at < standing.until,
        )

    @pages.post(SIGNING + "/cabut/{draft}", Action.WITHDRAW)
    def withdraw(visit: Visit) -> Response:
        visit.desk.withdrawals.carry_out(
            visit.person, visit.request.path_params["draft"], visit.typed("code", 40), visit.at
        )
        return visit.go("/tanda-tangan", said="withdrawn")


def _signed_by(visit: Visit, authorisation: str) -> Response:
    """Begin to sign what was authorised, and wait a moment for it."""
    jobs = visit.service.jobs
    if jobs.busy():
        raise Refusal(Cause.BUSY, 10)
    given = visit.form.get("passphrase", "")
    passphrase = bytearray(given.encode() if isinstance(given, str) else b"")

    def sign() -> Signed:
        """As it is when it begins: the time, and who is still signed in."""
        at = visit.service.now()
        person = visit.desk.people.sessions.person(visit.token, at)
        if person is None:
            passphrase[:] = bytes(len(passphrase))
            raise NotAllowed(Why.NO_ROLE)
        return visit.desk.signing.sign(person, authorisation, passphrase, at)

    jobs.begin(authorisation, sign)
    jobs.wait(authorisation, _PATIENCE_S)
    return visit.go(f"/tanda-tangan/proses/{authorisation}")


def _list(visit: Visit) -> List:
    """The oldest that he may sign: neither drafted nor checked by himself."""
    checked = visit.desk.drafts.all(visit.person, visit.office, visit.at, states=(State.CHECKED,), most=2 * MOST)
    his = [one for one in checked if _by_others(visit, one)]
    drafts = [one for one in his if one.kind != Kind.WITHDRAW][:MOST]
    return List(
        drafts,
        [one for one in his if one.kind == Kind.WITHDRAW],
        visit.desk.reviewing.opened(visit.person, drafts),
        must_open(visit.person, [one.id for one in drafts], visit.at),
    )


def _by_others(visit: Visit, draft: Draft) -> bool:
    try:
        by_others(visit.person, draft)
    except NotAllowed:
        return False
    return True


def _chosen(visit: Visit) -> Sequence[Draft]:
    """The drafts that were ticked, in the order of the list; what is not to be signed any more is left out."""
    ticked = {one for one in visit.form.getlist("draft") if isinstance(one, str)}
    return [one for one in _list(visit).drafts if one.id in ticked]


def _authorise(visit: Visit, chosen: Sequence[Draft], *, wrong: str = "") -> Response:
    """The page on which exactly these are authorised; or the list again, with what is missing."""
    if not chosen:
        return visit.go("/tanda-tangan", said="picked_none")
    missing = must_open(visit.person, [one.id for one in chosen], visit.at) - _list(visit).opened
    if missing:
        first = next(one.id for one in chosen if one.id in missing)
        return visit.go(f"/tanda-tangan/buka/{first}", said="must_more")
    name = next(
        (one.profile for one in visit.person.held(visit.at) if one.role is Role.OFFICIAL and one.covers(visit.office)),
        "",
    )
    return visit.show(
        "sign_authorise.html",
        "sign",
        status=403 if wrong else 200,
        wrong=wrong,
        lines=lines(visit, chosen),
        kinds=_kinds(visit, chosen),
        profile=visit.service.home.profile(name) if name else None,
    )


def _kinds(visit: Visit, drafts: Sequence[Draft]) -> Sequence[tuple[str, int]]:
    return [(visit.service.kind(name), count) for name, count in Counter(one.template for one in drafts).most_common()]


def _told(trouble: BaseException | None) -> str:
    """A word for why a signing ended before its end; "" if it did not."""
    match trouble:
        case None:
            return ""
        case PinRefused():
            return "passphrase_wrong"
        case NotAllowed(why=code):
            return f"no_{code}"
        case _:
            return "key_away"
