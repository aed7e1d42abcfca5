"""Sending what was written down: taken under a lease, handed over, noted.

What is guaranteed: at least once. Between a channel taking a message and our noting it, a process may die; the message
is then handed over again after the lease, under the same id. Nothing is ever lost by that, and who keeps ids sees it
once. A clock that was set back makes nothing wait longer than the longest delay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from tte.delivery.channels import Fate, Line, Told, Way
from tte.delivery.letters import Letter, link_letter, pin_letter, report_letter
from tte.delivery.rows import Delivery, Opens, Part, State
from tte.delivery.secrets import Secrets
from tte.errors import TteError
from tte.http.telling import DELAYS
from tte.model import Entry
from tte.model import State as Stands
from tte.register import Register
from tte.register.rows import Before, Keeping, Rows, Since

LEASE: Final = timedelta(minutes=5)
TOGETHER: Final = 20
_SLOWEST: Final = timedelta(seconds=80)
"""How long a letter may take: an SMTP server has 20 s to answer each of MAIL, RCPT, DATA and the end of the text."""
_LONGEST: Final = DELAYS[-1] + LEASE


class _Missing:
    """A channel that the home does not have: its letters fail at once, so that the office sees them."""

    @contextmanager
    def open(self) -> Iterator[Line]:
        yield self

    def hand_over(self, letter: Letter) -> Told:
        return Told(Fate.REFUSED, "no-channel")


_MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Words:
    """What a sender asks of the home: names of offices and kinds by their codes, and its public address."""

    office: Callable[[str], str]
    kind: Callable[[str], str]
    base_url: str
    link_days: int


@dataclass(slots=True)
class Round:
    """What became of the deliveries that were due. `troubles` by channel: why one could not be used."""

    fates: Counter[Fate] = field(default_factory=Counter)
    troubles: dict[str, str] = field(default_factory=dict)


class Sending:
    """Sends for one home, beside its open register; several processes may do so at once."""

    def __init__(
        self, keeping: Keeping, register: Register, secrets: Secrets, words: Words, ways: Mapping[str, Way]
    ) -> None:
        self._keeping, self._register, self._secrets = keeping, register, secrets
        self._words, self._ways = words, ways

    def once(self, now: Callable[[], datetime], *, rounds: int = 10) -> Round:
        """Send what is due, so many lots at most of each channel. RegisterError; a channel's trouble is only told."""
        told = Round()
        for channel in self._channels():
            way = self._ways.get(channel, _MISSING)
            for _ in range(rounds):
                some = self._due(channel, now())
                if not some:
                    break
                with way.open() as line:
                    away = self._hand_over(some, line.hand_over, now, told)
                if away:
                    told.troubles[channel] = away
                    break
        return told

    def _channels(self) -> Sequence[str]:
        with self._keeping.reading() as rows:
            return sorted(
                name for name, count in rows.counts(Delivery, "channel", state=State.WAITING).items() if count
            )

    def _due(self, channel: str, at: datetime) -> Sequence[Delivery]:
        """What is to be sent now; nobody else gets it before the lease ends."""
        with self._keeping.reading() as rows:
            if not _some(rows, channel, at, 1):
                return ()
        with self._keeping.change() as rows:
            some = [replace(one, due=at + LEASE) for one in _some(rows, channel, at, TOGETHER)]
            for one in some:
                rows.put(one)
        return some

    def _hand_over(
        self, some: Sequence[Delivery], give: Callable[[Letter], Told], now: Callable[[], datetime], told: Round
    ) -> str:
        """Each in turn, and noted at once, while the lease is sure to last; what is left is due when it ends. "" or why
        nothing goes over this channel now.
        """
        for place, one in enumerate(some):
            if now() > one.due - _SLOWEST:
                return ""
            ready = self._letter(one)
            fate = give(ready) if isinstance(ready, Letter) else ready
            told.fates[fate.fate] += 1
            self._note(one, fate, now())
            if fate.fate is Fate.AWAY:
                self._wait(some[place + 1 :], one, now())
                return fate.trouble
        return ""

    def _letter(self, one: Delivery) -> Letter | Told:
        """The message, or why there is none to send."""
        try:
            contact = self._secrets.contact(one)
        except TteError:
            return Told(Fate.LATER, "secret")
        entry = self._register.find(one.document)
        if contact is None or entry is None or (one.part != Part.REPORT and entry.state is not Stands.ISSUED):
            return Told(Fate.REFUSED, "not-in-force")
        if entry.held:
            return Told(Fate.LATER, "held")
        name = f"tte-{one.id}-{one.turn}"
        office = self._words.office(entry.office)
        if one.part == Part.REPORT:
            link, pdf = f"{self._words.base_url}/d/{entry.id}", self._register.read_pdf(entry.id)
            return report_letter(name, contact.address, number=entry.number, office=office, link=link, pdf=pdf)
        if one.part == Part.PIN:
            return self._pin_letter(name, contact.address, one, office)
        return self._link_letter(name, contact.address, one, entry, office)

    def _pin_letter(self, name: str, to: str, one: Delivery, office: str) -> Letter | Told:
        with self._keeping.reading() as rows:
            opened = rows.one(Delivery, id=one.of)
        if opened is None or opened.state == State.STOPPED:
            return Told(Fate.REFUSED, "not-in-force")
        return pin_letter(name, to, office=office, pin=self._secrets.pin(opened.id, opened.turn))

    def _link_letter(self, name: str, to: str, one: Delivery, entry: Entry, office: str) -> Letter:
        return link_letter(
            name,
            to,
            office=office,
            kind=self._words.kind(entry.template),
            link=f"{self._words.base_url}/ambil/{self._secrets.token(one.id, one.turn)}",
            days=self._words.link_days,
            by_key=one.opens == Opens.KEY,
        )

    def _note(self, one: Delivery, told: Told, at: datetime) -> None:
        """What became of it; unless the office has made it anew or stopped it meanwhile."""
        with self._keeping.change() as rows:
            now = rows.one(Delivery, id=one.id)
            if now is None or (now.turn, now.state, now.due) != (one.turn, State.WAITING, one.due):
                return
            trouble = told.trouble[:40] or None
            if told.fate is Fate.TAKEN:
                rows.put(replace(now, state=State.SENT, sent=at, trouble=None, attempts=now.attempts + 1))
                return
            over = told.fate is Fate.REFUSED or now.attempts >= len(DELAYS)
            again = at + DELAYS[min(now.attempts, len(DELAYS) - 1)]
            state = State.FAILED if over else State.WAITING
            rows.put(replace(now, state=state, due=again, trouble=trouble, attempts=now.attempts + 1))

    def _wait(self, some: Sequence[Delivery], like: Delivery, at: datetime) -> None:
        """What was not tried waits as long as the one that was, and loses no try by it."""
        if not some:
            return
        again = at + DELAYS[min(like.attempts, len(DELAYS) - 1)]
        with self._keeping.change() as rows:
            for one in some:
                if rows.one(Delivery, id=one.id) == one:
                    rows.put(replace(one, due=again))


def _some(rows: Rows, channel: str, at: datetime, most: int) -> Sequence[Delivery]:
    """Those that were tried least often first, so that what never goes keeps nothing else from going."""

    def due(when: Before | Since) -> Sequence[Delivery]:
        return rows.ordered(Delivery, "attempts", "due", most=most, state=State.WAITING, channel=channel, due=when)

    return due(Before(at)) or due(Since(at + _LONGEST))
