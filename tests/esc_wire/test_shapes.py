"""Requests in the shapes in which client libraries were seen to send them, part by part, byte by byte.

The shapes were written down from what public clients of ESC send (docs/moving-from-bsre-esc.md names them); the values
are ours.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.esc_wire.test_signing import check, picture
from tests.esc_wire.world import Client, b64, signed_in
from tests.strangers_pdfs import plain
from tests.web.conftest import parts as chunks

Part = tuple[str, bytes]


def form(edge: str, parts: list[Part]) -> tuple[bytes, dict[str, str]]:
    """A body of these parts (the head of each, its content), and its Content-Type."""
    body = b"".join(b"--%b\r\n%b\r\n\r\n%b\r\n" % (edge.encode(), head.encode(), content) for head, content in parts)
    return body + b"--%b--\r\n" % edge.encode(), {"content-type": f"multipart/form-data; boundary={edge}"}


def named(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


def guzzle(esc: Client, pdf: bytes) -> httpx.Response:
    """PHP: Guzzle writes a Content-Length in each part, booleans as "1" and "", a file read with fopen by its path."""
    fields = {
        "nik": esc.world.nik,
        "passphrase": esc.world.passphrase,
        "tampilan": "visible",
        "image": "",
        "linkQR": "https://contoh.example/a?b=c&d=e",
        "page": "1",
        "xAxis": "10",
        "yAxis": "10",
        "width": "60",
        "height": "60",
    }
    file = named("file", '; filename="surat keterangan.pdf"')
    parts = [(f"{file}\r\nContent-Length: {len(pdf)}\r\nContent-Type: application/pdf", pdf)]
    parts += [(f"{named(name)}\r\nContent-Length: {len(value)}", value.encode()) for name, value in fields.items()]
    body, kind = form("5f3c0a1b2d4e6f708192a3b4c5d6e7f801234567", parts)
    return esc("POST", "/api/sign/pdf", content=body, headers={**kind, "user-agent": "GuzzleHttp/7"})


def curl(esc: Client, pdf: bytes) -> httpx.Response:
    """PHP: ext/curl's CURLOPT_POSTFIELDS as an array, files by curl_file_create with a name of no suffix."""
    fields = {"height": "150", "image": "true", "jenis_response": "BASE64", "location": "D:\\"}
    more = {
        "nik": esc.world.nik,
        "passphrase": esc.world.passphrase,
        "tag_koordinat": "#",
        "tampilan": "VISIBLE",
        "width": "200",
    }
    parts = [(f"{named('file', '; filename=prosesRender')}\r\nContent-Type: application/pdf", pdf)]
    parts += [(named(name), value.encode()) for name, value in fields.items()]
    parts += [(f"{named('imageTTD', '; filename=Contoh')}\r\nContent-Type: image/jpeg", picture())]
    parts += [(named(name), value.encode()) for name, value in more.items()]
    body, kind = form("------------------------d74496d66958873e", parts)
    return esc("POST", "/api/sign/pdf", content=body, headers={**kind, "accept": "*/*", "cookie": "JSESSIONID=AE5E"})


def laravel(esc: Client, pdf: bytes) -> httpx.Response:
    """PHP: Laravel's Http::attach()->post(url?query): all but the file in the query string, spaces as +."""
    world = esc.world
    query = f"nik={world.nik}&passphrase={quote(world.passphrase)}&tampilan=invisible&reason=Sudah+diperiksa&info="
    file = named("file", '; filename="file"')
    body, kind = form("b0a", [(f"{file}\r\nContent-Length: {len(pdf)}", pdf)])
    return esc("POST", f"/api/sign/pdf?{query}", content=body, headers=kind)


def axios(esc: Client, pdf: bytes) -> httpx.Response:
    """JavaScript: axios with form-data, the picture before the file, numbers made texts, an NIK made a number."""
    fields = {"nik": str(int(esc.world.nik)), "passphrase": esc.world.passphrase, "width": "60", "image": "true"}
    parts = [(named(name), value.encode()) for name, value in {**fields, "height": "60", "tag_koordinat": "#"}.items()]
    image = named("imageTTD", '; filename="qr-code.png"')
    file = named("file", '; filename="file.pdf"')
    parts += [(f"{image}\r\nContent-Type: image/png", picture()), (f"{file}\r\nContent-Type: application/pdf", pdf)]
    parts += [(named("tampilan"), b"VISIBLE"), (named("jenis_response"), b"BASE64"), (named("text"), b"undefined")]
    body, kind = form("--------------------------515890814546601021194782", parts)
    headers = {**kind, "user-agent": "axios/1.2.2", "accept": "application/json, text/plain, */*"}
    return esc("POST", "/api/sign/pdf", content=body, headers={**headers, "accept-encoding": "gzip, compress, br"})


