"""People: who can sign in, and the roles they hold. A role is proposed by one person and confirmed by another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from tte.errors import ConfigError, NoSuchThing, NotAllowed, WrongState
from tte.people.events import LOCAL, new_id, note
from tte.people.passwords import fresh
from tte.people.rights import ADMINS, DESK, EVERYWHERE, Action, Held, Person, Role, Why, may
from tte.people.rows import Outside, Recovery, RoleRow, SessionRow, User
from tte.register.rows import Keeping, Rows

CAPACITIES: Final = ("head", "plt", "plh")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
_OFFICE: Final = re.compile(r"[0-9]{4}")


class Accounts:
    """`by` is who asks for it: a person with the right to, or None for who sits at the machine itself (`tte user`)."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def find(self, login: str) -> User:
        """The user with this login name. NoSuchThing if there is none."""
        with self._keeping.reading() as rows:
            return rows.get(User, login=login.strip().casefold())

    def all(self, office: str | None = None) -> Sequence[tuple[User, Sequence[RoleRow]]]:
        """The users with their roles, or those who hold or held one in this office."""
        with self._keeping.reading() as rows:
            roles = rows.all(RoleRow) if office is None else rows.all(RoleRow, office=office)
            known = tuple(one.person for one in roles)
            users = rows.all(User) if office is None else rows.all(User, id=known)
            return [(user, [one for one in roles if one.person == user.id]) for user in users]

    def signs_with(self, profile: str, at: datetime) -> bool | None:
        """Whether somebody who is not disabled holds a role in force with this key profile; None: nobody ever did."""
        with self._keeping.reading() as rows:
            roles = rows.all(RoleRow, profile=profile)
            if not roles:
                return None
            return any(
                role.confirmed_by is not None
                and role.begins <= at
                and (role.until is None or at < role.until)
                and rows.get(User, id=role.person).disabled is None
                for role in roles
            )

    def roles(self, person: str) -> Sequence[RoleRow]:
        """Every role that somebody holds, held, or is proposed for."""
        with self._keeping.reading() as rows:
            return rows.all(RoleRow, person=person)

    def add(
        self,
        login: str,
        name: str,
        at: datetime,
        *,
        by: Person | None = None,
        office: str = EVERYWHERE,
        password: str | None = None,
        held: Held | None = None,
    ) -> User:
        """A new user, perhaps with a password and a role, or nobody at all.

        ConfigError if the login name cannot be used or the role be held so, PasswordRefused.
        """
        _need(by, Action.PROPOSE_USERS, office, at)
        if held is not None:
            _check(held)
        login, name = login.strip().casefold(), unicodedata.normalize("NFC", name.strip())
        if not _LOGIN.fullmatch(login):
            raise ConfigError("a login name has 3 to 64 letters, digits, dots and dashes")
        if not 1 <= len(name) <= 200 or not name.isprintable():
            raise ConfigError("a person has a name of 1 to 200 letters")
        kept = None if password is None else fresh(password, login=login)
        user = User(new_id(at), login, name, kept, None, -1, at)
        with self._keeping.change() as rows:
            if rows.one(User, login=login):
                raise ConfigError(f"there is a user {login} already", hint="choose another login name")
            rows.add(user)
            note(rows, at, "user-added", _id(by), office, subject=user.id)
        if held is not None:
            self.give(user.id, held, at, by=by)
        return user

    def set_password(self, person: str, password: str, at: datetime, *, by: str = LOCAL) -> None:
        """Give a person another password; every session ends. PasswordRefused says what is wrong with it."""
        kept = fresh(password, login=self._user(person).login)
        with self._keeping.change() as rows:
            rows.put(replace(rows.get(User, id=person), password=kept))
            rows.drop(SessionRow, person=person)
            note(rows, at, "password-set", by, EVERYWHERE, subject=person)

    def forget_second_factor(self, person: str, at: datetime, *, by: str = LOCAL) -> None:
        """The phone is gone, and the recovery codes: the person makes a second factor anew at the next sign-in."""
        with self._keeping.change() as rows:
            rows.put(replace(rows.get(User, id=person), seed=None, step=-1))
            rows.drop(Recovery, person=person)
            rows.drop(SessionRow, person=person)
            note(rows, at, "second-factor-forgotten", by, EVERYWHERE, subject=person)

    def link(self, person: str, identity: bytes | None, at: datetime, *, by: str = LOCAL) -> None:
        """The person signs in with this identity of another service (`outside_sha256`), or with none any more.

        ConfigError if it is somebody else's.
        """
        with self._keeping.change() as rows:
            rows.get(User, id=person)
            there = rows.one(Outside, sha256=identity) if identity else None
            if there is not None and there.person != person:
                raise ConfigError("another person signs in with this identity")
            rows.drop(Outside, person=person)
            rows.drop(SessionRow, person=person)
            if identity:
                rows.add(Outside(identity, person, at))
            note(rows, at, "outside-linked" if identity else "outside-unlinked", by, EVERYWHERE, subject=person)

    def disable(self, person: str, at: datetime, *, by: str = LOCAL, disabled: bool = True) -> None:
        """Nothing goes for this person from now on, in no session; or again."""
        with self._keeping.change() as rows:
            rows.put(replace(rows.get(User, id=person), disabled=at if disabled else None))
            rows.drop(SessionRow, person=person)
            note(rows, at, "user-disabled" if disabled else "user-enabled", by, EVERYWHERE, subject=person)

    def give(self, person: str, held: Held, at: datetime, *, by: Person | None = None) -> RoleRow:
        """Propose a role for a person; given on the machine itself it is confirmed at once.

        ConfigError if it cannot be held so, NotAllowed if it does not go with the others: nobody both administers and
        signs, and who audits does nothing else.
        """
        _need(by, Action.PROPOSE_USERS, held.office, at)
        if by is not None and by.id == person:
            raise NotAllowed(Why.SAME_PERSON)
        _check(held)
        row = RoleRow(
            new_id(at),
            person,
            held.role,
            held.office,
            held.begins,
            held.until,
            held.capacity,
            held.profile,
            _id(by),
            LOCAL if by is None else None,
        )
        with self._keeping.change() as rows:
            rows.get(User, id=person)
            _apart(rows, row)
            rows.add(row)
            what = "role-given" if by is None else "role-proposed"
            note(rows, at, what, _id(by), held.office, subject=person, code=held.role)
        return row

    def confirm(self, role: str, at: datetime, *, by: Person) -> RoleRow:
        """Confirm what another one has proposed. ConfigError if the person has no second factor yet: whoever made the
        account knows its first password, so it is the person who is asked whether the phone is hers.
        """
        with self._keeping.change() as rows:
            row = rows.get(RoleRow, id=role)
            _need(by, Action.CONFIRM_USERS, row.office, at)
            if by.id in (row.proposed_by, row.person):
                raise NotAllowed(Why.SAME_PERSON)
            if row.confirmed_by is not None:
                raise WrongState("this role is confirmed already", "confirmed")
            if rows.get(User, id=row.person).step < 0:
                raise ConfigError(
                    "this person has no second factor yet",
                    hint="have it made at the first sign-in, ask the person that it was, then confirm",
                )
            _apart(rows, row)
            row = replace(row, confirmed_by=by.id)
            rows.put(row)
            note(rows, at, "role-confirmed", by.id, row.office, subject=row.person, code=row.role)
        return row

    def end(self, role: str, at: datetime, *, by: Person | None = None) -> None:
        """A role ends now. One person is enough: less is safer."""
        with self._keeping.change() as rows:
            row = rows.get(RoleRow, id=role)
            if by is not None:
                proven = replace(by, proven=by.proven and at)  # less is safer: no fresh code is asked for it
                if not may(proven, Action.CONFIRM_USERS, row.office, at):
                    _need(by, Action.PROPOSE_USERS, row.office, at)
            if row.until is None or at < row.until:
                rows.put(replace(row, until=max(at, row.begins)))
            note(rows, at, "role-ended", _id(by), row.office, subject=row.person, code=row.role)

    def _user(self, person: str) -> User:
        with self._keeping.reading() as rows:
            return rows.get(User, id=person)


