"""An office's whole day in Chromium, from the CSV to the citizen who scans the page and uploads the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page

from tests.browser.live import HERE, Live, chromium, live
from tests.postgres import Server
from tests.rows import births
from tte.issuance import Issued
from tte.model import Raw, Row
from tte.office import Home
from tte.people import Role

COUNT = 20


@pytest.fixture(params=["sqlite", "postgresql"])
def office(home: Home, request: pytest.FixtureRequest, postgres: Server, postgres_template: str) -> Iterator[Live]:
    with postgres.database(postgres_template) as name:
        if request.param == "postgresql":
            settings = home.path / "tte.toml"
            text = settings.read_text(encoding="utf-8")
            settings.write_text(re.sub(r"(?m)^register *=.*$", f'register = "{postgres.url(name)}"', text), "utf-8")
        with live(Home(home.path)) as answered:
            yield answered


def test_twenty_births_from_the_file_to_the_citizen(office: Live, tmp_path: Path) -> None:
    rows = list(births(COUNT))
    with chromium() as context:
        page = context.new_page()
        outside: list[str] = []
        page.on("request", lambda one: outside.append(one.url) if not _ours(office, one.url) else None)
        said: list[str] = []
        page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        drafted(office, page, _csv([row.values for row in rows]))
        checked(office, page)
        pdf = signed(office, page, tmp_path)
        office_closed = page.context
        office_closed.clear_cookies()
        code = asked(office, page, pdf)
        assert "ASLI DAN BERLAKU" in uploaded(office, page, pdf)
        assert not outside
        assert not said
    for javascript in (True, False):
        with chromium(javascript=javascript, width=390) as context:
            page = context.new_page()
            page.goto(code)
            assert "Tercatat dan berlaku" in page.get_by_role("heading", level=1).inner_text()
            assert "ASLI DAN BERLAKU" in uploaded(office, page, pdf)
    replaced(office, code, rows)
    with chromium(javascript=False, width=390) as context:
        page = context.new_page()
        assert "ASLI, SUDAH DIGANTI" in uploaded(office, page, pdf)
        page.goto(code)
        assert "sudah diganti" in page.get_by_role("heading", level=1).inner_text()


def drafted(office: Live, page: Page, content: bytes) -> None:
    """The operator makes drafts of a file."""
    office.sign_in(page, Role.OPERATOR)
    page.goto(f"{office.url}{HERE}/draf/impor")
    page.get_by_label("Jenis dokumen").select_option("akta_kelahiran")
    page.locator("input[type=file]").set_input_files({"name": "lahir.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("main form button").last.click()
    page.goto(f"{office.url}{HERE}/draf")
    assert page.locator("table tbody tr").count() == COUNT


def checked(office: Live, page: Page) -> None:
    """The verifier approves one after the other."""
    page.context.clear_cookies()
    office.sign_in(page, Role.VERIFIER)
    page.goto(f"{office.url}{HERE}/pemeriksaan")
    page.locator("main a[href*='/pemeriksaan/']").first.click()
    for _ in range(COUNT):
        page.locator("input[name=compared]").check()
        with page.expect_navigation():
            page.get_by_role("button", name="Setujui").click()


def signed(office: Live, page: Page, folder: Path) -> bytes:
    """The official opens what he must, signs all of them; one file, as a verifier fetches it."""
    page.context.clear_cookies()
    office.sign_in(page, Role.OFFICIAL)
    page.goto(f"{office.url}{HERE}/tanda-tangan")
    while page.get_by_role("link", name="Buka yang berikutnya").count():
        page.get_by_role("link", name="Buka yang berikutnya").click()
    page.goto(f"{office.url}{HERE}/tanda-tangan")
    page.get_by_role("button", name="Lanjut mengesahkan").click()
    page.get_by_label("Kode dari aplikasi").fill(office.code(Role.OFFICIAL))
    page.get_by_label("Passphrase sertifikat").fill(office.day.passphrase)
    page.get_by_role("button", name=f"Tanda tangani {COUNT} dokumen").click()
    page.get_by_role("link", name="Lihat dokumen").wait_for(timeout=120_000)
    assert f"{COUNT} dokumen terbit" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Lihat dokumen").click()
    assert page.locator("table tbody tr").count() == COUNT
    page.locator("table tbody a").first.click()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Unduh PDF").click()
    target = folder / "akta.pdf"
    fetched.value.save_as(target)
    return target.read_bytes()


def replaced(office: Live, code: str, rows: Sequence[Row]) -> None:
    """A newer document of the same number takes its place."""
    entry = next(one for one in office.day.register.entries() if code.endswith(one.id))
    row = next(one for one in rows if entry.number in one.values.values())
    home = replace(office.day.home, typed=lambda: office.day.passphrase)
    with home.issuer("kadis", ("akta_kelahiran",)) as issuer:
        newer = replace(row, values={**row.values, "nama": "NAMA YANG DIPERBAIKI"})
        (outcome,) = replace(issuer, replacing="nama diperbaiki").issue("akta_kelahiran", [newer])
        assert isinstance(outcome, Issued)


def asked(office: Live, page: Page, pdf: bytes) -> str:
    """What the QR code on the page opens, and what it says there."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (found,) = (one for one in zxingcpp.read_barcodes(picture) if "/d/" in one.text)
    page.goto(found.text)
    assert "Tercatat dan berlaku" in page.get_by_role("heading", level=1).inner_text()
    return str(found.text).partition("#")[0]


def uploaded(office: Live, page: Page, pdf: bytes) -> str:
    """The verdict on a file, as the page's heading says it."""
    page.goto(office.url)
    page.locator("input[type=file]").set_input_files({"name": "akta.pdf", "mimeType": "application/pdf", "buffer": pdf})
    page.get_by_role("button", name="Periksa sekarang").click()
    return page.get_by_role("heading", level=1).inner_text()


def _csv(rows: Sequence[Mapping[str, Raw]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _ours(office: Live, url: str) -> bool:
    return url.startswith((office.url, "data:", "blob:"))
