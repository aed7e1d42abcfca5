"""A service on a home with one issued document, and a client that asks it without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest

from tests.desk_world import Day, office_day
from tests.rows import births
from tte.issuance import Issued
from tte.model import Entry, Row
from tte.office import Home
from tte.web import Service, make_app
from tte.web.gates import Allowances

ASGI = Callable[..., Awaitable[None]]
PLENTY = Allowances(
    known_per_minute=10_000,
    per_minute=10_000,
    uploads_per_minute=10_000,
    forms_per_minute=10_000,
    net_per_minute=10_000,
    per_second=10_000,
)


class Clock:
    """The service's clock: it stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def later(self, **more: float) -> datetime:
        self.at += timedelta(**more) if more else timedelta(minutes=1)
        return self.at


@dataclass(frozen=True)
class Office:
    """A home with a document, its file and the row it was made from."""

    home: Home
    entry: Entry
    pdf: bytes
    row: Row


@pytest.fixture
def office(home: Home) -> Office:
    (row,) = births(1)
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", [row])
        assert isinstance(issued, Issued)
        return Office(home, issued.entry, issuer.register.read_pdf(issued.entry.id), row)


@pytest.fixture
def service(office: Office) -> Iterator[Service]:
    with Service(office.home) as opened:
        yield opened


def asking(service: Service, allowed: Allowances = PLENTY) -> httpx.AsyncClient:
    """A client of a new application for this service."""
    transport = httpx.ASGITransport(make_app(service, allowed=allowed))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{service.host}")


@pytest.fixture
def client(service: Service) -> httpx.AsyncClient:
    return asking(service)


async def parts(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    """A body sent in chunks, without a length."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.fixture
def day(home: Home) -> Iterator[Day]:
    """People hired at the sample office."""
    with office_day(home) as hired:
        yield hired


@pytest.fixture
def clock(day: Day) -> Clock:
    return Clock(day.later())


@pytest.fixture
def desk(day: Day, clock: Clock) -> Iterator[Service]:
    """The service of an office with people."""
    with Service(day.home, clock=clock) as opened:
        yield opened
