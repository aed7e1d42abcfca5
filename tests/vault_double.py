"""A service that answers like a Vault with one P-256 key, until a test says what it is to answer instead."""

from __future__ import annotations

import base64
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Instead = Callable[[], tuple[int, bytes]]
"""The status and body of one answer."""


class VaultDouble:
    """`asked` are method and path of what came, `instead` what the next requests are answered."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.asked: list[str] = []
        self.instead: deque[Instead] = deque()
        self.uri = ""

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def results(self, digests: list[bytes]) -> list[dict[str, Any]]:
        """The `batch_results` for these digests."""
        made = [self._private.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))) for digest in digests]
        return [{"signature": f"vault:v1:{base64.b64encode(signature).decode()}"} for signature in made]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if self.instead:
            return self.instead.popleft()()
        if method == "GET":
            return _json({"type": "ecdsa-p256", "keys": {"1": {"public_key": self.public.decode()}}})
        return _json(
            {
                "batch_results": self.results(
                    [base64.b64decode(item["input"]) for item in json.loads(body)["batch_input"]]
                )
            }
        )


def _json(told: object) -> tuple[int, bytes]:
    return 200, json.dumps({"data": told}).encode()


@contextmanager
def vault_double() -> Iterator[VaultDouble]:
    """The double, answering on 127.0.0.1 for the length of a block."""
    double = VaultDouble()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, content = double.answer(
                self.command, self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0))
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that went away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    address = quote(f"http://127.0.0.1:{server.server_port}", safe="")
    double.uri = f"vault:service={address};key=dinas;certificate=key.pem?private=yes&token-source=env:TOKEN"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
