"""How fast files are validated, beside pyHanko on the same files, in one process: `python -m bench.validation HOME`.

HOME is an office's home with signed documents in out/, such as `tte demo` makes; JSON on standard output. Only ratios
within one run count: the machine is shared.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tte.model import Indication
from tte.validation import Trust, validate
from tte.validation.likeness import Likeness
from tte.validation.unlike import Unlike

_SECONDS: Final = 1.0


def main(home: Path) -> None:
    """Measure and say."""
    trust = Trust.of_pem_files(sorted((home / "keys" / "trust").glob("*.pem")))
    files, at = [file.read_bytes() for file in sorted((home / "out").glob("*.pdf"))], datetime.now(UTC)
    if not files or any(validate(pdf, trust, at).indication is not Indication.TOTAL_PASSED for pdf in files):
        raise SystemExit("the home has no signed documents in out/ that pass")
    anchors = [x509.Certificate.load(der) for der in trust.anchors]
    rates = {
        "prefix": _rate(_alike(files[0], trust, at), files[:1]),
        "any": _rate(lambda pdf: validate(pdf, trust, at), files),
        "pyhanko": _rate(lambda pdf: _by_pyhanko(pdf, anchors, at), files),
    }
    print(json.dumps({**rates, "any_x_pyhanko": rates["any"] / rates["pyhanko"]}))


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


def _alike(sample: bytes, trust: Trust, at: datetime) -> Callable[[bytes], object]:
    """Comparison with a sample of the kind, its own digest and value verified."""
    likeness = Likeness.of(sample, trust, at)
    found = likeness._laid_out

    def judge(pdf: bytes) -> None:
        if not pdf.startswith(likeness.prefix):
            raise Unlike("another beginning")
        likeness.verify(likeness.check(pdf[len(likeness.prefix) :], found.name, found.at))

    return judge


def _by_pyhanko(pdf: bytes, anchors: Sequence[x509.Certificate], at: datetime) -> None:
    reader = PdfFileReader(BytesIO(pdf))
    context = ValidationContext(trust_roots=list(anchors), moment=at, allow_fetching=False)
    status = validate_pdf_signature(reader.embedded_signatures[0], signer_validation_context=context)
    if not (status.intact and status.valid):
        raise SystemExit("pyHanko does not agree")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
