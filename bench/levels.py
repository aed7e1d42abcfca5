"""Raising documents to B-LTA: how many a second, with 1, 8 and 32 of them with the trust services at a time.

python -m bench.levels [COUNT] [MS]        # one JSON object; MS: how long the TSA takes over each answer (50)

The services are certomancer's, in a process of their own; MS stands for the way there and back, during which that
process does nothing. Every run raises its own COUNT documents, issued before at B-B into a register of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from tests import certomancer_pki as pki
from tte.model import Row
from tte.office import Home
from tte.register import open_register
from tte.samples import sample_rows
from tte.testing.homes import sample_home

TEMPLATE = "akta_kelahiran"
IN_FLIGHT = (1, 8, 32)
PIN = "ukuran-saja"
PROFILE = """
uri = "pkcs12:path=var/levels.p12?pin-source=file:var/levels.pin"
office = "9971"
test = true
level = "B-LTA"
minimum = "B-T"
tsa = ["{tsa}"]
services = ["127.0.0.1"]
private_services = true

[official]
name = "Pejabat Uji Coba"
nip = "197903122005012004"
title = ["Kepala Dinas"]
"""


def serve(end: Connection, folder: Path, ms: float) -> None:
    """The PKI, answering until the other end hangs up."""
    made = pki.make_server

    def slow(host: str, port: int, app: object, **more: object) -> object:
        def late(environ: dict[str, object], start: object) -> object:
            time.sleep(ms / 1000)
            return app(environ, start)  # type: ignore[operator]

        return made(host, port, late, **more)  # type: ignore[arg-type]

    pki.make_server = slow  # type: ignore[assignment]
    with pki.certomancer_pki(folder, at=None) as there:
        store = pkcs12.serialize_key_and_certificates(
            None, there.private, there.certificate, [there.issuer], BestAvailableEncryption(PIN.encode())
        )
        end.send((store, there.anchor.public_bytes(Encoding.PEM), there.tsa_url))
        with suppress(EOFError):
            end.recv()


def home_with(folder: Path, store: bytes, anchor: bytes, tsa: str) -> Home:
    """An office whose profile `levels` is to reach B-LTA."""
    home = sample_home(folder)
    for name, content in (("var/levels.p12", store), ("var/levels.pin", PIN.encode())):
        (home.path / name).touch(mode=0o600)
        (home.path / name).write_bytes(content)
    (home.path / "keys" / "trust" / "levels.pem").write_bytes(anchor)
    (home.path / "keys" / "levels.toml").write_text(PROFILE.format(tsa=tsa))
    return home


def measured(home: Home, count: int, in_flight: int) -> dict[str, object]:
    """Issue at B-B, then raise, by the clock and by this process's CPU."""
    register_file = home.path / "var" / "register.sqlite"
    for file in register_file.parent.glob("register.sqlite*"):
        file.unlink()
    with home.issuer("levels", (TEMPLATE,)) as issuer:
        rows = (Row(at, row) for at, row in enumerate(sample_rows(TEMPLATE, count=count, seed=in_flight), 1))
        for _ in replace(issuer, raise_all=None).issue(TEMPLATE, rows):
            pass
    register = open_register(home.register_url)
    with home.augmenter(home.profile("levels"), register, in_flight=in_flight) as augmenter:
        began, used = perf_counter(), process_time()
        reached = Counter(str(one.entry.level) for one in augmenter.raise_all(register.below_goal()))
        wall, cpu = perf_counter() - began, process_time() - used
    register.close()
    kept = sum(file.stat().st_size for file in register_file.parent.glob("register.sqlite*"))
    return {
        "in_flight": in_flight,
        "per_s": round(count / wall, 1),
        "cpu_ms_each": round(1000 * cpu / count, 1),
        "levels": dict(reached),
        "register_bytes_each": round(kept / count),
    }


def main(count: int, ms: float) -> dict[str, object]:
    """Every run, one after the other, with the same services."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pki").mkdir()
        services = context.Process(target=serve, args=(there, folder / "pki", ms), daemon=True)
        services.start()
        there.close()
        store, anchor, tsa = here.recv()
        home = home_with(folder / "home", store, anchor, tsa)
        runs = [measured(home, count, in_flight) for in_flight in IN_FLIGHT]
        here.close()
        services.join()
    return {"count": count, "ms": ms, "runs": runs}


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(main(int(given[0]) if given else 1000, float(given[1]) if len(given) > 1 else 50)))
