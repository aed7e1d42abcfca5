"""A running `tte serve` under load, asked by this process over the loopback: uploads, overload, pages, memory.

python -m bench.load [--seconds 20] [--minutes 1]        # one JSON object

Requests leave on time whether others were answered or not, and each is timed from when it was due. `upload_x4` is four
times the 20 a second, `overload` four times what was found to be the capacity. A connection that is reset before its
answer was read (a refusal while the file was still being sent) counts as an error, status 0. Each request comes from
one of 200 networks, as citizens do. `x_verify` is a time over that of one raw RSA-2048 verification here, in this run;
only such ratios mean anything on a machine that has other work. The product's own limits hold, but for `page` and
`capacity`, for which they are lifted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.bombs import bombs
from tests.rows import births
from tte.issuance import Issued
from tte.office import Home
from tte.testing.homes import sample_home

DOCUMENTS: Final = 200
RATE: Final = 20.0
HOSTILE_EACH: Final = 20
AT_ONCE: Final = 8
SETTINGS: Final = "\n[serve]\nrequests_per_minute = 100000\nuploads_per_minute = 100000\n"
Ask = tuple[str, str, bytes]
"""Method, path and body."""


@dataclass
class Told:
    """What came of some requests. Milliseconds by status; `bare` refusals said no time to come back; `late` is how much
    later than due this process itself began each: where that is much, the figures are of this process.
    """

    ms: dict[int, list[float]] = field(default_factory=dict)
    bare: int = 0
    seconds: float = 0.0
    late: list[float] = field(default_factory=list)

    def add(self, status: int, head: bytes, ms: float) -> None:
        self.ms.setdefault(status, []).append(ms)
        self.bare += status in (429, 503) and b"retry-after:" not in head.lower()

    def said(self, raw_ms: float) -> dict[str, Any]:
        good, count = sorted(self.ms.get(200, [])), sum(map(len, self.ms.values()))
        shed = sum(len(self.ms.get(status, [])) for status in (429, 503))
        found: dict[str, Any] = {
            "asked": count,
            "per_s": round(count / self.seconds, 1),
            "accepted_per_s": round(len(good) / self.seconds, 1),
            "statuses": dict(sorted(Counter({status: len(ms) for status, ms in self.ms.items()}).items())),
            "shed_share": round(shed / max(count, 1), 3),
            "shed_without_retry_after": self.bare,
            "errors": count - len(good) - shed,
            "client_late_p95_ms": round(sorted(self.late)[len(self.late) * 95 // 100], 2) if self.late else None,
        }
        if good:
            p50, p95 = good[len(good) // 2], good[len(good) * 95 // 100]
            found |= {"p50_ms": round(p50, 2), "p95_ms": round(p95, 2), "p50_x_verify": round(p50 / raw_ms, 1)}
        return found


async def asked(port: int, ask: Ask, network: int, told: Told, due: float) -> None:
    """One request over a connection of its own. No answer counts as status 0."""
    method, path, body = ask
    kind = "Content-Type: application/pdf\r\n" if body else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    answer = b""
    told.late.append((perf_counter() - due) * 1000)
    try:
        async with asyncio.timeout(60):
            source = (f"127.3.{network % 200}.1", 0)
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=source)
            with closing(writer):
                writer.write(head.encode() + body)
                answer = await reader.read(-1)
    except (OSError, TimeoutError):
        pass
    status = int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
    told.add(status, answer.partition(b"\r\n\r\n")[0], (perf_counter() - due) * 1000)


async def open_loop(port: int, asks: Sequence[Ask], rate: float, seconds: float) -> Told:
    """So many a second, on time."""
    told, began = Told(), perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, ask in zip(range(int(rate * seconds)), cycle(asks), strict=False):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            group.create_task(asked(port, ask, number, told, due))
    told.seconds = perf_counter() - began
    return told


async def closed_loop(port: int, asks: Sequence[Ask], seconds: float) -> Told:
    """AT_ONCE who ask again as soon as they are answered."""
    told, began, numbered = Told(), perf_counter(), enumerate(cycle(asks))

    async def one() -> None:
        while perf_counter() - began < seconds:
            number, ask = next(numbered)
            await asked(port, ask, number, told, perf_counter())

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    told.seconds = perf_counter() - began
    return told


@contextmanager
def service(home: Home, program: str) -> Iterator[tuple[int, int]]:
    """The service in a process of its own: its port and its id."""
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    command = [sys.executable, "-m", program, "--home", str(home.path), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  our own program
    try:
        ready = Told()
        while 200 not in ready.ms:
            if process.poll() is not None:
                raise SystemExit("the service has ended")
            asyncio.run(asked(port, ("GET", "/readyz", b""), 0, ready, perf_counter()))
            sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def resident_mb(pid: int) -> float:
    """Memory of a process and of all that it has started, what they share counted once for each."""
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
            left += [int(each) for each in Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split()]
            for task in Path(f"/proc/{one}/task").iterdir():
                if task.name != str(one):
                    left += [int(each) for each in (task / "children").read_text("ascii").split()]
        except OSError:
            continue
        total += next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)
    return round(total, 1)


async def soak(port: int, pid: int, asks: Sequence[Ask], minutes: float, raw_ms: float) -> dict[str, Any]:
    """Half the load for so long; memory ten times, the first after a warming up."""
    await open_loop(port, asks, RATE / 2, 5.0)
    memory, told = [resident_mb(pid)], Told()
    for _ in range(10):
        part = await open_loop(port, asks, RATE / 2, minutes * 6)
        told.seconds += part.seconds
        told.bare += part.bare
        told.late += part.late
        for status, ms in part.ms.items():
            told.ms.setdefault(status, []).extend(ms)
        memory.append(resident_mb(pid))
    return {**told.said(raw_ms), "memory_mb": memory, "memory_last_x_first": round(memory[-1] / memory[0], 3)}


def raw() -> dict[str, float]:
    """Milliseconds of one RSA-2048 signature and one verification."""
    key = rsa.generate_private_key(65537, 2048)
    signature, public = key.sign(b"x", PKCS1v15(), SHA256()), key.public_key()
    return {
        "sign_ms": _each(lambda: key.sign(b"x", PKCS1v15(), SHA256())),
        "verify_ms": _each(lambda: public.verify(signature, b"x", PKCS1v15(), SHA256())),
    }


def _each(work: Callable[[], object]) -> float:
    done, began = 0, perf_counter()
    while perf_counter() - began < 1.0:
        work()
        done += 1
    return (perf_counter() - began) * 1000 / done


def hostile(genuine: Sequence[bytes]) -> list[bytes]:
    """Bombs, an altered document, half a document, and what is none."""
    middle = len(genuine[0]) // 2
    altered = genuine[0][:middle] + bytes([genuine[0][middle] ^ 1]) + genuine[0][middle + 1 :]
    return [*(pdf for _, pdf in bombs() if len(pdf) < 9_000_000), altered, genuine[0][:middle], b"%PDF-1.7", b"x" * 100]


def mixed(genuine: Sequence[bytes]) -> list[Ask]:
    """Uploads, of which every twentieth is hostile."""
    bad = cycle(hostile(genuine))
    some = (next(bad) if number % HOSTILE_EACH == 0 else genuine[number % len(genuine)] for number in range(400))
    return [("POST", "/v1/validations", pdf) for pdf in some]


def main(seconds: float, minutes: float) -> dict[str, Any]:
    """Make an office, start the service twice, and measure."""
    with TemporaryDirectory(prefix="tte-load-") as folder:
        sample_home(Path(folder) / "home")
        with (Path(folder) / "home" / "tte.toml").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        home = Home(Path(folder) / "home")
        with home.issuer("demo", ("akta_kelahiran",)) as issuer:
            issued = [one.entry for one in issuer.issue("akta_kelahiran", births(DOCUMENTS)) if isinstance(one, Issued)]
            genuine = [issuer.register.read_pdf(one.id) for one in issued]
        uploads, pages = mixed(genuine), [("GET", f"/d/{one.id}", b"") for one in issued]
        both = [ask for pair in zip(uploads, cycle(pages), strict=False) for ask in pair]
        key = raw()
        said = partial(Told.said, raw_ms=key["verify_ms"])
        found: dict[str, Any] = {"raw": {name: round(ms, 4) for name, ms in key.items()}, "documents": len(issued)}
        with service(home, "bench.unlimited") as (port, _):
            found["page"] = said(asyncio.run(closed_loop(port, pages, seconds)))
            found["capacity"] = said(asyncio.run(closed_loop(port, uploads, seconds)))
        with service(home, "tte") as (port, pid):
            found["upload"] = said(asyncio.run(open_loop(port, uploads, RATE, seconds)))
            found["upload_x4"] = said(asyncio.run(open_loop(port, uploads, 4 * RATE, seconds)))
            overload = max(4 * found["capacity"]["accepted_per_s"], 4 * RATE)
            found["overload"] = {
                "asked_rate": overload,
                **said(asyncio.run(open_loop(port, uploads, overload, seconds))),
            }
            found["soak"] = asyncio.run(soak(port, pid, both, minutes, key["verify_ms"]))
        calm, pressed = found["upload"].get("p95_ms"), found["overload"].get("p95_ms")
        found["overload_p95_x_upload_p95"] = round(pressed / calm, 2) if calm and pressed else None
        return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--minutes", type=float, default=1.0)
    given = parser.parse_args()
    print(json.dumps(main(given.seconds, given.minutes), indent=1))
