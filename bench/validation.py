"""How fast files are validated, beside pyHanko on the same files, in one process.

python -m bench.validation HOME [LTA]

HOME is an office's home with signed documents in out/, such as `tte demo` makes; LTA one whose documents are at B-LTA.
JSON on standard output, rates by this process's CPU time. Only ratios within one run count: the machine is shared.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tte.model import Indication
from tte.validation import Trust, validate
from tte.validation.kinds import Kinds

_SECONDS: Final = 1.0
_STARTS: Final = 5


def main(home: Path, lta: Path | None) -> None:
    """Measure and say."""
    trust, files, at = of_home(home)
    kinds = Kinds(trust)
    anchors = [x509.Certificate.load(der) for der in trust.anchors]
    rates = {
        "hash": _rate(lambda pdf: hashlib.sha256(pdf).digest(), files),
        "own": _rate(lambda pdf: kinds.validate(pdf, at), files),
        "any": _rate(lambda pdf: validate(pdf, trust, at), files),
        "pyhanko": _rate(lambda pdf: _by_pyhanko(pdf, anchors, at), files),
    }
    found = {
        **rates,
        "own_x_pyhanko": rates["own"] / rates["pyhanko"],
        "any_x_pyhanko": rates["any"] / rates["pyhanko"],
        "verify_cpu_s": _started(home, min((home / "out").glob("*.pdf"))),
    }
    if lta:
        trust, files, at = of_home(lta)
        found["b_lta"] = _rate(lambda pdf: validate(pdf, trust, at), files)
    print(json.dumps({name: float(f"{value:.4g}") for name, value in found.items()}))


def of_home(home: Path) -> tuple[Trust, list[bytes], datetime]:
    """Its anchors, its files, and now; every file passes."""
    trust = Trust.of_pem_files(sorted((home / "keys" / "trust").glob("*.pem")))
    files, at = [file.read_bytes() for file in sorted((home / "out").glob("*.pdf"))], datetime.now(UTC)
    if not files or any(validate(pdf, trust, at).indication is not Indication.TOTAL_PASSED for pdf in files):
        raise SystemExit(f"{home} has no signed documents in out/ that pass")
    return trust, files, at


def _rate(judge: Callable[[bytes], object], files: Sequence[bytes]) -> float:
    """Files a second of this process's time."""
    for pdf in files:
        judge(pdf)
    done, begun = 0, process_time()
    while process_time() - begun < _SECONDS:
        for pdf in files:
            judge(pdf)
        done += len(files)
    return done / (process_time() - begun)


def _started(home: Path, file: Path) -> float:
    """Seconds of CPU that `tte verify` takes for one document of the register, start and end included: the least."""
    times = []
    for _ in range(_STARTS):
        before = getrusage(RUSAGE_CHILDREN)
        asked = [sys.executable, "-m", "tte", "--home", str(home), "verify", str(file)]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own interpreter and program
        after = getrusage(RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def _by_pyhanko(pdf: bytes, anchors: Sequence[x509.Certificate], at: datetime) -> None:
    reader = PdfFileReader(BytesIO(pdf))
    context = ValidationContext(trust_roots=list(anchors), moment=at, allow_fetching=False)
    status = validate_pdf_signature(reader.embedded_signatures[0], signer_validation_context=context)
    if not (status.intact and status.valid):
        raise SystemExit("pyHanko does not agree")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
