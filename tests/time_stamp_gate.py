"""A time-stamp authority that can be taken away: it passes requests on to another, for as long as it is alive."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gate:
    """`served` counts the time-stamps it gave. It gives `left` more, then it dies: connections end with no answer."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.served = 0
        self.left: int | None = None
        self.lock = threading.Lock()
        self.enough = threading.Event()
        self.enough_at = 0
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = gate.answer(body)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"

    def answer(self, body: bytes) -> bytes | None:
        with self.lock:
            if self.left == 0:
                return None
            if self.left is not None:
                self.left -= 1
            self.served += 1
            if self.served >= self.enough_at:
                self.enough.set()
        request = urllib.request.Request(  # noqa: S310  our own address
            self.behind, body, {"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            given: bytes = answer.read()
        return given

    def die(self) -> None:
        self.left = 0

    def revive(self) -> None:
        self.left = None


@contextmanager
def time_stamp_gate(behind: str) -> Iterator[Gate]:
    """A gate before the authority at this address, for the length of a block."""
    gate = Gate(behind)
    thread = threading.Thread(target=gate.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gate
    finally:
        gate.server.shutdown()
        thread.join()
        gate.server.server_close()
