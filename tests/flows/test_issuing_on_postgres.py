"""Issuers in processes of their own on one PostgreSQL register: over the same rows, killed, left by the server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch_world import births_file, on_postgres
from tests.postgres import Server, running_server
from tte.model import Indication
from tte.office import Home
from tte.register import open_register
from tte.validation import validate

TEMPLATE = "akta_kelahiran"
COUNT = 600


@pytest.fixture
def url(home: Home, postgres: Server, postgres_template: str) -> Iterator[str]:
    with postgres.database(postgres_template) as name:
        address = postgres.url(name)
        on_postgres(home, address)
        yield address


class Issuing:
    """`tte issue FILE --json` in a process of its own; what it tells goes to a file."""

    def __init__(self, home: Home, file: Path, told: Path) -> None:
        self._told = told
        words = [sys.executable, "-m", "tte", "--home", str(home.path), "issue", TEMPLATE, str(file), "--json"]
        with told.open("wb") as out:
            self.process = subprocess.Popen(words, stdout=out, stderr=subprocess.PIPE, text=True)

    def wait_for_first(self) -> None:
        """Return when it has told of a row, or ended."""
        while self.process.poll() is None and not self.rows():
            time.sleep(0.01)

    def end(self) -> tuple[int, str]:
        """Its exit code, and what it complained of."""
        _, complaints = self.process.communicate(timeout=120)
        return self.process.returncode, complaints

    def rows(self) -> dict[int, tuple[str, str]]:
        """Id and SHA-256 of the document of each row that it has told of."""
        lines = self._told.read_text(encoding="utf-8")
        found = [json.loads(line) for line in lines[: lines.rfind("\n") + 1].splitlines()]
        return {one["row"]: (one["id"], one["pdf_sha256"]) for one in found if one["kind"] == "issued"}


def _is_whole(home: Home, url: str, count: int) -> None:
    """As many documents as rows, none pending, each its own number and id; a few are validated."""
    register = open_register(url)
    try:
        entries = list(register.entries())
        assert len(entries) == len({entry.number for entry in entries}) == len({entry.id for entry in entries}) == count
        assert not register.pending()
        for entry in entries[:: count // 4]:
            report = validate(register.read_pdf(entry.id), home.trust(), entry.at)
            assert report.indication is Indication.TOTAL_PASSED
    finally:
        register.close()


def test_two_issuers_over_the_same_rows_give_the_same_documents_each_once(home: Home, url: str, tmp_path: Path) -> None:
    file = births_file(tmp_path, COUNT)
    both = [Issuing(home, file, tmp_path / f"told-{number}") for number in range(2)]
    for one in both:
        code, complaints = one.end()
        assert code == 0, complaints
    assert len(both[0].rows()) == COUNT
    assert both[0].rows() == both[1].rows()
    _is_whole(home, url, COUNT)


def test_what_a_killed_issuer_had_in_hand_is_finished_by_the_next(home: Home, url: str, tmp_path: Path) -> None:
    file = births_file(tmp_path, COUNT)
    first = Issuing(home, file, tmp_path / "told-1")
    first.wait_for_first()
    first.process.kill()
    first.end()
    second = Issuing(home, file, tmp_path / "told-2")
    code, complaints = second.end()
    assert code == 0, complaints
    assert first.rows().items() <= second.rows().items()
    _is_whole(home, url, COUNT)


def test_a_batch_stops_when_the_server_goes_away_and_is_finished_when_it_is_back(home: Home, tmp_path: Path) -> None:
    file = births_file(tmp_path, 3 * COUNT)
    with running_server() as server, server.database() as name:
        on_postgres(home, server.url(name))
        open_register(server.url(name)).close()
        first = Issuing(home, file, tmp_path / "told-1")
        first.wait_for_first()
        server.stop()
        code, complaints = first.end()
        assert code not in (0, -9), complaints
        assert "Traceback" not in complaints
        server.start()
        second = Issuing(home, file, tmp_path / "told-2")
        code, complaints = second.end()
        assert code == 0, complaints
        assert first.rows().items() <= second.rows().items()
        _is_whole(home, server.url(name), 3 * COUNT)