def person_of(rows: Rows, user: User, proven: datetime | None) -> Person:
    """A user with the roles that are confirmed."""
    roles = tuple(
        Held(Role(one.role), one.office, one.begins, one.until, one.capacity, one.profile)
        for one in rows.all(RoleRow, person=user.id)
        if one.confirmed_by is not None
    )
    return Person(user.id, user.login, user.name, roles, proven, user.disabled is None)


def _need(by: Person | None, action: Action, office: str, at: datetime) -> None:
    if by is None:
        return
    answer = may(by, action, office, at)
    if answer.why is Why.OTHER_OFFICE:
        raise NoSuchThing("there is no such person or role")
    if answer.why is not None:
        raise NotAllowed(answer.why)


def _id(by: Person | None) -> str:
    return LOCAL if by is None else by.id


def _check(held: Held) -> None:
    everywhere = held.office == EVERYWHERE
    if not everywhere and not _OFFICE.fullmatch(held.office):
        raise ConfigError("an office is a code of four digits, or * for all of them")
    if everywhere != (held.role is Role.NATIONAL_ADMIN) and held.role is not Role.AUDITOR:
        raise ConfigError(
            "a national admin is for all offices (*), an auditor for one or all, every other role for one office"
        )
    if held.until is not None and held.until <= held.begins:
        raise ConfigError("the role ends before it begins")
    if held.role is not Role.OFFICIAL:
        if held.capacity or held.profile:
            raise ConfigError("only an official has a capacity and a key profile")
    elif held.capacity not in CAPACITIES or not held.profile:
        raise ConfigError("an official has a capacity (head, plt, plh) and a key profile")
    elif held.capacity != "head" and held.until is None:
        raise ConfigError("who acts for the head does so until a day (Plt, Plh)")


def _apart(rows: Rows, new: RoleRow) -> None:
    """NotAllowed if the role does not go with one that the person holds in the same time, confirmed or not."""
    for one in rows.all(RoleRow, person=new.person):
        meets = (new.until is None or one.begins < new.until) and (one.until is None or new.begins < one.until)
        kinds = {Role(one.role), Role(new.role)}
        if (
            one.id != new.id
            and meets
            and len(kinds) == 2
            and (Role.AUDITOR in kinds or (kinds & ADMINS and kinds & DESK))
        ):
            raise NotAllowed(Why.ADMINISTERS, hint="end the other role first; or let somebody else have this one")
