"""The long proof: many documents of each kind, each judged by everybody. `make proof COUNT=1000`.

One office, one key, records of `tte sample` through `tte issue`. Prints a line for each complaint and one for each
kind; exit code 1 if anybody complained. With `--sheet FILE.png` a picture of one page of each kind, to be looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import orjson
from PIL import Image

from tests.command import run
from tests.contact_sheet import picture, sheet
from tests.oracles.eu_dss import EuDss
from tests.oracles.judgement import complaints
from tte.issuance import now
from tte.model import Entry, Record, Row
from tte.office import Home
from tte.samples import sample_rows
from tte.testing.homes import sample_home
from tte.validation import Trust


@dataclass(frozen=True)
class _Task:
    pdf: Path
    record: Record
    entry: Entry
    trust: Trust
    base_url: str


def _issue(home: Home, name: str, count: int, folder: Path) -> Iterator[_Task]:
    """`tte issue` on `count` sample records in a file; each document as the command wrote it."""
    rows = [Row(n, values) for n, values in enumerate(sample_rows(name, count=count, seed=count), 1)]
    file, out = folder / f"{name}.ndjson", folder / name
    file.write_bytes(b"".join(orjson.dumps(row.values) + b"\n" for row in rows))
    command = ("--home", str(home.path), "issue", name, str(file), "--out", str(out), "--key", "demo", "--json")
    template, trust = home.template(name), home.trust()
    with home.open_register() as register:
        for told in run(*command).objects():
            if told["kind"] == "refused":
                print(f"{name} row {told['row']}: refused: {told['message']}")
            elif told["kind"] == "issued":
                entry = register.find(told["id"])
                assert entry is not None
                record = template.check(rows[told["row"] - 1])
                yield _Task(Path(told["file"]), record, entry, trust, home.settings.base_url)


def _judge(tasks: list[_Task]) -> list[tuple[str, str]]:
    found = []
    with EuDss() as dss:
        for task in tasks:
            heard = complaints(
                task.pdf,
                record=task.record,
                entry=task.entry,
                trust=task.trust,
                at=now(),
                base_url=task.base_url,
                dss=dss,
            )
            found += [(task.entry.number, why) for why in heard]
            task.pdf.unlink()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", help="templates; all if none is named")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sheet", type=Path, metavar="FILE.png")
    wanted = parser.parse_args()
    results: Counter[str] = Counter()
    pictures: dict[str, Image.Image] = {}
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(wanted.workers) as pool:
        home = sample_home(Path(scratch) / "home")
        for name in wanted.kinds or home.template_names():
            started = perf_counter()
            tasks = list(_issue(home, name, wanted.count, Path(scratch)))
            issued = perf_counter() - started
            if tasks and wanted.sheet:
                pictures[name] = picture(tasks[0].pdf)
            parts = [tasks[k :: wanted.workers] for k in range(wanted.workers)]
            found = [item for part in pool.map(_judge, parts) for item in part]
            for number, why in found:
                print(f"{name} {number}: {why}")
            results["complaints"] += len(found) + wanted.count - len(tasks)
            spent = perf_counter() - started
            print(
                f"{name:<32} {len(tasks):>6} issued in {issued:.0f} s, {len(found)} complaints, {spent:.0f} s",
                flush=True,
            )
            results["documents"] += len(tasks)
    if wanted.sheet:
        sheet(pictures).save(wanted.sheet, optimize=True)
    print(f"{results['documents']} documents, {results['complaints']} complaints")
    return 1 if results["complaints"] else 0


if __name__ == "__main__":
    sys.exit(main())
