"""`tte serve` itself: killed under load it loses nothing that it answered; and the same on PostgreSQL."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread

import pytest

from tests.api.conftest import TEMPLATE, Application, new_key, record, unattended
from tests.batch_world import on_postgres
from tests.postgres import Server
from tests.rows import births
from tests.web.conftest import PLENTY
from tte.desk import open_desk
from tte.errors import ConfigError
from tte.model import Raw
from tte.office import Home
from tte.web import Service, make_app


def key_of(home: Home) -> str:
    with open_desk(home) as desk:
        return new_key(desk.people)


@contextmanager
def served(home: Home) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    command = [sys.executable, "-m", "tte", "--home", str(home.path), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        try:
            while running.poll() is None:
                with suppress(OSError):
                    asked = HTTPConnection("127.0.0.1", port, timeout=20)
                    asked.request("GET", "/healthz")
                    if asked.getresponse().status == 200:
                        break
                time.sleep(0.05)
            yield port, running
        finally:
            running.kill()


def issued(port: int, key: str, rows: Sequence[Mapping[str, Raw]], ids: list[str]) -> None:
    """The ids of what was answered, until the connection breaks."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with suppress(OSError, HTTPException, ValueError):
        for one in rows:
            connection.request("POST", "/v1/documents", json.dumps({"template": TEMPLATE, "record": one}), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            if answer.status in (200, 201):
                ids.append(said["id"])


def test_killed_under_load_it_has_every_document_that_it_answered(home: Home) -> None:
    unattended(home)
    key, ids = key_of(home), list[str]()
    rows = [dict(row.values) for row in births(400)]
    with served(home) as (port, running):
        threads = [Thread(target=issued, args=(port, key, rows[n::4], ids)) for n in range(4)]
        for one in threads:
            one.start()
        while len(ids) < 12 and running.poll() is None:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        for one in threads:
            one.join()
    assert 12 <= len(ids) < 400
    assert len({*ids}) == len(ids)
    again: list[str] = []
    with served(home) as (port, _):
        issued(port, key, rows[:12], again)
    assert len({*again}) == 12
    with home.open_register() as register:
        known = {entry.id for entry in register.entries()}
        assert {*ids, *again} <= known
        assert len({entry.number for entry in register.entries()}) == register.count()
        assert register.pending() == []


@pytest.mark.xdist_group("postgres")
def test_on_postgresql_it_is_the_same(home: Home, postgres: Server, postgres_template: str) -> None:
    with postgres.database(postgres_template) as name:
        on_postgres(home, postgres.url(name))
        with Service(unattended(Home(home.path))) as service:
            key = key_of(service.home)
            siak = Application(service, make_app(service, allowed=PLENTY), key)
            body = {"template": TEMPLATE, "record": record()}
            headers = {"Idempotency-Key": "a"}
            answers = siak.at_once([("POST", "/v1/documents", {"json": body, "headers": headers})] * 16)
            assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
            hook = {"url": "https://receiver.example/", "events": ["document.issued", "batch.ended"]}
            assert siak.ask("POST", "/v1/webhooks", json=hook).status_code == 201
            siak.issue(record(2))
            rows = json.dumps([record(3), record(4)])
            kind = {"content-type": "application/json"}
            batch = siak.ask("POST", "/v1/batches", content=rows, headers=kind, params={"template": TEMPLATE}).json()
            assert siak.ask("DELETE", f"/v1/batches/{batch['id']}").json()["state"] == "cancelled"
            outbox, at = service.outbox(), service.now()
            outbox.gather(at)
            (due,) = outbox.due(at).values()
            assert [json.loads(one.body)["type"] for one in due] == ["document.issued", "batch.ended"]
            assert outbox.due(at) == {}
            for path in ("documents", "drafts", "batches", "webhooks"):
                siak.get(f"/v1/{path}")
                siak.get(f"/v1/{path}/%00", 404)


def test_an_unattended_key_that_asks_somebody_is_no_profile(home: Home) -> None:
    profile = unattended(home).path / "keys" / "demo.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("file:var/demo.pin", "prompt:"), encoding="utf-8")
    with pytest.raises(ConfigError, match="nobody to ask"):
        home.profile("demo")
