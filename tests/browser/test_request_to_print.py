"""A citizen's document from the form to the printed page with a checked seal, as people see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.live import HERE, Live, chromium, live
from tests.browser.test_everybody import faults
from tests.people_world import OFFICE
from tests.post_office import Mailbox, mailbox
from tests.request_files import photo
from tests.rows import births
from tte.issuance import now
from tte.office import Home
from tte.people import Role
from tte.web.chores import Chores

HOST = "dukcapil.contoh.example"
KIND, TO = "akta_kelahiran", "warga@contoh.example"
BY_OFFICE = ("nik", "nomor_akta")


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as running:
        yield running


@pytest.fixture
def office(home: Home, mail: Mailbox) -> Iterator[Live]:
    mail.install(home.path)
    settings = home.path / "tte.toml"
    text = re.sub(r"(?m)^base_url *=.*$", f'base_url = "https://{HOST}"', settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    home = Home(home.path)
    home.seals(OFFICE).make_key(now(), test=True)
    with live(home, host=HOST, tls=mail.ca) as answered:
        yield answered


def test_a_citizen_asks_at_home_and_prints_at_home(office: Live, mail: Mailbox, tmp_path: Path) -> None:
    (row,) = births(1)
    values = {name: str(value) for name, value in row.values.items()}
    with chromium(javascript=False, width=390, way=office.way) as context:
        number, key = filed(office, context.new_page(), values)
    with chromium(way=office.way) as context:
        page = context.new_page()
        drafted(office, page, number, values)
        checked(office, page)
        signed(office, page)
    Chores(office.service).do()
    (letter,) = mail.letters
    assert mail.recipients == [TO]
    assert not re.search(r"\d{16}", str(letter))
    assert not [one for one in values.values() if len(one) > 8 and one in str(letter.get_content())]
    with chromium(javascript=False, width=390, way=office.way) as context:
        page = context.new_page()
        outside: list[str] = []
        page.on("request", lambda one: outside.append(one.url) if not one.url.startswith(office.url) else None)
        pdf = fetched(page, letter, number, key, tmp_path)
        assert tracked(office, page, number, key) == "Terkirim"
        (code,) = (one.text for one in zxingcpp.read_barcodes(printed(pdf)) if "/d/" in one.text)
        page.goto(code)
        assert "Tercatat dan berlaku" in page.get_by_role("heading", level=1).inner_text()
        assert not outside
    with chromium(way=office.way) as context:
        page = context.new_page()
        page.goto(code)
        seal = page.locator("#seal")
        expect(seal).to_contain_text("Contoh, bukan dokumen")  # a whole seal, of a key that is for specimens
        expect(seal).to_contain_text(values["nama"])
        other = context.new_page()
        other.goto(code[:-1] + ("1" if code[-1] == "0" else "0"))
        expect(other.locator("#seal")).to_contain_text("Segel palsu, atau isinya diubah")
        assert [*looked_at(office, page, letter, key)] == []
    Chores(office.service).do()
    assert len(mail.letters) == 1


def filed(office: Live, page: Page, values: dict[str, str]) -> tuple[str, str]:
    """The citizen fills in the form; the number and key of the receipt."""
    page.goto(f"{office.url}/ajukan")
    page.get_by_label("Dokumen yang Anda perlukan").select_option(KIND)
    page.get_by_role("button", name="Isi formulirnya").click()
    fill(page, values)
    picture: FilePayload = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    for one in page.locator("input[type=file][required]").all():
        one.set_input_files(picture)
    page.get_by_label("Surel").fill(TO)
    page.get_by_role("button", name="Kirim permohonan").last.click()
    return page.locator("[data-number]").inner_text(), page.locator("[data-secret]").inner_text()


def drafted(office: Live, page: Page, number: str, values: dict[str, str]) -> None:
    """The operator takes the request up, fills in what the office knows, and makes it a draft."""
    office.sign_in(page, Role.OPERATOR)
    page.goto(f"{office.url}{HERE}/permohonan")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Mulai periksa").click()
    page.get_by_role("button", name="Jadikan draf").click()
    fill(page, {name: values[name] for name in BY_OFFICE if name in values})
    page.locator("main form button[value=send], main form button.button").last.click()
    page.goto(f"{office.url}{HERE}/draf")
    assert page.locator("table tbody tr").count() == 1


def checked(office: Live, page: Page) -> None:
    page.context.clear_cookies()
    office.sign_in(page, Role.VERIFIER)
    page.goto(f"{office.url}{HERE}/pemeriksaan")
    page.locator("main a[href*='/pemeriksaan/']").first.click()
    page.locator("input[name=compared]").check()
    page.get_by_role("button", name="Setujui").click()


def signed(office: Live, page: Page) -> None:
    page.context.clear_cookies()
    office.sign_in(page, Role.OFFICIAL)
    page.goto(f"{office.url}{HERE}/tanda-tangan")
    while page.get_by_role("link", name="Buka yang berikutnya").count():
        page.get_by_role("link", name="Buka yang berikutnya").click()
    page.goto(f"{office.url}{HERE}/tanda-tangan")
    page.get_by_role("button", name="Lanjut mengesahkan").click()
    page.get_by_label("Kode dari aplikasi").fill(office.code(Role.OFFICIAL))
    page.get_by_label("Passphrase sertifikat").fill(office.day.passphrase)
    page.get_by_role("button", name="Tanda tangani").click()
    page.get_by_role("link", name="Lihat dokumen").wait_for(timeout=120_000)


def fetched(page: Page, letter: EmailMessage, number: str, key: str, folder: Path) -> bytes:
    """The citizen opens the link of the letter, mistypes once, and saves the file."""
    page.goto(link_in(letter))
    page.get_by_label("PIN atau kunci").fill(number)
    page.get_by_role("button", name="Buka").click()
    assert "tidak cocok" in page.get_by_role("alert").inner_text()
    page.get_by_label("PIN atau kunci").fill(key.lower())
    page.get_by_role("button", name="Buka").click()
    assert "A4" in page.get_by_role("main").inner_text()
    with page.expect_download() as got:
        page.get_by_role("button", name="Unduh PDF").click()
    target = folder / "akta.pdf"
    got.value.save_as(target)
    return target.read_bytes()


def looked_at(office: Live, page: Page, letter: EmailMessage, key: str) -> Iterator[str]:
    """What is wrong with the pages of a delivery, for whoever cannot see them."""
    page.goto(link_in(letter))
    yield from faults(page)
    page.get_by_label("PIN atau kunci").fill(key)
    page.get_by_role("button", name="Buka").click()
    yield from faults(page)
    office.sign_in(page, Role.OPERATOR)
    page.goto(f"{office.url}{HERE}/kiriman?keadaan=sent")
    yield from faults(page)
    page.locator("table a").first.click()
    yield from faults(page)
    page.get_by_role("link", name="Dokumen", exact=True).last.click()
    page.get_by_role("link", name="Kirim tautan").click()
    yield from faults(page)


def link_in(letter: EmailMessage) -> str:
    (link,) = re.findall(r"https?://\S+/ambil/\S+", str(letter.get_content()))
    return str(link)


def tracked(office: Live, page: Page, number: str, key: str) -> str:
    page.goto(f"{office.url}/lacak")
    page.get_by_label("Nomor pelacakan").fill(number)
    page.get_by_label("Kunci").fill(key)
    page.get_by_role("button", name="Lihat").click()
    return page.locator("[data-state]").inner_text()


def printed(pdf: bytes) -> Image.Image:
    """The first page as a printer at home puts it on paper: 200 dots an inch, grey."""
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    return picture.convert("L")


def fill(page: Page, values: dict[str, str]) -> None:
    """What a form asks for, by the names of its fields."""
    for name, value in values.items():
        field = page.locator(f"[name='{name}'], [name='f.{name}']")
        if not field.count():
            continue
        if field.first.evaluate("one => one.tagName") == "SELECT":
            field.first.select_option(value)
        elif not field.first.get_attribute("readonly"):
            field.first.fill(value)
