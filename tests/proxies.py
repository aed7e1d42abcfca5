"""nginx and Caddy, run with the very samples of docs/deploy: ports, paths, names and waits are put in their places."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.packaging import ROOT
from tests.serving import free_port

DEPLOY = ROOT / "docs" / "deploy"
NAME = "tte.contoh.example"
QUICK_S = 1
"""How long a slow client has here, instead of 10 and 15 seconds."""

_AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; {user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/tte.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """One that runs, with TLS on a port of 127.0.0.1 and plain HTTP on another."""

    kind: str
    port: int
    plain: int
    tls: Path

    def client(self, *, address: str = "127.0.0.1", certificate: bool = False) -> httpx.Client:
        """Asks from this address of the machine; with a certificate of its own if wanted."""
        context = ssl.create_default_context(cafile=self.tls / "server.pem")
        if certificate:
            context.load_cert_chain(self.tls / "client.pem", self.tls / "client.key")
        return _Named(
            transport=httpx.HTTPTransport(verify=context, local_address=address),
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"host": NAME},
            timeout=30,
        )


class _Named(httpx.Client):
    """A client that says in TLS whom it means."""

    def send(self, request: httpx.Request, **more: object) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": NAME}
        return super().send(request, **more)  # type: ignore[arg-type]


@contextmanager
def running(kind: str, folder: Path, upstream: Path) -> Iterator[Proxy]:
    """nginx or Caddy before a service on a socket, for the length of a block."""
    folder.mkdir()
    proxy = Proxy(kind, free_port(), free_port(), folder / "tls")
    _certificates(proxy.tls)
    command = (_nginx if kind == "nginx" else _caddy)(proxy, folder, upstream)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
    try:
        _until_open(proxy.port, process, folder)
        yield proxy
    finally:
        process.terminate()
        process.wait(timeout=30)


def _nginx(proxy: Proxy, folder: Path, upstream: Path) -> list[str]:
    sample = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    places = {
        "listen 80": f"listen 127.0.0.1:{proxy.plain}",
        "listen 443": f"listen 127.0.0.1:{proxy.port}",
        "/run/tte/serve.sock": str(upstream),
        "/etc/tte/tls": str(proxy.tls),
        "/var/log/nginx": str(folder),
        "tte.example": NAME,
        "client_header_timeout        10s": f"client_header_timeout {QUICK_S}s",
        "client_body_timeout       15s": f"client_body_timeout {QUICK_S}s",
    }
    (folder / "tte.conf").write_text(_put(sample, places), encoding="utf-8")
    main = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # so that it reaches the test's own folders
    main.write_text(_AROUND.format(folder=folder, user=user), encoding="utf-8")
    command = [program("nginx"), "-p", str(folder), "-c", str(main)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    return command


def _caddy(proxy: Proxy, folder: Path, upstream: Path) -> list[str]:
    sample = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    places = {
        "/run/tte/serve.sock": str(upstream),
        "/etc/tte/tls": str(proxy.tls),
        "tte.example": NAME,
        "read_header 10s": f"read_header {QUICK_S}s",
        "\tadmin off\n": f"\tadmin off\n\thttp_port {proxy.plain}\n\thttps_port {proxy.port}\n",
    }
    file = folder / "Caddyfile"
    file.write_text(_put(sample, places), encoding="utf-8")
    words = ["--config", str(file), "--adapter", "caddyfile"]
    subprocess.run([program("caddy"), "validate", *words], check=True, capture_output=True)
    return [program("caddy"), "run", *words]


def _put(text: str, places: Mapping[str, str]) -> str:
    for before, after in places.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


def program(name: str) -> str:
    """Where it is; .ci/tools installs it."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"there is no {name}: run .ci/tools"
    return found


def _until_open(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    while process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        os.sched_yield()
    raise AssertionError((folder / "said").read_text(encoding="utf-8"))


def _certificates(folder: Path) -> None:
    """server.pem, signed by itself; clients.pem, an authority, and client.pem, which it issued."""
    folder.mkdir()
    authority = ec.generate_private_key(ec.SECP256R1())
    _certify(folder / "server", NAME, ec.generate_private_key(ec.SECP256R1()), None)
    _certify(folder / "clients", "Otoritas Klien", authority, None, is_ca=True)
    _certify(folder / "client", "aplikasi", ec.generate_private_key(ec.SECP256R1()), ("Otoritas Klien", authority))


def _certify(
    path: Path,
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[str, ec.EllipticCurvePrivateKey] | None,
    *,
    is_ca: bool = False,
) -> None:
    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    by, signing = issuer or (name, key)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(called(by), called(name), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    path.with_suffix(".pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    path.with_suffix(".key").touch(mode=0o600)
    path.with_suffix(".key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@contextmanager
def echoing(path: Path) -> Iterator[None]:
    """A service on a socket that answers with the headers it was sent."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
            self.send_response(200)
            self.send_header("id_dokumen", "42")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def address_string(self) -> str:
            return ""

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingUnixStreamServer(str(path), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
