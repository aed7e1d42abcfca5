"""Documents over HTTP: `tte serve` in a process of its own, asked by clients over kept connections on this machine.

`python -m bench.service [COUNT]` prints one JSON object: the p50 of one document at a time and what it takes above the
raw signature, documents a second with 16 clients, and raw signatures a second of the same key; in turns, in one run.
`cpu_ms_each` is the service's processor time for one of 16 clients' documents, which other load changes less. Every
document is durable before it is answered; `issued` is what the register counts in the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Thread

from tests.people_world import OFFICE, held, hired, signed_in
from tte.desk import open_desk
from tte.issuance import now
from tte.office import Home
from tte.people import Action, Role
from tte.samples import sample_rows
from tte.testing.homes import sample_home

TEMPLATE = "akta_kelahiran"
CLIENTS = 16
TURNS = 4
_LIMITS = """
[serve]
known_requests_per_minute = 10000000
requests_per_second = 1000000
"""


def main(count: int) -> None:
    """Measure with so many documents in each of the two parts."""
    with TemporaryDirectory() as folder:
        home = _home(Path(folder) / "home")
        key = _key(home)
        bodies = iter([_body(row) for row in sample_rows(TEMPLATE, count=2 * count + 600, seed=1)])
        with _served(home) as (port, pid):
            _together(port, key, [next(bodies) for _ in range(300)])  # warm
            cpu = 0.0
            alone: list[float] = []
            raw: list[float] = []
            together: list[float] = []
            seconds = 0.0
            for _ in range(TURNS):
                raw += _raw(home, 200)
                alone += _ask(port, key, [next(bodies) for _ in range(count // TURNS)])
                begun, used = time.perf_counter(), _cpu(pid)
                together += _together(port, key, [next(bodies) for _ in range(count // TURNS)])
                seconds += time.perf_counter() - begun
                cpu += _cpu(pid) - used
        with home.open_register() as register:
            issued = register.count()
        found = {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "raw_p50_ms": _ms(median(raw)),
            "raw_per_s": round(len(raw) / sum(raw)),
            "one_p50_ms": _ms(median(alone)),
            "one_over_raw_p50_ms": _ms(median(alone) - median(raw)),
            "clients": CLIENTS,
            "per_s": round(len(together) / seconds),
            "p95_ms": _ms(quantiles(together, n=20)[-1]),
            "cpu_ms_each": round(cpu / len(together) * 1000, 2),
            "per_s_x_raw": round(len(together) / seconds / (len(raw) / sum(raw)), 3),
            "asked": 300 + len(alone) + len(together),
            "issued": issued,
        }
        print(json.dumps(found))


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _home(folder: Path) -> Home:
    home = sample_home(folder)
    profile, settings = folder / "keys" / "demo.toml", folder / "tte.toml"
    profile.write_text(f"unattended = true\n{profile.read_text(encoding='utf-8')}", encoding="utf-8")
    settings.write_text(settings.read_text(encoding="utf-8") + _LIMITS, encoding="utf-8")
    return Home(home.path)


def _key(home: Home) -> str:
    at = now()
    with open_desk(home) as desk:
        admin = signed_in(desk.people, hired(desk.people, "admin1", at, held(Role.OFFICE_ADMIN, at)), at)
        row, key = desk.people.clients.add("bench", OFFICE, [Action.ISSUE], at + timedelta(days=1), at, by=admin)
        desk.people.clients.confirm(row.id, at, by=None)
    return key


def _body(row: object) -> bytes:
    return json.dumps({"template": TEMPLATE, "record": row}).encode()


@contextmanager
def _served(home: Home) -> Iterator[tuple[int, int]]:
    port = 18000 + os.getpid() % 2000
    command = [sys.executable, "-m", "tte", "--home", str(home.path), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  our own program
        try:
            for _ in range(200):
                time.sleep(0.1)
                try:
                    connection = HTTPConnection("127.0.0.1", port, timeout=5)
                    connection.request("GET", "/readyz")
                    if connection.getresponse().status == 200:
                        break
                except OSError:
                    continue
            yield port, process.pid
        finally:
            process.terminate()


def _ask(port: int, key: str, bodies: Sequence[bytes]) -> list[float]:
    """Seconds for each, one after the other over one connection."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection, took = HTTPConnection("127.0.0.1", port, timeout=60), []
    for body in bodies:
        begun = time.perf_counter()
        connection.request("POST", "/v1/documents", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - begun)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")
    connection.close()
    return took


def _together(port: int, key: str, bodies: Sequence[bytes]) -> list[float]:
    took: list[float] = []
    threads = [
        Thread(target=lambda some=bodies[n::CLIENTS]: took.extend(_ask(port, key, some))) for n in range(CLIENTS)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return took


def _raw(home: Home, count: int) -> list[float]:
    """Seconds for each signature of the same key, alone."""
    took = []
    with home.open_key("demo") as (_, key):
        for _ in range(count):
            digest = os.urandom(32)
            begun = time.perf_counter()
            key.sign([digest])
            took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
