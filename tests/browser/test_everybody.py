"""Pages that everybody can use: axe-core finds nothing, and nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.live import HERE, Live, chromium, live
from tests.browser.shots import PAGES, address
from tests.figures_home import filled
from tests.people_world import OFFICE
from tests.request_files import photo
from tests.rows import births
from tests.strangers_pdfs import plain
from tte.figures.friday import WIB, latest_friday
from tte.office import Home
from tte.people import Role
from tte.requests import Attached, Channel, Contact, Content

FORM = "/ajukan?kantor=9971&jenis=kartu_keluarga"
AXE = Path(__file__).parents[2] / ".cache" / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
JUDGE = f"async () => (await axe.run({{runOnly: {TAGS}}})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
ANYTHING = (f"/d/{'a' * 26}", f"/ambil/{'a' * 26}")


@pytest.fixture
def office(home: Home) -> Iterator[Live]:
    with live(home) as answered:
        answered.day.checked(answered.day.drafted(2))
        answered.day.drafted(2, seed=9)
        filled(answered.day.register, latest_friday(datetime.now(WIB).date()), weeks=2)
        yield answered


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is open, with all details open."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*page.evaluate(JUDGE), *(["wider than the screen"] if wide else [])]


def requested(office: Live) -> tuple[str, str]:
    """The number and the secret of a request with a paper."""
    (row,) = births(1)
    content = Content(row.values, (Contact(Channel.EMAIL, "warga@contoh.example"),), "catatan")
    papers = [Attached("surat_lahir", "pdf", plain(), 2), Attached("kk", "jpeg", photo())]
    filing = office.service.requests().filing
    receipt = filing.file(OFFICE, "akta_kelahiran", content, papers, office.service.now(), token="")
    return receipt.number, receipt.secret


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_every_page_of_every_role(office: Live, width: int, dark: bool) -> None:
    found: dict[str, list[str]] = {}
    with chromium(width=width, dark=dark) as context:
        page = context.new_page()
        for path in (
            "/",
            "/d",
            "/periksa",
            "/ajukan",
            FORM,
            "/lacak",
            f"/d/{'a' * 26}",
            f"/ambil/{'a' * 26}",
            "/masuk",
        ):
            page.goto(office.url + path)
            found[path] = faults(page)
        number, secret = requested(office)
        page.goto(f"{office.url}/lacak")
        page.get_by_label("Nomor pelacakan").fill(number)
        page.get_by_label("Kunci").fill(secret)
        page.get_by_role("button", name="Lihat").click()
        found["a request, tracked"] = faults(page)
        for role, paths in PAGES.items():
            context.clear_cookies()
            office.sign_in(page, role)
            for path in ("/akun", *map(address, paths)):
                page.goto(office.url + path)
                found[f"{role} {path}"] = faults(page)
            if role is Role.OPERATOR:
                page.goto(f"{office.url}{HERE}/permohonan")
                page.locator("table a").first.click()
                found["a request"] = faults(page)
            if role is Role.OFFICIAL:
                page.goto(f"{office.url}{HERE}/tanda-tangan")
                page.locator("a[href*='/buka/']").first.click()
                found["buka"] = faults(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
