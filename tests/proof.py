"""The long proof: many documents of each kind, each judged by everybody. `make proof COUNT=1000`.

One office, one key, records of `tte sample`; every document goes through the command line's own path. Prints a line for
each complaint and a table at the end; exit code 1 if anybody complained.
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

from tests.oracles.eu_dss import EuDss
from tests.oracles.judgement import complaints
from tte.issuance import Issued, now
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
    """Issue `count` sample records and keep each as a file."""
    rows = [Row(n, values) for n, values in enumerate(sample_rows(name, count=count, seed=count), 1)]
    with home.issuer("demo", (name,)) as issuer:
        template = issuer.templates[name]
        for row, outcome in zip(rows, issuer.issue(name, rows), strict=True):
            if not isinstance(outcome, Issued):
                print(f"{name} row {row.number}: refused: {outcome.why}")
                continue
            pdf = folder / f"{outcome.entry.id}.pdf"
            pdf.write_bytes(issuer.register.read_pdf(outcome.entry.id))
            yield _Task(pdf, template.check(row), outcome.entry, issuer.trust, home.settings.base_url)


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
    wanted = parser.parse_args()
    results: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(wanted.workers) as pool:
        home = sample_home(Path(scratch) / "home")
        for name in wanted.kinds or home.template_names():
            started = perf_counter()
            tasks = list(_issue(home, name, wanted.count, Path(scratch)))
            issued = perf_counter() - started
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
    return 1 if results["complaints"] else 0


if __name__ == "__main__":
    sys.exit(main())
