"""A double of BSrE's Esign Client Service, v1 and v2, over HTTP on this machine, for tests.

It follows BSrE's guide of January 2024 and what public clients were seen to meet: two dialects of errors, the header
`id_dokumen`, one-time download, Spring's shape of 401. And it misbehaves, once for each thing in `plan`. It is not the
real thing, and nothing tried with it is known of the real thing.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tte.testing.esc_signer import BsreLike, Holder


class Mischief(StrEnum):
    """What the double does with a request to sign in place of answering it well."""

    LOST = "signs, and resets the connection before it answers"
    SILENT = "signs, and never answers"
    HALF = "signs, and breaks off in the middle of the answer"
    SPRING = "HTTP 500 in Spring's shape"
    GATEWAY = "HTTP 504 with a page of HTML, as a proxy gives it"
    HTML = "HTTP 200 with a page of HTML"
    HUGE = "50 MB"
    INVALID_PDF = "says that the PDF cannot be read"
    BUSY = "HTTP 429"
    SWAPPED = "the document that it signed before this one"
    ALTERED = "one byte of the document is another, and it is signed so"
    BROKEN = "one byte is another after signing"
    OTHER_CERTIFICATE = "signed by somebody else"
    UNSIGNED = "the document as it came"
    TWICE = "signed two times"
    VISIBLE = "with a picture of the signature over the page"
    PAGE_REPLACED = "the signed revision has another page"
    ONE_SHORT = "one document fewer than came (v2)"


LOST: Final = frozenset({Mischief.LOST, Mischief.SILENT, Mischief.HALF})
PLAIN: Final = {
    Mischief.SPRING: (500, "application/json", b'{"status":500,"error":"Internal Server Error","path":""}'),
    Mischief.GATEWAY: (504, "text/html", b"<html><h1>504 Gateway Time-out</h1></html>"),
    Mischief.HTML: (200, "text/html", b"<html><title>Login</title></html>"),
    Mischief.BUSY: (429, "text/html", b"<html>Too Many Requests</html>"),
}  # fmt: skip


@dataclass
class EscDouble:
    """What the double is like, and what it has seen. Every value may be changed while it runs.

    `older`: the dialect of its errors and its kind of signature. `signed`: every file it signed, in order, whether or
    not the answer arrived. `paths`: of every request, with the query. `sign_requests`: how many came to be signed, well
    or not. `clock`: how far its own clock is off.
    """

    bsre: BsreLike
    holder: Holder
    nik: str
    passphrase: str
    user: str
    password: str
    totp: str = ""
    older: bool = False
    status: str = "ISSUE"
    gives_chain: bool = True
    clock: timedelta = timedelta()
    plan: deque[Mischief | None] = field(default_factory=deque)
    signed: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sign_requests: int = 0
    wrong_passphrases: int = 0
    url: str = ""
    documents: dict[str, bytes] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[EscDouble]:
        """Answers at `url` for the length of a block."""
        double = self

        class Handler(_Handler):
            esc = double

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def sign(self, pdf: bytes, mischief: Mischief | None) -> bytes:
        """What comes back for `pdf`."""
        now = datetime.now(UTC).replace(microsecond=0) + self.clock
        holder, box = self.holder, None
        if mischief is Mischief.UNSIGNED:
            return pdf
        if mischief is Mischief.SWAPPED and self.signed:
            return self.signed[-1]
        if mischief is Mischief.ALTERED:
            pdf = pdf.replace(b" Tf", b" tf", 1)
        if mischief is Mischief.OTHER_CERTIFICATE:
            holder = self.bsre.official("ORANG LAIN")
        if mischief is Mischief.VISIBLE:
            box = (100, 100, 400, 400)
        change = _replace_page if mischief is Mischief.PAGE_REPLACED else lambda _: None
        signed = self.bsre.sign(pdf, holder, older=self.older, at=now, box=box, change=change)
        if mischief is Mischief.TWICE:
            signed = self.bsre.sign(signed, holder, older=self.older, at=now + timedelta(seconds=1))
        if mischief is Mischief.BROKEN:
            signed = signed.replace(b"/Adobe.PPKLite", b"/Adobe.PPKLitf")
        self.signed.append(signed)
        return signed

    def error(self, code: int, text: str) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of a refusal, in the dialect."""
        if self.older:
            return 400, {"error": text, "status_code": code}
        return 400, {"error": f"Proses signing gagal : {text} {code}", "status_code": 400}


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    esc: EscDouble
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:  # what it is asked is nobody's to read
        pass

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        esc = self.esc
        esc.paths.append(self.path)
        path = urlsplit(self.path).path
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        wanted = base64.b64encode(f"{esc.user}:{esc.password}".encode()).decode()
        if not hmac.compare_digest(given, wanted):
            self._json(401, _spring(401, "Unauthorized", path))
        elif path == "/api/sign/pdf":
            self._sign_v1(body)
        elif path == "/api/v2/sign/pdf":
            self._sign_v2(body)
        elif path == "/api/v2/user/check/status":
            self._status(_object(body).get("nik"), v1=False)
        elif found := re.fullmatch(r"/api/user/status/(.*)", path):
            self._status(found[1], v1=True)
        elif found := re.fullmatch(r"/api/v2/user/certificate/chain/(.*)", path):
            self._chain(found[1])
        elif found := re.fullmatch(r"/api/sign/download/(.*)", path):
            self._download(found[1])
        elif path == "/api/v2/sign/get/totp":
            self._json(200, {"success": True, "message": None, "data": None})
        else:
            self._json(404, _spring(404, "Not Found", path))

    def _status(self, nik: object, *, v1: bool) -> None:
        status = self.esc.status if nik == self.esc.nik else ("NOT_REGISTERED" if v1 else "NO_CERTIFICATE")
        codes = {"ISSUE": 1111, "NOT_REGISTERED": 1110 if v1 else 2011, "NO_CERTIFICATE": 2021}
        content = {"status_code": codes.get(status, 2020), "status": status, "message": "User …"}
        self._json(200, content)

    def _chain(self, nik: str) -> None:
        esc = self.esc
        if nik != esc.nik or not esc.gives_chain:
            self._send(400, "text/plain", b"Bad Request")
            return
        found = [esc.holder.certificate, *esc.holder.chain, esc.bsre.ca.root.certificate]
        data = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in found]
        self._json(200, {"success": True, "data": data})

    def _download(self, name: str) -> None:
        pdf = self.esc.documents.pop(name, None)
        if pdf is None:
            content = {"status_code": 4044, "error": "File tidak tersedia, pastikan bahwa dokumen belum di download"}
            self._json(404, content)
        else:
            self._send(200, "application/pdf", pdf, {"id_dokumen": name})

    def _sign_v1(self, body: bytes) -> None:
        query = {name: value.encode() for name, value in parse_qsl(urlsplit(self.path).query)}
        fields = query | _form(self.headers.get("Content-Type", ""), body)
        text = {name: value.decode("utf-8", "replace") for name, value in fields.items() if name != "file"}
        if text.get("tampilan", "").lower() not in ("visible", "invisible") or "file" not in fields:
            self._json(400, _spring(400, "Bad Request", "/api/sign/pdf"))
            return
        mischief = self._begun()
        refused = self._refused(text)
        if refused:
            self._json(*refused)
        elif not self._spoiled(mischief):
            pdf = self.esc.sign(fields["file"], mischief)
            name = f"{len(self.esc.documents):06x}"
            self.esc.documents[name] = pdf
            if mischief in LOST:
                self._lose(mischief, pdf)
            elif text.get("jenis_response") == "BASE64":
                self._json(200, {"base64_signed_file": base64.b64encode(pdf).decode(), "id_dokumen": name})
            else:
                self._send(200, "application/pdf", pdf, {"id_dokumen": name})

    def _sign_v2(self, body: bytes) -> None:
        content = _object(body)
        files, properties = content.get("file"), content.get("signatureProperties")
        if not isinstance(files, list) or not isinstance(properties, list) or len(properties) not in (1, len(files)):
            self._json(400, _spring(400, "Bad Request", "/api/v2/sign/pdf"))
            return
        mischief = self._begun()
        refused = self._refused(content)
        if refused:
            self._json(*refused)
        elif not self._spoiled(mischief):
            last = len(files) - 1
            pdfs = [
                self.esc.sign(base64.b64decode(file), mischief if place == last else None)
                for place, file in enumerate(files)
            ]
            if mischief is Mischief.ONE_SHORT:
                pdfs.pop()
            answer = {"time": 862, "file": [base64.b64encode(pdf).decode() for pdf in pdfs]}
            if mischief in LOST:
                self._lose(mischief, json.dumps(answer).encode())
            else:
                self._json(200, answer)

    def _begun(self) -> Mischief | None:
        self.esc.sign_requests += 1
        return self.esc.plan.popleft() if self.esc.plan else None

    def _refused(self, given: Mapping[str, Any]) -> tuple[int, dict[str, Any]] | None:
        esc = self.esc
        if given.get("nik") != esc.nik:
            return esc.error(2011, "User tidak terdaftar")
        if given.get("passphrase") == esc.passphrase or (esc.totp and given.get("totp") == esc.totp):
            return None
        esc.wrong_passphrases += 1
        return esc.error(2031, "Passphrase anda salah")

    def _spoiled(self, mischief: Mischief | None) -> bool:
        """Whether it was answered with something that is no document at all."""
        if mischief is Mischief.INVALID_PDF:
            why = "com.itextpdf.text.exceptions.InvalidPdfException: Rebuild failed: trailer not found."
            self._json(400, {"error": f"Proses signing gagal : {why}", "status_code": 400})
        elif mischief is Mischief.HUGE:
            self._send(200, "application/pdf", b"%PDF-1.7" + bytes(50_000_000))
        elif mischief in PLAIN:
            self._send(*PLAIN[mischief])
        else:
            return False
        return True

    def _lose(self, mischief: Mischief | None, content: bytes) -> None:
        self.close_connection = True
        if mischief is Mischief.SILENT:
            self.esc.over.wait(60)
            return
        if mischief is Mischief.HALF:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _json(self, status: int, content: Mapping[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(content).encode())

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # who asked has gone
            self.close_connection = True


def _spring(status: int, error: str, path: str) -> dict[str, Any]:
    return {"timestamp": "2026-09-01T03:00:00.000+00:00", "status": status, "error": error, "path": path}


def _object(body: bytes) -> dict[str, Any]:
    content = json.loads(body or b"{}")
    return content if isinstance(content, dict) else {}


def _form(kind: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by name (RFC 7578)."""
    found = re.search(r'boundary="?([^";]+)', kind)
    if not found:
        return {name: value.encode() for name, value in parse_qsl(body.decode("latin-1"))}
    fields = {}
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if name:
            fields[name[1].decode()] = value.removesuffix(b"\r\n")
    return fields


def _replace_page(writer: IncrementalPdfFileWriter) -> None:
    """Another page in the same revision as the signature."""
    page = writer.root["/Pages"]["/Kids"][0]
    words = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (PALSU) Tj ET")
    page[generic.pdf_name("/Contents")] = writer.add_object(words)
    writer.update_container(page)
