"""Workers as they are run by an office: processes of their own on one home."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tte.batches import Progress, Worker, outcome_lines, progress_of, submit
from tte.batches.keys import OpenKeys
from tte.intake import Format
from tte.office import Home
from tte.register import Register
from tte.register.batches import Batches, batches_of
from tte.samples import sample_rows, write

TEMPLATE = "akta_kelahiran"


@contextmanager
def opened(home: Home) -> Iterator[tuple[Register, Batches]]:
    """The register of a home, and its batches."""
    with home.open_register() as register:
        yield register, batches_of(register)


def on_postgres(home: Home, url: str) -> None:
    """Have the home keep its register there."""
    settings = home.path / "tte.toml"
    text = re.sub(r"(?m)^register *=.*$", "", settings.read_text(encoding="utf-8"))
    settings.write_text(f'register = "{url}"\n{text}', encoding="utf-8")


def births_file(folder: Path, count: int, *, seed: int = 5, name: str = "rows.csv") -> Path:
    """A CSV file of so many births."""
    file = folder / name
    with file.open("wb") as stream:
        write(sample_rows(TEMPLATE, count=count, seed=seed), Format.CSV, stream)
    return file


def submitted(home: Home, batches: Batches, file: Path, *, size: int = 8, priority: int = 0, key: str = "demo") -> str:
    """The id of the batch that this file is."""
    with file.open("rb") as stream:
        return submit(batches, home.template(TEMPLATE), stream, Format.CSV, profile=key, priority=priority, size=size)


@contextmanager
def worker_here(home: Home, batches: Batches, **more: object) -> Iterator[tuple[Worker, list[str]]]:
    """A worker in this process, impatient, and what it tells."""
    told: list[str] = []
    keys = OpenKeys(lambda profile, template: home.issuer(profile, (template,)), home.template)
    try:
        yield Worker(batches, keys, {"demo"}, tell=told.append, patience_s=0.01, **more), told  # type: ignore[arg-type]
    finally:
        keys.close()


@contextmanager
def worker_process(home: Home, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tte worker` as a process; killed at the end of the block if it still runs."""
    command = [sys.executable, "-m", "tte", "--home", str(home.path), "worker", "--lease", "1", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ}) as process:
        try:
            yield process
        finally:
            process.kill()


def each_row_once(batches: Batches, id_: str, count: int) -> None:
    """The outcomes name every row of the file once, and for each another document."""
    told = list(outcome_lines(batches.outcomes(id_)))
    assert [one.row for one in told] == list(range(2, count + 2))
    assert len({one.id for one in told}) == count


def until(batches: Batches, id_: str, wanted: Callable[[Progress], bool], *, within_s: float = 60) -> Progress:
    """How far the batch is as soon as that is what is wanted."""
    last = time.monotonic() + within_s
    while not wanted(progress := progress_of(batches, id_)):
        assert time.monotonic() < last, progress
        time.sleep(0.02)
    return progress
