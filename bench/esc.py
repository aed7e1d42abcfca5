"""ESC's wire: `tte serve` beside pyHanko, tuned, behind the same FastAPI, with the same key; in turns, in one run.

`python -m bench.esc [ROUNDS]` prints one JSON object: the p50 and p95 of signing and of verifying a file of 44 KB over
a kept connection, one at a time, the raw key beside them, and what a file of 200 MB takes: seconds, and how much the
service's memory grew. `server_cpu_ms` is the processor time of the server and the processes below it, which other load
changes less. Ours looks into the file, counts, keeps the file for its download and notes who signed; pyHanko
only signs. Ours verifies in a sandbox.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI, UploadFile
from fastapi.responses import JSONResponse, Response

from bench.uploads import _page, _write_large
from tests.esc_wire.world import World, made
from tte.office import Home
from tte.testing.homes import sample_home

_LIMITS = """
[serve]
known_requests_per_minute = 10000000
requests_per_second = 1000000
"""
_EDGE = "----bench"
TURNS = 4


def main(rounds: int) -> None:
    """Measure with so many requests of each kind to each of the two."""
    with TemporaryDirectory() as folder:
        made_home = sample_home(Path(folder) / "home")
        settings = made_home.path / "tte.toml"
        settings.write_text(settings.read_text(encoding="utf-8") + _LIMITS, encoding="utf-8")
        world = made(Home(made_home.path), more="requests_per_minute = 10000000")
        ours, peer = 18000 + os.getpid() % 900, 19000 + os.getpid() % 900
        with (
            _served(
                [sys.executable, "-m", "tte", "--home", str(world.home.path), "serve", "--port", str(ours)], ours
            ) as pid,
            _served([sys.executable, "-m", "bench.esc", "peer", str(world.home.path), str(peer)], peer) as other,
        ):
            found = _turns(world, {ours: pid, peer: other}, rounds)
            large = _large(world, ours, pid, Path(folder))
        found |= {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "rounds": rounds, "large": large}
        print(json.dumps(found, indent=2))


def _turns(world: World, pids: Mapping[int, int], rounds: int) -> dict[str, object]:
    pdf, (ours, peer) = _page(), pids
    lines = {port: HTTPConnection("127.0.0.1", port, timeout=60) for port in (ours, peer)}
    number = iter(range(10**9))

    def sign(port: int, **more: str) -> bytes:
        return _post(
            lines[port], world, "/api/sign/pdf", "file", pdf, {**_who(world), **more, "reason": f"{next(number)}"}
        )

    signed = {port: sign(port) for port in (ours, peer)}
    marked = {"tampilan": "visible", "linkQR": "https://contoh.go.id/d/1", "page": "1"}
    marked |= {"xAxis": "50", "yAxis": "50", "width": "80", "height": "80"}
    ways: dict[str, Callable[[], object]] = {
        "sign_ours": lambda: sign(ours),
        "sign_pyhanko": lambda: sign(peer),
        "sign_ours_qr": lambda: sign(ours, **marked),
        "verify_ours": lambda: _post(lines[ours], world, "/api/sign/verify", "signed_file", signed[ours], {}),
        "verify_pyhanko": lambda: _post(lines[peer], world, "/api/sign/verify", "signed_file", signed[ours], {}),
    }
    took: dict[str, list[float]] = {name: [] for name in ("raw_key", *ways)}
    cpu = dict.fromkeys(took, 0.0)
    with world.home.open_key("demo") as (_, key):
        ways = {"raw_key": lambda: key.sign([os.urandom(32)]), **ways}
        for turn in range(TURNS + 1):  # the first warms
            for name, way in ways.items():
                for line in lines.values():
                    line.close()  # it is opened again; servers let go of one that is idle
                server = pids[peer] if name.endswith("pyhanko") else pids[ours]
                used = _cpu(server)
                for _ in range(rounds // TURNS if turn else 3):
                    begun = time.perf_counter()
                    way()
                    if turn:
                        took[name].append((time.perf_counter() - begun) * 1000)
                cpu[name] += _cpu(server) - used if turn else 0
        algorithm = str(key.identity.algorithm)
    return {
        "bytes": len(pdf),
        "algorithm": algorithm,
        "p50_ms": {name: round(median(found), 2) for name, found in took.items()},
        "server_cpu_ms": {name: round(used / len(took[name]) * 1000, 2) for name, used in cpu.items() if name in ways},
        "p95_ms": {name: round(quantiles(found, n=20)[-1], 2) for name, found in took.items()},
    }


def _who(world: World) -> dict[str, str]:
    return {"nik": world.nik, "passphrase": world.passphrase, "tampilan": "invisible"}


def _form(name: str, size: int, fields: Mapping[str, str]) -> tuple[bytes, bytes, dict[str, str]]:
    """What stands before and after a file, and the headers."""
    before = "".join(
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{said}\r\n' for key, said in fields.items()
    )
    before += f'--{_EDGE}\r\nContent-Disposition: form-data; name="{name}"; filename="a.pdf"\r\n\r\n'
    after = f"\r\n--{_EDGE}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_EDGE}",
        "Content-Length": str(len(before) + size + len(after)),
    }
    return before.encode(), after, headers


def _post(line: HTTPConnection, world: World, path: str, name: str, pdf: bytes, fields: Mapping[str, str]) -> bytes:
    before, after, headers = _form(name, len(pdf), fields)
    line.request("POST", path, before + pdf + after, headers | _basic(world))
    answer = line.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {said[:200]!r}")
    return said


def _basic(world: World) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(":".join(world.basic).encode()).decode()}


def _large(world: World, port: int, pid: int, folder: Path) -> dict[str, object]:
    """One file of 200 MB: sent from disk, and its answer let go piece by piece."""
    source = folder / "large.pdf"
    _write_large(source)
    size, grown = source.stat().st_size, _peak_mb(pid)
    before, after, headers = _form("file", size, _who(world))
    line, begun = HTTPConnection("127.0.0.1", port, timeout=300), time.perf_counter()
    line.putrequest("POST", "/api/sign/pdf")
    for name, said in (headers | _basic(world)).items():
        line.putheader(name, said)
    line.endheaders(before)
    with source.open("rb") as file:
        line.send(file)
    line.send(after)
    answer, count = line.getresponse(), 0
    while piece := answer.read(1 << 20):
        count += len(piece)
    took = time.perf_counter() - begun
    return {
        "status": answer.status,
        "bytes": size,
        "signed_bytes": count,
        "seconds": round(took, 2),
        "more_memory_mb": _peak_mb(pid) - grown,
    }


def _cpu(pid: int) -> float:
    """Seconds of processor time of a process and of all below it, also of those that have ended."""
    parents = {}
    for about in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(about.parent.name)] = (
                about.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
    family, grown = {pid}, 0
    while len(family) > grown:
        grown = len(family)
        family |= {one for one, said in parents.items() if int(said[1]) in family}
    return sum(sum(map(int, parents[one][11:15])) for one in family if one in parents) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


@contextmanager
def _served(command: list[str], port: int) -> Iterator[int]:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  our own programs
        try:
            for _ in range(300):
                time.sleep(0.1)
                try:
                    line = HTTPConnection("127.0.0.1", port, timeout=5)
                    line.request("GET", "/readyz")
                    if line.getresponse().status == 200:
                        break
                except OSError:
                    continue
            yield process.pid
        finally:
            process.terminate()


def peer(home: Path, port: int) -> None:
    """pyHanko with its key parsed once and one signer for all requests, behind FastAPI on uvicorn."""
    # pyHanko is typed only in part.
    import uvicorn
    from asn1crypto import x509
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from bench.peers.pyhanko_way import FIELD, ParsedKeySigner, pades_metadata

    pin = (home / "var" / "demo.pin").read_bytes()
    key, certificate, issuers = pkcs12.load_key_and_certificates((home / "var" / "demo.p12").read_bytes(), pin)
    ders = [one.public_bytes(Encoding.DER) for one in (certificate, *issuers)]  # type: ignore[union-attr]
    identity: Any = SimpleNamespace(key=key, certificate_der=ders[0], issuer_der=ders[-1])
    signer = PdfSigner(
        pades_metadata(), signer=ParsedKeySigner(identity), new_field_spec=SigFieldSpec(FIELD, on_page=0)
    )
    context = ValidationContext(trust_roots=[x509.Certificate.load(ders[-1])], allow_fetching=False)
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> Response:
        return Response("ok")

    @app.post("/api/sign/pdf")
    async def sign(file: UploadFile) -> Response:
        stream = BytesIO(await file.read())
        await signer.async_sign_pdf(IncrementalPdfFileWriter(stream), bytes_reserved=12288, in_place=True)
        return Response(stream.getvalue(), media_type="application/pdf")

    @app.post("/api/sign/verify")
    async def verify(signed_file: UploadFile) -> Response:
        reader = PdfFileReader(BytesIO(await signed_file.read()))
        found = [await async_validate_pdf_signature(one, context) for one in reader.embedded_regular_signatures]
        return JSONResponse({"valid": [one.intact and one.valid for one in found]})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
