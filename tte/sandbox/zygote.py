"""The mother process: it loads validation once, gives up what it can, and forks one child for each file.

It is started as a program of its own, not forked, so it holds nothing of the process that asks: no key, no database, no
variable of its environment. It looks into no file but one of its own making. A few children wait, locked in, for a file
each; the first file of a new mother gets a child before all is loaded. Packets, on a socket that keeps them whole:

    asked    two lengths, with the reply socket and a file in memory: what is asked (task, trust, at, port),
             pickled, then the PDF; one too large for that is a third descriptor           parent to mother
    ready    READY, protections as JSON                                                    mother to parent
    on the reply socket: STARTED with the child's pidfd, and ENDED with what it cost, both from the mother;
    between them ANSWER with the report, NO_MEMORY, INCOMPLETE or EARLY (ask again when READY) from the child
"""

from __future__ import annotations

import array
import encodings
import fcntl
import gc
import importlib
import json
import mmap
import os
import pickle
import pkgutil
import select
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

import tte.validation
from tte.model import Pdf, Report
from tte.sandbox import attempts
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import Protection, lock_child, lock_mother, lock_waiting, seccomp_works
from tte.sandbox.packing import pack
from tte.sandbox.sample import NOW, sample
from tte.validation import Trust, validate

READY, STARTED, ANSWER, NO_MEMORY, INCOMPLETE, EARLY, ENDED = b"R", b"S", b"A", b"M", b"I", b"L", b"E"
JUDGE, ATTEMPT = "judge", "attempt"
VALIDATION = "tte.validation:validate"
LONGEST_WORD = 1024

_FOR_KEYS = "cryptography.hazmat.backends.openssl.backend"
"""All that an ordinary signature still needs: with it the first file need not wait for the rest."""

LATE = (
    "_strptime",
    "lxml._elementpath",
    "lxml.etree",
    "pyhanko.pdf_utils.crypt",
    "pyhanko.pdf_utils.crypt._saslprep",
    "pyhanko.pdf_utils.crypt.pdfmac",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "pyhanko.pdf_utils.writer",
    "pyhanko.sign.fields",
    "pyhanko.sign.validation.pdf_embedded",
)
"""What the libraries load only when a file asks for it; of validation everything is loaded."""

Job = Callable[[Pdf, Trust, datetime], Report]
_REPLY, _FILE = 3, 4
_IDLE_S = 0.01
_MOST_WAITING = 4
"""Children that wait for a file, however many may be examined at once."""


