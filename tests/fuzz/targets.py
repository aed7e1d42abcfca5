"""Coverage-guided: `python -m tests.fuzz.targets NAME [libFuzzer options] [FOLDER]`, such as `-max_total_time=600`.

Each target takes any bytes. What a reader may raise is named here; anything else ends the run with the input written.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import BinaryIO

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["tte"]):
    from tests.signed_pdfs import NOW
    from tte.errors import TteError
    from tte.intake.array import read_array
    from tte.intake.delimited import read_delimited
    from tte.intake.ndjson import read_ndjson
    from tte.log import notes, offline, proofs
    from tte.register.trailer import names_in
    from tte.sandbox import packing
    from tte.validation import Trust, raw, syntax, validate
    from tte.validation.ber import NotBer
    from tte.validation.signed_data import SignedData
    from tte.validation.syntax import NotPdf

Target = Callable[[bytes], object]


def _but(reads: Target, *allowed: type[Exception]) -> Target:
    def target(given: bytes) -> None:
        try:
            reads(given)
        except allowed:
            return

    return target


def _proofs(given: bytes) -> None:
    """Numbers and hashes out of what is given: no proof of chance bytes holds, and none makes an error."""
    first, second, rest = int.from_bytes(given[:8], "big"), int.from_bytes(given[8:16], "big"), given[16:]
    hashes = [rest[at : at + 32] for at in range(0, len(rest), 32)] or [b""]
    proofs.verify_inclusion(hashes[0], first, second, hashes[1:], hashes[-1])
    proofs.verify_consistency(first, second, hashes[1:], hashes[0], hashes[-1])


def _read_all(reads: Callable[[BinaryIO], Iterable[object]], given: bytes) -> None:
    for _ in reads(io.BytesIO(given)):
        pass


TARGETS: dict[str, Target] = {
    "validate": lambda given: validate(b"%PDF-1.7\n" + given, Trust(), NOW),
    "syntax": _but(lambda given: syntax.end_of_value(given, 0), NotPdf),
    "byte-check": _but(lambda given: raw.read_signature(b"\n" + given, 1, number=1, generation=0), raw.Unsound),
    "der-length": _but(raw.length_of_der, raw.Unsound),
    "cms": _but(SignedData.of, NotBer),
    "packing": _but(packing.unpack, packing.Garbage),
}
TARGETS |= {
    "note": _but(notes.Note.parse, TteError),
    "offline-proof": _but(offline.OfflineProof.parse, TteError),
    "proofs": _proofs,
    "trailer": lambda given: names_in(given.replace(b"\0", b"/ID [<")),
    "csv": _but(lambda given: _read_all(read_delimited, given), TteError),
    "json": _but(lambda given: _read_all(read_array, given), TteError),
    "ndjson": _but(lambda given: _read_all(read_ndjson, given), TteError),
}


def main() -> None:
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"which one? {', '.join(TARGETS)}")
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
