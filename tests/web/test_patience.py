"""The running service and those who are slow, and how it ends while somebody is being answered."""

from __future__ import annotations

import resource
import selectors
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import sleep
from typing import Any

import httpx
import pytest

from tests.serving import free_port, serving, until_ready
from tests.web.conftest import Office

SLOW = 500
HEAD = (
    "POST /v1/validations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\nContent-Length: {length}\r\n"
)


@pytest.fixture(autouse=True)
def _room_for_sockets() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def served(
    office: Office, *words: str, patience_s: float = 60.0
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client, int]]:
    """The service, a client that it knows to be somebody else, and its port."""
    port = free_port()
    with (
        serving(office.home, "--port", str(port), *words, patience=(patience_s, patience_s)) as running,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        until_ready(client, running)
        yield running, client, port


@contextmanager
def slow_ones(port: int, begun: bytes, count: int = SLOW) -> Iterator[Sequence[socket.socket]]:
    """Connections from up to a hundred networks, each of which has said so much and no more."""
    with ExitStack() as stack:
        made = []
        for number in range(count):
            source = (f"127.1.{number % 100}.1", 0)
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), source_address=source))
            one.sendall(begun)
            made.append(one)
        yield made


def held(slow: Sequence[socket.socket]) -> int:
    """How many of them have been neither answered nor closed."""
    with selectors.DefaultSelector() as waiting:
        for one in slow:
            waiting.register(one, selectors.EVENT_READ)
        return len(slow) - len(waiting.select(0))


def answers(slow: Sequence[socket.socket]) -> set[bytes]:
    """What each was told before it was closed by the other side: the status, or nothing."""
    told = set()
    for one in slow:
        one.settimeout(60)
        answer = b""
        try:
            while part := one.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
        told.add(answer[:12])
    return told


@pytest.mark.parametrize(
    ("begun", "told"),
    [(b"GET / HTTP/1.1\r\nHost: loc", {b""}), (f"{HEAD.format(length=1000)}\r\n%PDF".encode(), {b"HTTP/1.1 408"})],
    ids=["head", "body"],
)
def test_500_slow_sockets_keep_nobody_from_an_answer_and_are_closed(
    office: Office, begun: bytes, told: set[bytes]
) -> None:
    with served(office, patience_s=8.0) as (_, client, port), slow_ones(port, begun) as slow:
        assert heard(client, "POST", "/v1/validations", files={"file": ("a.pdf", office.pdf)}) == 200
        assert heard(client, "GET", f"/d/{office.entry.id}") == 200
        assert heard(client, "GET", "/readyz") == 200
        assert held(slow)
        assert told <= answers(slow) <= told | {b"HTTP/1.1 503"}
        assert heard(client, "GET", "/") == 200


def heard(client: httpx.Client, method: str, path: str, **more: Any) -> int:
    """The status; of the second try, where the first is asked to come back: their burst may still be felt."""
    answer = client.request(method, path, **more)
    if answer.status_code == 503:
        sleep(int(answer.headers["retry-after"]))
        answer = client.request(method, path, **more)
    return answer.status_code


def test_a_byte_now_and_then_buys_no_time(office: Office) -> None:
    with served(office, patience_s=1.0) as (_, client, port), slow_ones(port, HEAD.encode(), 1) as (one,):
        try:
            while client.get("/healthz").status_code == 200:
                one.sendall(b"a")
        except OSError:
            pass
        assert answers([one]) == {b""}


def test_told_to_stop_it_finishes_an_upload_and_begins_nothing_new(office: Office) -> None:
    figures = free_port()
    with served(office, "--metrics-port", str(figures)) as (running, _, port):
        with socket.create_connection(("127.0.0.1", port)) as upload:
            middle = len(office.pdf) // 2
            upload.sendall(f"{HEAD.format(length=len(office.pdf))}\r\n".encode() + office.pdf[:middle])
            while "tte_http_under_way 1.0" not in httpx.get(f"http://127.0.0.1:{figures}/metrics").text:
                pass
            running.send_signal(signal.SIGTERM)
            until_refused(port)
            assert running.poll() is None
            upload.sendall(office.pdf[middle:])
            answer = b""
            while part := upload.recv(65536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"verdict":"ASLI_DAN_BERLAKU"' in answer
        assert running.wait(timeout=60) in (0, -signal.SIGTERM)


def until_refused(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return


def test_figures_are_for_this_machine_only(office: Office) -> None:
    figures = free_port()
    with served(office, "--metrics-port", str(figures)):
        assert "tte_documents_issued_total 1.0" in httpx.get(f"http://127.0.0.1:{figures}/metrics").text
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.2:{figures}/metrics")
