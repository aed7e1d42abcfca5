"""Documents one by one, as applications ask for them over HTTP, at the price of a batch.

One thread for each key profile, for an `Issuer` has one caller at a time. It keeps the key open, takes all requests
that wait and issues them together: while a chunk is made durable the next one gathers (group commit). A document over
HTTP is a batch of one, through `Issuer.issue` like any other.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, Lock, Thread
from typing import Final

from tte.batches.keys import OpenKeys
from tte.errors import KeyUnavailable, NotAllowed, QueueFull, RegisterError, TteError, UsageLimitReached
from tte.issuance import Issued, Issuer, Outcome, now
from tte.model import Raw, Row
from tte.office import Home, Profile
from tte.office.keys_in_use import need_in_use
from tte.people import Client, Keys, Why
from tte.people.events import note
from tte.register.batches import Chunk
from tte.register.rows import Keeping
from tte.template import Template
from tte.web.repeats import Asked, once

MOST: Final = 1000
"""Requests that may wait for one key."""
_TOGETHER: Final = 256
_SETTLE_S: Final = 60.0
_REST_S: Final = 5.0
_TOLD_S: Final = 0.05
"""Outcomes within this time are noted together."""
_IN_USE_S: Final = 5.0
"""For how long it is believed that a key is in use: one that was ended signs no longer than this."""


@dataclass(slots=True)
class _Request:
    """One document that somebody waits for. `asked` is what an idempotency key was used for, if there was one."""

    template: Template
    values: dict[str, Raw]
    client: Client
    giving: bool
    asked: Asked | None
    answer: Future[Outcome] = field(default_factory=Future)


class Window:
    """One key profile. `keeping` is where idempotency keys are kept."""

    def __init__(self, home: Home, profile: str, keeping: Keeping) -> None:
        self._home, self._profile, self._keeping = home, profile, keeping
        self._most = min(_TOGETHER, home.profile(profile).per_batch or _TOGETHER)
        self._keys = OpenKeys(self._open, home.template)
        self._waiting: deque[_Request] = deque()
        self._change, self._closed = Condition(), False
        self._resting: tuple[float, TteError | None] = (0.0, None)
        self._settled = time.monotonic()
        self._thread = Thread(target=self._go_on, name=f"issuing {profile}", daemon=True)
        self._thread.start()

    def ask(
        self, template: Template, values: dict[str, Raw], *, client: Client, giving: bool, asked: Asked | None
    ) -> Future[Outcome]:
        """What becomes of a row: an outcome, or the error that stopped it. `giving` as `Issuer`'s. QueueFull.

        That `client` asked for the document stands in the trail before it is told.
        """
        request = _Request(template, values, client, giving, asked)
        with self._change:
            if self._closed or len(self._waiting) >= MOST:
                raise QueueFull("too many documents wait for this key")
            self._waiting.append(request)
            self._change.notify()
        return request.answer

    def close(self) -> None:
        """Finish what waits, and let go of the key."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    def _go_on(self) -> None:
        try:
            while some := self._next():
                try:
                    self._issue(some)
                except BaseException as why:  # whatever it is, nobody is left waiting
                    for one in some:
                        if not one.answer.done():
                            one.answer.set_exception(why)
        finally:
            with suppress(TteError):
                self._keys.close()

    def _next(self) -> Sequence[_Request]:
        """All that wait for documents of one kind; none at the end. The log is signed now and then meanwhile."""
        while True:
            self._settle()
            with self._change:
                if not self._waiting and not self._closed:
                    self._change.wait(_SETTLE_S)
                if self._waiting or self._closed:
                    return self._gathered()

    def _gathered(self) -> Sequence[_Request]:
        some: list[_Request] = []
        others: list[_Request] = []
        while self._waiting and len(some) < self._most:
            one = self._waiting.popleft()
            (some if not some or one.template is some[0].template else others).append(one)
        self._waiting.extendleft(reversed(others))
        return some

    def _issue(self, some: Sequence[_Request]) -> None:
        until, why = self._resting
        if why is not None and time.monotonic() < until:
            raise why
        with_key = [one for one in some if one.asked]
        good = once(self._keeping, [one.asked for one in with_key if one.asked])
        for one, fresh in zip(with_key, good, strict=True):
            if isinstance(fresh, TteError):
                one.answer.set_exception(fresh)
        left = [one for one in some if not one.answer.done()]
        rows = [Row(number, one.values) for number, one in enumerate(left, 1)]
        if not rows:
            return
        try:
            issuer = self._keys.issuer(self._chunk(left))
            self._issued(left, issuer.issue(left[0].template.name, rows))
        except UsageLimitReached:
            raise
        except RegisterError:
            raise
        except TteError as error:
            self._resting = time.monotonic() + _REST_S, error
            with suppress(TteError):
                self._keys.close()
            raise
        unsaid = [one for one in left if not one.answer.done()]
        if unsaid:
            raise KeyUnavailable(f"nothing was said of {len(unsaid)} documents")

    def _issued(self, some: Sequence[_Request], outcomes: Iterator[Outcome]) -> None:
        """Answer who waits, as outcomes come; together those that come together."""
        made: list[Outcome] = []
        told = time.monotonic()
        try:
            for outcome in outcomes:
                made.append(outcome)
                if time.monotonic() - told > _TOLD_S:
                    self._tell(some, made)
                    made, told = [], time.monotonic()
        finally:
            self._tell(some, made)

    def _tell(self, some: Sequence[_Request], made: Sequence[Outcome]) -> None:
        """Note who asked for what was issued, then answer."""
        issued = [
            (some[one.row - 1].client, one.entry.id) for one in made if isinstance(one, Issued) and not one.earlier
        ]
        if issued:
            at = now()
            with self._keeping.change() as rows:
                for client, document in issued:
                    note(rows, at, "issued", client.id, client.office, document=document, code="v1")
        for outcome in made:
            some[outcome.row - 1].answer.set_result(outcome)

    def _chunk(self, some: Sequence[_Request]) -> Chunk:
        """What tells `OpenKeys` which issuer: no chunk of any batch."""
        chosen = some[0].template
        giving = any(one.giving for one in some)
        return Chunk("", 0, chosen.name, chosen.sha256, self._profile, b"", 0, giving=giving)

    @contextmanager
    def _open(self, profile: str, template: str) -> Iterator[Issuer]:
        """What was interrupted with this key is finished first."""
        with self._home.issuer(profile, (template,)) as issuer:
            for _ in issuer.recover():
                pass
            yield issuer

    def _settle(self) -> None:
        """Sign the log, on a connection of its own (`tte.batches.Worker`)."""
        if time.monotonic() - self._settled < _SETTLE_S:
            return
        self._settled = time.monotonic()
        with suppress(TteError), self._home.open_to_write():  # a register that is older is refused when it is opened
            pass


