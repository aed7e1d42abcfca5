"""The people of an office. One proposes, another confirms; who can set a password cannot remove a second factor."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from tte.errors import NotAllowed
from tte.people import Action, Held, Role, Why, may
from tte.people.accounts import CAPACITIES
from tte.people.rows import RoleRow, User
from tte.web.office.visits import OFFICE, Pages, Visit, day_of

PEOPLE: Final = f"{OFFICE}/pengguna"
HERE: Final = tuple(role for role in Role if role is not Role.NATIONAL_ADMIN)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of this office, with the roles here. `ours`: all roles that there ever were are of this office."""

    user: User
    roles: Sequence[RoleRow]
    ours: bool


def declare(pages: Pages) -> None:
    """`/kantor/{office}/pengguna`."""

    @pages.get(PEOPLE, Action.PROPOSE_USERS, Action.CONFIRM_USERS)
    def people(visit: Visit) -> Response:
        return visit.show(
            "people.html",
            "people",
            everybody=_everybody(visit),
            roles=HERE,
            capacities=CAPACITIES,
            profiles=tuple(visit.service.profiles_of(visit.office)),
            proposes=visit.may(Action.PROPOSE_USERS),
            confirms=visit.may(Action.CONFIRM_USERS),
        )

    @pages.post(PEOPLE, Action.PROPOSE_USERS)
    def add(visit: Visit) -> Response:
        password = secrets.token_urlsafe(15)
        user = visit.desk.people.accounts.add(
            visit.typed("login"),
            visit.typed("name"),
            visit.at,
            by=visit.person,
            office=visit.office,
            password=password,
            held=_held(visit),
        )
        return _secret(visit, "secret_password", user.name, password, "/pengguna")

    @pages.post(PEOPLE + "/{person}/peran", Action.PROPOSE_USERS)
    def give(visit: Visit) -> Response:
        someone = _someone(visit)
        visit.desk.people.accounts.give(someone.user.id, _held(visit), visit.at, by=visit.person)
        return visit.go("/pengguna", said="role_proposed")

    @pages.post(PEOPLE + "/peran/{role}/sahkan", Action.CONFIRM_USERS)
    def confirm(visit: Visit) -> Response:
        visit.desk.people.accounts.confirm(_role(visit), visit.at, by=visit.person)
        return visit.go("/pengguna", said="confirmed")

    @pages.post(PEOPLE + "/peran/{role}/akhiri", Action.PROPOSE_USERS, Action.CONFIRM_USERS)
    def end(visit: Visit) -> Response:
        visit.desk.people.accounts.end(_role(visit), visit.at, by=visit.person)
        return visit.go("/pengguna", said="ended")

    @pages.post(PEOPLE + "/{person}/kata-sandi", Action.PROPOSE_USERS)
    def password(visit: Visit) -> Response:
        someone, made = _only_ours(visit), secrets.token_urlsafe(15)
        visit.desk.people.accounts.set_password(someone.user.id, made, visit.at, by=visit.person.id)
        return _secret(visit, "secret_password", someone.user.name, made, "/pengguna")

    @pages.post(PEOPLE + "/{person}/faktor-kedua", Action.CONFIRM_USERS)
    def second(visit: Visit) -> Response:
        someone = _only_ours(visit)
        _fresh(visit)
        visit.desk.people.accounts.forget_second_factor(someone.user.id, visit.at, by=visit.person.id)
        return visit.go("/pengguna", said="second_removed")

    @pages.post(PEOPLE + "/{person}/nonaktif", Action.PROPOSE_USERS)
    def disable(visit: Visit) -> Response:
        visit.desk.people.accounts.disable(_only_ours(visit).user.id, visit.at, by=visit.person.id)
        return visit.go("/pengguna", said="disabled")

    @pages.post(PEOPLE + "/{person}/aktif", Action.CONFIRM_USERS)
    def enable(visit: Visit) -> Response:
        """With the account its roles come back: what a second person does, with a fresh code."""
        someone = _only_ours(visit)
        _fresh(visit)
        visit.desk.people.accounts.disable(someone.user.id, visit.at, by=visit.person.id, disabled=False)
        return visit.go("/pengguna", said="enabled")


def _everybody(visit: Visit) -> Sequence[Someone]:
    accounts = visit.desk.people.accounts
    found = []
    for user, _ in accounts.all(visit.office):
        roles = accounts.roles(user.id)
        here = [one for one in roles if one.office == visit.office]
        found.append(Someone(user, here, all(one.office == visit.office for one in roles)))
    return sorted(found, key=lambda one: (one.user.disabled is not None, one.user.name))


def _someone(visit: Visit) -> Someone:
    """Who the address names, if of this office; else not found as for another office's."""
    wanted = visit.request.path_params["person"]
    for one in _everybody(visit):
        if one.user.id == wanted:
            return one
    raise visit.not_there()


def _only_ours(visit: Visit) -> Someone:
    """Somebody whose account is this office's business alone, and not one's own."""
    someone = _someone(visit)
    if someone.user.id == visit.person.id:
        raise NotAllowed(Why.SAME_PERSON)
    if not someone.ours:
        raise NotAllowed(Why.NOT_OWN)
    return someone


def _fresh(visit: Visit) -> None:
    """NotAllowed if the code of who confirms was shown too long ago."""
    answer = may(visit.person, Action.CONFIRM_USERS, visit.office, visit.at)
    if answer.why is not None:
        raise NotAllowed(answer.why)


def _role(visit: Visit) -> str:
    """The role that the address names, if it is one of this office."""
    wanted: str = visit.request.path_params["role"]
    if any(role.id == wanted for one in _everybody(visit) for role in one.roles):
        return wanted
    raise visit.not_there()


def _held(visit: Visit) -> Held:
    """The role that the form says. It is checked where it is given."""
    role = visit.typed("role")
    chosen = Role(role) if role in HERE else Role.OPERATOR
    official = chosen is Role.OFFICIAL
    begins, last = day_of(visit.typed("begins")), day_of(visit.typed("last"))
    return Held(
        chosen,
        visit.office,
        begins or visit.at,
        last and last + timedelta(days=1),
        visit.typed("capacity") if official else None,
        visit.typed("profile") if official else None,
    )


def _secret(visit: Visit, word: str, name: str, secret: str, back: str) -> Response:
    """A page that shows what nobody can see again."""
    return visit.show("secret.html", back.removeprefix("/"), word=word, whose=name, secret=secret, back=back)
