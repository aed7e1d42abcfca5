"""The mother process: it loads validation once, gives up what it can, and forks one child for each file.

It is started as a program of its own, not forked, so it holds nothing of the process that asks: no key, no database, no
variable of its environment. It never looks into a file itself. Packets, on a socket that keeps them whole:

    asked    two lengths, with the reply socket and a file in memory: what is asked (task, trust, at, port),
             pickled, then the PDF                                                         parent to mother
    ready    READY, protections as JSON                                                    mother to parent
    on the reply socket: STARTED with the child's pidfd, and ENDED with what it cost, both from the mother;
    between them ANSWER with the report, NO_MEMORY or INCOMPLETE from the child
"""

from __future__ import annotations

import array
import encodings
import fcntl
import gc
import importlib
import json
import os
import pickle
import pkgutil
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from tte.model import Report
from tte.sandbox import attempts
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import lock_child, lock_mother
from tte.sandbox.packing import pack
from tte.validation import Trust

READY, STARTED, ANSWER, NO_MEMORY, INCOMPLETE, ENDED = b"R", b"S", b"A", b"M", b"I", b"E"
JUDGE, ATTEMPT = "judge", "attempt"
VALIDATION = "tte.validation:validate"
LONGEST_WORD = 1024

LATE = (
    "_strptime",
    "cryptography.hazmat.backends.openssl.backend",
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
    "tte.validation.by_pyhanko",
    "tte.validation.certvalidator",
    "tte.validation.details",
    "tte.validation.dropped",
)
"""What the libraries, and validation, load only when a file asks for it."""

Job = Callable[[bytes, Trust, datetime], Report]
_REPLY, _FILE = 3, 4


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
    _load_all()
    control = socket.socket(fileno=descriptor)
    protections = lock_mother()
    control.send(READY + json.dumps(protections).encode())
    _Mother(control, limits, job).run()


class _Mother:
    def __init__(self, control: socket.socket, limits: Limits, job: Job) -> None:
        self._control = control
        self._limits = limits
        self._job = job
        self._ready = selectors.DefaultSelector()
        self._ready.register(control, selectors.EVENT_READ)
        self._children = 0

    def run(self) -> None:
        listening = True
        while listening or self._children:
            for key, _ in self._ready.select():
                if key.data is not None:
                    self._end(key.fd, *key.data)
                elif not self._ask():
                    self._ready.unregister(self._control)
                    listening = False

    def _ask(self) -> bool:
        """Start a child for what is asked for. False if nobody asks any more."""
        try:
            asked, handed, _, _ = socket.recv_fds(self._control, LONGEST_WORD, 2)
        except ConnectionResetError:  # the other end hung up without hearing that we are ready
            return False
        if not asked:
            return False
        reply, file = handed
        wait, go = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(wait, 1)
            _child(asked, reply, file, self._limits, self._job)
        self._children += 1
        pidfd = os.pidfd_open(child)
        answering = socket.socket(fileno=reply)
        self._ready.register(pidfd, selectors.EVENT_READ, (child, answering))
        right = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [pidfd]))
        _tell(answering, STARTED, [right])  # before the child runs: whom the parent may kill is ours to say
        for one in (file, wait, go):
            os.close(one)
        return True

    def _end(self, pidfd: int, child: int, answering: socket.socket) -> None:
        self._ready.unregister(pidfd)
        os.close(pidfd)
        self._children -= 1
        _, status, usage = os.wait4(child, 0)
        cost = {
            "code": os.waitstatus_to_exitcode(status),
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        _tell(answering, ENDED + json.dumps(cost).encode())
        answering.close()


def _tell(answering: socket.socket, packet: bytes, rights: Sequence[Any] = ()) -> None:
    """Say it, if it is still listened to. Never wait: a child may have filled the socket."""
    try:
        answering.sendmsg([packet], rights, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    except OSError:
        answering.close()


def _child(asked: bytes, reply: int, file: int, limits: Limits, job: Job) -> NoReturn:
    """Examine one file and end. Whatever happens, this does not return into the mother's loop."""
    code = 1
    try:
        _keep_only(reply, file)
        lock_child(limits)
        os.write(_REPLY, _answer(asked, job)[: limits.answer_bytes + 2])
        code = 0
    finally:
        os._exit(code)


def _answer(asked: bytes, job: Job) -> bytes:
    watch = _Watch()
    sys.meta_path.insert(0, watch)
    try:
        asking, size = map(int, asked.split())
        task, trust, at, port = pickle.loads(_read(asking))  # noqa: S301 from the process that started us, no stranger
        attempting = task == ATTEMPT
        answer = json.dumps(attempts.succeeded(port)).encode() if attempting else pack(job(_read(size), trust, at))
    except MemoryError:
        return NO_MEMORY
    return INCOMPLETE if watch.missed else ANSWER + answer


def _keep_only(reply: int, file: int) -> None:
    """Nothing stays open but the reply socket and the file: above all not the sockets of other files."""
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 64) for one in (reply, file)]
    os.dup2(1, 2)
    os.dup2(high[0], _REPLY)
    os.dup2(high[1], _FILE)
    os.closerange(_FILE + 1, os.sysconf("SC_OPEN_MAX"))


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
    for module in LATE:
        importlib.import_module(module)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
