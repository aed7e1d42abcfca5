"""A sample office at work: an operator, a verifier, an official whose key asks for a passphrase, and an admin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.people_world import OFFICE, Phone, held, hired, signed_in
from tests.rows import births
from tte.desk import Authorisation, Desk, Draft, State, desk_of
from tte.issuance import now
from tte.model import Row
from tte.office import Home
from tte.people import Person, Role
from tte.register import Register

TEMPLATE = "akta_kelahiran"


@dataclass
class Day:
    """A day at the office. `at` goes on by two minutes with each call of `later`."""

    home: Home
    register: Register
    desk: Desk
    phones: dict[Role, Phone]
    passphrase: str
    at: datetime

    def later(self, **more: float) -> datetime:
        self.at += timedelta(**more) if more else timedelta(minutes=2)
        return self.at

    def who(self, role: Role) -> Person:
        return signed_in(self.desk.people, self.phones[role], self.later())

    def drafted(self, count: int, *, seed: int = 1) -> Sequence[Draft]:
        """Drafts of so many births."""
        made = self.desk.drafts.add_all(self.who(Role.OPERATOR), OFFICE, TEMPLATE, births(count, seed=seed), self.at)
        return [draft for _, draft in made if isinstance(draft, Draft)]

    def checked(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        who = self.who(Role.VERIFIER)
        return [self.desk.checks.approve(who, one.id, one.digest, self.at) for one in drafts]

    def authorised(self, drafts: Sequence[Draft]) -> tuple[Person, Authorisation]:
        who = self.who(Role.OFFICIAL)
        code = self.phones[Role.OFFICIAL].code(self.later())
        return who, self.desk.authorising.authorise(who, OFFICE, [one.id for one in drafts], code, self.at)

    def typed(self, text: str = "") -> bytearray:
        """The passphrase as the official types it, or another one."""
        return bytearray((text or self.passphrase).encode())

    def states(self) -> list[str]:
        who = self.who(Role.OPERATOR)
        return [one.state for one in self.desk.drafts.all(who, OFFICE, self.at, states=tuple(State))]


def row(draft: Draft, desk: Desk, **values: str) -> Row:
    """The row of a draft with other values."""
    found = desk.drafts.row(draft)
    return Row(found.number, {**found.values, **values})


@contextmanager
def office_day(home: Home) -> Iterator[Day]:
    """People hired at the sample office, its register open. The passphrase of the official's key is in no file."""
    demo = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8")
    (home.path / "keys" / "kadis.toml").write_text(demo.replace("file:var/demo.pin", "prompt:"), encoding="utf-8")
    file = home.path / "var" / "demo.pin"
    passphrase = file.read_text(encoding="ascii")
    file.unlink()
    at = now() - timedelta(hours=2)
    with home.open_register() as register:
        desk = desk_of(home, register)
        phones = {role: hired(desk.people, f"orang-{role}", at, held(role, at)) for role in Role}
        yield Day(home, register, desk, phones, passphrase, at)
