"""Authorities that behave as a test wants, and clients that ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_server import (
    Behaviour,
    TrustServer,
    serves,
    trust_server,
)
from tests.time_stamping import AT, ROOT, TSA, Clock, Stamps
from tests.trust_services import Tsa
from tte.http import Http
from tte.services import TimeStamps


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
def stamps(server: TrustServer, http: Http) -> Callable[..., TimeStamps]:
    """The client of an authority for each of these ways to behave, at the paths /0, /1, ….

    In a function, as the tests want different ones.
    """

    def make(*ways: Behaviour, **options: Any) -> TimeStamps:
        addresses = [server.on(f"/{place}", way) for place, way in enumerate(ways)]
        given = {"http": http, "anchors": [ROOT.der], "now": lambda: AT, **options}
        return TimeStamps(addresses, **given)

    return make


@pytest.fixture
def kept(stamps: Stamps, tmp_path: Path) -> tuple[Clock, Callable[..., TimeStamps]]:
    """Makes clients that keep at one place, and the clock of all."""
    clock = Clock()

    def now() -> datetime:
        return AT + timedelta(seconds=clock.s - 1_000)

    honest = Tsa(TSA, now)
    return clock, lambda *ways, **more: stamps(
        *(ways or (serves(honest),)), now=now, clock=lambda: 0.0, kept=tmp_path / "kept", **more
    )
