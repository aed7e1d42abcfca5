"""`Augmenter`: raises entries to their goals, some at a time, and records each level as it is reached."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from tte.augmentation.resting import Resting
from tte.errors import SelfValidationFailed, TteError
from tte.model import Entry, Indication, Level, Raised
from tte.pades.augmentation import Augmented, augment, renew
from tte.register import Register
from tte.validation import Trust, validate

if TYPE_CHECKING:
    from tte.services import Services

_RECORDED_AT_ONCE: Final = 4
"""How many times as many files as are in flight go into one transaction."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where an entry stands after it was tried, and why it got no farther; None if it is where it is to be."""

    entry: Entry
    why: TteError | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of an entry: a later file to be recorded, or none; and why not more."""

    entry: Entry
    raised: Raised | None = None
    why: TteError | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """One kind of raising: whether an entry, as it was listed and as it is, is still to be raised, and how."""

    wanted: Callable[[Entry, Entry], bool]
    raise_: Callable[[Entry, bytes], Augmented]


class Augmenter:
    """Raises the entries of a register with one set of trust services. In any number of processes at once.

    `in_flight` files are with the services at a time, so that they do not wait for each other. A file must pass our own
    validation with `trust`, at the level it is recorded with.
    """

    def __init__(
        self, register: Register, services: Services, trust: Trust, *, now: Callable[[], datetime], in_flight: int = 8
    ) -> None:
        self._register, self._services, self._trust, self._now = register, services, trust, now
        self._in_flight = in_flight

    def raise_all(self, entries: Iterable[Entry]) -> Iterator[Reached]:
        """Raise each entry to its goal, or as near as the services allow; where each then stands, in order.

        A level that is reached, and found by our own validation, is recorded, whatever stops the next one. While a
        service rests, entries that need it are not tried, and the answer says so. One that was raised by somebody else
        meanwhile is given as it stands. RegisterError stops it all; what was told until then is recorded.
        """
        return self._all(entries, _Way(lambda _, now: now.below_goal, self._to_goal))

    def renew_all(self, entries: Iterable[Entry]) -> Iterator[Reached]:
        """Give each entry at B-LTA another document time-stamp, so that its proofs outlast the last; else as above."""
        return self._all(entries, _Way(lambda listed, now: now.pdf_sha256 == listed.pdf_sha256, self._renewed))

    def _to_goal(self, entry: Entry, pdf: bytes) -> Augmented:
        return augment(pdf, entry.goal.level if entry.goal else entry.level, self._services)

    def _renewed(self, _: Entry, pdf: bytes) -> Augmented:
        return renew(pdf, self._services)

    def _all(self, entries: Iterable[Entry], way: _Way) -> Iterator[Reached]:
        waiting, resting = iter(entries), Resting(self._in_flight)
        with ThreadPoolExecutor(self._in_flight, "augment") as pool:
            while some := list(islice(waiting, self._in_flight * _RECORDED_AT_ONCE)):
                yield from self._some(pool, some, way, resting)

    def _some(self, pool: ThreadPoolExecutor, entries: Sequence[Entry], way: _Way, resting: Resting) -> list[Reached]:
        """Try these together and record what came of it, also when interrupted: time-stamps may have cost money.

        Who is interrupted does not want to wait for a service that hangs: the services are closed then.
        """
        with self._register.raising():
            tries = [pool.submit(self._try, entry, way, resting) for entry in entries]
            try:
                tried, _ = wait(tries, return_when=FIRST_EXCEPTION)
                for one in tried:
                    one.result()
                return self._record([one.result() for one in tries])
            except BaseException as why:
                for one in tries:
                    one.cancel()
                if not isinstance(why, Exception):
                    self._services.close()
                wait(tries)
                self._record([one.result() for one in tries if _came_to_something(one)])
                raise

    def _try(self, listed: Entry, way: _Way, resting: Resting) -> _Tried:
        entry = self._register.find(listed.id) or listed
        if not way.wanted(listed, entry):
            return _Tried(entry)
        if why := resting.why(entry.level):
            return _Tried(entry, why=why)
        try:
            pdf = self._register.read_pdf(entry.id)
            found = way.raise_(entry, pdf)
        except TteError as why:
            resting.failed(entry.level, why)
            return _Tried(entry, why=why)
        level: Level = entry.level
        why_not_more: TteError | None = found.stopped
        if (found.pdf, found.level) != (pdf, entry.level):
            level, doubt = self._judged(found, entry.level)
            why_not_more = doubt or found.stopped
        if found.pdf == pdf or not _is_a_step(entry.level, level):
            if why_not_more:
                resting.failed(entry.level, why_not_more)
            return _Tried(entry, why=why_not_more)
        resting.took(entry.level)
        until = found.until if level is Level.B_LTA else None
        raised = Raised(entry.id, hashlib.sha256(pdf).digest(), found.pdf, level, until)
        return _Tried(entry, raised, why_not_more)

    def _judged(self, found: Augmented, before: Level) -> tuple[Level, SelfValidationFailed | None]:
        """The level that our own validation finds, `before` if the file does not pass; and that it is not as said."""
        report = validate(found.pdf, self._trust, self._now())
        levels = [signature.level for signature in report.signatures if signature.level]
        passed = report.indication is Indication.TOTAL_PASSED and len(levels) == len(report.signatures)
        level = min(levels, key=tuple(Level).index) if passed else before
        if passed and level.reaches(found.level):
            return found.level, None
        judged = " ".join(filter(None, (report.indication, report.sub_indication, level if passed else None)))
        return level, SelfValidationFailed(
            f"a document said to be raised to {found.level} is {judged} in our own validation",
            hint="; ".join(report.reasons) or "keys/trust/ must hold the root above the time-stamp authority",
        )

    def _record(self, tried: Sequence[_Tried]) -> list[Reached]:
        raised = [one.raised for one in tried if one.raised]
        now = {entry.id: entry for entry in self._register.augment(raised, self._now())} if raised else {}
        found = [(now.get(one.entry.id, one.entry), one) for one in tried]
        return [Reached(entry, one.why if entry.below_goal or not one.raised else None) for entry, one in found]


def _is_a_step(before: Level, after: Level) -> bool:
    return after.reaches(before) and (after is not before or after is Level.B_LTA)


def _came_to_something(one: Future[_Tried]) -> bool:
    return not one.cancelled() and one.exception() is None
