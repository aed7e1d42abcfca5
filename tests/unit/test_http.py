"""Asking over HTTP: every way in which another machine can misbehave ends in time, in size and with its own fault."""

from __future__ import annotations

import gc
import gzip
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.hostile_server import (
    HTML,
    Asked,
    Behaviour,
    TrustServer,
    announced_flood,
    answers,
    breaks_off,
    flood,
    hang,
    redirect,
    reset,
    serves,
    trickle,
    trickled_headers,
    trust_server,
)
from tte.errors import Fault, ServiceUnavailable
from tte.http import Http
from tte.http.public import is_public

MOST = 10_000


@pytest.fixture
def server() -> Iterator[TrustServer]:
    with trust_server() as server:
        yield server


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(hosts=["127.0.0.1"], private=True, seconds=5)
    yield http
    http.close()


@pytest.fixture
def hasty() -> Iterator[Http]:
    http = Http(hosts=["127.0.0.1"], private=True, seconds=0.15)
    yield http
    http.close()


def fault_of(http: Http, url: str, *, method: str = "POST") -> ServiceUnavailable:
    with pytest.raises(ServiceUnavailable) as refused:
        http.ask(method, url, b"?", most=MOST)
    return refused.value


def test_an_answer_comes_whole_with_status_and_headers(server: TrustServer, http: Http) -> None:
    url = server.on("/", serves(lambda body: body[::-1]))
    answer = http.post(url, b"tanya", most=5, headers={"Content-Type": "text/x-tanya"})
    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "5", b"aynat")
    assert server.asked == [Asked("POST", "/", b"tanya", 1)]


def test_any_status_is_an_answer(server: TrustServer, http: Http) -> None:
    assert http.get(server.on("/a", answers(500, b"aduh")), most=MOST).status == 500
    assert http.get(server.on("/b", HTML), most=MOST).headers["content-type"] == "text/html"


def test_nothing_is_unpacked(server: TrustServer, http: Http) -> None:
    packed = gzip.compress(bytes(1_000_000))
    answer = http.get(server.on("/", answers(200, packed, Content_Encoding="gzip")), most=MOST)
    assert answer.body == packed


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        (reset, Fault.BROKE_OFF),
        (breaks_off, Fault.BROKE_OFF),
        (flood, Fault.TOO_LARGE),
        (announced_flood, Fault.TOO_LARGE),
        (answers(200, bytes(MOST + 1)), Fault.TOO_LARGE),
        (answers(200, b"", X_Long="x" * 100_000), Fault.BROKE_OFF),
        (lambda asked, connection, ends: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), Fault.BROKE_OFF),
        (redirect("http://127.0.0.1:1/"), Fault.NOT_ALLOWED),
        (redirect("/elsewhere"), Fault.NOT_ALLOWED),
    ],
)
def test_a_bad_answer_has_its_fault(server: TrustServer, http: Http, way: Behaviour, fault: Fault) -> None:
    refused = fault_of(http, server.on("/rahasia", way))
    assert (refused.fault, refused.sent) == (fault, True)
    assert "127.0.0.1" in str(refused)
    assert "rahasia" not in str(refused)


@pytest.mark.parametrize("way", [hang, trickle, trickled_headers])
def test_the_deadline_ends_it(server: TrustServer, hasty: Http, way: Behaviour) -> None:
    refused = fault_of(hasty, server.on("/", way))
    assert (refused.fault, refused.sent) == (Fault.TIMED_OUT, True)


def test_a_redirect_is_not_followed(server: TrustServer, http: Http) -> None:
    fault_of(http, server.on("/", redirect("/elsewhere")), method="GET")
    assert server.count("/elsewhere") == 0


def test_who_does_not_listen_was_sent_nothing(http: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    refused = fault_of(http, f"http://127.0.0.1:{port}/")
    assert (refused.fault, refused.sent) == (Fault.UNREACHABLE, False)


def test_a_deadline_before_the_request_left_says_so(hasty: Http) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # never takes part in the TLS handshake
        refused = fault_of(hasty, f"https://127.0.0.1:{silent.getsockname()[1]}/")
    assert (refused.fault, refused.sent) == (Fault.TIMED_OUT, False)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http:///no-host",
        "http://user:word@127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "127.0.0.1/",
        "",
        "http://other.example/",
        "http://127.0.0.1.other.example/",
        "http://127.1/",
    ],
)
def test_what_may_not_be_asked_is_not(http: Http, url: str) -> None:
    refused = fault_of(http, url)
    assert (refused.fault, refused.sent) == (Fault.NOT_ALLOWED, False)
    assert "word" not in str(refused)


