"""Our end of a mother process (`zygote`): starts it, hands it a file, waits for the answer, ends a late child."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tte.sandbox import zygote
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import Protection
from tte.validation import Trust
from tte.validation.mapped import LargeFile

START = (
    "import sys; pipe, settings, *sys.path = sys.argv[1:]; "
    "from tte.sandbox.zygote import serve; serve(int(pipe), settings)"
)
"""What the new interpreter runs, with our `sys.path`: it finds the same packages, and none in the current folder."""

_PATIENCE_S = 2.0
"""How long a killed child may take to be gone, and a mother without children to end."""


class Gone(Exception):
    """The mother process is no longer there, or did not start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one child: its packet (empty if none), its exit code (below zero: a signal), whether it was late."""

    packet: bytes
    code: int = 0
    late: bool = False
    cpu_s: float = 0.0
    peak_bytes: int = 0


GARBLED = Outcome(b"?")
"""A child said what no child of ours says."""


class Mother:
    """A mother process. May be asked by many threads at once; it runs a child for each."""

    def __init__(self, limits: Limits, job: str) -> None:
        self._limits = limits
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said: bytes | None = None
        with theirs:
            try:
                self._process = _start(theirs.fileno(), limits, job)
            except OSError:
                self._control.close()
                raise Gone from None

    @property
    def pid(self) -> int:
        return self._process.pid

    def ready(self, patience_s: float = 0) -> bool:
        """Whether it has loaded everything; waits so long for it. Gone if it ended instead. One caller at a time."""
        if self._said is None and _readable(self._control, patience_s):
            try:
                said = self._control.recv(zygote.LONGEST_WORD)
            except OSError:
                raise Gone from None
            if said[:1] != zygote.READY:
                raise Gone
            self._said = said[1:]
        return self._said is not None

    def protections(self) -> dict[Protection, bool]:
        """What it could put around its children. Gone if it does not start. One caller at a time."""
        if not self.ready(self._limits.start_s) or self._said is None:
            raise Gone
        return {Protection(name): bool(given) for name, given in json.loads(self._said).items()}

    def ask(self, task: str, pdf: bytes | LargeFile, trust: Trust, at: datetime, *, port: int = 0) -> Outcome:
        """Have a child do it, and see it end. Gone if the mother process is, before the child began.

        A large file is not copied: the child maps it.
        """
        large = [pdf.descriptor] if isinstance(pdf, LargeFile) else []
        held, size = (b"", pdf.size) if isinstance(pdf, LargeFile) else (pdf, len(pdf))
        asked = pickle.dumps((task, trust, at, port))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                file = _in_memory(asked, held)
                try:
                    socket.send_fds(self._control, [b"%d %d" % (len(asked), size)], [theirs.fileno(), file, *large])
                except OSError:
                    raise Gone from None
                finally:
                    os.close(file)
            return self._wait(ours, self._limits.for_file(size) if large else self._limits)

    def _wait(self, ours: socket.socket, limits: Limits) -> Outcome:
        if not _readable(ours, self._limits.start_s):
            raise Gone
        packet, handed, _, _ = socket.recv_fds(ours, 16, 1)
        if packet != zygote.STARTED or len(handed) != 1:
            raise Gone
        try:
            return self._follow(ours, handed[0], limits)
        finally:
            _kill(handed[0])
            os.close(handed[0])

    def _follow(self, ours: socket.socket, pidfd: int, limits: Limits) -> Outcome:
        """Take what the child says until the mother says that it has ended; kill it when its time is over."""
        packet, late = b"", False
        until = time.monotonic() + limits.wall_s
        while True:
            if not _readable(ours, until - time.monotonic()):
                if late:
                    return Outcome(b"", -signal.SIGKILL, late=True)
                late, until = True, time.monotonic() + _PATIENCE_S
                _kill(pidfd)
                continue
            try:
                came = ours.recv(limits.answer_bytes + 2)
            except OSError:
                came = b""
            if came[:1] == zygote.ENDED:
                return _ended(packet, came[1:], late=late)
            if not came or packet:  # the mother is gone, or a child says more than it may
                return GARBLED if came else Outcome(b"", -signal.SIGKILL, late)
            packet = came

    def retire(self) -> None:
        """Let it end when its children have."""
        self._control.close()

    def close(self) -> None:
        """End it now, with its children."""
        self.retire()
        self._process.kill()
        self._process.wait()

    def ended(self) -> bool:
        """Whether it has ended; it is then cleared away."""
        return self._process.poll() is not None


def _ended(packet: bytes, cost: bytes, *, late: bool) -> Outcome:
    try:
        found = json.loads(cost)
        return Outcome(packet, int(found["code"]), late, float(found["cpu_s"]), int(found["peak_bytes"]))
    except (ValueError, KeyError, TypeError, RecursionError):  # only a child can have said so
        return GARBLED


def _kill(pidfd: int) -> None:
    """End that process, if it has not ended; never another one that got its number since."""
    with suppress(OSError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def _readable(end: socket.socket, patience_s: float) -> bool:
    waiting = select.poll()
    waiting.register(end, select.POLLIN)
    return bool(waiting.poll(max(0, patience_s) * 1000))


def _in_memory(*parts: bytes) -> int:
    """A file of these parts that is only in memory, at its beginning."""
    file = os.memfd_create("tte-file", os.MFD_CLOEXEC)
    try:
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(file, rest) :]
        os.lseek(file, 0, os.SEEK_SET)
    except BaseException:
        os.close(file)
        raise
    return file


def _start(theirs: int, limits: Limits, job: str) -> subprocess.Popen[bytes]:
    """A new interpreter that inherits nothing but `theirs` and standard error: no variable, no folder, no terminal."""
    path = [place for place in sys.path if isinstance(place, str)]
    settings = json.dumps({"limits": dataclasses.asdict(limits), "job": job})
    return subprocess.Popen(  # noqa: S603 our own interpreter, and no argument comes from input
        [sys.executable, "-I", "-c", START, str(theirs), settings, *path],
        pass_fds=[theirs],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
