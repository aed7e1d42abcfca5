"""Requests as attackers send them, each with the answer it gets. What gates alone decide is in test_gates."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from tests.desk_world import Day
from tests.serving import free_port, serving, until_ready
from tests.web.conftest import PLENTY, Clock, Office, asking
from tests.web.staff import HERE, browser, signed_in
from tests.web.test_office_rights import api_routes
from tests.web.test_pages import one
from tests.web.wire import Told, head, told
from tte.office import Home
from tte.people import Role
from tte.web import Service
from tte.web.callers import cookie_name
from tte.web.gates import HEADERS

PDF = "Content-Type: application/pdf"
FORM = "Content-Type: application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"
UPLOAD = ("POST", "/v1/validations", PDF)
COOKIE = cookie_name(secure=True)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture(scope="module")
def port(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where the program itself answers. Heads have half a minute, bodies a second."""
    home = Home(tmp_path_factory.mktemp("attacked") / "home")
    shutil.copytree(made_home, home.path)
    port = free_port()
    with (
        serving(home, "--port", str(port), patience=(30.0, 1.0)) as running,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        until_ready(client, running)
        yield port
        assert client.get("/healthz").status_code == 200
        assert running.poll() is None


def lines(count: int, size: int = 1) -> list[str]:
    return [f"X-{number}: {'a' * size}" for number in range(count)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(head(*UPLOAD, "Content-Length: 4", "Content-Length: 5") + b"%PDF", 400, id="two lengths"),
        pytest.param(head(*UPLOAD, "Content-Length: 4, 5") + b"%PDF", 400, id="two lengths in a line"),
        pytest.param(head(*UPLOAD, "Content-Length: +4") + b"%PDF", 400, id="a length with a sign"),
        pytest.param(head(*UPLOAD, "Content-Length: -1"), 400, id="a length below nothing"),
        pytest.param(head(*UPLOAD, "Content-Length: 4", CHUNKED) + b"0\r\n\r\n", 400, id="a length and chunks"),
        pytest.param(head(*UPLOAD, CHUNKED, CHUNKED) + b"0\r\n\r\n", 400, id="chunks twice"),
        pytest.param(head(*UPLOAD, "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", 400, id="chunks packed"),
        pytest.param(head(*UPLOAD, "Transfer-Encoding: identity") + b"%PDF", 400, id="chunks that are none"),
        pytest.param(head(*UPLOAD, "Transfer-Encoding : chunked") + b"0\r\n\r\n", 400, id="a space before the colon"),
        pytest.param(head(*UPLOAD, CHUNKED) + b"xyz\r\n", 400, id="a chunk of no size"),
        pytest.param(head(*UPLOAD, CHUNKED) + b"f" * 15 + b"\r\n%PDF", 408, id="a chunk of all there is"),
        pytest.param(head(*UPLOAD, "Content-Length: 1073741824") + b"%PDF", 413, id="1 GB announced"),
        pytest.param(head("GET", "/", *lines(100)), 200, id="100 headers"),
        pytest.param(head("GET", "/", *lines(10_000)), 400, id="10,000 headers"),
        pytest.param(head("GET", "/", *lines(1, 17_000)), 400, id="a header of 16 KB"),
        pytest.param(head("GET", "/" + "a" * 17_000), 400, id="an address of 16 KB"),
        pytest.param(head("GET", "/", host=""), 400, id="no host"),
        pytest.param(head("GET", "/", "Host: localhost"), 400, id="two hosts"),
        pytest.param(head("GET", "/", host="localhost@evil.example"), 400, id="a host with a name before it"),
        pytest.param(head("GET", "/", version="HTTP/1.0"), 200, id="HTTP/1.0"),
        pytest.param(head("GET", "/", version="HTTP/1.0", host=""), 400, id="HTTP/1.0 without host"),
        pytest.param(b"GET /\r\n\r\n", 400, id="HTTP/0.9"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="HTTP/2"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
        pytest.param(head("GET", "/", "X-A: a\0b"), 400, id="a zero byte in a header"),
        pytest.param(head("GET", "/\x7f"), 400, id="a control character in an address"),
        pytest.param(head("GET", "/./d"), 404, id="a dot in a path"),
        pytest.param(head("GET", "/d/../kantor"), 404, id="dots in a path"),
        pytest.param(head("GET", "/d/../../../../etc/passwd"), 404, id="dots beyond the root"),
        pytest.param(head("GET", "http://evil.example/"), 404, id="the address of another host"),
        pytest.param(head("CONNECT", "evil.example:443"), 404, id="CONNECT"),
        pytest.param(head("OPTIONS", "*"), 404, id="OPTIONS *"),
        pytest.param(head("TRACE", "/"), 405, id="TRACE"),
        pytest.param(head("BREW", "/"), 405, id="a method that is none"),
        pytest.param(head("GET", "/", "Upgrade: websocket", "Sec-WebSocket-Version: 13"), 200, id="websocket"),
    ],
)
def test_what_an_attacker_sends_gets_its_named_answer(port: int, sent: bytes, status: int) -> None:
    answer = told(port, sent)
    assert answer.status == status, answer.raw[:200]
    assert answer.headers["connection"] == "close"
    fit_to_be_seen(answer)


def fit_to_be_seen(answer: Told) -> None:
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    assert "server" not in answer.headers
    assert b"evil" not in answer.raw


def test_a_body_of_chunks_without_an_end_is_cut_off(port: int) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    answer = told(port, head("POST", "/d", FORM, CHUNKED), more=repeat(chunk))
    assert answer.status == 413


def test_who_is_refused_while_still_sending_can_read_why(port: int) -> None:
    sent = head(*UPLOAD, "Content-Length: 1073741824") + bytes(8_000_000)
    assert [told(port, sent).status for _ in range(5)] == [413] * 5


def test_headers_without_an_end_are_cut_off(port: int) -> None:
    answer = told(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n", more=repeat(b"X-A: a\r\n" * 100))
    assert answer.status in (400, 0)


def test_what_is_smuggled_behind_a_request_is_not_answered(port: int) -> None:
    inner = head("GET", "/nowhere")
    for lying in (("Content-Length: 4", CHUNKED), ("Content-Length: 0", f"Content-Length: {len(inner)}")):
        sent = head(*UPLOAD, *lying).replace(b"Connection: close\r\n", b"") + b"0\r\n\r\n" + inner
        assert told(port, sent).raw.count(b"HTTP/1.1 ") == 1


def test_100_000_parts_are_refused(client: httpx.AsyncClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    form = {"content-type": "multipart/form-data; boundary=x"}
    for path in ("/", "/v1/validations"):
        assert one(client, "POST", path, content=part * 100_000 + b"--x--\r\n", headers=form).status_code == 422
    nested = b'--x\r\nContent-Type: multipart/mixed; boundary=y\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    assert one(client, "POST", "/", content=nested * 20_000, headers=form).status_code == 422


@pytest.mark.parametrize("depth", [1000, 200_000])
def test_json_however_deep_is_not_read(client: httpx.AsyncClient, depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    for kind in ("application/json", "application/problem+json", "text/json", "application/x-ndjson", ""):
        assert one(client, "POST", "/v1/validations", content=deep, headers={"content-type": kind}).status_code == 415
    pdf = one(client, "POST", "/v1/validations", content=deep, headers={"content-type": "application/pdf"})
    assert pdf.json()["verdict"] == "TIDAK_DAPAT_DIPASTIKAN"
    for path in ("/d", "/result", "/masuk"):
        answer = one(client, "POST", path, content=deep[:200_000], headers={"content-type": "application/json"})
        assert answer.status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//evil.example/",
        "//d",
        "/d/..%2fkantor",
        "/d/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/tte.toml",
        "/static/x/..%2f..%2fapp.py",
        "/static/x/..%5c..%5capp.py",
        "/static/..%2f/tte.css%00.py",
        "/static/x/%00",
        "/masuk%00",
        "/masuk/",
        "/MASUK",
        "/masuk;a=b",
        "/v1/validations/",
        "/%",
        "/%zz",
        "/%ff%fe",
        "/%c0%ae%c0%ae/tte.toml",
        "/\\evil.example",
    ],
)
def test_a_path_leads_only_where_it_says(client: httpx.AsyncClient, path: str) -> None:
    answer = one(client, "GET", f"http://{client.base_url.host}{path}")
    assert answer.status_code == 404
    assert "location" not in answer.headers
    for inside in ("root:", "[serve]", "import ", "evil"):
        assert inside not in answer.text


def test_an_encoded_slash_gets_no_further_than_a_slash(service: Service) -> None:
    client = asking(service, replace(PLENTY, uploads_per_minute=1))
    for path in ("/kantor%2f9971", "/kantor%2f9971%2fdokumen", "/kantor/9971%2fdokumen"):
        answer = one(client, "GET", path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    uploads = [one(client, "POST", "/v1%2fvalidations", files={"file": ("a.pdf", b"x")}) for _ in range(2)]
    assert [answer.status_code for answer in uploads] == [200, 429]


def test_no_header_makes_another_request_of_one(client: httpx.AsyncClient, office: Office) -> None:
    path = f"/d/{office.entry.id}"
    plain = one(client, "GET", path)
    for name, value in (
        ("X-HTTP-Method-Override", "POST"),
        ("X-HTTP-Method", "DELETE"),
        ("X-Method-Override", "PUT"),
        ("X-Original-URL", "/kantor/9971"),
        ("X-Rewrite-URL", "/kantor/9971"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Server", "evil.example"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Forwarded-Proto", "http"),
        ("X-Host", "evil.example"),
        ("Forwarded", 'host="evil.example";proto=http'),
    ):
        answer = one(client, "GET", path, headers={name: value})
        assert (answer.status_code, answer.text) == (200, plain.text), name
        front = one(client, "GET", "/?lang=en", headers={name: value})
        assert "secure" in front.headers["set-cookie"].lower()
        assert "evil" not in front.text
    assert one(client, "GET", f"{path}?_method=POST&what=nomor&typed=1").text == plain.text
    assert one(client, "POST", "/d", data={"code": "//evil.example/"}).headers["location"].startswith("/d/")


def test_a_proxy_that_is_not_trusted_says_nothing_of_the_host(port: int) -> None:
    for line in ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: evil", "X-Forwarded-For: evil.example"):
        answer = told(port, head("POST", "/d", FORM, "Content-Length: 8", line) + b"code=abc")
        assert (answer.status, answer.headers["location"]) == (303, "/d/abc")
        fit_to_be_seen(answer)


def test_a_session_that_is_planted_ends_when_its_victim_signs_in(desk: Service, day: Day, clock: Clock) -> None:
    attacker = signed_in(desk, day, Role.AUDITOR, clock)
    planted = attacker.client.cookies[COOKIE]
    phone, victim = day.phones[Role.OFFICIAL], browser(desk)
    victim.client.cookies.set(COOKIE, planted, domain=desk.host, path="/")
    data = {"login": phone.login, "password": phone.password, "code": phone.code(clock.later())}
    assert victim.ask("POST", "/masuk", data=data).status_code == 303
    assert victim.client.cookies[COOKIE] != planted
    assert "Orang-Official" in victim.get("/akun")
    assert attacker.ask("GET", HERE).headers["location"] == "/masuk?said=session_over"


def test_a_fresh_code_gives_another_session_and_ends_the_one_before(desk: Service, day: Day, clock: Clock) -> None:
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    before = own.client.cookies[COOKIE]
    own.post("/akun/kode", on="/akun/kode", then="/akun", code=day.phones[Role.OFFICIAL].code(clock.later()))
    assert own.client.cookies[COOKIE] != before
    stolen = browser(desk)
    stolen.client.cookies.set(COOKIE, before, domain=desk.host, path="/")
    assert stolen.ask("GET", HERE).headers["location"] == "/masuk?said=session_over"


def test_a_session_is_taken_from_its_cookie_alone(desk: Service, day: Day, clock: Clock) -> None:
    token = signed_in(desk, day, Role.AUDITOR, clock).client.cookies[COOKIE]
    for how in (
        {"params": {COOKIE: token, "token": token}},
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"headers": {"X-Session": token, COOKIE: token}},
        {"headers": {"Cookie": f"tte={token}"}},
        {"headers": {"Cookie": f"{COOKIE}={token[:-1]}"}},
        {"headers": {"Cookie": f"{COOKIE}={token}; {COOKIE}=planted"}},
    ):
        assert browser(desk).ask("GET", HERE, **how).status_code == 303


def policy_of(path: str) -> str:
    """The page may have a manifest too; WebAssembly runs in the worker that reads codes and nowhere else."""
    if path == "/periksa-scanner.js":
        return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
    return HEADERS["Content-Security-Policy"] + ("; manifest-src 'self'" if path == "/periksa" else "")


def test_every_answer_to_everybody_has_the_headers_and_no_page_is_kept(desk: Service, day: Day, clock: Clock) -> None:
    (draft,) = day.drafted(1)
    clock.at = day.later()
    people = [browser(desk), *(signed_in(desk, day, role, clock) for role in (Role.OPERATOR, Role.OFFICE_ADMIN))]
    seen = 0
    for route in api_routes(desk):
        path = route.path.replace("{office}", "9971").replace("{draft}", draft.id)
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", "x")
        for number, own in enumerate(people):
            for method in ("GET", "POST") if number else METHODS:
                csrf = {"data": {"csrf": "0" * 32}} if method == "POST" else {}
                answer = own.ask(method, path, **csrf)
                assert answer.status_code < 500, (method, path)
                reads_codes = path == "/periksa" and method in ("GET", "HEAD")
                camera = "camera=(self)" if reads_codes else "camera=()"
                own_policy = HEADERS["Permissions-Policy"].replace("camera=()", camera)
                expected = {**HEADERS, "Permissions-Policy": own_policy}
                if path.startswith("/periksa") and answer.status_code == 200:
                    expected["Content-Security-Policy"] = policy_of(path)
                if path.startswith("/periksa") and path != "/periksa" and method == "GET":  # they hold no person
                    expected["Cache-Control"] = "no-cache"
                if path == "/.well-known/tte/anchors" and answer.status_code == 200:
                    expected["Cache-Control"] = "public, max-age=3600"
                for header, value in expected.items():
                    assert answer.headers[header] == value, (method, path, header)
                seen += answer.status_code == 200
    assert seen > 40


def test_only_files_that_never_change_may_be_kept(client: httpx.AsyncClient) -> None:
    front = one(client, "GET", "/").text
    style = front.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in one(client, "GET", style).headers["cache-control"]
    assert one(client, "GET", "/static/x/nothing.css").headers["cache-control"] == "no-store"
