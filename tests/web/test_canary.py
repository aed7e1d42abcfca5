"""What an official types is nowhere afterwards: not in a log, a file, the archive, a page, or what /proc shows."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from tests.desk_world import Day, office_day
from tests.web.canary import Watching, files, hits, ways
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, browser, csrf_in
from tests.web.test_signing import finished, opened, sent, waiting
from tte.office import Home
from tte.people import Role
from tte.web import Service
from tte.web.journal import write_json_lines
from tte.web.office import signing

WRONG = "kenari & <salah> 100%+/é"


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the service would log to standard error, all levels, as `tte serve` does."""
    before, root, written = structlog.get_config(), logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", written)
    write_json_lines()
    root.setLevel(logging.DEBUG)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture
def day(home: Home, tmp_path: Path) -> Iterator[Day]:
    """An office with an archive."""
    with (home.path / "tte.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[archive]\nurl = "file://{tmp_path}/arsip"\n')
    (tmp_path / "arsip").mkdir()
    with office_day(Home(home.path)) as hired:
        yield hired


def kept(own: Browser) -> dict[str, bytes]:
    """Every answer this browser is given from now on, head and body; but not the cookie, which is its own."""
    pages: dict[str, bytes] = {}

    async def keep(answer: httpx.Response) -> None:
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "set-cookie")
        body = f"{answer.request.url}\n{told}\n".encode() + await answer.aread()
        pages[f"answer {len(pages)} to {answer.request.method} {answer.request.url.path}"] = body

    own.client.event_hooks["response"] = [keep]
    return pages


def signed_with(own: Browser, day: Day, clock: Clock) -> tuple[dict[str, str], str]:
    """Sign in, sign 3 with a wrong passphrase and then the right one; all that was typed, and the last page."""
    phone = day.phones[Role.OFFICIAL]
    secrets = {"password": phone.password, "passphrase": day.passphrase, "wrong passphrase": WRONG}
    secrets |= {"wrong password": "kata sandi & <keliru> 100%+/é", "seed": phone.seed}
    first = {"login": phone.login, "password": secrets["wrong password"], "code": "000000"}
    assert own.ask("POST", "/masuk", data=first).status_code == 401
    codes = [phone.code(clock.later())]
    data = {"login": phone.login, "password": phone.password, "code": codes[0]}
    assert own.ask("POST", "/masuk", data=data).status_code == 303
    secrets["session"] = next(iter(own.client.cookies.values()))
    drafts = waiting(day, clock, 3)
    opened(own)
    codes.append(phone.code(clock.later()))
    begun = sent(own, "/tandatangani", drafts, code=codes[1], passphrase=WRONG)
    place = finished(own, begun.headers["location"])
    page = own.get(place)
    assert "Passphrase tidak cocok" in page
    again = own.ask("POST", place, data={"csrf": csrf_in(page), "passphrase": day.passphrase})
    last = own.get(finished(own, again.headers["location"]))
    return secrets | {f"code {number}": f'"{code}"' for number, code in enumerate(codes)}, last


def test_what_an_official_types_is_nowhere_afterwards(
    day: Day, home: Home, tmp_path: Path, journal: io.StringIO
) -> None:
    clock = Clock(day.later())
    with Service(Home(home.path), clock=clock) as service, Watching() as watched:
        own = browser(service)
        pages = kept(own)
        secrets, last = signed_with(own, day, clock)
        assert "3 dokumen terbit" in last
        for path in ("/akun", f"{HERE}/dokumen", f"{HERE}/jejak", f"{HERE}/sertifikat", HERE, f"{HERE}/nowhere"):
            own.ask("GET", path)
        left = files(tmp_path)
    places = {**pages, **watched.seen, **left, **files(tmp_path), "journal": journal.getvalue().encode()}
    assert [json.loads(line) for line in journal.getvalue().splitlines()]
    assert any(name.endswith(".pdf") and name.startswith("arsip/") for name in left)
    assert any(name.endswith("register.sqlite-wal") for name in left)
    assert any(b"process_child" in content for content in watched.seen.values())
    assert len(pages) > 12
    assert hits(secrets, places) == []


def test_a_fault_while_signing_leaves_nothing_either(
    day: Day, home: Home, tmp_path: Path, journal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(day.later())

    def fail(visit: Any, authorisation: str) -> None:
        raise ValueError(f"{visit.form.get('passphrase')} of {visit.person.login} for {authorisation}")

    monkeypatch.setattr(signing, "_signed_by", fail)
    with Service(Home(home.path), clock=clock) as service:
        own = browser(service)
        pages = kept(own)
        phone = day.phones[Role.OFFICIAL]
        own.ask("POST", "/masuk", data={"login": phone.login, "password": phone.password, "code": phone.code(clock.at)})
        drafts = waiting(day, clock, 1)
        opened(own)
        answer = sent(own, "/tandatangani", drafts, code=phone.code(clock.later()), passphrase=day.passphrase)
        assert answer.status_code == 500
    logged = journal.getvalue()
    assert "ValueError" in logged
    secrets = {"passphrase": day.passphrase, "password": phone.password}
    assert hits(secrets, {**pages, **files(tmp_path), "journal": logged.encode()}) == []


@pytest.mark.parametrize("secret", [WRONG, "AbC-d_9", "kalimat panjang"])
def test_the_search_finds_what_is_planted(tmp_path: Path, secret: str) -> None:
    for number, form in enumerate(sorted(ways(secret))):
        (tmp_path / f"{number}").write_bytes(b"\0before" + form + b"after\xff")
    assert len(hits({"it": secret}, files(tmp_path))) == len(ways(secret))
    (tmp_path / "none").write_bytes(b"\0before" + secret.encode()[:-1])
    assert "it in none" not in hits({"it": secret}, files(tmp_path))


def test_the_search_finds_a_leak_of_the_service(
    day: Day, home: Home, tmp_path: Path, journal: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, began = Clock(day.later()), signing._signed_by

    def leaking(visit: Any, authorisation: str) -> Any:
        typed = str(visit.form.get("passphrase"))
        structlog.get_logger("tte.web").info("signing", typed=typed)
        (home.path / "var" / "typed").write_bytes(typed.encode().hex().encode())
        monkeypatch.setenv("TYPED", typed)
        return began(visit, authorisation)

    monkeypatch.setattr(signing, "_signed_by", leaking)
    with Service(Home(home.path), clock=clock) as service, Watching() as watched:
        secrets, _ = signed_with(browser(service), day, clock)
    places = {**watched.seen, **files(tmp_path), "journal": journal.getvalue().encode()}
    found = hits(secrets, places)
    assert {"wrong passphrase in journal", "passphrase in journal", "passphrase in home/var/typed"} <= set(found)
    assert {line.partition(" in ")[0] for line in found} == {"passphrase", "wrong passphrase"}
