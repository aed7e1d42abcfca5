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
from tte.figures.friday import WIB, latest_friday
from tte.office import Home
from tte.people import Role

AXE = Path(__file__).parents[2] / ".cache" / "axe" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
JUDGE = f"async () => (await axe.run({{runOnly: {TAGS}}})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"


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


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_every_page_of_every_role(office: Live, width: int, dark: bool) -> None:
    found: dict[str, list[str]] = {}
    with chromium(width=width, dark=dark) as context:
        page = context.new_page()
        for path in ("/", "/d", "/periksa", f"/d/{'a' * 26}", "/masuk"):
            page.goto(office.url + path)
            found[path] = faults(page)
        for role, paths in PAGES.items():
            context.clear_cookies()
            office.sign_in(page, role)
            for path in ("/akun", *map(address, paths)):
                page.goto(office.url + path)
                found[f"{role} {path}"] = faults(page)
            if role is Role.OFFICIAL:
                page.goto(f"{office.url}{HERE}/tanda-tangan")
                page.locator("a[href*='/buka/']").first.click()
                found["buka"] = faults(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
