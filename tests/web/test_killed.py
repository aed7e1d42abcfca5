"""`tte serve` ends by kill -9 while an official's list is signed: what was acknowledged is there, and nothing twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import httpx
import pytest
import structlog.testing

from tests.desk_world import Day, office_day
from tests.faults.proving import problems
from tests.packaging import ROOT
from tests.serving import free_port, until_ready
from tests.web.canary import children, files, hits
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser
from tests.web.test_signing import finished, opened, sent
from tte.desk import Draft
from tte.desk.signing import LEFT
from tte.office import Home
from tte.people import Role
from tte.register.rows import keeping_of
from tte.web import Service
from tte.web.chores import Chores

COUNT = 20


def at_address(home: Home, port: int) -> Home:
    """The home, answered at this port."""
    settings = home.path / "tte.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^base_url *=.*$", f'base_url = "http://127.0.0.1:{port}"', text), encoding="utf-8")
    return Home(home.path)


@contextmanager
def running(home: Home, port: int, journal: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`tte serve`, which is killed in the end if the block has not done so."""
    command = [sys.executable, "-m", "tte", "--home", str(home.path), "serve", "--port", str(port)]
    with journal.open("ab") as written:
        process = subprocess.Popen(command, cwd=ROOT, stderr=written)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until_ready(client, process)
        yield process
    finally:
        process.kill()
        process.wait(timeout=60)


def over_http(port: int) -> Browser:
    """A browser with a new connection for each request."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return Browser(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60))


def drafts_of(day: Day) -> list[Draft]:
    with keeping_of(day.register).reading() as rows:
        return list(rows.all(Draft))


def states(day: Day) -> Counter[str]:
    return Counter(str(one.state) for one in drafts_of(day))


def listed(own: Browser, day: Day) -> set[str]:
    """The numbers that the page of documents says are issued."""
    page = own.get(f"{HERE}/dokumen")
    return {one.number for one in drafts_of(day) if f">{one.number}<" in page}


def is_signing(own: Browser, day: Day) -> bool:
    return states(day)["signing"] > 0 or states(day)["issued"] > 0


def has_recorded(own: Browser, day: Day) -> bool:
    return day.register.count() > 0


def has_told(own: Browser, day: Day) -> bool:
    return bool(listed(own, day))


@pytest.mark.parametrize("moment", [is_signing, has_recorded, has_told])
def test_what_was_acknowledged_is_there_and_the_rest_is_put_right(
    home: Home, tmp_path: Path, moment: Callable[[Browser, Day], bool]
) -> None:
    port, journal = free_port(), tmp_path / "journal"
    home = at_address(home, port)
    with office_day(home) as day:
        phone = day.phones[Role.OFFICIAL]
        drafts = list(day.checked(day.drafted(COUNT)))
        own = over_http(port)
        with running(home, port, journal) as process:
            data = {"login": phone.login, "password": phone.password, "code": phone.code(datetime.now(UTC))}
            assert own.ask("POST", "/masuk", data=data).status_code == 303
            opened(own)
            looking = over_http(port)
            looking.client.cookies = own.client.cookies
            signing = Thread(target=signed_until_killed, args=(own, drafts, day, phone.code(datetime.now(UTC))))
            signing.start()
            while not moment(looking, day):
                assert process.poll() is None
            acknowledged = listed(looking, day) if moment is has_told else set()
            started = list(children(process.pid))
            process.kill()
            signing.join()
        until_gone(started)
        before, left = day.register.count(), states(day)
        assert len(acknowledged) <= before <= COUNT
        put_right(home, left["signing"])
        assert set(states(day)) <= {"issued", "checked"}
        assert states(day)["issued"] == day.register.count()
        with running(home, port, journal):
            assert acknowledged <= listed(own, day)
            if rest := [one for one in drafts_of(day) if one.state == "checked"]:
                opened(own)
                begun = sent(own, "/tandatangani", rest, code=phone.code(datetime.now(UTC)), passphrase=day.passphrase)
                assert f"{len(rest)} dokumen terbit" in own.get(finished(own, begun.headers["location"]))
            for entry in day.register.entries():
                if entry.number in acknowledged:
                    assert "Tercatat dan berlaku" in own.get(f"/d/{entry.id}")
        assert states(day) == {"issued": COUNT}
        ids = {entry.number: {entry.id} for entry in day.register.entries()}
        assert set(ids) == {one.number for one in drafts}
        assert {one.issued for one in drafts_of(day)} == {id_ for some in ids.values() for id_ in some}
        assert problems(day.register, home.trust(), ids) == []
        assert hits({"passphrase": day.passphrase, "password": phone.password}, files(tmp_path)) == []


def signed_until_killed(own: Browser, drafts: list[Draft], day: Day, code: str) -> None:
    try:
        sent(own, "/tandatangani", drafts, code=code, passphrase=day.passphrase)
    except httpx.TransportError:
        return


def put_right(home: Home, left: int) -> None:
    """What the service does by itself, once an hour has gone; before that nothing: somebody may still be signing."""
    now = datetime.now(UTC).replace(microsecond=0)
    for later, count in ((timedelta(), 0), (LEFT + timedelta(minutes=1), left)):
        with Service(home, clock=Clock(now + later)) as service, structlog.testing.capture_logs() as lines:
            Chores(service).do()
        assert sum(line.get("drafts", 0) for line in lines) == count


def until_gone(started: list[int]) -> None:
    """The key's process and the sandbox end with the service that started them; the test is cut off if they do not."""
    while any(Path(f"/proc/{pid}").exists() and not _dead(pid) for pid in started):
        os.sched_yield()


def _dead(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return True
