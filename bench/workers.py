"""Rows a second by 1, 2 and 3 workers on one PostgreSQL, and with the third of three killed for good in mid-batch.

Run it from a checkout on a quiet machine: `python -m bench.workers [ROWS]`. It makes its own server, home and key.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.batch_world import births_file, each_row_once, on_postgres, opened, submitted, until, worker_process
from tests.postgres import Server, running_server
from tte.office import Home
from tte.testing.homes import sample_home


def main(rows: int) -> None:
    print(f"{rows} rows in chunks of 128, {os.cpu_count()} cores; key in a process beside each worker")
    with running_server() as server, TemporaryDirectory() as folder:
        for workers, kill in ((1, False), (2, False), (3, False), (3, True)):
            place = Path(folder) / f"{workers}{kill}"
            with server.database() as name:
                told = measured(server, name, place, rows, workers, kill)
                print(f"{workers} workers{', one killed' if kill else ''}: {told}")


def measured(server: Server, name: str, folder: Path, rows: int, workers: int, kill: bool) -> str:
    """From the first row done to the last: starting a worker is not what is measured."""
    home = sample_home(folder)
    on_postgres(home, server.url(name))
    home = Home(folder)
    with opened(home) as (register, batches), ExitStack() as stack:
        id_ = submitted(home, batches, births_file(folder, rows), size=128)
        running = [stack.enter_context(worker_process(home, "--until-done")) for _ in range(workers)]
        first = until(batches, id_, lambda progress: progress.done > 0)
        began = monotonic()
        if kill:
            until(batches, id_, lambda progress: progress.done > rows // 3)
            running[-1].kill()
        until(batches, id_, lambda progress: progress.over, within_s=3600)
        took = monotonic() - began
        each_row_once(batches, id_, rows)
        if register.count() != rows or register.pending():
            raise SystemExit("not every row has its document once")
    return f"{(rows - first.done) / took:,.0f} rows a second ({took:.1f} s); every row once"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000)
