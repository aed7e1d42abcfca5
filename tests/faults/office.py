"""An office whose machines fail: one home, its register in either database, and `tte` as it is run there.

A command is a process of its own, forked from one that has loaded the program, so that what is killed is at work.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.command import run
from tests.faults.machine import step_clock
from tests.postgres import Server, running_server
from tte.office import Home
from tte.testing.homes import sample_home

TEMPLATE = "akta_kelahiran"


@contextmanager
def office(folder: Path, register: str) -> Iterator[tuple[Home, Server | None]]:
    """A home in this folder with its register in `sqlite` or `postgres`, and the server of that."""
    home = sample_home(folder / "home")
    with running_server() if register == "postgres" else nullcontext() as server:
        if server is None:
            yield home, None
            return
        with server.database() as name:
            settings = home.path / "tte.toml"
            text = re.sub(r"(?m)^register *=.*$", "", settings.read_text(encoding="utf-8"))
            settings.write_text(f'register = "{server.url(name)}"\n{text}', encoding="utf-8")
            yield Home(home.path), server


def load(folder: Path) -> None:
    """Have all that issuing needs loaded in this process; no thread and no connection is left of it."""
    from tte import batches, validation  # noqa: F401
    from tte.batches import waking, worker  # noqa: F401
    from tte.cli import batch as _  # noqa: F401

    home = sample_home(folder / "loaded")
    rows = folder / "loaded.csv"
    rows.write_text(run("sample", TEMPLATE, "--count", "2").out, encoding="utf-8")
    answer = run("--home", str(home.path), "issue", TEMPLATE, str(rows), "--json")
    assert answer.code == 0, answer.err
    run("--home", str(home.path), "worker", "--until-done")


def forked(work: Callable[[], int | None], out: Path, err: Path) -> int:
    """The id of a process that does this, with its standard output and error added to these files."""
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        for number, path in ((1, out), (2, err)):
            file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            os.dup2(file, number)
            os.close(file)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        code = work() or 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def command(home: Home, words: Sequence[str], out: Path, err: Path, *, clock: tuple[float, int] | None = None) -> int:
    """The id of a process of `tte` in this home. `clock`: after how many seconds it steps, and by how many."""

    def work() -> None:
        from tte.cli import main
        from tte.cli.console import err as console

        console.file = sys.stderr
        if clock:
            timer = threading.Timer(clock[0], step_clock, [clock[1]])
            timer.daemon = True
            timer.start()
        sys.argv = ["tte", "--home", str(home.path), *words]
        main()

    return forked(work, out, err)
