"""What stands between a stranger and the routes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest
import structlog.testing
from starlette.routing import Route

from tests.web.conftest import PLENTY, Office, asking, parts
from tests.web.test_pages import one
from tte.model import Report
from tte.sandbox import Busy, Undetermined
from tte.validation import MAX_SIZE
from tte.web import Service
from tte.web.app import routes
from tte.web.gates import HEADERS, net_of
from tte.web.journal import Figures

OWN = {
    "/periksa": ("Permissions-Policy", "Content-Security-Policy"),
    "/periksa.js": ("Cache-Control",),
    "/periksa-scanner.js": ("Cache-Control", "Content-Security-Policy"),
    "/periksa.webmanifest": ("Cache-Control",),
}
"""What a page says for itself; tests/web/test_seal_lists.py and test_attacks.py say what that is."""


def test_every_route_and_every_refusal_has_the_security_headers(service: Service, client: httpx.AsyncClient) -> None:
    paths = [route.path for route in routes(service, Figures()).routes if isinstance(route, Route)]
    assert "/v1/openapi.json" in paths
    for path in (*paths, "/d/x", "/nowhere", "/static/x/tte.css", "/docs", "/redoc", "//", "/..%2f"):
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            answer = one(client, method, path.replace("{", "").replace("}", ""))
            assert answer.status_code < 500
            for name, value in HEADERS.items():
                if name not in OWN.get(path, ()) and (name != "Cache-Control" or not path.startswith("/static")):
                    assert answer.headers[name] == value
            assert "server" not in answer.headers
            assert "access-control-allow-origin" not in answer.headers
            assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


def test_there_is_no_documentation_page(client: httpx.AsyncClient) -> None:
    assert {one(client, "GET", path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


@pytest.mark.parametrize("host", ["evil.example", "tte.contoh.example.evil.example", "", "a/?x="])
def test_another_host_is_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = one(client, "GET", "/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_body_that_is_too_large_is_413_with_a_length_and_without(client: httpx.AsyncClient) -> None:
    content = bytes(MAX_SIZE + 70_000)
    kind = {"content-type": "application/pdf"}
    assert one(client, "POST", "/v1/validations", content=content, headers=kind).status_code == 413
    assert one(client, "POST", "/v1/validations", content=parts(content), headers=kind).status_code == 413
    assert one(client, "POST", "/v1/validations", content=bytes(MAX_SIZE + 1), headers=kind).status_code == 413
    assert one(client, "POST", "/d", content=bytes(300_000)).status_code == 413
    lying = {**kind, "content-length": "1" * 20}
    assert one(client, "POST", "/v1/validations", content=b"", headers=lying).status_code == 413


def test_an_upload_too_large_to_be_held_is_laid_on_disk_where_the_office_takes_such(
    service: Service, office: Office
) -> None:
    client = asking(service, replace(PLENTY, upload_bytes=1000, large_bytes=len(office.pdf) + 1000))
    ask, kind = "/v1/validations", {"content-type": "application/pdf"}
    bare = one(client, "POST", ask, content=office.pdf, headers=kind)
    form = one(client, "POST", ask, files={"file": ("akta.pdf", office.pdf)})
    assert [answer.json()["verdict"] for answer in (bare, form)] == ["ASLI_DAN_BERLAKU"] * 2
    assert form.json()["file"] == "akta.pdf"
    assert one(client, "POST", ask, content=office.pdf + bytes(2000), headers=kind).status_code == 413
    assert one(client, "POST", ask, content=parts(office.pdf), headers=kind).status_code == 413
    assert one(client, "POST", ask, content=office.pdf, headers={"content-type": "text/plain"}).status_code == 415
    assert one(client, "POST", ask, files={"other": ("akta.pdf", office.pdf)}).status_code == 422
    full = asking(service, replace(PLENTY, upload_bytes=1000, large_bytes=10**6, large_at_once=0))
    assert one(full, "POST", ask, content=office.pdf, headers=kind).status_code == 503


def test_the_wrong_kind_of_body_is_415_and_a_missing_file_422(client: httpx.AsyncClient) -> None:
    ask = "/v1/validations"
    assert one(client, "POST", ask, content=b"{}", headers={"content-type": "application/json"}).status_code == 415
    packed = {"content-type": "application/pdf", "content-encoding": "gzip"}
    assert one(client, "POST", ask, content=b"x", headers=packed).status_code == 415
    for files in ({"other": ("a.pdf", b"x")}, [("file", ("a.pdf", b"x")), ("file", ("b.pdf", b"x"))]):
        answer = one(client, "POST", ask, files=files)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:tte:problem:no-file"
    fields = {f"f{number}": "x" for number in range(100)}
    assert one(client, "POST", ask, data=fields, files={"file": ("a.pdf", b"x")}).status_code == 422
    bare = {"content-type": "multipart/form-data"}
    assert one(client, "POST", ask, content=b"x", headers=bare).status_code == 422


def test_any_bytes_get_a_verdict(client: httpx.AsyncClient) -> None:
    for content in (b"", b"\0", b"%PDF-1.7", bytes(1000)):
        answer = one(client, "POST", "/v1/validations", content=content, headers={"content-type": "application/pdf"})
        assert answer.status_code == 200
        assert answer.json()["verdict"] == "TIDAK_DAPAT_DIPASTIKAN"


def test_a_body_that_trickles_is_408(service: Service) -> None:
    async def for_ever() -> object:
        yield b"%PDF"
        await asyncio.sleep(3600)

    client = asking(service, replace(PLENTY, body_s=0.05))
    answer = one(client, "POST", "/v1/validations", content=for_ever(), headers={"content-type": "application/pdf"})
    assert answer.status_code == 408


def test_an_address_is_told_to_wait_and_for_how_long(service: Service) -> None:
    client = asking(service, replace(PLENTY, uploads_per_minute=2, forms_per_minute=1, per_minute=3))
    turns = range(5)  # a minute may turn meanwhile
    uploads = [one(client, "POST", "/", files={"file": ("a.pdf", b"x")}) for _ in turns]
    assert [answer.status_code for answer in (*uploads[:2], uploads[-1])] == [200, 200, 429]
    assert 0 < int(uploads[-1].headers["retry-after"]) <= 60
    forms = [one(client, "POST", path) for path in ("/ajukan", "/lacak/perbaiki", "/ajukan")]
    assert [forms[0].status_code, forms[-1].status_code] == [415, 429]
    assert uploads[0].headers["ratelimit"].startswith('"upload";r=1')
    assert uploads[0].headers["ratelimit-policy"] == '"upload";q=2;w=60'
    assert [one(client, "GET", "/d").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert one(client, "GET", "/healthz").status_code == 200


class Full:
    """A sandbox that has no turn left."""

    def validate(self, *_: object) -> Report:
        raise Busy("full")


def test_a_full_sandbox_is_503_with_a_time_to_come_back(office: Office) -> None:
    service = Service(office.home)
    service.sandbox = Full()  # type: ignore[assignment]
    client = asking(service)
    for path in ("/", "/v1/validations"):
        answer = one(client, "POST", path, files={"file": ("a.pdf", b"x")})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"


def test_a_sandbox_that_is_gone_is_not_ready(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client = asking(service)
    assert one(client, "GET", "/readyz").json() == {"status": "ok", "register": "ok", "sandbox": "ok"}
    away = replace(
        service.sandbox.validate(b"", service.trust, service.now()), reasons=(str(Undetermined.UNAVAILABLE),)
    )
    monkeypatch.setattr(service.sandbox, "validate", lambda *_: away)
    service._ready = (-100.0, {})
    assert one(client, "GET", "/readyz").status_code == 503


def test_a_fault_says_an_id_and_nothing_else(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("NIK 9971000000000001")

    monkeypatch.setattr(service, "examine", fail)
    with structlog.testing.capture_logs() as lines:
        answer = one(asking(service), "POST", "/v1/validations", files={"file": ("budi.pdf", b"x")})
    assert answer.status_code == 500
    assert answer.json()["instance"].endswith(answer.headers["x-request-id"])
    assert "ValueError" in str(lines)
    for secret in ("9971000000000001", "budi"):
        assert secret not in answer.text
        assert secret not in str(lines)


def test_only_the_network_of_an_address_is_noted() -> None:
    assert net_of("203.0.113.77") == "203.0.113.0/24"
    assert net_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert net_of("") == "unknown"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_command_serves_and_ends_when_told(office: Office) -> None:
    port, figures = free_port(), free_port()
    command = [sys.executable, "-m", "tte", "--home", str(office.home.path), "serve", "--port", str(port)]
    running = subprocess.Popen([*command, "--metrics-port", str(figures)], stderr=subprocess.PIPE, text=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=0)) as client:
            until_ready(client, running)
            path = f"/d/{office.entry.id}"
            assert client.get(f"{path}?rahasia=1").status_code == 200
            answer = client.post("/v1/validations", files={"file": ("budi-santoso.pdf", office.pdf)})
            assert answer.json()["verdict"] == "ASLI_DAN_BERLAKU"
            assert "server" not in answer.headers
            assert client.get("/metrics").status_code == 404
        told = httpx.get(f"http://127.0.0.1:{figures}/metrics").text
        assert 'tte_verdicts_total{verdict="ASLI_DAN_BERLAKU"} 1.0' in told
        assert office.entry.id not in told
    finally:
        running.send_signal(signal.SIGTERM)
        _, logged = running.communicate(timeout=60)
    assert running.returncode in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"/d/{code}", "/v1/validations"} <= {line.get("route") for line in lines}
    for secret in (office.entry.id, "rahasia", "budi-santoso", office.entry.number):
        assert secret not in logged


def until_ready(client: httpx.Client, running: subprocess.Popen[str]) -> None:
    while running.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            os.sched_yield()
    raise AssertionError("it ended")
