"""Faults of a register in PostgreSQL: who issues dies, the answer to a COMMIT is lost, the server stops."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.batch_world import on_postgres
from tests.faults.proving import problems
from tests.faults.test_matrix import Ask, ask, pytestmark  # noqa: F401  its server
from tests.postgres import Server, running_server
from tests.rows import births
from tte.errors import RegisterError
from tte.issuance import Issued
from tte.model import Entry, Row
from tte.office import Home

TEMPLATE = "akta_kelahiran"


class Wire:
    """A socket before the server's own. From the `cut`-th COMMIT on, what the server answers is lost, and all ends."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.cut: int | None = None
        self._server = str(server / ".s.PGSQL.5432")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(folder / ".s.PGSQL.5432"))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                lost = threading.Event()
                for one, other, asks in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(one, other, lost, asks), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, lost: threading.Event, asks: bool) -> None:
        with suppress(OSError):
            while part := one.recv(1 << 16):
                if asks and self.cut is not None and b"COMMIT" in part:
                    self.cut -= 1
                    if self.cut <= 0:
                        lost.set()
                if not asks and lost.is_set():
                    break  # the server has committed, and nobody hears of it
                other.sendall(part)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def wire(tmp_path: Path, postgres: Server) -> Iterator[tuple[Wire, str]]:
    folder = tmp_path / "w"
    folder.mkdir()
    opened = Wire(folder, postgres.folder)
    yield opened, str(folder)
    opened.close()


@pytest.fixture
def database(postgres: Server, postgres_template: str) -> Iterator[str]:
    with postgres.database(postgres_template) as name:
        yield name


def _issue(
    home: Home, told: dict[str, list[str]], rows: Iterable[Row], begin: Callable[[], None] = lambda: None
) -> None:
    """Issue these two at a time, and note what is told."""
    with home.issuer("demo", (TEMPLATE,)) as issuer:
        begin()
        for outcome in dataclasses.replace(issuer, chunk=2).issue(TEMPLATE, rows):
            assert isinstance(outcome, Issued)
            told[outcome.entry.number] = [outcome.entry.id]


def _recovered(home: Home, told: dict[str, list[str]], count: int) -> None:
    """A new start finishes what is open; the same rows then have one document each."""
    with home.issuer("demo", (TEMPLATE,)) as issuer:
        assert all(isinstance(one.outcome, Entry) for one in issuer.recover())
        again = list(dataclasses.replace(issuer, chunk=2).issue(TEMPLATE, births(count)))
        assert len({one.entry.id for one in again if isinstance(one, Issued)}) == count == issuer.register.count()
        assert problems(issuer.register, issuer.trust, told) == []


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_commit_whose_answer_is_lost_is_found_and_not_made_again(
    home: Home, postgres: Server, database: str, wire: tuple[Wire, str], cut: int
) -> None:
    proxy, folder = wire
    on_postgres(home, postgres.url(database).replace(postgres.url(database).partition("host=")[2], folder))
    told: dict[str, list[str]] = {}
    with pytest.raises(RegisterError):
        _issue(Home(home.path), told, births(5), lambda: setattr(proxy, "cut", cut))
    proxy.cut = None
    on_postgres(home, postgres.url(database))
    _recovered(Home(home.path), told, 5)


@pytest.mark.parametrize("kind", ["kill -9", "exception", "hang"])
@pytest.mark.parametrize("place", ["number given", "reserved", "key used", "recorded, before", "recorded"])
def test_nothing_is_lost_or_twice_in_postgres_after(
    ask: Ask,  # noqa: F811
    postgres: Server,
    database: str,
    place: str,
    kind: str,
) -> None:
    answer = ask(place=place, kind=kind, url=postgres.url(database))
    assert answer["wrong"] == [], answer
    assert answer["acknowledged"] >= 2


def test_a_server_that_crashes_in_mid_batch_has_all_that_was_acknowledged(home: Home) -> None:
    with running_server() as server, server.database() as name:
        on_postgres(home, server.url(name))
        told: dict[str, list[str]] = {}
        _issue(Home(home.path), told, births(2))

        def until_it_stops() -> Iterator[Row]:
            for row in births(6):
                if row.number == 5:
                    server.stop()
                yield row

        with pytest.raises(RegisterError):
            _issue(Home(home.path), told, until_it_stops())
        server.start()
        _recovered(Home(home.path), told, 6)
