"""A PDF that is judged in a real Chromium, without internet, and sent to nobody; what is not sure is not said."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import FilePayload, Page, expect
from starlette.types import Receive, Scope, Send

from tests.browser.live import PLENTY
from tests.browser.test_everybody import faults
from tests.browser.test_seal_page import HOST, _certificate, phone
from tests.rows import births
from tests.vectors.writing import appended
from tte.issuance import Issued
from tte.office import Home
from tte.validation import validate
from tte.web import Service, make_app
from tte.web.service import now

ALTERED = "DIUBAH"
UNSURE = "TIDAK DAPAT DIPASTIKAN di sini"


@dataclass
class Issuing:
    """A sealed document of an office whose official is known; what the server was asked; and what stops it."""

    pdf: bytes
    port: int
    server: uvicorn.Server
    asked: list[str]


@pytest.fixture
def office(home: Home, tmp_path: Path) -> Iterator[Issuing]:
    _edit(home.path / "tte.toml", r"(?m)^base_url *=.*$", f'base_url = "https://{HOST}"')
    for file in ("tte.toml", "keys/demo.toml"):  # only test keys can sign for an office that does not exist
        _edit(home.path / file, '"9971"', '"3171"')
    _edit(home.path / "keys" / "demo.toml", r"test +=.*", "test = false")
    home = Home(home.path)
    home.seals("3171").make_key(now())
    (row,) = births(1)
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", [row])
        assert isinstance(issued, Issued)
        pdf = issuer.register.read_pdf(issued.entry.id)
    certificate = validate(pdf, home.trust(), now()).signatures[0].certificate_sha256
    (home.path / "officials.toml").write_text(
        f'[[official]]\nname = "WULAN"\nnip = "197903122005012004"\ntitle = ["Kepala Dinas"]\noffice = "3171"\n'
        f'certificate = "{certificate}"\n',
        encoding="utf-8",
    )
    with socket.socket() as listening, Service(Home(home.path)) as service:
        listening.bind(("127.0.0.1", 0))
        asked: list[str] = []
        app = make_app(service, allowed=PLENTY)

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            asked.append(f"{scope['method']} {scope['path']}")
            await app(scope, receive, send)

        tls = str(_certificate(tmp_path))
        quiet = uvicorn.Config(
            noted, log_level="critical", lifespan="off", ws="none", ssl_certfile=tls, ssl_keyfile=tls
        )
        server = uvicorn.Server(quiet)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield Issuing(pdf, listening.getsockname()[1], server, asked)
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def _edit(file: Path, pattern: str, new: str) -> None:
    file.write_text(re.sub(pattern, new, file.read_text(encoding="utf-8")), encoding="utf-8")


def given(page: Page, pdf: bytes) -> None:
    """Choose the file and press the button with the keyboard."""
    file: FilePayload = {"name": "akta.pdf", "mimeType": "application/pdf", "buffer": pdf}
    page.get_by_label("Pilih berkas", exact=True).set_input_files(files=[file])
    page.get_by_role("button", name="Periksa tanpa mengunggah").press("Enter")


def colour(page: Page) -> str:
    return (page.locator("[data-pdf-verdict]").get_attribute("class") or "").rpartition("tone-")[2]


def test_a_pdf_is_judged_here_without_internet_and_what_is_not_sure_is_to_be_uploaded(office: Issuing) -> None:
    words_at = office.pdf.rindex(b" Tj")
    altered = office.pdf[: words_at - 3] + bytes([office.pdf[words_at - 3] ^ 1]) + office.pdf[words_at - 2 :]
    later = appended(office.pdf, {60: b"<< /Note (sesudah) >>"})
    with phone(office) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"https://{HOST}/periksa")
        page.wait_for_selector("[data-ready]", state="attached")
        given(page, later)
        expect(page.locator("[data-pdf-result]")).to_contain_text(UNSURE)
        assert [one for one in office.asked if one.startswith("POST")] == []
        page.get_by_role("button", name="Unggah untuk pemeriksaan lengkap").press("Enter")
        page.wait_for_url(f"https://{HOST}/")
        expect(page.locator("#verdict")).to_be_visible()
        page.goto(f"https://{HOST}/periksa")
        office.server.should_exit = True
        context.set_offline(True)
        page.reload()
        result = page.locator("[data-pdf-result]")
        given(page, office.pdf)
        expect(result).to_contain_text("Tanda tangan dan segel sah, dan dokumen berlaku menurut daftar status")
        expect(result).to_contain_text("Status per")
        expect(result).to_contain_text("9971-LU")
        assert (colour(page), page.locator(".tone-good").count()) == ("care", 0)
        assert faults(page) == []
        page.get_by_role("button", name="Ya, semua sama").press("Enter")
        assert colour(page) == "good"
        page.get_by_label("Tempel isi kode QR").fill("x")
        page.get_by_role("button", name="Periksa", exact=True).press("Enter")
        expect(page.locator("#seal")).to_be_visible()
        expect(result).to_be_hidden()  # one answer at a time
        for pdf, said, tone in ((altered, ALTERED, "stop"), (later, UNSURE, "unsure"), (b"x", UNSURE, "unsure")):
            given(page, pdf)
            expect(result).to_contain_text(said)
            expect(page.locator("#seal")).to_be_hidden()
            assert (colour(page), page.locator("[data-pdf-answers]").is_hidden()) == (tone, True)
            assert page.locator("[data-pdf-facts] div").count() == 0
        assert faults(page) == []
        expect(page.get_by_role("button", name="Unggah untuk pemeriksaan lengkap")).to_be_visible()
    assert [one for one in office.asked if one.startswith("POST")] == ["POST /"]
