"""Where messages arrive in tests: a real SMTP server with STARTTLS, and a gateway that takes signed webhooks."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.serving import free_port


@dataclass
class Mailbox:
    """A mail server. `refuse` says what it answers to a recipient; `after` what it answers to the whole letter."""

    port: int
    ca: Path
    password: str
    refuse: dict[str, str] = field(default_factory=dict)
    after: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: int = 0
    _running: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  its name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  its name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients.extend(envelope.rcpt_tos)
        return self.after

    def _login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == self.password.encode()
        self.logins += right
        return AuthResult(success=right, handled=False)

    def start(self) -> None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(self.ca, self.ca.with_suffix(".key"))
        self._running = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=tls,
            require_starttls=True,
            authenticator=self._login,
            auth_required=True,
        )
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def settings(self) -> str:
        """The block of tte.toml for it; the password is in var/smtp.password."""
        return (
            f'\n[delivery.smtp]\nhost = "127.0.0.1"\nport = {self.port}\nca = "{self.ca}"\nuser = "tte"\n'
            'password = "file:var/smtp.password"\nsender = "tte@dukcapil.example"\n'
        )

    def install(self, home: Path) -> None:
        """Set a home up to send by this server."""
        with (home / "tte.toml").open("a", encoding="utf-8") as file:
            file.write(self.settings())
        (home / "var").mkdir(exist_ok=True)
        secret = home / "var" / "smtp.password"
        secret.write_text(self.password + "\n", encoding="ascii")
        secret.chmod(0o600)


@contextmanager
def mailbox(folder: Path) -> Iterator[Mailbox]:
    """A mail server that runs, with a certificate of its own."""
    made = Mailbox(free_port(), _certificate(folder), "kata sandi surat uji")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@dataclass
class Gateway:
    """A gateway for WhatsApp and SMS: what came, and what it answers."""

    url: str = ""
    status: int = 202
    answers: dict[str, int] = field(default_factory=dict)
    """What it answers to a message for this number, if not `status`."""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body)["data"] for _, body in self.came]

    def install(self, home: Path, secret: str, *channels: str) -> None:
        with (home / "tte.toml").open("a", encoding="utf-8") as file:
            for channel in channels:
                file.write(
                    f'\n[delivery.{channel}]\nurl = "{self.url}"\nsecret = "file:var/gateway.secret"\nprivate = true\n'
                )
        file_ = home / "var" / "gateway.secret"
        file_.parent.mkdir(exist_ok=True)
        file_.write_text(secret, encoding="ascii")
        file_.chmod(0o600)


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway that runs."""
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.answers.get(json.loads(body)["data"]["to"], made.status))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/pesan"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Surat Uji Coba")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "surat.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = path.with_suffix(".key")
    secret.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    secret.chmod(0o600)
    return path
