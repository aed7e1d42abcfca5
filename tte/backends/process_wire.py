"""What passes between the process that issues and the process that holds the key. Bytes only: nothing in them runs.

A frame is its kind (1 byte), the length of its body (4 bytes, big-endian) and its body. Strictly one frame each way in
turn, so no size can lock both sides up:

    to the key's process                    from it
    OPEN    an `Opening`, as JSON           OPENED  the identity: certificate, algorithm, chain, as items
    SECRET  what was asked for, UTF-8       ASK     a pin-source, UTF-8 (the answer is a SECRET)
    SIGN    digests, as items               SIGNED  signatures, as items
                                            FAILED  an error of ours, as JSON (the answer to any of the three)

Items are byte strings, each after its length (4 bytes, big-endian).
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TypeGuard

from tte.errors import ConfigError, KeyRefused, KeyUnavailable, Problem, SignatureMismatch, TteError
from tte.key import Algorithm, Identity, KeyUri

OPEN, SECRET, SIGN = b"O", b"P", b"S"
ASK, OPENED, SIGNED, FAILED = b"A", b"I", b"V", b"F"

_HEAD = struct.Struct("!cI")
_LENGTH = struct.Struct("!I")

_KINDS = (KeyRefused, KeyUnavailable)

_ERRORS: dict[str, type[TteError]] = {
    error.code: error
    for error in (
        ConfigError,
        SignatureMismatch,
        *chain.from_iterable((kind, *kind.__subclasses__()) for kind in _KINDS),
    )
    if "code" in vars(error)  # one without its own is no key's
}
"""The errors that may cross, by code. Any other from the key's process is a failure of the backend."""


class HungUp(Exception):
    """The other end of the pipe is gone. It does not leave these three modules."""


class Line:
    """One end of the pipe. HungUp from it: the other end is gone, and this one is of no more use."""

    __slots__ = ("_socket",)

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    def send(self, kind: bytes, body: bytes) -> None:
        try:
            self._socket.sendall(_HEAD.pack(kind, len(body)) + body)
        except OSError as why:
            raise HungUp from why

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame, whole: its kind and its body."""
        kind, length = _HEAD.unpack(self._exactly(_HEAD.size))
        return kind, self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        """WAITALL: one wait for a whole body, as each wait may cost a turn at Python's lock."""
        held = bytearray(size)
        filled = 0
        with memoryview(held) as room:
            while filled < size:
                filled += self._some_into(room[filled:])
        return bytes(held)

    def _some_into(self, room: memoryview) -> int:
        try:
            count = self._socket.recv_into(room, 0, socket.MSG_WAITALL)
        except OSError as why:
            raise HungUp from why
        if not count:
            raise HungUp
        return count

    def hang_up(self) -> None:
        """Say that nothing more will be sent: the other end is told HungUp when it has read what there is."""
        with suppress(OSError):  # it is gone already
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()


def pack(items: Iterable[bytes]) -> bytes:
    return b"".join([part for item in items for part in (_LENGTH.pack(len(item)), item)])


def unpack(body: bytes) -> list[bytes]:
    """The items in `body`; ValueError if it ends within one."""
    items = []
    place = 0
    while place < len(body):
        start = place + _LENGTH.size
        if start > len(body):
            raise ValueError("items end within a length")
        place = start + _LENGTH.unpack_from(body, place)[0]
        items.append(body[start:place])
    if place != len(body):
        raise ValueError("items end within one of them")
    return items


def pack_text(text: str) -> bytes:
    """UTF-8; what an environment holds that is not (PEP 383) passes as well."""
    return text.encode("utf-8", "surrogatepass")


def unpack_text(body: bytes) -> str:
    return body.decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Opening:
    """What `tte.backends.open_key` is called with, the secret source aside; and the threads that may sign."""

    uri: KeyUri
    pinned: bytes | None
    at: datetime
    home: Path
    threads: int

    def pack(self) -> bytes:
        return json.dumps(
            {
                "scheme": self.uri.scheme,
                "which": dict(self.uri.which),
                "access": dict(self.uri.access),
                "pinned": None if self.pinned is None else self.pinned.hex(),
                "at": self.at.isoformat(),
                "home": str(self.home),
                "threads": self.threads,
            }
        ).encode()

    @classmethod
    def unpack(cls, body: bytes) -> Opening:
        told = json.loads(body)
        return cls(
            uri=KeyUri(told["scheme"], told["which"], told["access"]),
            pinned=None if told["pinned"] is None else bytes.fromhex(told["pinned"]),
            at=datetime.fromisoformat(told["at"]),
            home=Path(told["home"]),
            threads=told["threads"],
        )


def pack_identity(identity: Identity) -> bytes:
    return pack((identity.certificate, identity.algorithm.encode(), *identity.chain))


def unpack_identity(body: bytes) -> Identity:
    certificate, algorithm, *chain = unpack(body)
    return Identity(certificate, tuple(chain), Algorithm(algorithm.decode()))


def may_cross(error: Exception) -> TypeGuard[TteError]:
    """Whether it is an error that a key may raise, and will be the same at the other end."""
    return isinstance(error, TteError) and error.code in _ERRORS


def pack_error(error: Exception) -> bytes:
    """An error that may cross, with all that it says. Of any other only the name: its words may hold what is secret."""
    if not may_cross(error):
        return json.dumps({"failure": type(error).__name__}).encode()
    problems = [(problem.field, problem.message) for problem in getattr(error, "problems", ())]
    return json.dumps(
        {"code": error.code, "message": str(error.args[0]), "hint": error.hint, "problems": problems}
    ).encode()


def unpack_error(body: bytes) -> TteError:
    """The same error again; KeyUnavailable for a backend that failed in another way than it should."""
    told = json.loads(body)
    error = _ERRORS.get(told.get("code", ""))
    if error is None:
        return KeyUnavailable(
            f"the key backend failed ({told.get('failure', 'unknown error')})",
            hint="this is a fault in the backend; where it happened stands on standard error",
        )
    if error is ConfigError:
        problems = [Problem(field, message) for field, message in told["problems"]]
        return ConfigError(told["message"], problems, hint=told["hint"])
    return error(told["message"], hint=told["hint"])
