"""Ours, in the turns of `bench.peers.run --beside`: the product's own render and sign, with the key of that run.

Run by the product's environment: `python -m bench.ours FOLDER`. The protocol is in `bench/peers/beside.py`.
"""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path
from time import perf_counter_ns, process_time_ns

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tte.backends.memory import MemoryKey
from tte.issuance import new_id, now
from tte.key import Identity
from tte.model import Row
from tte.pades import prepare
from tte.rendering import Press
from tte.samples import sample_rows
from tte.signing import KeySigning
from tte.template import PREVIEW, load

CHUNK = 256


def main(folder: Path) -> None:
    """Answer each count on standard input with what so many documents cost."""
    certificate, issuer = (
        x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in ("certificate.pem", "issuer.pem")
    )
    key = MemoryKey(
        load_pem_private_key((folder / "key.pem").read_bytes(), None),  # type: ignore[arg-type]
        Identity.of(certificate, [issuer]),
    )
    template = load(Path(__file__).parents[1] / "templates" / "akta_kelahiran")
    press, signing, seeds = Press(template, PREVIEW), KeySigning(key), count(1)

    def make(wanted: int) -> dict[str, int]:
        rows = enumerate(sample_rows(template.name, count=wanted, seed=next(seeds)), 1)
        records = [template.check(Row(number, row)) for number, row in rows]
        wall, cpu, size = perf_counter_ns(), process_time_ns(), 0
        for start in range(0, wanted, CHUNK):
            documents = [press.document(each, new_id()) for each in records[start:][:CHUNK]]
            drafts = [prepare(document, key.identity, now()) for document in documents]
            size = sum(len(document.pdf) for document in signing.sign(drafts)) // len(drafts)
        return {"cpu_ns": process_time_ns() - cpu, "wall_ns": perf_counter_ns() - wall, "bytes": size}

    make(CHUNK)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(make(int(line))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
