"""The HTTP side of the CSC double: each POST goes to one function, and a connection can go wrong."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler
from typing import ClassVar


@dataclass(frozen=True)
class Says:
    """An answer: status, body and headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    """Gives each request to `answer`. What is no `Says` is a name: HANG waits for the end of the server, NOT_HTTP
    speaks another protocol, RESET cuts.
    """

    protocol_version = "HTTP/1.1"
    answer: ClassVar[Callable[[str, Mapping[str, str], bytes], Says | Enum]]
    released: ClassVar[threading.Event]

    @classmethod
    def serving(
        cls, answer: Callable[[str, Mapping[str, str], bytes], Says | Enum], released: threading.Event
    ) -> type[Handler]:
        return type("Serving", (cls,), {"answer": staticmethod(answer), "released": released})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        said = type(self).answer(self.path, dict(self.headers.items()), body)
        self.close_connection = True
        if isinstance(said, Says):
            self._say(said)
        elif said.name == "HANG":
            self.released.wait()
        elif said.name == "NOT_HTTP":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _say(self, said: Says) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.status != 204:
            self.send_header("Content-Type", said.headers.get("Content-Type", "application/json"))
            self.send_header("Content-Length", str(len(said.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
        """Nothing: tests read what was asked from the double."""
