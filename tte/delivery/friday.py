"""Friday reports that are sent by themselves: made when their hour has come, and written down for each recipient once.

A report of a week that stands in the register already is the one that is sent. What was missed on Friday is made good
until the next one. With a key that refuses, nothing is tried again before a longer and longer while.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tte.delivery.promising import Promising
from tte.delivery.rows import Delivery
from tte.errors import ConfigError, KeyRefused, RegisterError, TteError
from tte.figures.friday import WIB, Scope, deadline_of, latest_friday
from tte.http.telling import DELAYS
from tte.model import Entry
from tte.model import State as Stands
from tte.office import Home
from tte.office.figures import friday_of, scope_of
from tte.office.keys_in_use import need_in_use
from tte.office.settings import FridaySending
from tte.people import Keys
from tte.register.rows import keeping_of

if TYPE_CHECKING:
    from tte.register import Register

_REST: Final = DELAYS[3:]


@dataclass(frozen=True, slots=True)
class Sent:
    """One report that was written down for its recipients, or why it was not."""

    name: str
    deliveries: Sequence[Delivery] = ()
    why: TteError | None = None


class FridaySender:
    """Sees to all reports of a home. One for each process; it remembers what failed lately."""

    def __init__(self, home: Home, register: Register, promising: Promising) -> None:
        self._home, self._register, self._promising = home, register, promising
        self._failed: dict[str, tuple[int, datetime]] = {}

    def once(self, at: datetime) -> Sequence[Sent]:
        """Write down what is due and not yet written down. RegisterError; other errors are told, and rested on."""
        week = last_hour(self._home, at)
        return [told for one in self._home.settings.friday.send if (told := self._see_to(one, week, at)) is not None]

    def _see_to(self, one: FridaySending, week: date, at: datetime) -> Sent | None:
        name = report_name(one, week)
        left = [to for to in one.to if not self._promising.has_report(name, to)]
        tries, until = self._failed.get(name, (0, at))
        if not left or at < until <= at + _REST[-1]:
            return None
        try:
            entry = made(self._home, self._register, one, week, at)
        except RegisterError:
            raise
        except TteError as why:
            rest = _REST[-1] if isinstance(why, KeyRefused) else _REST[min(tries, len(_REST) - 1)]
            self._failed[name] = tries + 1, at + rest
            return Sent(name, why=why)
        self._failed.pop(name, None)
        return Sent(name, send_to(self._promising, entry, name, left, at))


def send_to(promising: Promising, entry: Entry, name: str, to: Sequence[str], at: datetime) -> Sequence[Delivery]:
    """Write a report down for its recipients, each once."""
    return [promising.report(entry.id, entry.office.split()[0], name, address, at) for address in to]


def report_name(one: FridaySending, week: date) -> str:
    """What a report of a week is known by, however often it is made."""
    scope, code = scope_in(one)
    return f"{scope} {code or '-'} {week.isoformat()}"


def scope_in(one: FridaySending) -> tuple[Scope, str]:
    """Whose report it is."""
    return scope_of(one.office, one.province, national=one.national, default="")


def recipients(home: Home, scope: Scope, code: str) -> FridaySending:
    """The settings of a report that is sent. ConfigError if none is."""
    for one in home.settings.friday.send:
        if scope_in(one) == (scope, code):
            return one
    raise ConfigError(
        "tte.toml names no recipients of this report", hint="add a [[friday.send]] block with its addresses"
    )


def last_hour(home: Home, at: datetime) -> date:
    """The last Friday whose hour has come."""
    friday = latest_friday(at.astimezone(WIB).date())
    return friday if at >= deadline_of(friday, home.settings.friday.hour) else friday - timedelta(weeks=1)


def made(home: Home, register: Register, one: FridaySending, week: date, at: datetime) -> Entry:
    """The report of a week: the one in the register, else a new one, signed with the key that is set. NotAllowed if the
    office does not use that key now.
    """
    from tte.issuance import Issued
    from tte.reports.friday import NAME, row_of

    key = one.key or home.settings.default_key
    profile = home.profile(key)
    scope, code = scope_in(one)
    report = friday_of(home, register, scope, code, week, specimen=profile.test)
    there = [
        entry
        for entry in register.find_number(report.number)
        if entry.template == NAME and entry.state is Stands.ISSUED and entry.office.split()[0] == profile.office
    ]
    if there:
        return there[-1]
    need_in_use(home, Keys(keeping_of(register)), key, at)
    with home.issuer(key, (), reports=True) as issuer:
        for _ in issuer.recover():
            pass
        (outcome,) = issuer.issue(NAME, [row_of(report)])
    if not isinstance(outcome, Issued):
        raise outcome.why
    return outcome.entry
