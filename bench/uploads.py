"""Signing a PDF that somebody else made: ours beside the raw key and beside pyHanko tuned, in one run.

python -m bench.uploads [ROUNDS]     # one JSON object: milliseconds a file (medians), and what a 200 MB file takes

Every way signs the same file of about 50 KB with RSA-2048, in turns, so that a busy minute falls on all. Ours looks
for what a signer should know before, and verifies the signature after; pyHanko does neither.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pikepdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSigner
from reportlab.pdfgen.canvas import Canvas

from bench.peers.identity import Identity as Made
from bench.peers.identity import make_identity
from bench.peers.pyhanko_way import FIELD, ParsedKeySigner, pades_metadata
from tte.key import Algorithm, Identity
from tte.uploads import AtTag, Mark, OnPage, prepare_upload

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BIG = 200_000_000
_PIECE = 1 << 18


def main(rounds: int) -> dict[str, object]:
    """All ways in turns, then the large file in processes of their own."""
    with TemporaryDirectory() as folder:
        made = make_identity(Path(folder))
    pdf = _page()
    streams = _packed(pdf)
    ways = _ways(made, pdf, streams)
    for way in ways.values():
        way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began, used = perf_counter(), process_time()
            way()
            cpu[name].append((process_time() - used) * 1000)
            times[name].append((perf_counter() - began) * 1000)
    raw = median(times["raw_key"])
    return {
        "bytes": len(pdf),
        "rounds": rounds,
        "ms": {name: round(median(found), 3) for name, found in times.items()},
        "cpu_ms": {name: round(median(found), 3) for name, found in cpu.items()},
        "over_raw_ms": {name: round(median(found) - raw, 3) for name, found in times.items()},
        "p95_ms": {name: round(sorted(found)[len(found) * 95 // 100], 3) for name, found in times.items()},
        "large": _large(),
    }


def _ways(made: Made, pdf: bytes, streams: bytes) -> dict[str, Callable[[], object]]:
    identity = Identity(made.certificate_der, (made.issuer_der,), Algorithm.RSA_SHA256)
    number = count()

    def sign(digest: bytes) -> bytes:
        return made.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def ours(what: bytes, **how: object) -> bytes:
        draft = prepare_upload(what, identity, at=AT, **how)  # type: ignore[arg-type]
        return draft.complete(sign(draft.digest))

    box = OnPage(50, 50, 200, 80)
    lines = ("Ditandatangani secara elektronik oleh", "Budi Contoh, S.H.")
    loop = asyncio.new_event_loop()
    signer = PdfSigner(pades_metadata(), signer=ParsedKeySigner(made), new_field_spec=SigFieldSpec(FIELD, on_page=0))

    def pyhanko() -> bytes:
        file = BytesIO(pdf)
        writer = IncrementalPdfFileWriter(file)
        loop.run_until_complete(signer.async_sign_pdf(writer, bytes_reserved=12288, in_place=True))
        return file.getvalue()

    return {
        "raw_key": lambda: sign(bytes(32)),
        "ours_unseen": lambda: ours(pdf),
        "ours_unseen_object_streams": lambda: ours(streams),
        "ours_lines": lambda: ours(pdf, placing=box, mark=Mark(lines=lines)),
        "ours_new_qr": lambda: ours(pdf, placing=box, mark=Mark(qr=f"https://contoh.go.id/d/{next(number)}")),
        "ours_tag": lambda: ours(pdf, placing=AtTag("#", 80, 80), mark=Mark(qr="https://contoh.go.id")),
        "pyhanko_tuned": pyhanko,
    }


def _page() -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    for page in range(8):
        for line in range(56):
            canvas.drawString(
                50, 800 - 13 * line, f"Surat nomor {page}/{line} tentang sesuatu yang dicontohkan di sini"
            )
        canvas.drawString(300, 40, "#")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _packed(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _large() -> dict[str, object]:
    """Hash and copy against signing, on disk, each in a process of its own that says its time and memory."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "large.pdf"
        _write_large(source)
        found: dict[str, object] = {"bytes": source.stat().st_size}
        for way in ("hash_and_copy", "ours"):
            command = [sys.executable, "-m", "bench.uploads", way, str(source), str(Path(folder) / f"{way}.pdf")]
            runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]  # noqa: S603
            found[way] = {key: min(run[key] for run in runs) for key in runs[0]}
        return found


def _write_large(target: Path) -> None:
    """A scan: one page, one picture of random bytes."""
    with pikepdf.open(BytesIO(_page())) as pdf:
        del pdf.pages[1:]
        noise = bytearray(BIG)
        noise[:] = hashlib.shake_128(b"noise").digest(_PIECE) * (BIG // _PIECE + 1)
        pdf.pages[0].obj.Resources.XObject = pikepdf.Dictionary(Im=pdf.make_stream(bytes(noise)))
        pdf.save(target, compress_streams=False)


def _one(way: str, source: Path, target: Path) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        identity = make_identity(Path(folder))
    ours = Identity(identity.certificate_der, (identity.issuer_der,), Algorithm.RSA_SHA256)
    prepare_upload(_page(), ours, at=AT).close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    if way == "ours":
        with target.open("xb") as file, prepare_upload(source, ours, at=AT) as draft:
            draft.write(identity.key.sign(draft.digest, padding.PKCS1v15(), Prehashed(hashes.SHA256())), file)
    else:
        hashed = hashlib.sha256()
        with source.open("rb") as read, target.open("xb") as file:
            while piece := read.read(_PIECE):
                hashed.update(piece)
            read.seek(0)
            while piece := read.read(_PIECE):
                file.write(piece)
    seconds = perf_counter() - began
    target.unlink()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": round(seconds, 3), "more_memory_mb": round((after - before) / 1024, 1)}


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(_one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300), indent=2))
