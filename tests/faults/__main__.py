"""`make chaos` and `make parallel`: the long campaigns, with figures."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

from tests.faults.machine import again_on_it
from tests.faults.office import load, office

SUBMITTERS = 64
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
    if asked.campaign == "chaos":
        chaos(folder, asked.register, asked.count, asked.seed, asked.stopped)
    else:
        parallel(folder, asked.register, asked.count, asked.seed)


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
        print(
            f"{register}: {ledger.kills} killed, {ledger.steps} clock steps, {ledger.stops} stops of the database; "
            f"{entries} documents, {len(ledger.acknowledged)} acknowledged, "
            f"{ledger.recovered} of them finished by recovery; {lines} log lines; {len(found)} problems; "
            f"{settled:.0f} s, with the proof {time.monotonic() - began:.0f} s, CPU {_cpu():.0f} s"
        )
        raise SystemExit(1 if found else 0)


def parallel(folder: Path, register: str, count: int, seed: int) -> None:
    from tests.faults.parallel import OFFICES, acknowledged, chunks, submitted, whole
    from tests.faults.proving import problems
    from tte.register import open_register

    shutil.rmtree(folder)
    folder.mkdir()
    load(folder)
    with office(folder, register) as (home, server):
        if server:
            server.stop(how="fast")
            server.start("max_connections=300")
        with server.database() if server else nullcontext("") as name:
            url = server.url(name) if server else f"sqlite:{folder / 'offices.sqlite'}"
            open_register(url).close()
            began, used = time.monotonic(), _cpu()
            told = submitted(url, folder, SUBMITTERS, count, offices=OFFICES, seed=seed)
            took, used = time.monotonic() - began, _cpu() - used
            numbers, requests, rows = acknowledged(told)
            opened = open_register(url)
            found = problems(opened, home.trust(), numbers, valid=False)
            found += [f"{key}: {len(ids)} documents" for key, ids in requests.items() if len(ids) > 1]
            if (opened.count(), len(requests), rows) != (
                count,
                count,
                sum(len(one.rows) for one in chunks(count, OFFICES, seed)),
            ):
                found.append(f"{opened.count()} documents, {len(requests)} requests, {rows} rows told")
            opened.close()
        print(
            f"{register}: register alone, {SUBMITTERS} submitters, {rows} rows of {OFFICES} offices, {len(requests)} "
            f"of them different; {len(found)} problems; {took:.0f} s, {rows / took:.0f} rows/s, CPU without the server "
            f"{used:.0f} s",
            flush=True,
        )
        used = _cpu()
        issued, distinct, took = whole(home, folder, SUBMITTERS, 40)
        used = _cpu() - used
        with home.open_register() as whole_register:
            found += problems(whole_register, home.trust(), issued)
            if (len(issued), whole_register.count()) != (distinct, distinct):
                found.append(f"{len(issued)} told, {whole_register.count()} documents of {distinct}")
        print(
            f"{register}: tte issue, {SUBMITTERS} at once, {SUBMITTERS * 40} rows, {distinct} of them different; "
            f"{len(found)} problems; {took:.0f} s, {SUBMITTERS * 40 / took:.0f} rows/s, CPU {used:.0f} s"
        )
    for problem in found[:20]:
        print(problem)
    raise SystemExit(1 if found else 0)


def _cpu() -> float:
    """Seconds of all processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
