"""What goes over a socket byte by byte, as no client would send it, and what comes back."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

_NEIGHBOURS = count(1)


@dataclass(frozen=True)
class Told:
    """A response: its status, 0 if the connection was closed without one; its headers by small names; all its bytes."""

    status: int
    headers: dict[str, str]
    raw: bytes


def told(port: int, *sent: bytes, more: Iterable[bytes] = ()) -> Told:
    """Send this from a network of its own, then `more` until there is an answer; the answer until it is closed."""
    source = (f"127.2.{next(_NEIGHBOURS) % 250}.1", 0)
    raw = b""
    with socket.create_connection(("127.0.0.1", port), source_address=source, timeout=60) as asking:
        try:
            for part in sent:
                asking.sendall(part)
            for part in more:
                if select.select([asking], [], [], 0)[0]:
                    break
                asking.sendall(part)
            while part := asking.recv(65536):
                raw += part
        except (BrokenPipeError, ConnectionResetError):
            pass  # what had come until then counts
    head, _, _ = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Told(int(first.split()[1]) if first else 0, headers, raw)


def head(
    method: str = "GET", path: str = "/", *lines: str, version: str = "HTTP/1.1", host: str = "localhost"
) -> bytes:
    """A request's head, which ends the connection."""
    hosts = [f"Host: {host}"] if host else []
    return "\r\n".join([f"{method} {path} {version}", *hosts, *lines, "Connection: close", "", ""]).encode()
