"""Webhooks: told of everything once it stands in the log, signed, until it is taken; never into a private network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.api.conftest import Application, record
from tte.http.telling import DELAYS
from tte.web import Service
from tte.web.webhooks import Delivery
from tte.web.webhooks.outbox import LEASE


@dataclass
class Receiver:
    """An application's end: what came, and what it answers."""

    url: str = ""
    status: int = 204
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(told.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@contextmanager
def private(service: Service) -> Iterator[None]:
    """As a home that lets webhooks go to a private network."""
    settings = service.home.settings
    object.__setattr__(settings, "serve", settings.serve.model_copy(update={"private_webhooks": True}))
    yield


def hooked(siak: Application, url: str, *events: str) -> dict[str, Any]:
    with private(siak.service):
        answer = siak.ask("POST", "/v1/webhooks", json={"url": url, "events": events or ["document.issued"]})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def send(service: Service, at: datetime | None = None) -> None:
    """All that there is to gather and send at a time."""
    clock = service.now
    service.now = lambda: at or clock()
    try:
        sender = service.sender()
        while sender.once():
            pass
    finally:
        service.now = clock


def test_what_happens_is_told_signed_and_once(siak: Application, receiver: Receiver) -> None:
    siak.issue(record(9))  # before there was anybody to tell
    hook = hooked(siak, receiver.url, "document.issued", "document.revoked")
    here = siak.issue(record()).headers["location"]
    send(siak.service)
    register = siak.service.register()
    assert register
    with register.turn():
        register.revoke(here.rpartition("/")[2], "salah", siak.service.now())
    send(siak.service)
    send(siak.service)
    assert receiver.events() == ["document.issued", "document.revoked"]
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    for headers, body in receiver.came:
        said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
        assert json.loads(body)["data"]["id"] == here.rpartition("/")[2]
        assert str(record()["nomor_akta"]) not in body.decode()
    assert siak.get(f"/v1/webhooks/{hook['id']}").json().items() >= {"waiting": 0, "failed": 0, "trouble": None}.items()


def test_what_is_not_taken_comes_again_under_the_same_id_with_the_same_body(
    siak: Application, receiver: Receiver
) -> None:
    hook = hooked(siak, receiver.url)
    siak.issue(record())
    receiver.status = 500
    at = siak.service.now()
    send(siak.service, at)
    send(siak.service, at)
    assert len(receiver.came) == 1
    assert siak.get(f"/v1/webhooks/{hook['id']}").json()["trouble"] == "status-500"
    for delay in DELAYS[:3]:
        at += delay
        send(siak.service, at)
    assert len(receiver.came) == 4
    receiver.status = 200
    send(siak.service, at + DELAYS[3])
    assert len({(headers["webhook-id"], body) for headers, body in receiver.came}) == 1
    assert len(receiver.came) == 5
    assert siak.get(f"/v1/webhooks/{hook['id']}").json()["waiting"] == 0


def test_after_two_days_it_is_given_up_and_said(siak: Application, receiver: Receiver) -> None:
    hook = hooked(siak, receiver.url)
    siak.issue(record())
    receiver.status = 503
    at = siak.service.now()
    for delay in (timedelta(), *DELAYS, *DELAYS):
        at += delay
        send(siak.service, at)
    assert len(receiver.came) == len(DELAYS) + 1
    assert siak.get(f"/v1/webhooks/{hook['id']}").json().items() >= {"waiting": 0, "failed": 1}.items()


def test_a_sender_that_dies_while_sending_loses_nothing(siak: Application, receiver: Receiver) -> None:
    hooked(siak, receiver.url)
    for number in range(1, 31):
        siak.issue(record(number))
    outbox, at = siak.service.outbox(), siak.service.now()
    outbox.gather(at)
    assert sum(map(len, outbox.due(at).values())) == 20  # and it is gone
    send(siak.service, at)
    assert len(receiver.came) == 10
    send(siak.service, at + LEASE)
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 30 == len(receiver.came)


def test_two_senders_at_once_note_each_event_once(siak: Application, receiver: Receiver) -> None:
    hooked(siak, receiver.url)
    for number in range(1, 11):
        siak.issue(record(number))
    outboxes = [siak.service.outbox() for _ in range(4)]
    threads = [Thread(target=one.gather, args=(siak.service.now(),)) for one in outboxes]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with siak.service.keeping().reading() as rows:
        bodies = Counter(json.loads(one.body)["data"]["id"] for one in rows.all(Delivery))
    assert set(bodies.values()) == {1}
    assert len(bodies) == 10


def test_nobody_is_told_at_an_address_of_a_private_network(siak: Application, receiver: Receiver) -> None:
    for url in (
        receiver.url,
        "https://user:x@receiver.example/",
        "https://",
        "ftp://a/b",
        "https://a/b#c",
        "https://[::/",
    ):
        answer = siak.ask("POST", "/v1/webhooks", json={"url": url, "events": ["document.issued"]})
        assert answer.status_code == 422, url
    hook = siak.ask(
        "POST", "/v1/webhooks", json={"url": receiver.url.replace("http", "https"), "events": ["document.issued"]}
    ).json()
    siak.issue(record())
    send(siak.service)
    assert receiver.came == []
    assert siak.get(f"/v1/webhooks/{hook['id']}").json()["trouble"] == "not-allowed"


def test_the_secret_is_shown_once_and_is_not_in_the_database(siak: Application, receiver: Receiver) -> None:
    hook = hooked(siak, receiver.url)
    secret = hook["secret"].removeprefix("whsec_")
    assert secret not in siak.get(f"/v1/webhooks/{hook['id']}").text + siak.get("/v1/webhooks").text
    for file in (siak.service.home.path / "var").glob("register.sqlite*"):
        assert secret.encode() not in file.read_bytes()
        assert base64.b64decode(secret) not in file.read_bytes()


def test_a_webhook_that_is_removed_hears_nothing_more(siak: Application, receiver: Receiver) -> None:
    hook = hooked(siak, receiver.url)
    siak.issue(record())
    assert siak.ask("DELETE", f"/v1/webhooks/{hook['id']}").status_code == 204
    send(siak.service)
    assert receiver.came == []


def test_an_application_has_ten_webhooks_at_most(siak: Application, receiver: Receiver) -> None:
    for _ in range(10):
        hooked(siak, receiver.url)
    with private(siak.service):
        answer = siak.ask("POST", "/v1/webhooks", json={"url": receiver.url, "events": ["document.issued"]})
    assert answer.status_code == 409


def test_the_end_of_a_batch_is_told(siak: Application, receiver: Receiver) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # it is cancelled before anybody works on it
    hooked(siak, receiver.url, "batch.ended")
    rows = json.dumps([record(1), record(2)]).encode()
    headers = {"content-type": "application/json"}
    batch = siak.ask("POST", "/v1/batches", content=rows, headers=headers, params={"template": "akta_kelahiran"}).json()
    send(siak.service)
    assert receiver.came == []
    siak.ask("DELETE", f"/v1/batches/{batch['id']}")
    send(siak.service)
    send(siak.service)
    assert receiver.events() == ["batch.ended"]
    assert json.loads(receiver.came[0][1])["data"].items() >= {"id": batch["id"], "state": "cancelled"}.items()
