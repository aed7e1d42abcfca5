"""Ctrl-C: understood from the first moment, obeyed after what is under way, and at once when it comes again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.batch_world import births_file
from tte.office import Home

ROWS = 3000


@contextmanager
def _tte(*words: str, python: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, *python, "-m", "tte", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


def test_ctrl_c_while_the_program_is_loading_shows_one_line(tmp_path: Path) -> None:
    with _tte("sample", "akta_kelahiran", python=("-X", "importtime")) as process:
        assert process.stderr
        next(line for line in process.stderr if "rich" in line or "typer" in line)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(60) == 130
    assert "Traceback" not in said
    assert [line for line in said.splitlines() if not line.startswith("import time:")] == ["interrupted"]


def test_ctrl_c_in_a_batch_ends_it_after_the_rows_under_way_and_says_how_to_go_on(home: Home, tmp_path: Path) -> None:
    with _batch(home, tmp_path) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "stopping after the rows that are under way" in err
    assert "run the same command again to go on" in err
    assert "Traceback" not in err
    issued = out.count('"kind": "issued"')
    assert issued < ROWS
    with home.open_register() as register:
        assert register.count() == issued
        assert not register.pending()
    assert not (tmp_path / "outcome.csv").exists()
    assert len((tmp_path / "outcome.csv.part").read_text(encoding="utf-8").splitlines()) == issued + 1


def test_a_second_ctrl_c_in_a_batch_stops_it_at_once(home: Home, tmp_path: Path) -> None:
    with _batch(home, tmp_path) as process:
        assert process.stderr
        process.send_signal(signal.SIGINT)
        assert "stopping after" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


@contextmanager
def _batch(home: Home, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`tte issue` that is about to read its rows: its outcome file is there."""
    file, target = births_file(folder, ROWS), folder / "outcome.csv"
    words = ("--home", str(home.path), "issue", "akta_kelahiran", str(file), "--outcome", str(target), "--json")
    with _tte(*words) as process:
        while not target.with_name("outcome.csv.part").exists():
            assert process.poll() is None
            time.sleep(0.01)
        yield process
