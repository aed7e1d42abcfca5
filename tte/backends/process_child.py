"""The process that holds a private key: opens it, then signs what it is sent. `process` starts it and is its only peer.

It reads nothing but its pipe and what the key's URI names, and ends when the pipe does. What must never happen here: a
secret, or the words of an error that is not ours, on standard error.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tte.backends import open_key, process_wire
from tte.backends.memory import MemoryKey
from tte.backends.process_wire import HungUp, Line, Opening
from tte.key import Key
from tte.secrecy import keep_to_itself

PARENT_CHECK_MS = 1000


def serve(descriptor: int) -> None:
    """Open the key that is asked for through this socket and sign until the other end hangs up."""
    keep_to_itself()
    _ignore_signals()
    end = socket.socket(fileno=descriptor)
    end.set_inheritable(False)
    threading.Thread(target=_end_with_parent, args=(descriptor, os.getppid()), daemon=True).start()
    with suppress(HungUp):  # then nobody is left to be told anything
        _converse(Line(end))


def _converse(line: Line) -> None:
    key: Key | None = None
    try:
        with _telling(line):
            key = _opened(line)
            line.send(process_wire.OPENED, process_wire.pack_identity(key.identity))
        while key is not None:
            digests = process_wire.unpack(_expect(line, process_wire.SIGN))
            with _telling(line):
                line.send(process_wire.SIGNED, process_wire.pack(key.sign(digests)))
    finally:
        if key is not None:
            key.close()


def _opened(line: Line) -> Key:
    opening = Opening.unpack(_expect(line, process_wire.OPEN))

    def ask(source: str) -> str:
        line.send(process_wire.ASK, process_wire.pack_text(source))
        return process_wire.unpack_text(_expect(line, process_wire.SECRET))

    key = open_key(opening.uri, ask, pinned=opening.pinned, at=opening.at, home=opening.home)
    if isinstance(key, MemoryKey):
        key.threads = opening.threads
    return key


@contextmanager
def _telling(line: Line) -> Iterator[None]:
    """Answer with an error, if there is one. One that may not cross ends the process, as nobody knows what it left."""
    try:
        yield
    except HungUp:
        raise
    except Exception as error:
        crosses = process_wire.may_cross(error)
        if not crosses:
            traceback.print_tb(error.__traceback__)
        line.send(process_wire.FAILED, process_wire.pack_error(error))
        if not crosses:
            raise SystemExit(1) from None


def _expect(line: Line, kind: bytes) -> bytes:
    came, body = line.receive()
    if came != kind:
        raise SystemExit(f"a frame {came!r} came where {kind!r} was due")
    return body


def _ignore_signals() -> None:
    """Nothing ends it but the parent's end.

    The terminal and systemd send their signals to the whole group: the issuing process decides what becomes of them.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _end_with_parent(descriptor: int, parent: int) -> None:
    """End at once when the parent does, even within a batch. A fork of it may keep the pipe open: its id counts too."""
    hangup = select.poll()
    hangup.register(descriptor, 0)
    while not hangup.poll(PARENT_CHECK_MS) and os.getppid() == parent:
        pass
    os._exit(0)
