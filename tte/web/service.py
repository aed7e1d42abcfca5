"""What requests are answered from: the home's register, its trust, its officials, and a sandbox. Opened once, read by
many threads; it writes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Self, TypeVar

from tte.errors import RegisterError, TteError
from tte.model import Entry, Report
from tte.office import Home
from tte.office.officials import officials
from tte.register import Register
from tte.sandbox import Busy, Limits, Sandbox, Undetermined
from tte.template import Template
from tte.validation import validate
from tte.verdict import Examined, Known, examine

T = TypeVar("T")
_AGAIN_S = 5.0
_NO_ID = "a" * 26


def now() -> datetime:
    """The present, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Service:
    """To be used as a block, which opens and ends the sandbox. Settings of the home are read once."""

    def __init__(self, home: Home, *, limits: Limits | None = None, clock: Callable[[], datetime] = now) -> None:
        self.home, self.now = home, clock
        self.trust, self.officials = home.trust(), officials(home)
        self.sandbox = Sandbox(limits)
        self._stack, self._one = ExitStack(), Lock()
        self._register: Register | None = None
        self._away_until = 0.0
        self._templates: dict[str, Template | None] = {}
        self._signers: dict[bytes, str] = {}
        self._ready: tuple[float, dict[str, str]] = (0.0, {})

    def __enter__(self) -> Self:
        self._stack.enter_context(self.sandbox)
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

    def register(self) -> Register | None:
        """The register; None where the home has none yet. RegisterError if it cannot be read now."""
        with self._one:
            if self._register is None and self.home.has_register():
                if time.monotonic() < self._away_until:
                    raise RegisterError("the register could not be read a moment ago")
                try:
                    self._register = self._stack.enter_context(self.home.open_register())
                except RegisterError:
                    self._away_until = time.monotonic() + _AGAIN_S
                    raise
            return self._register

    def find(self, id: str) -> Entry | None:  # noqa: A002  the noun of the model
        """The entry with this public id. RegisterError."""
        register = self.register()
        return None if register is None else register.find(id)

    def examine(self, pdf: bytes, name: str) -> Examined:
        """Any bytes get a verdict. Busy if too many files are being examined; nothing else is raised."""
        sha256, away = hashlib.sha256(pdf).digest(), False
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
            judge=lambda known, at: self._judge(pdf, sha256, known, at),
            at=self.now(),
        )

    def _judge(self, pdf: bytes, sha256: bytes, known: Known, at: datetime) -> Report:
        """What the register has byte for byte we made ourselves; all else goes to the sandbox."""
        report = validate(pdf, self.trust, at) if known.ours else self.sandbox.validate(pdf, self.trust, at)
        return replace(report, pdf_sha256=sha256.hex(), size=len(pdf))

    def template(self, name: str) -> Template | None:
        """The template as the home has it now; None if it has none of that name that can be used."""
        if name not in self._templates:
            try:
                self._templates[name] = self.home.template(name)
            except TteError:
                self._templates[name] = None
        return self._templates[name]

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
