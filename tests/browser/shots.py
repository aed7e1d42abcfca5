"""Pictures of every page, to be looked at: python -m tests.browser.shots FOLDER [--dark]. Some stand in docs/."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tests.browser.live import HERE, Live, chromium, live
from tests.figures_home import filled
from tte.figures.friday import WIB, latest_friday
from tte.office import Home
from tte.people import Role
from tte.testing.homes import sample_home

PAGES = {
    Role.OPERATOR: (
        "",
        "/permohonan",
        "/draf",
        "/draf/baru",
        "/draf/baru/akta_kelahiran",
        "/draf/baru/kartu_keluarga",
        "/draf/impor",
        "/batch",
        "/kiriman",
        "/angka",
        "/angka/isi",
        "/angka/dokumen",
        "/angka/unggah",
        "/angka/masalah",
        "/angka/masalah/isi",
        "/laporan",
    ),
    Role.VERIFIER: ("/pemeriksaan",),
    Role.OFFICIAL: ("", "/tanda-tangan", "/dokumen", "/sertifikat", "/jejak"),
    Role.OFFICE_ADMIN: ("/pengguna", "/aplikasi"),
    Role.NATIONAL_ADMIN: ("/pengguna", "/nasional", "/nasional?provinsi=34&ukuran=prr", "/nasional/kantor/3171"),
}


def address(path: str) -> str:
    """Where a page of the sample office is, or one of the country."""
    return path if path.startswith("/nasional") else HERE + path


def shoot(office: Live, folder: Path, *, width: int, dark: bool) -> None:
    """One picture of each page at this width."""
    name = f"{width}{'.dark' if dark else ''}"
    with chromium(width=width, dark=dark) as context:
        page = context.new_page()
        page.goto(f"{office.url}/masuk")
        page.screenshot(path=folder / f"masuk.{name}.png", full_page=True)
        for role, paths in PAGES.items():
            context.clear_cookies()
            office.sign_in(page, role)
            for path in paths:
                page.goto(office.url + address(path))
                page.screenshot(path=folder / f"{role}{re.sub(r'[/?=&]', '-', path)}.{name}.png", full_page=True)
            if role is Role.OFFICIAL:
                sign(office, page, folder, name)


def sign(office: Live, page, folder: Path, name: str) -> None:  # type: ignore[no-untyped-def]
    """The signing from the list to its end."""
    page.goto(f"{office.url}{HERE}/tanda-tangan")
    if page.get_by_role("link", name="Buka yang berikutnya").count():
        page.get_by_role("link", name="Buka yang berikutnya").click()
        page.screenshot(path=folder / f"tanda-tangan-buka.{name}.png", full_page=True)
        while page.get_by_role("link", name="Buka yang berikutnya").count():
            page.get_by_role("link", name="Buka yang berikutnya").click()
        page.goto(f"{office.url}{HERE}/tanda-tangan")
    if page.get_by_role("button", name="Lanjut mengesahkan").count():
        page.get_by_role("button", name="Lanjut mengesahkan").click()
        page.screenshot(path=folder / f"tanda-tangan-sahkan.{name}.png", full_page=True)
        if name != "1280":
            return
        page.get_by_label("Kode dari aplikasi").fill(office.code(Role.OFFICIAL))
        page.get_by_label("Passphrase sertifikat").fill(office.day.passphrase)
        page.get_by_role("button", name="Tanda tangani").click()
        page.get_by_role("link", name="Lihat dokumen").wait_for()
        page.screenshot(path=folder / f"tanda-tangan-hasil.{name}.png", full_page=True)
        page.get_by_role("link", name="Lihat dokumen").click()
        page.screenshot(path=folder / f"dokumen.{name}.png", full_page=True)
        page.locator("table a").first.click()
        page.screenshot(path=folder / f"dokumen-rinci.{name}.png", full_page=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--dark", action="store_true")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        sample_home(Path(made) / "home")
        with live(Home(Path(made) / "home")) as office:
            office.day.checked(office.day.drafted(6))
            office.day.drafted(4, seed=9)
            filled(office.day.register, latest_friday(datetime.now(WIB).date()))
            for width in (390, 1280):
                shoot(office, given.folder, width=width, dark=given.dark)
                print(width, file=sys.stderr)


if __name__ == "__main__":
    main()
