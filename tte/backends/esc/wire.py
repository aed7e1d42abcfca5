"""The requests of both interfaces, and what is read from their answers. Nothing secret ever stands in a query string.

v1 takes one PDF as a form, v2 several in JSON. Both are asked for an invisible signature: the page says who signs.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from cryptography import x509

from tte.backends.esc.answers import read_object
from tte.http import Answer

SLACK = 4 << 20
"""How many bytes a signed PDF may be longer than the one that was sent."""


@dataclass(frozen=True, slots=True)
class Official:
    """Whom the service knows, and what the official gives as consent: `factor` is `passphrase` or `totp`."""

    nik: str = field(repr=False)
    factor: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; `most` bytes of an answer are read. `id` is the same when the same is asked again."""

    method: str
    path: str = field(repr=False)
    most: int
    body: bytes = field(default=b"", repr=False)
    kind: str = ""
    id: str = ""


def status_v1(nik: str) -> Request:
    return Request("GET", f"/api/user/status/{nik}", 1 << 16)


def status_v2(nik: str) -> Request:
    return Request("POST", "/api/v2/user/check/status", 1 << 16, orjson.dumps({"nik": nik}), "application/json")


def chain_v2(nik: str) -> Request:
    return Request("GET", f"/api/v2/user/certificate/chain/{nik}", 1 << 18)


def sign_v1(official: Official, pdf: bytes) -> Request:
    fields = {"nik": official.nik, official.factor: official.secret, "tampilan": "invisible"}
    boundary = secrets.token_hex(16)
    before = "".join(f"{_part(boundary, name)}\r\n\r\n{value}\r\n" for name, value in fields.items())
    file = f'{_part(boundary, "file")}; filename="dokumen.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = b"".join((before.encode(), file.encode(), pdf, f"\r\n--{boundary}--\r\n".encode()))
    return Request(
        "POST", "/api/sign/pdf", len(pdf) + SLACK, body, f"multipart/form-data; boundary={boundary}", boundary
    )


def _part(boundary: str, name: str) -> str:
    """How a part of a form begins (RFC 7578 §4.2)."""
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'


def sign_v2(official: Official, pdfs: Sequence[bytes]) -> Request:
    content = {
        "nik": official.nik,
        official.factor: official.secret,
        "signatureProperties": [{"tampilan": "INVISIBLE"}],
        "file": [base64.b64encode(pdf).decode() for pdf in pdfs],
    }
    most = 2 * sum(len(pdf) + SLACK for pdf in pdfs)
    return Request("POST", "/api/v2/sign/pdf", most, orjson.dumps(content), "application/json", secrets.token_hex(16))


def signed_v1(answer: Answer) -> Sequence[bytes]:
    """The one PDF in an answer; none if it holds something else."""
    return [answer.body] if answer.status == 200 and answer.body.startswith(b"%PDF-") else []


def signed_v2(answer: Answer) -> Sequence[bytes]:
    """The PDFs in an answer, in order; none if one of them is something else."""
    files = read_object(answer).get("file")
    if answer.status != 200 or not isinstance(files, list):
        return []
    pdfs = [_decoded(file) for file in files]
    return pdfs if all(pdf.startswith(b"%PDF-") for pdf in pdfs) else []


def certificates(answer: Answer) -> Sequence[x509.Certificate]:
    """The certificates in an answer to `chain_v2`, in PEM or as base64 of DER; none if it cannot be read as such."""
    found = read_object(answer).get("data")
    if answer.status != 200 or not isinstance(found, list):
        return []
    try:
        return [_certificate(one) for one in found]
    except (TypeError, ValueError):
        return []


def _certificate(text: object) -> x509.Certificate:
    if isinstance(text, str) and text.lstrip().startswith("-----BEGIN"):
        return x509.load_pem_x509_certificate(text.encode())
    return x509.load_der_x509_certificate(_decoded(text))


def _decoded(text: object) -> bytes:
    if not isinstance(text, str):
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
