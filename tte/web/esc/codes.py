"""What a person gives beside or in place of a passphrase: one-time codes, and how often something wrong was given.

Codes are those of the person's own app (`tte user`, the second factor), each taken once. ESC mails them; nothing is
mailed here. A seal is activated by a code of its holder's app, which then stands for the activation until that ends, as
ESC's code does; each sealing takes a code of its own that was made for so many files.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from tte.errors import NoSuchThing, NotAllowed, PinRefused, TteError
from tte.office import Home
from tte.office.people import open_people
from tte.people import Role, tries
from tte.people.events import note
from tte.people.rows import RoleRow
from tte.people.tries import PASSPHRASE
from tte.register import Register
from tte.register.rows import keeping_of
from tte.web.esc.answers import WRONG_PASSPHRASE, Refused

ACTIVE: Final = timedelta(hours=8)
CODE_LASTS: Final = timedelta(minutes=5)
NOBODY: Final = "esc"


@dataclass(frozen=True, slots=True)
class _Active:
    mark: bytes
    until: datetime


class Codes:
    """For one home beside its open register; activations and sealing codes are in this process only."""

    def __init__(self, home: Home, register: Register, now: Callable[[], datetime]) -> None:
        self._people, self._keeping, self._now = open_people(home, register), keeping_of(register), now
        self._key, self._one = secrets.token_bytes(32), Lock()
        self._active: dict[tuple[str, str], _Active] = {}
        self._sealing: dict[tuple[str, str, bytes], tuple[int, datetime]] = {}
        self._asked: dict[tuple[str, str], tuple[int, datetime]] = {}

    def mark(self, secret: str) -> bytes:
        """What stands for a secret in this process's memory."""
        return hmac.digest(self._key, secret.encode("utf-8", "replace"), hashlib.sha256)

    # Passphrases

    def check_not_locked(self, profile: str) -> None:
        """Refused while there were too many wrong passphrases, whoever knows the right one; no try is counted."""
        person = self.person_of(profile) or f"key:{profile}"[:64]
        if until := tries.locked_until(self._keeping, person, PASSPHRASE, self._now()):
            raise locked(until)

    @contextmanager
    def tried(self, profile: str, office: str) -> Iterator[None]:
        """A passphrase is tried within the block. Refused without a try while there were too many wrong ones: five lock
        for 15 minutes, then 30, … (`tte.people.tries`), over all applications and the signing desk.
        """
        person, at = self.person_of(profile) or f"key:{profile}"[:64], self._now()
        if until := tries.begin(self._keeping, person, PASSPHRASE, at):
            raise locked(until)
        try:
            yield
        except PinRefused:
            with self._keeping.change() as rows:
                note(rows, at, "passphrase-refused", self.person_of(profile) or NOBODY, office, code="esc")
            raise
        except BaseException:
            tries.not_made(self._keeping, person, PASSPHRASE)
            raise
        tries.good(self._keeping, person, PASSPHRASE)

    def signed(self, profile: str, office: str, application: str, count: int) -> None:
        """Note in the trail who had how many files signed with whose key."""
        with self._keeping.change() as rows:
            person = self.person_of(profile) or NOBODY
            note(rows, self._now(), "esc-signed", person, office, code=application[:64], count=count)

    def person_of(self, profile: str) -> str | None:
        """The official whose key profile this is, by the roles in force."""
        at = self._now()
        with self._keeping.reading() as rows:
            for role in rows.all(RoleRow, profile=profile, role=Role.OFFICIAL.value):
                if role.confirmed_by and role.begins <= at and (role.until is None or at < role.until):
                    return role.person
        return None

    # One-time codes for signing

    def ask(self, profile: str, application: str, files: int) -> None:
        """The next code of this official goes for so many files."""
        with self._one:
            self._asked[profile, application] = files, self._now() + CODE_LASTS

    def check(self, profile: str, application: str, code: str, files: int) -> None:
        """Take a code of the official's app. Refused if it is none, was used, or is for fewer files."""
        person = self.person_of(profile)
        if person is None:
            raise Refused("TOTP tidak tersedia: penandatangan belum memiliki faktor kedua", WRONG_PASSPHRASE)
        with self._one:
            most, until = self._asked.get((profile, application), (files, self._now()))
        if until > self._now() and files > most:
            raise Refused("Jumlah file melebihi jumlah yang diminta untuk TOTP ini", WRONG_PASSPHRASE)
        self._take(person, code)

    # Seals

    def activate(self, seal: str, holder: str, application: str, code: str) -> datetime:
        """Until when this code activates the seal: a running activation's, else a new one's for a code of the holder's
        app. Refused if it is neither.
        """
        with self._one:
            running = self._active.get((seal, application))
        if running and running.until > self._now() and hmac.compare_digest(running.mark, self.mark(code)):
            return running.until
        try:
            person = self._people.accounts.find(holder).id
        except NoSuchThing:
            raise Refused("Segel belum memiliki pemegang yang terdaftar", WRONG_PASSPHRASE, "") from None
        self._take(person, code)
        until = self._now() + ACTIVE
        with self._one:
            self._active[seal, application] = _Active(self.mark(code), until)
        return until

    def deactivate(self, seal: str, application: str) -> None:
        """No activation, and no sealing code made by it."""
        with self._one:
            self._active.pop((seal, application), None)
            for key in [key for key in self._sealing if key[:2] == (seal, application)]:
                del self._sealing[key]

    def new_sealing_code(self, seal: str, application: str, files: int) -> tuple[str, datetime]:
        """A code for one sealing of at most so many files."""
        code, until = f"{secrets.randbelow(10**6):06d}", self._now() + CODE_LASTS
        with self._one:
            at = self._now()
            self._sealing = {key: one for key, one in self._sealing.items() if one[1] > at}
            self._sealing[seal, application, self.mark(code)] = files, until
        return code, until

    def spend_sealing_code(self, seal: str, application: str, code: str, files: int) -> None:
        """Refused if it is none, was used, is over, or is for fewer files. Six digits cannot be guessed: a wrong one
        ends all that wait.
        """
        with self._one:
            most, until = self._sealing.pop((seal, application, self.mark(code)), (0, self._now()))
            if until <= self._now():
                self._sealing = {key: one for key, one in self._sealing.items() if key[:2] != (seal, application)}
                raise Refused("TOTP salah atau sudah kedaluwarsa", WRONG_PASSPHRASE)
        if files > most:
            raise Refused("Jumlah file melebihi jumlah yang diminta untuk TOTP ini", WRONG_PASSPHRASE)

    def _take(self, person: str, code: str) -> None:
        try:
            self._people.sessions.check_code(person, code, self._now())
        except NotAllowed:
            raise Refused("TOTP salah, sudah digunakan, atau terlalu banyak percobaan", WRONG_PASSPHRASE) from None
        except TteError:
            raise Refused("TOTP tidak dapat diperiksa") from None


def locked(until: datetime) -> Refused:
    """Too many wrong ones."""
    return Refused(
        f"Terlalu banyak passphrase yang salah; coba lagi setelah {until:%H:%M} UTC",
        WRONG_PASSPHRASE,
    )