def test_hosts_are_compared_as_they_stand_in_a_url() -> None:
    http = Http(hosts=["TSA.Example", "bücher.example"], private=False, seconds=0.01)
    for url in ("http://tsa.example/", "http://xn--bcher-kva.example/"):
        assert fault_of(http, url).fault is not Fault.NOT_ALLOWED
    http.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0",
        "127。0。0。1",
        "①27.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "[64:ff9b::7f00:1]",
    ],
)
def test_no_way_of_writing_an_address_leads_into_a_private_network(server: TrustServer, host: str) -> None:
    http = Http(hosts=None, private=False)
    refused = fault_of(http, f"http://{host}:{server.port}/")
    http.close()
    assert (refused.fault, refused.sent) == (Fault.NOT_ALLOWED, False)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        *(
            (private, False)
            for private in (
                "10.0.0.1",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "192.0.0.8",
                "192.168.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "0.0.0.0",  # noqa: S104 (nothing is bound to it)
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001::1",
                "2002:7f00:1::",
                "fc00::1",
                "fe80::1%eth0",
                "ff02::1",
                "tsa.example",
                "",
            )
        ),
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_certificate_that_leads_to_nobody_is_sent_nothing(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    http = Http(hosts=None, private=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def shake() -> None:
            with listening.accept()[0] as plain, pytest.raises(ssl.SSLError):
                context.wrap_socket(plain, server_side=True)

        thread = threading.Thread(target=shake)
        thread.start()
        refused = fault_of(http, f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()
    http.close()
    assert (refused.fault, refused.sent) == (Fault.UNREACHABLE, False)


def test_a_connection_is_used_again_unless_fresh(server: TrustServer, http: Http) -> None:
    url = server.on("/", answers(200))
    http.get(url, most=0)
    http.get(url, most=0)
    assert server.connections == 1
    fresh = Http(hosts=None, private=True, fresh=True)
    fresh.get(url, most=0)
    fresh.get(url, most=0)
    fresh.close()
    assert server.connections == 3


def dies_between(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
    """Answers the first request on a connection and hangs up on the second, as a server does that was quicker."""
    if asked.number == 2:
        connection.shutdown(socket.SHUT_RDWR)
    else:
        connection.sendall(b"HTTP/1.1 200 So\r\nContent-Length: 2\r\n\r\nok")


def test_a_post_is_repeated_when_a_kept_connection_has_died_if_it_may_be(server: TrustServer, http: Http) -> None:
    url = server.on("/", dies_between)
    assert [http.post(url, b"?", most=2, again=True).body for _ in range(2)] == [b"ok", b"ok"]
    assert (server.connections, len(server.asked)) == (2, 3)


def test_and_is_not_if_it_may_not(server: TrustServer, http: Http) -> None:
    url = server.on("/", dies_between)
    http.post(url, b"?", most=2)
    refused = fault_of(http, url)
    assert (refused.fault, refused.sent, len(server.asked)) == (Fault.BROKE_OFF, True, 2)


def test_a_new_connection_that_dies_is_not_tried_again(server: TrustServer, http: Http) -> None:
    url = server.on("/", reset)
    with pytest.raises(ServiceUnavailable):
        http.post(url, b"?", most=2, again=True)
    assert len(server.asked) == 1


def test_many_threads_are_served_at_the_same_time(server: TrustServer, http: Http) -> None:
    together = threading.Barrier(32)

    def meet(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
        together.wait(5)
        answers(200, asked.body)(asked, connection, ends)

    url = server.on("/", meet)
    with ThreadPoolExecutor(32) as pool:
        bodies = pool.map(lambda place: http.post(url, b"%d" % place, most=2).body, range(32))
        assert [*bodies] == [b"%d" % place for place in range(32)]


def test_who_waits_while_it_is_closed_is_told(server: TrustServer, http: Http) -> None:
    arrived = threading.Event()

    def arrive(asked: Asked, connection: socket.socket, ends: threading.Event) -> None:
        arrived.set()
        ends.wait(10)

    url = server.on("/", arrive)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(fault_of, http, url)
        assert arrived.wait(5)
        http.close()
        assert waiting.result(5).fault is Fault.BROKE_OFF


def test_nothing_is_asked_after_closing_twice(server: TrustServer, http: Http) -> None:
    http.close()
    http.close()
    with pytest.raises(RuntimeError):
        http.get(server.url("/"), most=1)
    assert server.asked == []


def test_one_that_is_forgotten_lets_go_of_its_thread(server: TrustServer) -> None:
    before = set(threading.enumerate())
    http = Http(hosts=None, private=True)
    http.get(server.on("/", answers(200)), most=0)
    (thread,) = (one for one in set(threading.enumerate()) - before if one.name == "http")
    del http
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()


def test_a_program_that_does_not_close_it_ends_without_a_word(server: TrustServer) -> None:
    url = server.on("/", answers(200))
    program = f"from tte.http import Http; http = Http(hosts=None, private=True); http.get({url!r}, most=0)"
    run = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def self_signed(folder: Path) -> Path:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return path
