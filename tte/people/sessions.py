"""Signing in, and what stands for it afterwards: a random token, of which only the SHA-256 is kept.

A session ends after 15 minutes in which nobody asked anything, and after 8 hours in any case. Its token is another
one after each sign-in and each time the second factor is shown: one that was planted or seen before is worth nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from tte.errors import NotAllowed, SignInRefused, WrongState
from tte.people import codes, passwords, tries
from tte.people.accounts import person_of
from tte.people.events import note
from tte.people.rights import EVERYWHERE, FRESH, Person, Why
from tte.people.rows import Outside, Recovery, SessionRow, User
from tte.people.tries import CODE, PASSPHRASE, SIGN_IN
from tte.register.rows import Keeping, Rows

IDLE: Final = timedelta(minutes=15)
WHOLE: Final = timedelta(hours=8)
NOTED: Final = timedelta(minutes=1)
"""That a session is in use is written down no more often than this."""
NOBODY: Final = "?"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun. `wrong` tries to sign in there were since the last one, which was at `before`, and so
    many wrong passphrases: the person is told. `person.proven` is None for who has no second factor yet and must make
    one first.
    """

    token: str = field(repr=False)
    person: Person
    wrong: int
    wrong_passphrases: int
    before: datetime | None


class Sessions:
    """`secret` gives the home's secret that seeds are sealed with, when it is needed."""

    def __init__(self, keeping: Keeping, secret: Callable[[], bytes]) -> None:
        self._keeping, self._secret = keeping, secret

    def sign_in(self, login: str, password: str, code: str, at: datetime) -> SignedIn:
        """Begin a session with all factors at once; `code` is of the app, or a recovery code.

        SignInRefused, in the same words and after the same work, whether the name, the password or the code is wrong,
        or no more tries are to be made for now.
        """
        with self._keeping.reading() as rows:
            user = rows.one(User, login=login.strip().casefold())
        locked = tries.begin(self._keeping, user.id if user else NOBODY, SIGN_IN, at)
        kept = user.password if user and not locked and not user.disabled else None
        right = passwords.matches(kept, password)
        shown = self._shown(user.id if user else NOBODY, code if right else "", at)  # as long, whatever was wrong
        if user is None or not right or not shown:
            raise SignInRefused(
                "the name, the password or the code is wrong, or there were too many wrong ones",
                hint="try again; after five wrong tries wait 15 minutes",
            )
        return self._begun(user.id, at, at, password)

    def sign_in_outside(
        self, identity: bytes, code: str | None, at: datetime, *, proven: datetime | None = None
    ) -> SignedIn:
        """Begin a session for whom another service has told us of (`outside_sha256`); None: it saw two factors itself,
        `proven` then; if it does not say when, a code is asked for before anything that needs a fresh one.

        SignInRefused, in the same words, if nobody here is that, or the code is wrong.
        """
        with self._keeping.reading() as rows:
            found = rows.one(Outside, sha256=identity)
            user = rows.one(User, id=found.person) if found else None
        person = user.id if user else NOBODY
        locked = tries.begin(self._keeping, person, SIGN_IN, at)
        fit = user is not None and not locked and user.disabled is None
        if not fit or (code is not None and not self._shown(person, code, at)):
            raise SignInRefused("nobody here signs in with this identity, or the code is wrong")
        shown = at if code is not None else proven or at - 2 * FRESH
        return self._begun(person, at, shown)

    def _begun(self, person_id: str, at: datetime, shown: datetime, password: str | None = None) -> SignedIn:
        """The session of somebody who has shown all that is due, a second factor at `shown`."""
        wrong = tries.good(self._keeping, person_id, SIGN_IN)
        passphrases = tries.tell(self._keeping, person_id, PASSPHRASE)
        with self._keeping.change() as rows:
            user = rows.get(User, id=person_id)
            if password and user.password and passwords.outdated(user.password):
                user = replace(user, password=passwords.again(password))
            rows.put(replace(user, last_seen=at))
            rows.drop(SessionRow, sha256=tuple(s.sha256 for s in rows.all(SessionRow, person=user.id) if _over(s, at)))
            proven = shown if user.step >= 0 else None
            token = _begin(rows, SessionRow(b"", user.id, at, at, proven))
            note(rows, at, "signed-in", user.id, EVERYWHERE, count=wrong or None)
            person = person_of(rows, user, proven)
            return SignedIn(token, person, wrong, passphrases, user.last_seen)

    def person(self, token: str, at: datetime) -> Person | None:
        """Whose session this is, with the roles and rights of this moment; None if it is over or there is none."""
        with self._keeping.reading() as rows:
            session = rows.one(SessionRow, sha256=_sha256(token))
            user = rows.one(User, id=session.person) if session else None
            if session is None or user is None or user.disabled or _over(session, at):
                return None
            person = person_of(rows, user, session.proven)
        if at - session.seen > NOTED:
            with self._keeping.change() as rows:
                if rows.one(SessionRow, sha256=session.sha256):  # it may have been ended meanwhile
                    rows.put(replace(session, seen=at))
        return person

    def prove(self, token: str, code: str, at: datetime) -> str:
        """The second factor is shown again: the session's token from now on. NotAllowed if the code is wrong."""
        person = self.person(token, at)
        if person is None:
            raise NotAllowed(Why.NO_ROLE, hint="sign in again")
        self.check_code(person.id, code, at)
        return self._renew(token, at)

    def check_code(self, person: str, code: str, at: datetime) -> None:
        """Take a code of somebody who has a session. NotAllowed if it is wrong, was used, or no more may be tried."""
        if until := tries.begin(self._keeping, person, CODE, at):
            raise NotAllowed(Why.LOCKED, hint=f"there were too many wrong ones; wait until {until:%H:%M} UTC")
        with self._keeping.reading() as rows:
            user = rows.get(User, id=person)
        if user.disabled:
            raise NotAllowed(Why.DISABLED)
        if user.step < 0 or not self._shown(user.id, code, at):
            raise NotAllowed(Why.SECOND_FACTOR, hint="take the code that the app shows now; each is taken once")
        tries.good(self._keeping, person, CODE)

    def begin_second_factor(self, person: str, at: datetime, *, issuer: str = "tte") -> str:
        """A new seed, as the address that an app reads from a QR code. It counts once a code of it was shown.

        WrongState if there is a second factor: who has the phone needs none, and who has lost it asks an admin.
        """
        seed = codes.new_seed()
        with self._keeping.change() as rows:
            user = rows.get(User, id=person)
            if user.step >= 0:
                raise WrongState("this person has a second factor", "enrolled")
            rows.put(replace(user, seed=codes.sealed(seed, self._secret(), user.id)))
        return codes.address(seed, user.login, issuer)

    def finish_second_factor(self, person: str, code: str, at: datetime) -> tuple[str, ...]:
        """The app shows this code: ten recovery codes, to be shown once. NotAllowed if it is not the seed's."""
        if until := tries.begin(self._keeping, person, CODE, at):
            raise NotAllowed(Why.LOCKED, hint=f"there were too many wrong ones; wait until {until:%H:%M} UTC")
        with self._keeping.change() as rows:
            user = rows.get(User, id=person)
            if user.step >= 0 or user.seed is None:
                raise WrongState("there is no second factor that waits for its first code", "enrolled")
            step = codes.step_of(codes.opened(user.seed, self._secret(), user.id), code, at, after=-1)
            if step is not None:
                rows.put(replace(user, step=step))
                note(rows, at, "second-factor-made", person, EVERYWHERE, subject=person)
        if step is None:
            raise NotAllowed(Why.SECOND_FACTOR, hint="take the code that the app shows now")
        tries.good(self._keeping, person, CODE)
        return self.new_recovery_codes(person, at)

    def new_recovery_codes(self, person: str, at: datetime) -> tuple[str, ...]:
        """Ten new ones, to be shown once; the earlier ones are worth nothing from now on."""
        made = codes.new_recovery_codes()
        with self._keeping.change() as rows:
            rows.get(User, id=person)
            rows.drop(Recovery, person=person)
            for code in made:
                rows.add(Recovery(codes.recovery_sha256(code), person))
            note(rows, at, "recovery-codes-made", person, EVERYWHERE, subject=person)
        return made

    def sign_out(self, token: str) -> None:
        """The session is over."""
        with self._keeping.change() as rows:
            rows.drop(SessionRow, sha256=_sha256(token))

    def sign_out_everywhere(self, person: str) -> int:
        """All sessions of a person are over; how many there were."""
        with self._keeping.change() as rows:
            return rows.drop(SessionRow, person=person)

    def _renew(self, token: str, at: datetime) -> str:
        with self._keeping.change() as rows:
            session = rows.one(SessionRow, sha256=_sha256(token))
            if session is None:
                raise NotAllowed(Why.NO_ROLE, hint="sign in again")
            rows.drop(SessionRow, sha256=session.sha256)
            return _begin(rows, replace(session, seen=at, proven=at))

    def _shown(self, person: str, code: str, at: datetime) -> bool:
        """Whether this is a code of the person's that was not taken yet; then it is now. Without a seed none is due."""
        with self._keeping.change() as rows:
            user = rows.one(User, id=person)
            if rows.drop(Recovery, person=person, sha256=codes.recovery_sha256(code)):
                note(rows, at, "recovery-code-used", person, EVERYWHERE, subject=person)
                return True
            seed = codes.opened(user.seed, self._secret(), person) if user and user.seed else codes.new_seed()
            step = codes.step_of(seed, code, at, after=user.step if user else -1)
            if user is None or user.step < 0:
                return user is not None
            if step is not None:
                rows.put(replace(user, step=step))
            return step is not None


def _begin(rows: Rows, session: SessionRow) -> str:
    token = secrets.token_urlsafe(32)
    rows.add(replace(session, sha256=_sha256(token)))
    return token


def outside_sha256(issuer: str, subject: str) -> bytes:
    """What an identity of another service is kept as: its issuer and its subject there (OpenID Connect Core §2)."""
    return hashlib.sha256(f"tte outside {len(issuer)} {issuer} {subject}".encode()).digest()


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _over(session: SessionRow, at: datetime) -> bool:
    return not (at - session.seen < IDLE and at - session.begun < WHOLE)
