"""An office with people: what tests of people and of the desk begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from pyotp import TOTP

from tte.people import EVERYWHERE, Held, People, Person, Role

OFFICE = "9971"


@dataclass
class Phone:
    """Somebody with a password and an app. Each code is of a later step than the one before."""

    id: str
    login: str
    password: str
    seed: str
    recovery: tuple[str, ...]
    used: set[int] = field(default_factory=set)

    def code(self, at: datetime) -> str:
        """A code that is taken at this time."""
        now = int(at.timestamp()) // 30
        step = next(step for step in (now - 1, now, now + 1) if step > max(self.used, default=-1))
        self.used.add(step)
        return TOTP(self.seed).generate_otp(step)


def seed_in(address: str) -> str:
    """The seed in what an app reads."""
    return parse_qs(urlsplit(address).query)["secret"][0]


def hired(people: People, login: str, at: datetime, *roles: Held, password: str = "") -> Phone:
    """A user with password, second factor and roles."""
    user = people.accounts.add(login, login.title(), at)
    password = password or f"kalimat panjang milik {login[::-1]}!"
    people.accounts.set_password(user.id, password, at)
    for held in roles:
        people.accounts.give(user.id, held, at)
    seed = seed_in(people.sessions.begin_second_factor(user.id, at))
    step = int(at.timestamp()) // 30 - 1
    recovery = people.sessions.finish_second_factor(user.id, TOTP(seed).generate_otp(step), at)
    return Phone(user.id, login, password, seed, recovery, {step})


def held(role: Role, at: datetime, *, office: str = OFFICE) -> Held:
    """A role from a day ago; an official has the key profile kadis."""
    if role is Role.OFFICIAL:
        return Held(role, office, at - timedelta(days=1), None, "head", "kadis")
    return Held(role, EVERYWHERE if role is Role.NATIONAL_ADMIN else office, at - timedelta(days=1))


def signed_in(people: People, phone: Phone, at: datetime) -> Person:
    """That person, in a session."""
    return people.sessions.sign_in(phone.login, phone.password, phone.code(at), at).person
