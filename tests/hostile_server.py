"""An HTTP server on this machine that can misbehave. It speaks raw HTTP/1.1, so that it can also break it."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A request as it came, and its place among all that came, from 1."""

    method: str
    path: str
    body: bytes
    number: int


Behaviour = Callable[[Asked, socket.socket, threading.Event], None]
"""Answers on the socket; the event is set when the server stops."""


class TrustServer:
    """Serves each path in its own way. `asked` are the requests that came, `connections` counts who connected."""

    def __init__(self) -> None:
        self.ways: dict[str, Behaviour] = {}
        self.asked: list[Asked] = []
        self.connections = 0
        self.ends = threading.Event()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listening.getsockname()[1]

    def on(self, path: str, way: Behaviour) -> str:
        """Behave like that at this path; its URL."""
        self.ways[path] = way
        return self.url(path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def count(self, path: str) -> int:
        """How many requests came for this path."""
        return sum(one.path == path for one in self.asked)

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        self.ends.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while line := stream.readline():
                method, path, _ = line.decode("ascii").split(" ", 2)
                headers = dict(iter(lambda: _header(stream.readline()), ("", "")))
                body = stream.read(int(headers.get("content-length", "0")))
                with self._lock:
                    asked = Asked(method, path, body, len(self.asked) + 1)
                    self.asked.append(asked)
                self.ways.get(path, answers(404))(asked, connection, self.ends)


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("latin-1").partition(":")
    return name.strip().lower(), value.strip()


@contextmanager
def trust_server() -> Iterator[TrustServer]:
    """A server for the length of a block."""
    server = TrustServer()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def send(connection: socket.socket, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    connection.sendall(head(status, {"Content-Length": str(len(body)), **headers}) + body)


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """The same answer, always. Underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked, connection, ends: send(connection, status, body, named)


def serves(answer: Callable[[bytes], bytes]) -> Behaviour:
    """What this makes of the body, with status 200."""
    return lambda asked, connection, ends: send(connection, 200, answer(asked.body), {})


def by_turns(*ways: Behaviour) -> Behaviour:
    """Each way once, in order, and the last from then on."""
    left, lock = list(ways), threading.Lock()

    def behave(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
        with lock:
            way = left.pop(0) if len(left) > 1 else left[0]
        way(asked, connection, ends)

    return behave


HTML = answers(200, b"<!DOCTYPE html><title>Masuk</title><p>Silakan masuk ke jaringan.", Content_Type="text/html")


def hang(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """No answer at all, for as long as the server runs."""
    ends.wait(10)


def reset(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """RST instead of an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())  # the stream that reads it would keep it open


def breaks_off(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """Half an answer."""
    connection.sendall(head(200, {"Content-Length": "1000"}) + b"half")
    connection.shutdown(socket.SHUT_RDWR)


def trickle(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """A body that comes a byte at a time and never ends in time."""
    connection.sendall(head(200, {"Content-Length": "5000"}))
    while not ends.wait(0.02):
        connection.sendall(b".")


def trickled_headers(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """Headers that never end."""
    connection.sendall(b"HTTP/1.1 200 So\r\n")
    while not ends.wait(0.02):
        connection.sendall(b"X-More: .\r\n" if asked.number % 2 else b"x")


def flood(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """50 MB in chunks, without saying so before."""
    connection.sendall(head(200, {"Transfer-Encoding": "chunked"}))
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    for _ in range(50_000_000 // 0x10000):
        connection.sendall(chunk)


def announced_flood(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """50 MB, announced."""
    connection.sendall(head(200, {"Content-Length": "50000000"}))
    ends.wait(10)


def redirect(to: str) -> Behaviour:
    return answers(302, Location=to)
