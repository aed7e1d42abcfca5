"""The samples of docs/deploy before the running service: what passes, what is refused, and whose word is believed."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.proxies import NAME, Proxy, echoing, running
from tests.rows import births
from tests.serving import on_socket, serving, until_ready
from tte.office import Home

pytestmark = pytest.mark.xdist_group("proxies")
A_MINUTE = 3
SERVE = f"""
[serve]
requests_per_minute = {A_MINUTE}
uploads_per_minute = 50
"""


@pytest.fixture(scope="module")
def service(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, bytes]]:
    """The socket of a running service, and a file that its office has issued."""
    folder = tmp_path_factory.mktemp("served")
    home = Home(folder / "home")
    shutil.copytree(made_home, home.path)
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        list(issuer.issue("akta_kelahiran", births(1)))
        (entry,) = issuer.register.entries()
        pdf = issuer.register.read_pdf(entry.id)
    with (home.path / "tte.toml").open("a", encoding="utf-8") as settings:
        settings.write(SERVE)
    place = folder / "serve.sock"
    with serving(home, "--socket", str(place)) as process, on_socket(place) as client:
        until_ready(client, process)
        yield place, pdf


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest, service: tuple[Path, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    with running(request.param, tmp_path_factory.mktemp("proxy") / request.param, service[0]) as started:
        yield started


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def before_an_echo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("echo")
    with echoing(folder / "echo.sock"), running(request.param, folder / request.param, folder / "echo.sock") as started:
        yield started


def test_an_upload_passes_and_is_judged(proxy: Proxy, service: tuple[Path, bytes]) -> None:
    with proxy.client() as client:
        answer = client.post("/v1/validations", files={"file": ("akta.pdf", service[1])})
        assert answer.json()["verdict"] == "ASLI_DAN_BERLAKU"
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert "nginx/" not in answer.headers.get("server", "")
        large = client.post("/v1/validations", files={"file": ("besar.pdf", bytes(9_900_000))})
        assert (large.status_code, large.json()["verdict_reasons"]) == (200, ["not-a-pdf"])


def test_11_mb_is_413(proxy: Proxy) -> None:
    with proxy.client() as client:
        answer = client.post("/v1/validations", files={"file": ("besar.pdf", bytes(11_000_000))})
        assert answer.status_code == 413


def test_limits_count_the_true_address_whatever_a_client_says_of_itself(proxy: Proxy) -> None:
    net = 10 if proxy.kind == "nginx" else 20
    with proxy.client(address=f"127.0.{net}.1") as one, proxy.client(address=f"127.0.{net}.2") as other:
        forged = [
            one.get("/d", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code
            for number in range(A_MINUTE + 1)
        ]
        assert forged == [200] * A_MINUTE + [429]
        assert one.get("/d", headers={"Forwarded": "for=203.0.113.99"}).status_code == 429
        assert other.get("/d").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", f"{NAME}.evil.example", ""])
def test_another_host_gets_nothing_of_ours(proxy: Proxy, host: str) -> None:
    with proxy.client() as client:
        try:
            answer = client.get("/", headers={"host": host})
        except httpx.TransportError:
            return
        assert answer.status_code in (400, 421)
        assert "tte" not in answer.text


def test_plain_http_is_sent_to_https(proxy: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{proxy.plain}/d?x=1", headers={"host": NAME})
    assert answer.status_code == 308
    assert answer.headers["location"].startswith(f"https://{NAME}")


def test_whoever_is_slow_is_ended(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.tls / "server.pem"))
    head = f"POST /v1/validations HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/pdf\r\nContent-Length: 1000\r\n"
    slow_ones = (head, f"{head}\r\n%PDF") if proxy.kind == "nginx" else (head,)  # Caddy leaves a slow body to tte
    for begun in slow_ones:
        with (
            socket.create_connection(("127.0.0.1", proxy.port)) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as slow,
        ):
            slow.sendall(begun.encode())
            slow.settimeout(60)
            answer = b""
            try:
                while part := slow.recv(65536):
                    answer += part
            except ConnectionError:
                pass
            assert answer == b"" or answer.split(b" ", 2)[1] in (b"400", b"408", b"502"), answer


def test_the_certificate_of_an_application_is_passed_on_and_nobody_can_claim_one(before_an_echo: Proxy) -> None:
    claimed = {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": "palsu", "X-Forwarded-Proto": "http"}
    with before_an_echo.client(certificate=True) as client:
        told = client.get("/", headers=claimed).json()
        assert told["x-client-verify"] == "SUCCESS"
        assert len(told["x-client-certificate"]) > 300
        assert told["x-forwarded-proto"] == "https"
        if before_an_echo.kind == "nginx":
            assert told["x-client-certificate"].startswith("-----BEGIN%20CERTIFICATE-----")
    with before_an_echo.client() as client:
        told = client.get("/", headers=claimed).json()
        assert told.get("x-client-verify", "") in ("", "NONE")
        assert told.get("x-client-certificate", "") == ""
        assert told["x-forwarded-for"] == "127.0.0.1"
        assert told["host"] == NAME


def test_headers_of_the_esc_client_pass_both_ways(before_an_echo: Proxy) -> None:
    with before_an_echo.client() as client:
        answer = client.get("/", headers={"id_dokumen": "7"})
        assert answer.json()["id_dokumen"] == "7"
        assert answer.headers["id_dokumen"] == "42"


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_a_service_that_is_away_is_told_so(kind: str, tmp_path: Path) -> None:
    with running(kind, tmp_path / kind, tmp_path / "nobody.sock") as proxy, proxy.client() as client:
        answer = client.get("/")
        assert answer.status_code in (502, 503)
        if kind == "nginx":
            assert "Coba lagi" in answer.text
            assert answer.headers["retry-after"] == "30"
