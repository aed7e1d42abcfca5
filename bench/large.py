"""A large file through `tte issue` as a person would run it: is it linear, is memory flat, what does it take on disk?

python -m bench.large [COUNT]        # one JSON object: documents a second by tenths, memory, bytes a document
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from tte.register import open_register
from tte.samples import sample_rows, write
from tte.testing.homes import sample_home

TEMPLATE = "akta_kelahiran"


def main(count: int) -> dict[str, object]:
    """Issue so many records of one CSV file into a new register, watched from outside."""
    with TemporaryDirectory() as folder:
        home = sample_home(Path(folder) / "home")
        rows = home.path / "rows.csv"
        with rows.open("wb") as stream:
            write(sample_rows(TEMPLATE, count=count, seed=1), "csv", stream)
        began = perf_counter()
        command = [sys.executable, "-m", "tte", "--home", str(home.path), "issue", TEMPLATE, str(rows)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own program
        memory: list[tuple[float, int]] = []
        while process.poll() is None:
            memory.append((perf_counter() - began, _resident(process.pid)))
            sleep(0.1)
        whole = perf_counter() - began
        said = process.communicate()[0].strip()
        register = open_register(home.register_url)
        issued = register.count()
        register.close()
        kept = sum(file.stat().st_size for file in (home.path / "var").glob("register.sqlite*"))
        tenths = _tenths(home.path / "var" / "register.sqlite", issued)
    held = [size for at, size in memory if at > 2 and size] or [0]
    return {
        "count": count,
        "issued": issued,
        "said": said,
        "seconds": round(whole, 1),
        "per_s": round(issued / whole),
        "seconds_by_tenths": tenths,
        "memory_mb_early": round(held[len(held) // 10] / 1e6),
        "memory_mb_largest": round(max(held) / 1e6),
        "register_bytes_each": round(kept / max(issued, 1)),
    }


def _resident(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _tenths(database: Path, issued: int) -> list[int]:
    """Whole seconds, by the register's own times, that each tenth of the documents took."""
    import sqlite3

    with sqlite3.connect(database) as connection:
        query = "SELECT strftime('%s', at) FROM entry WHERE seq = ?"
        marks = [max(1, issued * tenth // 10) for tenth in range(11)]
        times = [int(connection.execute(query, (mark,)).fetchone()[0]) for mark in marks]
    return [later - earlier for earlier, later in pairwise(times)]


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
