"""A service that runs: the sample office with people, answered by uvicorn in a thread, looked at by a real Chromium."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import uvicorn
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.desk_world import Day, office_day
from tests.people_world import OFFICE
from tte.office import Home
from tte.people import Role
from tte.web import Service, make_app
from tte.web.gates import Allowances

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PLENTY = Allowances(
    per_minute=100_000,
    uploads_per_minute=100_000,
    forms_per_minute=100_000,
    net_per_minute=100_000,
    known_per_minute=100_000,
    per_second=10_000,
)
HERE = f"/kantor/{OFFICE}"


@dataclass
class Live:
    """The office, where it is answered, and the pages that people look at."""

    day: Day
    service: Service
    url: str
    way: str = ""

    def sign_in(self, page: Page, role: Role) -> None:
        """Type name, password and a code of this moment."""
        phone = self.day.phones[role]
        page.goto(f"{self.url}/masuk")
        page.get_by_label("Nama pengguna").fill(phone.login)
        page.get_by_label("Kata sandi", exact=True).fill(phone.password)
        page.get_by_label("Kode dari aplikasi").fill(self.code(role))
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url(re.compile("/kantor/"), timeout=90_000)  # argon2id on a machine that is busy

    def code(self, role: Role) -> str:
        """A code of the second factor that goes now; each step goes once, so it may have to wait for the next."""
        phone = self.day.phones[role]
        while int(datetime.now(UTC).timestamp()) // 30 + 1 <= max(phone.used, default=-1):
            sleep(1)
        return phone.code(datetime.now(UTC))


@contextmanager
def live(home: Home, *, host: str = "", tls: Path | None = None) -> Iterator[Live]:
    """The sample office at a free port of this machine; or at https://`host` for a browser that is told where that is
    (`Live.way`), with key and certificate in the files `tls` and its `.key`.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        url = f"https://{host}" if host else f"http://127.0.0.1:{port}"
        _at(home.path, url)
        home = Home(home.path)
        with office_day(home) as day, Service(home) as service:
            config = uvicorn.Config(
                make_app(service, allowed=PLENTY),
                log_level="critical",
                lifespan="off",
                ws="none",
                ssl_certfile=tls,
                ssl_keyfile=tls and tls.with_suffix(".key"),
            )
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
            thread.start()
            try:
                way = f"--host-resolver-rules=MAP {host}:443 127.0.0.1:{port}, MAP * ~NOTFOUND" if host else ""
                yield Live(day, service, url, way)
            finally:
                server.should_exit = True
                thread.join(timeout=30)


@contextmanager
def chromium(
    *, javascript: bool = True, width: int = 1280, dark: bool = False, way: str = ""
) -> Iterator[BrowserContext]:
    """A browser with nothing in it, whose requests to other places fail. `way` leads to an office (`Live.way`)."""
    with sync_playwright() as started:
        switches = [*SWITCHES, way, "--ignore-certificate-errors"] if way else SWITCHES
        browser = started.chromium.launch(executable_path=CHROMIUM, args=switches)
        try:
            yield browser.new_context(
                java_script_enabled=javascript,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                locale="id-ID",
                timezone_id="Asia/Jakarta",
                accept_downloads=True,
                ignore_https_errors=bool(way),
            )
        finally:
            browser.close()


def _at(folder: Path, url: str) -> None:
    """The home says where it is answered, as its QR codes do then."""
    settings = folder / "tte.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^base_url *=.*$", f'base_url = "{url}"', text), encoding="utf-8")
