"""More asked than can be answered: who is refused, how, and who is not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from prometheus_client import CollectorRegistry

from tests.web.conftest import PLENTY, Office, asking
from tte.web import Service
from tte.web.gates import HEADERS
from tte.web.pressure import BORNE_S, CROWD, Pressure

LONG_AGO = 100.0
NOW = LONG_AGO + BORNE_S
HEAD = b"GET / HTTP/1.1\r\nHost: tte.contoh.example\r\n"


@pytest.fixture
def pressure() -> Pressure:
    """Of a loop that should have rung at 0, was heard late at LONG_AGO, and is asked again."""
    made = Pressure("tte.contoh.example", CollectorRegistry())
    assert made.sheds(HEAD, LONG_AGO, CROWD) is None
    return made


def test_a_stranger_is_refused_unread_when_the_loop_stays_late_and_crowded(pressure: Pressure) -> None:
    assert pressure.sheds(HEAD, NOW, CROWD - 1) is None
    assert pressure.sheds(HEAD, NOW, CROWD) is not None


def test_a_burst_is_borne(pressure: Pressure) -> None:
    assert pressure.sheds(HEAD, LONG_AGO + BORNE_S / 2, CROWD) is None


def test_a_loop_that_was_late_long_before_begins_anew(pressure: Pressure) -> None:
    assert pressure.sheds(HEAD, NOW + 2 * BORNE_S, CROWD) is None


@pytest.mark.parametrize("sign", [b"Cookie: lang=id; tte=a", b"cookie: __Host-tte=a", b"Authorization: Bearer x"])
def test_who_shows_a_session_or_a_key_is_heard(pressure: Pressure, sign: bytes) -> None:
    assert pressure.sheds(HEAD + sign + b"\r\n\r\n", NOW, CROWD) is None


def test_any_other_cookie_is_none(pressure: Pressure) -> None:
    assert pressure.sheds(HEAD + b"Cookie: lang=id; tten=a\r\n\r\n", NOW, CROWD) is not None


@pytest.mark.parametrize(
    ("path", "kind"), [(b"/", b"text/html"), (b"/v1/validations", b"application/problem+json"), (b"/d/x", b"text/html")]
)
def test_the_refusal_says_when_to_come_back(pressure: Pressure, path: bytes, kind: bytes) -> None:
    answer = pressure.sheds(HEAD.replace(b" / ", b" " + path + b" "), NOW, CROWD) or b""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = httpx.Headers([(name, value) for name, _, value in (line.partition(": ") for line in lines)])
    assert first == "HTTP/1.1 503 Service Unavailable"
    assert headers["retry-after"] == "1"
    assert headers["connection"] == "close"
    assert headers["content-type"].encode().startswith(kind)
    assert int(headers["content-length"]) == len(body)
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_the_timer_of_a_loop_that_is_on_time_refuses_nobody(pressure: Pressure) -> None:
    async def idle() -> list[bytes | None]:
        loop = asyncio.get_running_loop()
        pressure.feel(loop)
        return [pressure.sheds(HEAD, loop.time(), 0) for _ in range(3)]

    assert asyncio.run(idle()) == [None] * 3


def test_more_files_than_can_be_examined_at_once_are_503(service: Service, office: Office) -> None:
    kind = {"content-type": "application/pdf"}

    async def upload(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
        return await client.post("/v1/validations", content=content, headers=kind)

    async def several() -> list[httpx.Response]:
        async with asking(service, replace(PLENTY, examined_at_once=1)) as client:
            return await asyncio.gather(*(upload(client, office.pdf) for _ in range(12)))

    answers = asyncio.run(several())
    assert {answer.status_code for answer in answers} == {200, 503}
    assert {answer.headers.get("retry-after") for answer in answers if answer.status_code == 503} == {"1"}