class Windows:
    """The windows of a home, each opened when it is first needed. Profiles are read once."""

    def __init__(self, home: Home, keeping: Keeping, now: Callable[[], datetime]) -> None:
        self._home, self._keeping, self._now = home, keeping, now
        self._one, self._windows = Lock(), dict[str, Window]()
        self._profiles: dict[str, Profile] = {}
        self._of_offices: dict[str, Sequence[str]] = {}
        self._in_use: dict[str, float] = {}
        self._digests: dict[str, bytes] = {}

    def of_office(self, office: str) -> Sequence[str]:
        """The key profiles of an office that applications may use."""
        found = []
        for name in self._home.profile_names():
            with suppress(TteError):  # one that cannot be read is nobody's
                profile = self.profile(name)
                if profile.office == office and profile.unattended:
                    found.append(name)
        return found

    def profile(self, name: str) -> Profile:
        """A key profile. ConfigError if there is none of that name."""
        if name not in self._profiles:
            self._profiles[name] = self._home.profile(name)
        return self._profiles[name]

    def chosen(self, office: str, name: str | None) -> str:
        """The key profile that an application of this office uses: the one it names, or the only one there is.

        NotAllowed if there is none: another office's, an official's, and one that is not there are refused alike; and
        if the office does not use it now.
        """
        there = self._of_offices.get(office) or self._of_offices.setdefault(office, self.of_office(office))
        if name is None:
            default = self._home.settings.default_key
            name = default if default in there else there[0] if len(there) == 1 else None
        if name is None or name not in there:
            raise NotAllowed(Why.NOT_UNATTENDED, hint="name a key profile of your office that says unattended = true")
        self.need_in_use(name)
        return name

    def need_in_use(self, name: str) -> None:
        """NotAllowed if the office does not use this key now, or did not some seconds ago. A profile that has changed
        is read anew, and a window that was opened with it as it was finishes what waits and is used no more.
        """
        if self._in_use.get(name, 0.0) >= time.monotonic():
            return
        digest = need_in_use(self._home, Keys(self._keeping), name, self._now())
        self._in_use[name] = time.monotonic() + _IN_USE_S
        with self._one:
            if self._digests.setdefault(name, digest) == digest:
                return
            self._digests[name] = digest
            self._profiles.pop(name, None)
            self._of_offices.clear()
            before = self._windows.pop(name, None)
        if before is not None:
            Thread(target=before.close, name=f"closing {name}", daemon=True).start()

    def window(self, profile: str) -> Window:
        """The window of a key profile."""
        with self._one:
            if profile not in self._windows:
                self._windows[profile] = Window(self._home, profile, self._keeping)
            return self._windows[profile]

    def close(self) -> None:
        """Finish what waits at each, and let go of all keys."""
        with self._one:
            windows, self._windows = [*self._windows.values()], {}
        for one in windows:
            one.close()
