"""What requests are answered from: the home's register, its desk, its trust, its officials, and a sandbox. Opened once,
used by many threads.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import IO, Self, TypeVar

from tte.delivery import Channel, Deliveries, deliveries_of, ways_of
from tte.desk import Desk, desk_of
from tte.errors import RegisterError, TrackingRefused, TteError
from tte.model import Entry, Pdf, Report
from tte.office import Home, Profile
from tte.office.expiry import expiry_of_profile
from tte.office.officials import Kept
from tte.office.people import secret_of
from tte.office.seals import key_lists
from tte.people.codes import opened, sealed
from tte.register import Register
from tte.register.batches import Batches, batches_of
from tte.register.rows import Keeping, keeping_of
from tte.requests import Filed, Promise, Requests, requests_of
from tte.requests.asked import Asking, asking_of
from tte.requests.attachments import Attachments
from tte.sandbox import Busy, Limits, Sandbox, Undetermined
from tte.template import Template
from tte.validation import MAX_SIZE, validate
from tte.validation.mapped import LargeFile
from tte.verdict import Examined, Known, Officials, examine
from tte.web.issuing import Windows
from tte.web.jobs import Jobs
from tte.web.oidc import Provider
from tte.web.webhooks import Outbox, Sender
from tte.web.working import WorkerProcess

T = TypeVar("T")
_AGAIN_S = 5.0
_NO_ID = "a" * 26


def now() -> datetime:
    """The present, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Service:
    """To be used as a block, which opens and ends the sandbox. Settings of the home are read once, its officials
    again when their list changes.
    """

    def __init__(self, home: Home, *, limits: Limits | None = None, clock: Callable[[], datetime] = now) -> None:
        self.home, self.now = home, clock
        self.trust, self._officials = home.trust(), Kept(home)
        self.sandbox = Sandbox(limits)
        self._stack, self._one = ExitStack(), Lock()
        self._register: Register | None = None
        self._desk: Desk | None = None
        self._requests: Requests | None = None
        self.promise: Promise | None = None
        self._deliveries: Deliveries | None = None
        self.jobs = Jobs()
        self.chores: list[Callable[[], object]] = []
        self._windows: Windows | None = None
        self._worker: WorkerProcess | None = None
        self._away_until = 0.0
        self._templates: dict[str, Template | None] = {}
        self._signers: dict[bytes, str] = {}
        self._ready: tuple[float, dict[str, str]] = (0.0, {})

    def __enter__(self) -> Self:
        self._stack.enter_context(self.sandbox)
        self._stack.callback(self.jobs.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def also(self, block: AbstractContextManager[T]) -> T:
        """Something else that is open, and ends when this service does."""
        return self._stack.enter_context(block)

    @cached_property
    def secure(self) -> bool:
        """Whether the public address is https."""
        return self.home.settings.base_url.startswith("https:")

    @cached_property
    def host(self) -> str:
        """The public address as people read it."""
        return self.home.settings.base_url.split("//", 1)[1].split("/", 1)[0]

    @property
    def officials(self) -> Officials:
        """Who may sign for the offices: the list as it is now."""
        return self._officials.now()

    @cached_property
    def provider(self) -> Provider | None:
        """The other service where people can sign in, if the home names one."""
        if (settings := self.home.settings.oidc) is None:
            return None
        made = Provider(self.home, settings, lambda: secret_of(self.home))
        self._stack.callback(made.close)
        return made

    @property
    def outside(self) -> str:
        """What people call the other service where they can sign in; "" if there is none."""
        return self.home.settings.oidc.name if self.home.settings.oidc else ""

    def register(self, *, make: bool = False) -> Register | None:
        """The register; None where the home has none yet and none is to be made. RegisterError if it cannot be read."""
        with self._one:
            if self._register is None and (make or self.home.has_register()):
                if time.monotonic() < self._away_until:
                    raise RegisterError("the register could not be read a moment ago")
                try:
                    self._register = self._stack.enter_context(self.home.open_register())
                except RegisterError:
                    self._away_until = time.monotonic() + _AGAIN_S
                    raise
            return self._register

    def desk(self) -> Desk:
        """People, drafts and signing, beside the register, which is made if there is none. RegisterError."""
        register = self.register(make=True)
        with self._one:
            if self._desk is None and register is not None:
                self._desk = desk_of(self.home, register)
        if self._desk is None:
            raise RegisterError("the register could not be read a moment ago")
        return self._desk

    def requests(self) -> Requests:
        """Citizens' requests, beside the register and the desk. RegisterError."""
        drafts, register = self.desk().drafts, self.register(make=True)
        with self._one:
            if self._requests is None and register is not None:
                self._requests = requests_of(self.home, register, drafts)
        if self._requests is None:
            raise RegisterError("the register could not be read a moment ago")
        return self._requests

    def deliveries(self) -> Deliveries:
        """What is sent to citizens, beside the register. RegisterError."""
        register = self.register(make=True)
        with self._one:
            if self._deliveries is None and register is not None:
                self._deliveries = deliveries_of(
                    self.home, register, office=self.office, kind=self.kind, now=self.now, is_key=self._is_key
                )
        if self._deliveries is None:
            raise RegisterError("the register could not be read a moment ago")
        return self._deliveries

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """What citizens can be told by here."""
        there = ways_of(self.home, self.now)
        return tuple(one for one in Channel if one in there)

    def _is_key(self, document: str, typed: str) -> bool:
        """Whether this is the key of the request that a document was asked for with."""
        with self.keeping().reading() as rows:
            filed = rows.one(Filed, document=document)
        try:
            return filed is not None and bool(self.requests().tracking.look(filed.number, typed))
        except TrackingRefused:
            return False

    def see_to_requests(self) -> None:
        """A chore: requests whose documents were issued are marked and their delivery promised; old ones forgotten."""
        if not self.home.has_register():
            return
        requests, at = self.requests(), self.now()
        try:  # first, as what is forgotten can be promised to nobody
            requests.following.follow(self.promise or (lambda document_id, contact: None), at)
        finally:
            requests.expiring.expire(at)

    @cached_property
    def asking(self) -> Asking:
        """What citizens are asked for."""
        return asking_of(self.home)

    @cached_property
    def attachments(self) -> Attachments:
        """What examines the files that they attach."""
        return Attachments(self.home.settings.requests)

    def windows(self) -> Windows:
        """Where applications have documents issued, with keys that want no person. RegisterError."""
        register = self.register(make=True)
        with self._one:
            if self._windows is None and register is not None:
                self._windows = Windows(self.home, keeping_of(register), self.now)
                self._stack.callback(self._windows.close)
        if self._windows is None:
            raise RegisterError("the register could not be read a moment ago")
        return self._windows

    def keeping(self) -> Keeping:
        """What is kept beside the register. RegisterError."""
        register = self.register(make=True)
        if register is None:
            raise RegisterError("the register could not be read a moment ago")
        return keeping_of(register)

    def batches(self) -> Batches:
        """The batches beside the register. RegisterError."""
        register = self.register(make=True)
        if register is None:
            raise RegisterError("the register could not be read a moment ago")
        return batches_of(register)

    def work(self) -> None:
        """See that batches are worked on, where that is for this service to do. RegisterError."""
        if self.batches().url is not None:
            return
        with self._one:
            if self._worker is None:
                self._worker = WorkerProcess(self.home, self._unattended)
                self._stack.callback(self._worker.close)
        self._worker.ensure()

    def outbox(self) -> Outbox:
        """What is to be told to applications. RegisterError."""
        register = self.register(make=True)
        if register is None:
            raise RegisterError("the register could not be read a moment ago")
        return Outbox(register, self.batches(), self.keeping())

    def seal(self, secret: str, webhook: str) -> bytes:
        """A webhook's secret as it is kept: a copy of the database holds none."""
        return sealed(secret.encode(), secret_of(self.home), f"webhook {webhook}")

    def sender(self) -> Sender:
        """What tells applications, for the length of a block."""
        return Sender(
            lambda: self.outbox() if self.register() else None,
            lambda hook: opened(hook.secret, secret_of(self.home), f"webhook {hook.id}").decode(),
            self.now,
            private=self.home.settings.serve.private_webhooks,
        )

    @contextmanager
    def beside(self) -> Iterator[None]:
        """What goes on beside requests for the length of a block: webhooks, and batches that an end left over."""
        with suppress(RegisterError):  # it is taken up with the next batch
            if self.home.has_register() and any(one.ended is None for one in self.batches().standings()):
                self.work()
        with self.sender():
            yield

    def _unattended(self) -> Sequence[str]:
        return [name for one in self.home.settings.offices for name in self.windows().of_office(one.code)]

    def recognises(self, token: str, key: str) -> bool:
        """Whether this is the token of a session or the key of an application, now."""
        try:
            people, at = self.desk().people, self.now()
            if key:
                return people.clients.client(key, at) is not None
            return people.sessions.person(token, at) is not None
        except RegisterError:
            return False

    def find(self, id: str) -> Entry | None:  # noqa: A002  the noun of the model
        """The entry with this public id. RegisterError."""
        register = self.register()
        return None if register is None else register.find(id)

    def examine(self, file: bytes | IO[bytes], name: str) -> Examined:
        """Any bytes get a verdict; a file that is open is closed. Busy if too many files are being examined; nothing
        else is raised.
        """
        if isinstance(file, bytes):
            return self._examine(file, hashlib.sha256(file).digest(), name, file)
        with file:
            file.flush()
            large = LargeFile.of(file.fileno())
            if large.size <= MAX_SIZE:
                file.seek(0)
                return self.examine(file.read(), name)
            return self._examine(large.map(), large.sha256, name, large)

    def _examine(self, pdf: Pdf, sha256: bytes, name: str, own: bytes | LargeFile) -> Examined:
        away = False
        try:
            register = self.register()
        except RegisterError:
            register, away = None, True
        return examine(
            name,
            pdf,
            sha256,
            register=register,
            away=away,
            officials=self.officials,
            judge=lambda known, at: self._judge(pdf, own, sha256, known, at),
            at=self.now(),
            keys=lambda: key_lists(self.home.seals(office.code) for office in self.home.settings.offices),
        )

    def _judge(self, pdf: Pdf, own: bytes | LargeFile, sha256: bytes, known: Known, at: datetime) -> Report:
        """What the register has byte for byte we made ourselves; all else goes to the sandbox."""
        report = validate(pdf, self.trust, at) if known.ours else self.sandbox.validate(own, self.trust, at)
        return replace(report, pdf_sha256=sha256.hex(), size=len(pdf))

    def template(self, name: str) -> Template | None:
        """The template as the home has it now; None if it has none of that name that can be used."""
        if name not in self._templates:
            try:
                self._templates[name] = self.home.template(name)
            except TteError:
                if name not in self.home.template_names():
                    return None  # and nothing is kept of what somebody made up
                self._templates[name] = None
        return self._templates[name]

    def is_warm(self, template: str) -> bool:
        """Whether this template was read and somebody has had a document issued."""
        return template in self._templates and self._windows is not None

    def kind(self, template: str) -> str:
        """What kind of document it is, in Indonesian."""
        found = self.template(template)
        return found.title if found else template.replace("_", " ")

    def office(self, office: str) -> str:
        """An office by the name of an entry's `office`; its code where the home does not know it."""
        code = office.split(" ", 1)[0]
        for one in self.home.settings.offices:
            if one.code == code:
                return f"{one.name} {one.region}"
        return code

    def signer(self, entry: Entry, pdf: bytes | None) -> tuple[str, str]:
        """Who signed an entry and as what: by the list of officials, else by the name in the certificate."""
        digest = entry.certificate_sha256
        for mandate in self.officials.of(digest.hex()):
            if mandate.office == entry.office and mandate.covers(entry.at):
                return mandate.official.name, " ".join(mandate.official.title)
        if digest not in self._signers and pdf is not None:
            signatures = validate(pdf, self.trust, entry.at).signatures
            self._signers[digest] = signatures[0].signer if signatures else ""
        return self._signers.get(digest, ""), ""

    def certificates(self, office: str, at: datetime) -> Sequence[tuple[str, int]]:
        """Who signs for an office, and the days that each certificate still has; those that a file here tells of."""
        found = []
        for profile in self.profiles_of(office).values():
            expiry = expiry_of_profile(self.home, profile, at)
            if expiry is not None and expiry.warning is not None:
                found.append((profile.official.name, expiry.days))
        return found

    def profiles_of(self, office: str) -> Mapping[str, Profile]:
        """The key profiles of an office, by name. One that cannot be read is nobody's; the page of keys shows it."""
        found = {}
        for name in self.home.profile_names():
            with suppress(TteError):
                profile = self.home.profile(name)
                if profile.office == office:
                    found[name] = profile
        return found

    def readiness(self) -> dict[str, str]:
        """`register` and `sandbox`: ok, none or unavailable. Asked of them at most every other second."""
        at, found = self._ready
        if time.monotonic() - at > 2.0:
            found = {"register": self._register_state(), "sandbox": self._sandbox_state()}
            self._ready = (time.monotonic(), found)
        return found

    def _register_state(self) -> str:
        try:
            register = self.register()
            if register is None:
                return "none"
            register.find(_NO_ID)
        except RegisterError:
            return "unavailable"
        return "ok"

    def _sandbox_state(self) -> str:
        try:
            report = self.sandbox.validate(b"", self.trust, self.now())
        except Busy:
            return "ok"
        return "unavailable" if str(Undetermined.UNAVAILABLE) in report.reasons else "ok"
