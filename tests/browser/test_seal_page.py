"""The seal in a real Chromium, at the office's own address: read there, told to nobody, and without internet too."""

from __future__ import annotations

import re
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from playwright.sync_api import BrowserContext, FilePayload, Page, expect, sync_playwright
from starlette.types import Receive, Scope, Send

from tests.browser.live import CHROMIUM, PLENTY, SWITCHES
from tests.browser.test_everybody import faults
from tests.rows import births
from tte.issuance import Issued
from tte.issuance.sealing import day_of
from tte.office import Home
from tte.office.seal_files import loaded
from tte.seal import Claim, SealWriter, check_number
from tte.web import Service, make_app
from tte.web.service import now

HOST = "dukcapil.contoh.example"
PIXEL: FilePayload = {
    "name": "foto.png",
    "mimeType": "image/png",
    "buffer": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
}
NIK = "9971014503260001"
FACTS: dict[int, int | str | bytes] = {
    Claim.KIND: 1,
    Claim.NUMBER: "9971-LU-1",
    Claim.ISSUED: 0,
    Claim.NAME: "SITI NURHALIZA",
    Claim.BORN: -400,
    Claim.CHECKS: bytes([check_number(NIK)]),
}


@dataclass
class Sealed:
    """A document and its seal; what the server was asked, and what stops it."""

    id: str
    text: str
    key: EllipticCurvePrivateKey
    port: int
    server: uvicorn.Server
    asked: list[str]

    @property
    def fragment(self) -> str:
        return self.text.partition("#")[2]


@pytest.fixture
def sealed(home: Home, tmp_path: Path) -> Iterator[Sealed]:
    settings = home.path / "tte.toml"
    text = re.sub(r"(?m)^base_url *=.*$", f'base_url = "https://{HOST}"', settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    home = Home(home.path)
    seals = home.seals("9971")
    seals.make_key(now(), test=True)
    (row,) = births(1)
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", [row])
    assert isinstance(issued, Issued)
    key = seals.make_key(now())
    private = loaded(seals.folder / f"{key.kid.hex()}.pem", holds="the seal key")
    with socket.socket() as listening, Service(home) as service:
        listening.bind(("127.0.0.1", 0))
        asked: list[str] = []
        app = make_app(service, allowed=PLENTY)

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            asked.append(f"{scope['raw_path']!r} {scope['query_string']!r} {scope['headers']!r}")
            await app(scope, receive, send)

        tls = str(_certificate(tmp_path))
        quiet = uvicorn.Config(
            noted, log_level="critical", lifespan="off", ws="none", ssl_certfile=tls, ssl_keyfile=tls
        )
        server = uvicorn.Server(quiet)
        found = Sealed(
            issued.entry.id,
            SealWriter(HOST, 9971, private).write(issued.entry.id, FACTS | {Claim.ISSUED: day_of(now())}),
            private,
            listening.getsockname()[1],
            server,
            asked,
        )
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def _certificate(folder: Path) -> Path:
    """A key and a certificate of this test, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    file = folder / "tls.pem"
    file.write_bytes(pem + made.sign(key, SHA256()).public_bytes(form.Encoding.PEM))
    return file


@contextmanager
def phone(sealed: Sealed, *more: str) -> Iterator[BrowserContext]:
    """A browser for which the office's address is this machine, and no other address is anything."""
    there = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{sealed.port}, MAP * ~NOTFOUND"
    with sync_playwright() as started:
        switches = [*SWITCHES, there, "--ignore-certificate-errors", "--use-fake-device-for-media-stream", *more]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=switches)
        try:
            yield browser.new_context(viewport={"width": 390, "height": 900}, locale="id-ID", ignore_https_errors=True)
        finally:
            browser.close()


def colour(page: Page) -> str:
    return (page.locator("#seal article").get_attribute("class") or "").rpartition("tone-")[2]


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#seal")).to_be_visible()
    return page


def test_a_seal_is_read_on_the_phone_and_told_to_nobody(sealed: Sealed) -> None:
    asked: list[str] = []
    with phone(sealed) as context:
        context.on("request", lambda request: asked.append(f"{request.url.partition('#')[0]} {request.post_data}"))
        page = opened(context, sealed.text)
        expect(page.locator("#seal")).to_contain_text("Segel asli dan dokumen berlaku")
        expect(page.locator("#seal")).to_contain_text("Apakah data ini sama dengan yang tercetak di kertas?")
        for said in ("SITI NURHALIZA", "9971-LU-1", "27 November 1968"):
            expect(page.locator("#seal")).to_contain_text(said)
        assert (colour(page), page.url) == ("care", f"https://{HOST}/d/{sealed.id}")
        assert page.locator(".tone-good").count() == 0
        page.get_by_role("button", name="Tidak, ada yang berbeda").click()
        assert colour(page) == "stop"
        expect(page.locator("#seal")).to_contain_text("kode ini bukan milik kertas ini")
    for told in (asked, sealed.asked):
        assert any("/.well-known/tte/keys" in one for one in told)
        assert [one for one in told if sealed.fragment[:40] in one] == []


