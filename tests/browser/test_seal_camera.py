"""Printed pages before the fake camera of a real Chromium, spoilt as hands, paper and lenses spoil them; and photos."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from cryptography import x509
from cryptography.hazmat.primitives import serialization as form
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import ConsoleMessage, FilePayload, Page, expect, sync_playwright

from tests.browser.app_icons import ICONS, icon
from tests.browser.live import CHROMIUM, SWITCHES
from tests.browser.test_seal_page import FACTS, HOST, Sealed, colour, phone, sealed
from tests.oracles import poppler
from tests.pages import farthest
from tests.rows import births
from tte.issuance.sealing import day_of
from tte.rendering import Press
from tte.seal import Claim, SealWriter
from tte.template import PREVIEW, load
from tte.web.answering import STATIC
from tte.web.service import now

__all__ = ["sealed"]
TEMPLATE = Path(__file__).parents[2] / "templates" / "akta_kelahiran"
FRAME = (1280, 720)
NATIONAL = "https://layananonline.dukcapil.kemendagri.go.id/Terpusat/Pindai/KAB_0b9d"


def paper(text: str, id: str, folder: Path) -> Image.Image:  # noqa: A002 (the house's word)
    """The strip with the code of an akta, the right 100 mm of it and 52 high, at 300 dpi."""
    template = load(TEMPLATE)
    (row,) = births(1)
    pdf = folder / "kertas.pdf"
    pdf.write_bytes(Press(template, PREVIEW).document(template.check(row), id, text).pdf)
    with Image.open(poppler.corner(pdf, folder / "kertas.png", size_mm=100, dpi=300)) as drawn:
        side = drawn.height
        return drawn.convert("L").crop((0, round(side * 0.24), side, round(side * 0.76)))


def seen(picture: Image.Image, *, turn: float = 7.0, blur: float = 1.3) -> Image.Image:
    """As a camera sees it: turned, soft, grey, with grain, and kept as a poor JPEG of one frame's size."""
    turned = picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=235)
    scale = 1180 / turned.width
    small = turned.resize((1180, round(turned.height * scale)), Image.Resampling.BOX)
    table = Image.new("L", FRAME, 96)
    table.paste(small, (50, (FRAME[1] - small.height) // 2))
    soft = table.filter(ImageFilter.GaussianBlur(blur)).point(lambda tone: 38 + tone * 0.62)
    grain = ImageChops.add(soft, Image.effect_noise(FRAME, 18), offset=-128)
    kept = io.BytesIO()
    grain.save(kept, "JPEG", quality=60)
    return Image.open(kept).convert("L")


def film(file: Path, picture: Image.Image) -> None:
    """What the camera shows from now on: at first out of focus, then the page."""
    frames = [seen(picture, blur=6)] * 2 + [seen(picture, turn=turn) for turn in (7, 6.5, 7.5)] * 6
    kept = io.BytesIO()
    for frame in frames:
        frame.convert("RGB").save(kept, "JPEG", quality=80)
    file.write_bytes(kept.getvalue())


def photo(picture: Image.Image) -> FilePayload:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=60)
    return {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def code(text: str, picture: Image.Image | None = None) -> Image.Image:
    """Another code, alone or on the left of a page."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=6, border=4)
    square = Image.open(drawn).convert("L")
    page = picture.copy() if picture else Image.new("L", (1180, 614), 255)
    page.paste(square, (40, page.height - square.height - 20))
    return page


def ready(page: Page) -> None:
    page.goto(f"https://{HOST}/periksa")
    page.wait_for_selector("[data-ready]", state="attached")


def scan(page: Page, said: str) -> None:
    page.get_by_role("button", name="Pindai dengan kamera").click()
    expect(page.locator("#seal")).to_contain_text(said, timeout=20_000)
    expect(page.locator("video")).to_be_hidden()


def test_a_spoilt_page_before_the_camera_is_read_and_compared_with_internet_and_without(
    sealed: Sealed, tmp_path: Path
) -> None:
    shown = tmp_path / "kamera.mjpeg"
    page_here = paper(sealed.text, sealed.id, tmp_path)
    film(shown, page_here)
    complaints: list[str] = []

    def complained(message: ConsoleMessage) -> None:
        if message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text:
            complaints.append(message.text)

    with phone(sealed, f"--use-file-for-fake-video-capture={shown}") as context:
        context.grant_permissions(["camera"], origin=f"https://{HOST}")
        page = context.new_page()
        page.on("console", complained)
        ready(page)
        assert page.evaluate("'BarcodeDetector' in window") is False
        scan(page, "Segel asli dan dokumen berlaku")
        expect(page.locator("#seal")).to_contain_text("SITI NURHALIZA")
        assert colour(page) == "care"
        page.get_by_role("button", name="Ya, semua sama").click()
        assert colour(page) == "good"
        sealed.server.should_exit = True
        context.set_offline(True)
        page.reload()
        scan(page, "Segel asli dan dokumen berlaku")
        expect(page.locator("#seal")).to_contain_text("Status per")
        # The code was copied onto another paper: only the reader can tell, and does.
        page.get_by_role("button", name="Tidak, ada yang berbeda").click()
        expect(page.locator("#seal")).to_contain_text("Jangan diterima: kode ini bukan milik kertas ini")
        assert colour(page) == "stop"
        expect(page.get_by_role("button", name="Ya, semua sama")).to_be_hidden()
        another = "dukcapil-contoh.example"
        facts = FACTS | {Claim.ISSUED: day_of(now())}
        film(shown, paper(SealWriter(another, 9971, sealed.key).write(sealed.id, facts), sealed.id, tmp_path))
        scan(page, "Alamat di kode ini bukan milik kantor penerbit")
        assert colour(page) == "stop"
        assert page.locator("#seal a:visible").count() == 0
    assert complaints == []
    assert [one for one in sealed.asked if sealed.fragment[:40] in one] == []


def test_photos_of_our_page_and_of_every_other_code_get_their_answer(sealed: Sealed, tmp_path: Path) -> None:
    here = paper(sealed.text, sealed.id, tmp_path)
    bare = sealed.text.partition("#")[0]
    cases: list[tuple[Image.Image, str, str]] = [
        (seen(here), "Segel asli dan dokumen berlaku", "care"),
        (seen(here.rotate(180)), "Segel asli dan dokumen berlaku", "care"),
        (seen(code(NATIONAL, here), turn=2), "Segel asli dan dokumen berlaku", "care"),
        (seen(code(NATIONAL)), "kode QR nasional Dukcapil", "unsure"),
        (seen(code("https://dukcapil.kemendagri.go.id.jahat.example/x")), "Kode ini bukan segel dokumen", "unsure"),
        (seen(code("WIFI:S:kantor;T:WPA;P:rahasia;;")), "Kode ini bukan segel dokumen", "unsure"),
        (seen(code(bare)), "Dokumen ini terbit tanpa segel", "unsure"),
    ]
    with phone(sealed) as context:
        page = context.new_page()
        ready(page)
        for picture, said, tone in cases:
            page.get_by_label("Foto kode QR").set_input_files(files=[photo(picture)])
            expect(page.locator("#seal")).to_contain_text(said, timeout=20_000)
            assert colour(page) == tone
        assert page.locator(".tone-good").count() == 0
        page.get_by_role("link", name="Lihat catatan kantor").click()
        assert page.url == f"https://{HOST}/d/{sealed.id}"
        page.go_back()
        ready(page)
        page.get_by_label("Foto kode QR").set_input_files(files=[photo(Image.new("L", (900, 700), 210))])
        expect(page.locator("[data-note]")).to_contain_text("Tidak ada kode QR yang terbaca", timeout=20_000)


def _pin(certificate: Path) -> str:
    """By which Chromium takes this certificate for a good one, as an authority's would be."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = public.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    return b64encode(hashlib.sha256(spki).digest()).decode()


@pytest.fixture
def installed(sealed: Sealed, tmp_path: Path) -> Iterator[Page]:
    """A page in a profile that is kept, for Chromium installs nothing in another."""
    there = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{sealed.port}, MAP * ~NOTFOUND"
    with sync_playwright() as started:
        context = started.chromium.launch_persistent_context(
            tmp_path / "profil",
            executable_path=CHROMIUM,
            args=[*SWITCHES, there, f"--ignore-certificate-errors-spki-list={_pin(tmp_path / 'tls.pem')}"],
            locale="id-ID",
        )
        yield context.pages[0]
        context.close()


def test_chromium_finds_nothing_against_installing_the_page(installed: Page) -> None:
    ready(installed)
    session = installed.context.new_cdp_session(installed)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert "Periksa Dokumen Dukcapil" in manifest["data"]
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_the_icons_are_those_that_the_flower_makes() -> None:
    for name, (side, maskable) in ICONS.items():
        with Image.open(STATIC / name) as kept:
            drawn = kept.convert("RGBA")
        assert farthest(icon(side, maskable=maskable), drawn) < 12


def test_the_vendored_scanner_is_the_one_its_notice_names() -> None:
    notice = (STATIC / "zxing-LICENSES.txt").read_text(encoding="utf-8")
    for name in ("zxing-reader.js", "zxing-reader.wasm"):
        assert f"sha256 {hashlib.sha256((STATIC / name).read_bytes()).hexdigest()}  {name}" in notice
