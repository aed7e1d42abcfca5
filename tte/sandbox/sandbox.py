"""`Sandbox`: reports on files from strangers, for many threads, without ever parsing one in this process."""

from __future__ import annotations

import hashlib
import signal
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from types import TracebackType
from typing import Self

import orjson

from tte.model import Indication, Report
from tte.sandbox import zygote
from tte.sandbox.attempts import Attempt
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import Protection
from tte.sandbox.packing import Garbage, unpack
from tte.sandbox.process import Gone, Mother, Outcome
from tte.sandbox.reasons import Undetermined
from tte.sandbox.turns import Turns
from tte.validation import Trust
from tte.validation.mapped import LargeFile

_NOBODY, _NEVER = Trust(), datetime(1970, 1, 1, tzinfo=UTC)


class Sandbox:
    """Examines files in children that can reach nothing. May be used from many threads; one for each process.

    It starts with the block and ends with it. `job` is what a child does with a file, as `module:function`; another
    than validation is for tests.
    """

    def __init__(self, limits: Limits | None = None, *, job: str = zygote.VALIDATION) -> None:
        self.limits = limits or Limits()
        self._job = job
        self._turns = Turns(self.limits)
        self._one = Lock()
        self._mother: Mother | None = None
        self._next: Mother | None = None
        self._retired: list[Mother] = []
        self._files = 0
        self._open = False

    def __enter__(self) -> Self:
        self._open = True
        with self._one, suppress(Gone):
            self._current()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        with self._one:
            for mother in (self._mother, self._next, *self._retired):
                if mother is not None:
                    mother.close()
            self._mother = self._next = None
            self._retired.clear()

    def validate(self, pdf: bytes | LargeFile, trust: Trust, at: datetime) -> Report:
        """The report of `tte.validation.validate`, or INDETERMINATE with an `Undetermined` reason: for time, memory,
        a crash, an answer that is none. Busy, and nothing else, is raised. `at` must be aware; a naive time is UTC.

        `pdf_sha256`, `size` and `at` are this process's own. All else is what the child says: a file that
        takes a child over can make it lie about that very file, and about nothing else. Whoever has a `LargeFile`
        examined sees to it that the file does not change meanwhile.
        """
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(pdf, LargeFile):
            digest, size, most = pdf.sha256.hex(), pdf.size, self.limits.large_bytes
        else:
            digest, size, most = hashlib.sha256(pdf).hexdigest(), len(pdf), self.limits.file_bytes
        if size > most:
            return _undetermined(Undetermined.TOO_LARGE, digest, at)
        with self._turns.one():
            outcome = self._run(zygote.JUDGE, pdf, trust, at)
        found = report_of(outcome, digest, at, self.limits) if outcome else Undetermined.UNAVAILABLE
        report = found if isinstance(found, Report) else _undetermined(found, digest, at)
        return replace(report, size=size)

    @property
    def mother(self) -> int | None:
        """The id of the process that children are forked from at present, if there is one."""
        mother = self._mother
        return None if mother is None else mother.pid

    @property
    def busy(self) -> tuple[int, int]:
        """How many files are being examined, and how many wait for their turn."""
        return self._turns.busy

    @property
    def protections(self) -> dict[Protection, bool]:
        """What this machine lets us put around a child. Empty if no child can be run at all."""
        with self._one:
            try:
                return self._current().protections()
            except (Gone, OSError):
                return {}

    def attempts(self) -> set[Attempt] | None:
        """What a hostile program in a child could do here, tried in one; at best nothing. None if none can be run."""
        with socket.create_server(("127.0.0.1", 0)) as listening, self._turns.one():
            outcome = self._run(zygote.ATTEMPT, b"", _NOBODY, _NEVER, port=listening.getsockname()[1])
        try:
            if outcome is None or outcome.packet[:1] != zygote.ANSWER:
                return None
            return {Attempt(name) for name in orjson.loads(outcome.packet[1:])}
        except ValueError:
            return None

    def _run(self, task: str, pdf: bytes | LargeFile, trust: Trust, at: datetime, *, port: int = 0) -> Outcome | None:
        """What came of it; a mother process that is gone is replaced once, and one that had not loaded all is asked
        again. None if none can be had.
        """
        for _ in range(3):
            mother = None
            try:
                with self._one:
                    mother = self._current()
                    self._files += 1
                outcome = mother.ask(task, pdf, trust, at, port=port)
                if outcome.packet[:1] != zygote.EARLY:
                    return outcome
            except Gone:
                with self._one:
                    self._forget(mother)
            except OSError:  # no memory or no descriptor left in this process
                return None
        return None

    def _current(self) -> Mother:
        """The mother process to ask, started if there is none. After its number of files the next one takes over, as
        soon as it is ready.
        """
        if not self._open:
            raise Gone
        if self._mother is None:
            self._mother, self._files = Mother(self.limits, self._job), 0
        elif self._files >= self.limits.recycle_after:
            self._take_over(self._mother)
        self._retired = [mother for mother in self._retired if not mother.ended()]
        return self._mother

    def _take_over(self, old: Mother) -> None:
        try:
            self._next = self._next or Mother(self.limits, self._job)
            if not self._next.ready():
                return
        except Gone:
            if self._next is not None:
                self._next.close()
            self._next = None
            return
        self._mother, self._next, self._files = self._next, None, 0
        old.retire()
        self._retired.append(old)

    def _forget(self, mother: Mother | None) -> None:
        if mother is not None and mother is self._mother:
            self._mother = None
            mother.close()


def report_of(outcome: Outcome, digest: str, at: datetime, limits: Limits) -> Report | Undetermined:
    """What a child's end and its packet come to. Nothing of the packet is believed before it is checked."""
    if outcome.late or outcome.code == -signal.SIGALRM:
        return Undetermined.TIME
    kind, answer = outcome.packet[:1], outcome.packet[1:]
    if kind == zygote.NO_MEMORY:
        return Undetermined.MEMORY
    if kind == zygote.INCOMPLETE:
        return Undetermined.INCOMPLETE
    if outcome.code == -signal.SIGXCPU:
        return Undetermined.PROCESSOR
    if outcome.code:
        return Undetermined.CRASHED
    if kind != zygote.ANSWER or len(answer) > limits.answer_bytes:
        return Undetermined.GARBAGE
    try:
        report = unpack(answer)
    except Garbage:
        return Undetermined.GARBAGE
    if report.pdf_sha256 != digest or report.at != at or not _consistent(report):
        return Undetermined.GARBAGE
    return report


def _consistent(report: Report) -> bool:
    """A file passes only if it has signatures and each passes."""
    passed = [signature.indication is Indication.TOTAL_PASSED for signature in report.signatures]
    return report.indication is not Indication.TOTAL_PASSED or (bool(passed) and all(passed))


def _undetermined(reason: Undetermined, digest: str, at: datetime) -> Report:
    return Report(Indication.INDETERMINATE, None, (), (str(reason),), digest, at)