def test_a_seal_that_was_altered_cut_or_is_of_another_document_is_warned_of(sealed: Sealed) -> None:
    last = "1" if sealed.text[-1] == "0" else "0"
    bad = {
        sealed.text[:-1] + last: "Segel palsu, atau isinya diubah",
        sealed.text[:-9]: "Segel tidak terbaca utuh",
        f"https://{HOST}/d/{'0' * 26}#{sealed.fragment}": "Segel palsu, atau isinya diubah",
        f"https://{HOST}/d/{sealed.id}#asli": "Segel tidak terbaca utuh",
    }
    with phone(sealed) as context:
        for address, said in bad.items():
            page = opened(context, address)
            expect(page.locator("#seal")).to_contain_text(said)
            expect(page.locator("[data-facts]")).to_be_hidden()
            assert page.locator(".tone-good").count() == 0
        page = context.new_page()
        page.goto(f"https://{HOST}/d/{sealed.id}")
        expect(page.locator("#seal")).to_be_hidden()


def test_everybody_can_use_both_pages(sealed: Sealed) -> None:
    with phone(sealed) as context:
        page = opened(context, sealed.text)
        assert faults(page) == []
        page.goto(f"https://{HOST}/periksa")
        page.get_by_label("Tempel isi kode QR").fill(sealed.text)
        page.get_by_role("button", name="Periksa", exact=True).click()
        expect(page.locator("[data-facts]")).to_be_visible()
        assert faults(page) == []


def test_what_a_phones_own_decoder_reads_is_checked_from_a_photo_and_from_the_camera(sealed: Sealed) -> None:
    """Chromium on Linux has no BarcodeDetector, so one that always reads this code stands in; the camera is a fake."""
    with phone(sealed) as context:
        context.grant_permissions(["camera"], origin=f"https://{HOST}")
        context.add_init_script(
            "window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code']; }"
            f" async detect() {{ return [{{ rawValue: '{sealed.text}' }}]; }} }};"
        )
        for way in ("photo", "camera"):
            page = context.new_page()
            page.goto(f"https://{HOST}/periksa")
            if way == "photo":
                page.get_by_label("Foto kode QR").set_input_files(files=[PIXEL])
            else:
                page.get_by_role("button", name="Pindai dengan kamera").click()
            expect(page.locator("#seal")).to_contain_text("Segel asli dan dokumen berlaku")
            expect(page.locator("video")).to_be_hidden()
    assert [one for one in sealed.asked if sealed.fragment[:40] in one] == []


def test_without_internet_the_page_still_checks_what_is_pasted(sealed: Sealed) -> None:
    with phone(sealed) as context:
        page = context.new_page()
        page.goto(f"https://{HOST}/periksa")
        page.wait_for_selector("[data-ready]", state="attached")
        sealed.server.should_exit = True
        context.set_offline(True)
        page.reload()
        for text, said, tone in (
            (sealed.text, "Segel asli dan dokumen berlaku", "care"),
            (sealed.text.replace("contoh", "c0ntoh"), "Alamat di kode ini bukan milik kantor penerbit", "stop"),
            (sealed.text.partition("#")[0], "Dokumen ini terbit tanpa segel", "unsure"),
            ("https://dukcapil.kemendagri.go.id/x", "kode QR nasional Dukcapil", "unsure"),
        ):
            page.get_by_label("Tempel isi kode QR").fill(text)
            page.get_by_role("button", name="Periksa", exact=True).click()
            expect(page.locator("#seal")).to_contain_text(said)
            assert colour(page) == tone
        page.get_by_label("Tempel isi kode QR").fill(sealed.text)
        page.get_by_role("button", name="Periksa", exact=True).click()
        expect(page.locator("#seal")).to_contain_text("Status per")
        nik = page.get_by_label("Ketik NIK ke-1 dari kertas")
        nik.fill(NIK)
        expect(page.locator("#seal")).to_contain_text("Angka cek cocok")
        page.get_by_role("button", name="Ya, semua sama").click()
        assert colour(page) == "good"
        page.get_by_role("button", name="Periksa", exact=True).click()
        nik.fill(NIK[:-1] + "2")
        page.get_by_role("button", name="Ya, semua sama").click()
        assert colour(page) == "stop"
