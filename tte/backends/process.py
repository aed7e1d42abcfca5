"""A private key in a process of its own: signing runs beside the process that issues, which never holds the key.

Not a scheme: any key URI can be opened so. The two processes share one pipe, on which only bytes pass (`process_wire`);
what stands at the other end is `process_child`. Secrets are read here, when the key asks, and go through the pipe:
never through arguments, which anybody can list, nor through the environment, of which it gets only what is listed here:
another official's PIN may be in it. POSIX only.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import NoReturn, SupportsIndex

from tte.backends import process_wire
from tte.backends.process_wire import HungUp, Line, Opening
from tte.errors import KeyUnavailable
from tte.key import Identity, Key, KeyUri, SecretSource

CLOSING_S = 5.0
"""How long a key may take to close before its process is killed."""

START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); pipe, *sys.path = sys.argv[1:]; "
    "from tte.backends.process_child import serve; serve(int(pipe))"
)
"""What the new interpreter runs, with our `sys.path`: it finds the same packages, and none in the current folder."""

PASSED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON.*|COVERAGE_.*|XDG_.*"
    r"|SSL_CERT_.*|OPENSSL_CONF|OPENSSL_MODULES|AWS_.*|(?:HTTP|HTTPS|ALL|NO)_PROXY|(?:http|https|all|no)_proxy"
    r"|P11_.*|PKCS11_.*|SOFTHSM2_CONF|OPENSC_.*|PCSCLITE_.*|TPM2_.*|TPM2TOOLS_.*|TSS2_.*"
)
"""Environment variables that the key's process gets: of the system, of Python, of networks, and of devices."""

MORE_PASSED = "TTE_KEY_VARIABLES"
"""Names more of them, with commas between, for devices and plug-ins that need their own."""

CLOSED = "the key is closed"
OPEN_AGAIN = "open the key again; if it happens again, the system's log may say what ends it"


def open_key_process(
    uri: KeyUri | str,
    secrets: SecretSource,
    *,
    pinned: bytes | None,
    at: datetime,
    home: Path = Path(),
    threads: int | None = None,
) -> Key:
    """The key at `uri`, opened and self-tested as by `tte.backends.open_key`, in a new process that ends with `close`.

    `threads` sign one batch together where the key allows it; None is one for each processor. Errors are those of
    `open_key`, with the same words; KeyUnavailable also if the process cannot be started or ends, for whatever reason,
    then or later. It ends when this process does, and no sooner for Ctrl-C.
    """
    if isinstance(uri, str):
        uri = KeyUri.parse(uri)
    child = _Child(uri, secrets)
    try:
        opening = Opening(uri, pinned, at, home, threads or os.cpu_count() or 1)
        kind, body = child.exchange(process_wire.OPEN, opening.pack())
        if kind == process_wire.FAILED:
            raise process_wire.unpack_error(body)
        return ProcessKey(child, process_wire.unpack_identity(body))
    except BaseException:
        child.kill("the key was not opened")
        raise


class ProcessKey:
    """A `Key` (see tte.key) whose private half is in another process. Made by `open_key_process`.

    While `sign` waits it lets other threads run. An interrupted `sign` (Ctrl-C) ends the other process, because the
    answer to one batch must not be taken for that to the next.
    """

    __slots__ = ("_child", "_identity")

    def __init__(self, child: _Child, identity: Identity) -> None:
        self._child = child
        self._identity = identity

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def pid(self) -> int:
        """The id of the process that holds the key, or held it."""
        return self._child.pid

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order, as the key itself does. KeyUnavailable if its process is gone, never a wait."""
        kind, body = self._child.exchange(process_wire.SIGN, process_wire.pack(digests))
        if kind == process_wire.FAILED:
            raise process_wire.unpack_error(body)
        return process_wire.unpack(body)

    def close(self) -> None:
        """Close the key and wait for the end of its process. KeyUnavailable is what `sign` then raises."""
        self._child.close()

    def __repr__(self) -> str:
        fingerprint = hashlib.sha256(self._identity.certificate).hexdigest()[:16]
        return f"<ProcessKey {self._identity.algorithm} certificate {fingerprint} {self._child.state}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key stays in the process that opened it; it is neither pickled nor copied")


class _Child:
    """The key's process and our end of the pipe to it."""

    def __init__(self, uri: KeyUri, secrets: SecretSource) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs, uri, ours)
        self._line = Line(ours)
        self._secrets = secrets
        self._opener = os.getpid()
        self._gone = ""
        self._one = Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def state(self) -> str:
        return self._gone or f"in process {self.pid}"

    def exchange(self, kind: bytes, body: bytes) -> tuple[bytes, bytes]:
        """Send one frame and wait for the answer, giving the secrets that are asked for on the way: a key may need one
        for each batch. KeyUnavailable if there is nobody to answer.
        """
        if os.getpid() != self._opener:
            raise KeyUnavailable("the key belongs to the process that opened it", hint="sign there")
        if self._gone:
            raise KeyUnavailable(self._gone, hint="" if self._gone == CLOSED else OPEN_AGAIN)
        if not self._one.acquire(blocking=False):
            raise KeyUnavailable("the key is in use by another thread", hint="one caller at a time")
        try:
            self._line.send(kind, body)
            kind, body = self._line.receive()
            while kind == process_wire.ASK:
                secret = self._secrets(process_wire.unpack_text(body))
                self._line.send(process_wire.SECRET, process_wire.pack_text(secret))
                del secret
                kind, body = self._line.receive()
            return kind, body
        except HungUp:
            self.kill("")
            raise KeyUnavailable(self._gone, hint=OPEN_AGAIN) from None
        except BaseException:
            self.kill("the key's process was ended because a batch was broken off")
            raise
        finally:
            self._one.release()

    def close(self) -> None:
        if self._gone:
            return
        if os.getpid() == self._opener:
            self._line.hang_up()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSING_S)
        self.kill(CLOSED)

    def kill(self, why: str) -> None:
        """End the process now, if it has not ended, and forget it. `why` is what is said of it from then on."""
        if self._gone:
            return
        self._line.close()
        if os.getpid() == self._opener:
            self._process.kill()
            code = self._process.wait()
            why = why or f"the key's process ended ({f'signal {-code}' if code < 0 else f'exit code {code}'})"
        self._gone = why


def environment_for(uri: KeyUri, ours: Mapping[str, str]) -> dict[str, str]:
    """What of our environment the process of this key gets: what is listed, and none that the URI calls a secret."""
    secret = {value.removeprefix("env:") for value in uri.access.values() if value.startswith("env:")}
    more = {name.strip() for name in ours.get(MORE_PASSED, "").split(",")}
    return {
        name: value for name, value in ours.items() if (PASSED.fullmatch(name) or name in more) and name not in secret
    }


def _start(theirs: socket.socket, uri: KeyUri, ours: socket.socket) -> subprocess.Popen[bytes]:
    """A new interpreter that inherits nothing but `theirs`, standard error, and the variables that it may have."""
    path = [place for place in sys.path if isinstance(place, str)]
    try:
        return subprocess.Popen(  # noqa: S603 our own interpreter, and no argument comes from input
            [sys.executable, "-I", "-c", START, str(theirs.fileno()), *path],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment_for(uri, os.environ),
        )
    except OSError as why:
        ours.close()
        raise KeyUnavailable(f"the key's process cannot be started: {why.strerror}") from why
