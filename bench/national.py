"""The country for a year: how long its report and its page take, and whether the sums are right. Prints JSON.

514 offices, each with figures and documents of five days a week for 52 weeks, fictional. The sums are made again in
plain Python from the rows as they were handed in, without our database and without `tte.figures`.

    python -m bench.national [--weeks 52] [--days 5] > .cache/national.json
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter, process_time
from typing import Any

import structlog

from tests.desk_world import office_day
from tests.web.conftest import Clock
from tests.web.staff import Browser, signed_in
from tte import regions
from tte.figures import Refused, take
from tte.figures.friday import WIB, latest_friday
from tte.figures.sample import Entered, sample
from tte.model import Raw, Row
from tte.office import Home
from tte.people import Role
from tte.register import Register
from tte.testing.homes import sample_home
from tte.web import Service

COUNTS = ("akta_pembilang", "akta_penyebut", "suket", "prr", "ktp_rekam", "ktp_wajib", "kia_punya", "kia_anak")
ABOVE = "1571"


@dataclass
class Sums:
    """What must come out, by plain addition: the last count of each name that an office gave, and its documents."""

    friday: date
    latest: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    documents: dict[tuple[str, str, str], int] = field(default_factory=dict)
    reported: dict[str, datetime] = field(default_factory=dict)

    def hear(self, at: datetime, row: Mapping[str, Raw]) -> None:
        """A row as it is handed in; a later one of the same office and day takes the place of an earlier one."""
        office, day = str(row["kantor"]), str(row.get("tanggal", ""))
        if "jenis" in row:
            self.documents[office, day, str(row["jenis"])] = int(str(row["jumlah"]))
        elif day:
            for name in COUNTS:
                if name in row and day >= self.latest.get((office, name), ("", 0))[0]:
                    self.latest[office, name] = day, int(str(row[name]))
            if self.friday - timedelta(days=6) <= date.fromisoformat(day) <= self.friday:
                self.reported[office] = min(at, self.reported.get(office, at))

    def totals(self) -> dict[str, int]:
        """Over all offices."""
        found: dict[str, int] = defaultdict(int)
        for (_, name), (day, count) in self.latest.items():
            if date.fromisoformat(day) > self.friday - timedelta(weeks=12):
                found[name] += count
        first = (self.friday - timedelta(days=6)).isoformat()
        found["documents"] = sum(count for (_, day, _), count in self.documents.items() if day >= first)
        end = datetime.combine(self.friday + timedelta(days=1), time(), WIB)
        found["missing"] = len(regions.regencies()) - len(self.reported)
        found["late"] = sum(at >= end for at in self.reported.values())
        return dict(found)


def rows_of(weeks: int, days: int, last: date) -> Iterator[Entered]:
    """What offices hand in: each week's rows, once for each of so many days until Friday; one is above 100 %."""
    fridays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    for some in sample([place.code for place in regions.regencies()], fridays, 20):
        for back in reversed(range(days)):
            rows = [_earlier(row, back) for row in some.rows if "jenis" in row or "tanggal" in row or not back]
            yield Entered(some.at - timedelta(days=back), rows)
    per: dict[str, Raw] = {"akta_pembilang_per": last.isoformat(), "akta_penyebut_per": "2017-12-31"}
    above: dict[str, Raw] = {"akta_pembilang": 106790, "akta_penyebut": 100000}
    at = datetime.combine(last, time(16), WIB)
    yield Entered(at, [{"kantor": ABOVE, "tanggal": last.isoformat(), **above, **per}])


def _earlier(row: Mapping[str, Raw], back: int) -> Mapping[str, Raw]:
    if not back or "tanggal" not in row:
        return row
    day = (date.fromisoformat(str(row["tanggal"])) - timedelta(days=back)).isoformat()
    moved: dict[str, Raw] = {name: day for name in ("tanggal", "akta_pembilang_per") if name in row}
    if str(row.get("akta_penyebut_per", "")) > day:  # what holds on a day was known by then
        moved["akta_penyebut_per"] = day
    return {**row, **moved}


def fill(register: Register, weeks: int, days: int, last: date) -> tuple[Sums, int]:
    """Hand it all in, and add it up beside."""
    sums, count = Sums(last), 0
    for some in rows_of(weeks, days, last):
        for row in some.rows:
            sums.hear(some.at, row)
        told = list(take(register, [Row(number, row) for number, row in enumerate(some.rows, 1)], some.at))
        refused = [one for one in told if isinstance(one, Refused)]
        if refused:
            raise SystemExit(f"refused: {refused[0]}")
        count += len(told)
    return sums, count


