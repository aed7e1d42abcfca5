"""Many files, one after another or side by side: read, look up in the register, judge, join to a verdict.

What the register has byte for byte is judged in this process: we made those bytes. All else is a stranger's and goes to
the sandbox, which is started for the first of them; what a file does to its child concerns no other file.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tte.cli.console import report as report_error
from tte.cli.verify.reading import Upload, read
from tte.errors import RegisterError
from tte.model import Pdf, Report
from tte.office import Home
from tte.office.officials import officials
from tte.register.glance import glance
from tte.validation import Trust, validate
from tte.validation.kinds import Kinds
from tte.verdict import Examined, Known, Lookup, examine

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tte.sandbox import Sandbox
    from tte.seal import KeyList

_AT_ONCE = os.cpu_count() or 1
_DETAILED = 128 * 1024
"""Bytes that a child may answer with, where it is to tell all it found."""


@dataclass(frozen=True, slots=True)
class Unread:
    file: Path
    why: str


class Examiner:
    """Examines files for one home, at one time. To be used as a block, which ends the sandbox."""

    def __init__(self, home: Home, trust: Trust, at: datetime, *, details: bool = False) -> None:
        self._home, self._trust, self._at, self._details = home, trust, at, details
        self._officials = officials(home)
        self._stack, self._one = ExitStack(), Lock()
        self._register: Lookup | None = None
        self._register_away = False
        self._sandbox: Sandbox | None = None
        self._kinds = Kinds(trust)

    def __enter__(self) -> Self:
        if self._home.has_register():
            try:
                self._register = self._glance() or self._stack.enter_context(self._home.open_register())
            except RegisterError as why:
                report_error(why)
                self._register_away = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _glance(self) -> Lookup | None:
        """A register in SQLite, without what takes long to load: it is only looked into."""
        scheme, _, path = self._home.register_url.partition(":")
        found = glance(Path(path)) if scheme == "sqlite" else None
        return None if found is None else self._stack.enter_context(closing(found))

    def examine_all(self, files: Sequence[Path]) -> Iterator[Examined | Unread]:
        """Every file, in order. Few are held in memory at a time, however many there are."""
        if len(files) == 1:
            yield self.examine(files[0])
            return
        from concurrent.futures import ThreadPoolExecutor  # slow to import, and one file needs none

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            under_way: deque[Future[Examined | Unread]] = deque()
            try:
                for file in files:
                    under_way.append(pool.submit(self.examine, file))
                    if len(under_way) > 2 * _AT_ONCE:
                        yield under_way.popleft().result()
                while under_way:
                    yield under_way.popleft().result()
            finally:
                for one in under_way:
                    one.cancel()

    def examine(self, file: Path) -> Examined | Unread:
        """One file: read, looked up, judged."""
        try:
            with read(file) as upload:
                return examine(
                    str(file),
                    upload.pdf,
                    upload.sha256,
                    register=self._register,
                    away=self._register_away,
                    officials=self._officials,
                    judge=partial(self._judge, upload),
                    at=self._at,
                    keys=self._keys,
                )
        except OSError as why:
            return Unread(file, why.strerror or "unknown error")

    def _keys(self) -> Sequence[KeyList]:
        from tte.office.seals import key_lists

        return key_lists(self._home.seals(office.code) for office in self._home.settings.offices)

    def _judge(self, upload: Upload, known: Known, at: datetime) -> Report:
        if known.ours or upload.too_large:  # one that is too large is not looked into
            report = self._own(upload.pdf, at)
        else:
            pdf = upload.large or bytes(upload.pdf)
            report = self._strangers().validate(pdf, self._trust, at)
        return replace(report, pdf_sha256=upload.sha256.hex(), size=upload.size)

    def _own(self, pdf: Pdf, at: datetime) -> Report:
        """Of many files of one kind only the first is looked at in full, unless details are wanted."""
        if self._details or not isinstance(pdf, bytes):
            return validate(pdf, self._trust, at, details=self._details)
        return self._kinds.validate(pdf, at)

    def _strangers(self) -> Sandbox:
        with self._one:
            if self._sandbox is None:
                from tte.sandbox import Limits, Sandbox
                from tte.sandbox.zygote import VALIDATION
                from tte.validation.full import JOB as FULL

                limits, job = Limits(at_once=_AT_ONCE), VALIDATION
                if self._details:
                    limits, job = replace(limits, answer_bytes=_DETAILED), FULL
                self._sandbox = self._stack.enter_context(Sandbox(limits, job=job))
            return self._sandbox