def fetch(esc: Client, pdf: bytes) -> httpx.Response:
    """TypeScript: the platform's FormData and Blob; of a tag alone no picture, no size, and pages that are "null"."""
    fields = {"nik": esc.world.nik, "passphrase": esc.world.passphrase, "tampilan": "visible"}
    parts = [(named(name), value.encode()) for name, value in fields.items()]
    parts += [(f"{named('file', '; filename=' + chr(34) + 'a.pdf' + chr(34))}\r\nContent-Type: application/pdf", pdf)]
    parts += [(named("tag_koordinat"), b"#"), (named("page"), b"null"), (named("reason"), "Disetujui ✓".encode())]
    body, kind = form("----formdata-undici-036712345678", parts)
    return esc("POST", "/api/sign/pdf", content=body, headers={**kind, "user-agent": "node"})


def go(esc: Client, pdf: bytes) -> httpx.Response:
    """Go: mime/multipart, chunked, jenis_response BYTE, files as application/octet-stream."""
    fields = {"jenis_response": "BYTE", "nik": esc.world.nik, "passphrase": esc.world.passphrase, "tampilan": "visible"}
    size = {"image": "true", "height": "200", "width": "200", "tag_koordinat": "#"}
    parts = [(named(name), value.encode()) for name, value in {**fields, **size}.items()]
    for name, content in (("imageTTD", picture()), ("file", pdf)):
        parts += [
            (
                f"{named(name, '; filename=' + chr(34) + 'x' + chr(34))}\r\nContent-Type: application/octet-stream",
                content,
            )
        ]
    body, kind = form("0a1b2c3d4e5f", parts)

    return esc("POST", "/api/sign/pdf", content=chunks(body, 1000), headers=kind)


V1: dict[str, Callable[[Client, bytes], httpx.Response]] = {
    one.__name__: one for one in (guzzle, curl, laravel, axios, fetch, go)
}


@pytest.mark.parametrize("client", V1)
def test_v1_signs_what_this_client_sends(esc: Client, client: str) -> None:
    pdf = plain(f"Surat dari {client}", "#")
    answer = V1[client](esc, pdf)
    assert answer.status_code == 200, answer.text
    is_json = answer.headers["content-type"] == "application/json"
    check(esc, pdf, base64.b64decode(answer.json()["base64_signed_file"]) if is_json else answer.content)


def test_v2_signs_what_postmans_collection_and_phps_json_encode_send(esc: Client) -> None:
    world, pdf = esc.world, plain("Surat v2")
    box = {"page": "1", "originX": "10.0", "originY": "20.0", "width": "200", "height": 100}
    nothing = {"location": "null", "reason": "null", "contactInfo": "null"}
    escaped = b64(picture()).replace("/", "\\/")
    content = (
        f'{{"nik":"{world.nik}","passphrase":"{world.passphrase}","signatureProperties":[{{"tampilan":"VISIBLE",'
        f'"imageBase64":"{escaped}",'
        + ",".join(f'"{name}":"{value}"' for name, value in {**box, **nothing}.items())
        + f'}}],"file":["{b64(pdf)}"],"id_ref":7,"note":null}}'
    )
    headers = {"content-type": "application/json", "accept": "application/json"}
    (signed,) = signed_in(esc("POST", "/api/v2/sign/pdf", content=content.encode(), headers=headers))
    check(esc, pdf, signed)


def test_v2_signs_whatever_a_form_passes_on_with_its_properties(esc: Client) -> None:
    """A web page's own fields travel along: id, nama, jabatan, fileBase64 (SvelteKit)."""
    pdf = plain("Surat dari formulir")
    extra: dict[str, Any] = {"id": "1", "nama": "A", "jabatan": "B", "fileBase64": "x", "fileName": "a.pdf"}
    (signed,) = signed_in(esc.sign_v2(pdf, nik=None, email=esc.world.email, **extra))
    check(esc, pdf, signed)