class _Watch:
    """Notes what a child would still have to load, which it cannot: what it then says of a file is not to be used."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def find_spec(self, name: str, _: Sequence[str] | None, __: ModuleType | None = None) -> ModuleSpec | None:
        self.missed.append(name)
        return None


def serve(descriptor: int, settings: str) -> None:
    """Fork children for what is asked for on this socket, until the other end hangs up and they have ended."""
    chosen = json.loads(settings)
    limits = Limits(**chosen["limits"])
    module, _, name = chosen["job"].partition(":")
    job: Job = getattr(importlib.import_module(module), name)
    control = socket.socket(fileno=descriptor)
    mother = _Mother(control, limits, job)
    importlib.import_module(_FOR_KEYS)
    if select.select([control], [], [], 0)[0]:
        mother.serve_early()
    _load_all()
    _warm_up()
    protections = lock_mother() | {Protection.SECCOMP: seccomp_works()}
    try:
        control.send(READY + json.dumps(protections).encode())
    except BrokenPipeError:  # who began this has ended meanwhile
        return
    mother.run()


@dataclass(slots=True)
class _Child:
    """A child, and where a file is handed to it; `answering` is where it answers, once it has one."""

    pid: int
    pidfd: int
    hand: socket.socket
    answering: socket.socket | None = None


class _Mother:
    def __init__(self, control: socket.socket, limits: Limits, job: Job) -> None:
        self._control = control
        self._limits = limits
        self._job = job
        self._ready = selectors.DefaultSelector()
        self._ready.register(control, selectors.EVENT_READ)
        self._children = 0
        self._waiting: list[_Child] = []
        self._early = False

    def run(self) -> None:
        listening = True
        self._early = False
        while listening or self._children:
            while listening and len(self._waiting) < min(self._limits.at_once, _MOST_WAITING):
                self._waiting.append(self._fork())
            for key, _ in self._ready.select():
                if key.data is not None:
                    self._end(key.data)
                elif not self._ask():
                    self._ready.unregister(self._control)
                    listening = False
                    for child in self._waiting:
                        child.hand.close()  # which ends it

    def serve_early(self) -> None:
        """One file with what is loaded; done when it is, or when more is asked for."""
        self._early = True
        if self._ask():
            for key, _ in self._ready.select():
                if key.data is not None:
                    self._end(key.data)

    def _ask(self) -> bool:
        """Hand what is asked for to a child. False if nobody asks any more."""
        try:
            asked, handed, _, _ = socket.recv_fds(self._control, LONGEST_WORD, 3)
        except ConnectionResetError:  # the other end hung up without hearing that we are ready
            return False
        if not asked:
            return False
        reply, *files = handed
        child = self._waiting.pop() if self._waiting else self._fork()
        child.answering = socket.socket(fileno=reply)
        right = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [child.pidfd]))
        _tell(
            child.answering, STARTED, [right]
        )  # before the child has the file: whom the parent may kill is ours to say
        with child.hand, suppress(OSError):  # a child that is gone has an end, which is told
            socket.send_fds(child.hand, [asked], [reply, *files])
        for file in files:
            os.close(file)
        return True

    def _fork(self) -> _Child:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            _child(theirs.fileno(), self._limits, self._job, early=self._early)
        theirs.close()
        child = _Child(pid, os.pidfd_open(pid), ours)
        self._children += 1
        self._ready.register(child.pidfd, selectors.EVENT_READ, child)
        return child

    def _end(self, child: _Child) -> None:
        self._ready.unregister(child.pidfd)
        os.close(child.pidfd)
        self._children -= 1
        _, status, usage = os.wait4(child.pid, 0)
        if child.answering is None:
            self._waiting = [one for one in self._waiting if one is not child]
            child.hand.close()
            return
        cost = {
            "code": os.waitstatus_to_exitcode(status),
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        _tell(child.answering, ENDED + json.dumps(cost).encode())
        child.answering.close()


def _tell(answering: socket.socket, packet: bytes, rights: Sequence[Any] = ()) -> None:
    """Say it, if it is still listened to. Never wait: a child may have filled the socket."""
    try:
        answering.sendmsg([packet], rights, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    except OSError:
        answering.close()


def _child(hand: int, limits: Limits, job: Job, *, early: bool) -> NoReturn:
    """Wait for one file, examine it and end. Whatever happens, this does not return into the mother's loop."""
    code = 1
    try:
        os.dup2(1, 2)
        os.dup2(hand, _REPLY)
        os.closerange(_REPLY + 1, os.sysconf("SC_OPEN_MAX"))  # above all the sockets of other files
        if early:
            lock_mother()
        lock_waiting()
        if not early and not select.select([_REPLY], [], [], _IDLE_S)[0]:
            _examine_sample()  # takes its own copy of the memory that it will write to, while nobody waits
        asked, large = _receive()
        if asked:
            lock_child(limits.for_file(len(large)) if large is not None else limits)
            os.write(_REPLY, _answer(asked, job, large, early=early)[: limits.answer_bytes + 2])
        code = 0
    finally:
        os._exit(code)


def _receive() -> tuple[bytes, mmap.mmap | None]:
    """What is asked, and a large file, mapped. The reply socket and the file in memory are then at their numbers, and
    nothing else is open.
    """
    with socket.socket(fileno=_REPLY) as hand:
        asked, handed, _, _ = socket.recv_fds(hand, LONGEST_WORD, 3)
        if not asked:
            return b"", None
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 64) for one in handed]
    large = mmap.mmap(high[2], int(asked.split()[1]), prot=mmap.PROT_READ) if len(high) > 2 else None
    os.dup2(high[0], _REPLY)
    os.dup2(high[1], _FILE)
    os.closerange(_FILE + 1, 128)
    return asked, large


def _answer(asked: bytes, job: Job, large: mmap.mmap | None, *, early: bool) -> bytes:
    watch = _Watch()
    sys.meta_path.insert(0, watch)
    try:
        asking, size = map(int, asked.split())
        task, trust, at, port = pickle.loads(_read(asking))  # noqa: S301 from the process that started us, no stranger
        attempting = task == ATTEMPT
        answer = (
            json.dumps(attempts.succeeded(port)).encode() if attempting else pack(job(large or _read(size), trust, at))
        )
    except MemoryError:
        return NO_MEMORY
    if watch.missed:
        return EARLY if early else INCOMPLETE
    return ANSWER + answer


def _read(size: int) -> bytes:
    read = os.read(_FILE, size)
    while len(read) < size:
        read += os.read(_FILE, size - len(read))
    return read


def _load_all() -> None:
    """Load what is loaded late otherwise, as no child can open a file any more; what is loaded stays shared."""
    for codec in pkgutil.iter_modules(encodings.__path__):
        if codec.name not in ("mbcs", "oem"):  # Windows only
            importlib.import_module(f"encodings.{codec.name}")
    for own in pkgutil.walk_packages(tte.validation.__path__, "tte.validation."):
        importlib.import_module(own.name)
    for module in LATE:
        importlib.import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _warm_up() -> None:
    """What is made at the first use is made here, and shared with every child."""
    _examine_sample()
    gc.collect()
    gc.freeze()


def _examine_sample() -> None:
    """Examine a file of our own: by our own reading, by pyHanko, and with all details."""
    pdf, root = sample()
    for trust in (Trust((root,)), Trust()):
        validate(pdf, trust, NOW, details=True)
