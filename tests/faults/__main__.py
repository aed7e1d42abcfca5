"""`make chaos` and `make parallel`: the long campaigns, with figures."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import time
from pathlib import Path

from tests.faults.machine import again_on_it
from tests.faults.office import load, office

_FOLDER = Path(".cache/faults")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("campaign", choices=("chaos", "parallel"))
    parser.add_argument("--register", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--count", type=int, default=1000, help="kills, or rows")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stopped", type=float, default=30.0, help="seconds that PostgreSQL is stopped for")
    parser.add_argument("--folder", type=Path, default=_FOLDER)
    asked = parser.parse_args()
    folder = (asked.folder / f"{asked.campaign}-{asked.register}").resolve()
    if asked.register == "postgres" and "machine.so" not in os.environ.get("LD_PRELOAD", ""):
        shutil.rmtree(folder, ignore_errors=True)  # its database ended with the last campaign; SQLite's goes on
    folder.mkdir(parents=True, exist_ok=True)
    os.nice(10)
    again_on_it(folder)
    chaos(folder, asked.register, asked.count, asked.seed, asked.stopped)


def chaos(folder: Path, register: str, count: int, seed: int, stopped_s: float) -> None:
    from tests.faults.chaos import Chaos
    from tests.faults.proving import problems

    load(folder)
    with office(folder, register) as (home, server):
        began = time.monotonic()
        campaign = Chaos(folder, home, server, seed=seed)
        print(f"seed {seed}; {campaign.ledger.kills} killed before; {folder}", flush=True)

        def tell() -> None:
            ledger, took = campaign.ledger, time.monotonic() - began
            print(f"{ledger.kills} killed, {len(ledger.acknowledged)} acknowledged, {took:.0f} s", flush=True)

        campaign.run(count, stops=max(1, count // 400), stopped_s=stopped_s, tell=tell)
        campaign.settle()
        settled = time.monotonic() - began
        with home.open_register() as opened:
            ledger = campaign.ledger
            found = problems(opened, home.trust(), ledger.acknowledged, sha256=ledger.sha256)
            found += [f"{key}: {len(ids)} documents" for key, ids in ledger.requests.items() if len(ids) > 1]
            entries, lines = opened.count(), opened.log.edge().size
        for problem in found[:20]:
            print(problem)
        for said, times in ledger.failures.most_common(12):
            print(f"  {times} x {said}")
        user = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (-1, 0))
        print(
            f"{register}: {ledger.kills} killed, {ledger.steps} clock steps, {ledger.stops} stops of the database; "
            f"{entries} documents, {len(ledger.acknowledged)} acknowledged, "
            f"{ledger.recovered} of them finished by recovery; {lines} log lines; {len(found)} problems; "
            f"{settled:.0f} s, with the proof {time.monotonic() - began:.0f} s, CPU {user:.0f} s"
        )
        raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