def ours(totals: Mapping[str, Any], offices: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What `tte report friday --json` says, under the names of the other calculation."""
    found: dict[str, int] = {"suket": totals["suket"], "prr": totals["prr"], "documents": totals["documents"]}
    for figure, part, whole in (
        ("akta", "akta_pembilang", "akta_penyebut"),
        ("ktp", "ktp_rekam", "ktp_wajib"),
        ("kia", "kia_punya", "kia_anak"),
    ):
        found[part], found[whole] = totals[figure]["part"], totals[figure]["whole"]
    found["missing"] = sum(one["punctual"] == "belum melapor" for one in offices)
    found["late"] = sum(one["punctual"] == "terlambat" for one in offices)
    return found


def timed(who: Browser, path: str, times: int = 5) -> dict[str, float]:
    """How long a page takes, first and then, in ms of the clock and, first, of processor time; and how large it is."""
    spent, cpu, size = [], [], 0
    for _ in range(times):
        begun, busy = perf_counter(), process_time()
        size = len(who.get(path))
        spent.append((perf_counter() - begun) * 1000)
        cpu.append((process_time() - busy) * 1000)
    first, then = round(spent[0]), round(median(spent[1:]))
    return {"first_ms": first, "first_cpu_ms": round(cpu[0]), "then_ms": then, "kb": size // 1024}


def report(home: Path, week: date, *more: str) -> tuple[dict[str, float], str]:
    """`tte report friday --national`: seconds by the clock and of processor time, and what it said."""
    command = [sys.executable, "-m", "tte", "--home", str(home), "report", "friday", "--national", "--week", str(week)]
    before, begun = getrusage(RUSAGE_CHILDREN), perf_counter()
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=True)  # noqa: S603
    spent, after = perf_counter() - begun, getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"clock": round(spent, 2), "cpu": round(cpu, 2)}, done.stdout


def judged(home: Path, pdf: Path) -> dict[str, object]:
    """What we, pdfsig and qpdf say of the report."""
    verify = [sys.executable, "-m", "tte", "--home", str(home), "verify", str(pdf), "--json"]
    told = json.loads(subprocess.run(verify, capture_output=True, text=True, check=False).stdout.splitlines()[0])  # noqa: S603
    seen = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607
    whole = subprocess.run(["qpdf", "--check", str(pdf)], capture_output=True, check=False).returncode  # noqa: S603, S607
    return {"tte": told["indication"], "pdfsig": "Signature is Valid" in seen, "qpdf": whole == 0}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--weeks", type=int, default=52)
    asked.add_argument("--days", type=int, default=5)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "home"
        home: Home = sample_home(folder)
        last = latest_friday(datetime.now(WIB).date() - timedelta(days=3))
        with home.open_register() as register:
            begun = perf_counter()
            sums, rows = fill(register, given.weeks, given.days, last)
            taken = perf_counter() - begun
        pdf = Path(made) / "nasional.pdf"
        signed_s, _ = report(folder, last, "--out", str(pdf))
        told_s, text = report(folder, last, "--json")
        told = json.loads(text)
        wanted, got = sums.totals(), ours(told["totals"], told["offices"])
        above = next(one["akta"] for one in told["offices"] if one["code"] == ABOVE)
        found: dict[str, object] = {
            "offices": len(told["offices"]),
            "rows": rows,
            "rows_per_second": round(rows / taken),
            "report_pdf_s": signed_s,
            "report_json_s": told_s,
            "judged": judged(folder, pdf),
            "sums": {name: [wanted[name], got[name]] for name in got},
            "right": all(wanted[name] == got[name] for name in got),
            "above_100": [above["part"], above["whole"]],
            "load": os.getloadavg()[0],
        }
        with office_day(home) as day:
            clock = Clock(day.later())
            with Service(home, clock=clock) as service:
                who = signed_in(service, day, Role.NATIONAL_ADMIN, clock)
                asked_week = f"?pekan={last}"
                found["pages"] = {
                    "country": timed(who, f"/nasional{asked_week}"),
                    "province": timed(who, f"/nasional{asked_week}&provinsi=35"),
                    "ordered": timed(who, f"/nasional{asked_week}&urut=prr&turun=1"),
                    "office": timed(who, f"/nasional/kantor/{ABOVE}{asked_week}"),
                    "csv": timed(who, f"/nasional/unduh/{last}.csv"),
                }
        json.dump(found, sys.stdout, indent=2)
        print()
    return 0 if found["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
