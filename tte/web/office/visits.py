"""A visit: who is signed in, at which office, and the answer. Every page of the office is declared here with its right.

A page is reached under `/kantor/{office}`, under `/nasional` where it concerns all offices, or under `/akun` where it
concerns the person alone. Before it is asked, the session must stand, the right be held there, and a form come from our
own page of this very session.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tte.desk import Desk
from tte.desk.asking import need
from tte.errors import NoSuchThing, TteError
from tte.people import EVERYWHERE, Action, Person, Role, may
from tte.web.answering import WIB, language_of, page
from tte.web.callers import token_of
from tte.web.office.no import no
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service
from tte.web.uploading import from_here, office_form_of
from tte.web.words import WORDS

OFFICE: Final = "/kantor/{office}"
COUNTRY: Final = "/nasional"
SIGN_IN: Final = "/masuk"
SECOND: Final = "/akun/faktor-kedua"

_SAID: Final = {
    word.removeprefix("said_"): word
    for word in (
        *(one for one in WORDS if one.startswith("said_")),
        *(
            "session_over",
            "code_wrong",
            "second_wrong",
            "sign_in_wrong",
            "password_refused",
            "picked_none",
            "no_no-reason",
            "no_no-contact",
            "no_delivery-stopped",
        ),
    )
}
"""What an address may have a page say, and its word: nothing that is not so only because a link says so."""

ROOMS: Final[Sequence[tuple[str, str, tuple[Action, ...]]]] = (
    ("today", "", (Action.SEE_DOCUMENTS, Action.SEE_POLICY)),
    ("requests", "/permohonan", (Action.READ_REQUESTS,)),
    ("drafts", "/draf", (Action.DRAFT,)),
    ("checks", "/pemeriksaan", (Action.CHECK,)),
    ("sign", "/tanda-tangan", (Action.SIGN,)),
    ("documents", "/dokumen", (Action.SEE_DOCUMENTS,)),
    ("deliveries", "/kiriman", (Action.SEE_DOCUMENTS,)),
    ("figures", "/angka", (Action.SEE_FIGURES,)),
    ("friday", "/laporan", (Action.SEE_FIGURES,)),
    ("batches", "/batch", (Action.DRAFT, Action.MANAGE_CLIENTS)),
    ("keys", "/sertifikat", (Action.SEE_KEYS,)),
    ("people", "/pengguna", (Action.PROPOSE_USERS, Action.CONFIRM_USERS)),
    ("clients", "/aplikasi", (Action.MANAGE_CLIENTS, Action.CONFIRM_CLIENTS)),
    ("trail", "/jejak", (Action.READ_LOG,)),
)
"""The rooms of an office: their word, their path, and the actions of which one opens them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in. `office` is "" on pages that belong to none."""

    service: Service
    desk: Desk
    request: Request
    person: Person
    office: str
    at: datetime
    token: str = field(repr=False)
    form: FormData = field(default_factory=FormData, repr=False)

    @property
    def here(self) -> str:
        """Where the pages of this office begin."""
        return f"/kantor/{self.office}"

    def typed(self, name: str, most: int = 1000) -> str:
        """What was typed into a field, cut; "" if it is not there."""
        given = self.form.get(name, "")
        return given[:most] if isinstance(given, str) else ""

    def asked(self, name: str, most: int = 200) -> str:
        """What the address asks for; "" if it does not."""
        return self.request.query_params.get(name, "")[:most]

    def may(self, action: Action, *, own: bool = True, reason: str = "-") -> bool:
        """Whether this person might do it at this office, at least with what is his own, a reason, and a fresh code."""
        who = replace(self.person, proven=self.person.proven and self.at)
        return bool(may(who, action, self.office, self.at, own=own, reason=reason))

    def roles(self) -> Sequence[Role]:
        """The roles in force at this office."""
        return sorted({one.role for one in self.person.held(self.at) if one.covers(self.office)})

    def show(self, name: str, room: str = "", *, status: int = 200, **values: Any) -> Response:
        """The page `office/NAME`."""
        common = {
            "host": self.service.host,
            "visit": self,
            "room": room,
            "rooms": self._rooms(),
            "csrf": csrf_of(self.token),
            "said": _SAID.get(self.asked("said", 40), ""),
            "office_name": self.service.office(self.office) if self.office else "",
        }
        return page(f"office/{name}", language_of(self.request.scope), {**common, **values}, status=status)

    def go(self, path: str, *, said: str = "") -> Response:
        """On to another page of this office, with a word about what was done (`said_…` of the words)."""
        mark = "&" if "?" in path else "?"
        return RedirectResponse(f"{self.here}{path}{mark}said={said}" if said else f"{self.here}{path}", 303)

    def not_there(self) -> TteError:
        """What to raise for what is not of this office, or not at all."""
        return NoSuchThing("there is nothing of this kind with this id")

    def _rooms(self) -> Sequence[tuple[str, str]]:
        rooms = [
            (word, self.here + path) for word, path, actions in ROOMS if self.office and any(map(self.may, actions))
        ]
        if may(self.person, Action.SEE_COUNTRY, "", self.at):
            rooms.append(("country", COUNTRY))
        return rooms


Answer = Callable[[Visit], Response]


class Pages:
    """Declares pages. `right` is asked at the office before the page is; None: it is enough to be signed in.

    Each endpoint keeps what it needs as `right`, so that a test can see that none was forgotten.
    """

    def __init__(self, service: Service) -> None:
        self.service, self.routes = service, APIRouter(include_in_schema=False)

    def get(self, path: str, *rights: Action) -> Callable[[Answer], Answer]:
        """A page that is looked at. Of several rights one is enough."""
        return self._declared(path, "GET", rights)

    def post(self, path: str, *rights: Action, files: int = 0) -> Callable[[Answer], Answer]:
        """A form that is sent, with so many files."""
        return self._declared(path, "POST", rights, files)

    def _declared(self, path: str, method: str, rights: Sequence[Action], files: int = 0) -> Callable[[Answer], Answer]:
        def declare(answer: Answer) -> Answer:
            async def endpoint(request: Request) -> Response:
                if method == "POST":
                    from_here(request)
                    form = await office_form_of(request, files=files)
                else:
                    form = FormData()
                return await run_in_threadpool(self._asked, request, form, rights, answer)

            endpoint.__name__ = answer.__name__
            endpoint.__dict__["rights"] = tuple(rights) or ("signed-in",)
            self.routes.add_api_route(path, endpoint, methods=[method], include_in_schema=False)
            return answer

        return declare

    def _asked(self, request: Request, form: FormData, rights: Sequence[Action], answer: Answer) -> Response:
        service = self.service
        at, token = service.now(), token_of(request.scope, secure=service.secure)
        desk = service.desk()
        person = desk.people.sessions.person(token, at) if token else None
        if person is None:
            if request.method != "GET":
                raise Refusal(Cause.SESSION_OVER)
            return RedirectResponse(f"{SIGN_IN}?said=session_over" if token else SIGN_IN, 303)
        visit = Visit(service, desk, request, person, request.path_params.get("office", ""), at, token, form)
        if request.method == "POST" and not hmac.compare_digest(visit.typed("csrf").encode(), csrf_of(token).encode()):
            raise Refusal(Cause.CROSS_SITE)
        if person.proven is None and not request.url.path.startswith("/akun"):
            return RedirectResponse(SECOND, 303)
        try:
            if rights:
                _need(visit, rights)
            return answer(visit)
        except TteError as why:
            return no(visit, why)


def _need(visit: Visit, rights: Sequence[Action]) -> None:
    """Return if one of them is held. What is his own, the reason and a fresh code are looked at by the page itself."""
    codes = {one.code for one in visit.service.home.settings.offices}
    if visit.office not in codes and "office" in visit.request.path_params:
        raise Refusal(Cause.NOT_FOUND)
    if not any(map(visit.may, rights)):
        need(visit.person, rights[0], visit.office, visit.at, own=True, reason="-")


def day_of(text: str) -> datetime | None:
    """Midnight of a day of our time, as a date field sends it; None for anything else."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if 1900 <= day.year < 2200:
            return datetime(day.year, day.month, day.day, tzinfo=WIB)
    return None


def place_of(text: str) -> int | None:
    """A place in a list, as an address or a form says it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() else None


def csrf_of(token: str) -> str:
    """What forms of this session carry, that no other site can know."""
    return sha256(b"tte form " + token.encode()).hexdigest()[:32] if token else ""


def offices_of(visit: Visit) -> Mapping[str, str]:
    """The offices in which somebody holds a role now, and their names."""
    held = list(visit.person.held(visit.at))
    everywhere = any(one.office == EVERYWHERE for one in held)
    codes = [one.code for one in visit.service.home.settings.offices]
    return {code: visit.service.office(code) for code in codes if everywhere or any(one.office == code for one in held)}
