"""Coverage-guided: `python -m tests.fuzz.targets NAME [libFuzzer options] [FOLDER]`, such as `-max_total_time=600`.

Each target takes any bytes. What a reader may raise is named here; anything else ends the run with the input written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["tte"]):
    from tests.signed_pdfs import NOW
    from tte.errors import TteError
    from tte.log import notes, offline
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
}


def main() -> None:
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in TARGETS:
        sys.exit(f"which one? {', '.join(TARGETS)}")
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
