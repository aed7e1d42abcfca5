"""Whether the seal in a PDF and its signature say the same: what its code says stands in the signed bytes.

The register says whether a document is in force; so no status list is asked. The words of the page are not read here,
for a stranger's file is taken apart in the sandbox only: `tte seal verify` compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tte.model import Pdf, Report

if TYPE_CHECKING:
    from tte.seal import KeyList


@dataclass(frozen=True, slots=True)
class SealFound:
    """What a seal is worth by the key lists at hand (docs/seal.md, section 4), and where it and the file differ."""

    verdict: str
    id: str | None
    differences: tuple[str, ...]

    @property
    def disagrees(self) -> bool:
        """Whether it was read and speaks against the file. One of an unknown key says nothing, for or against."""
        return bool(self.differences) and self.verdict != "UNKNOWN_KEY"


def seal_found(pdf: Pdf, report: Report, keys: Callable[[], Sequence[KeyList]]) -> SealFound | None:
    """The seal in the bytes that the first signature stands for; None without one, and for a file that is too large to
    be held: none of ours is. `keys` is asked only if there is one.
    """
    if not isinstance(pdf, bytes) or b"/TTE_Seal" not in pdf:
        return None
    from tte.checking.sealed_file import seal_in, sealed_otherwise
    from tte.seal import read

    first = report.signatures[0] if report.signatures else None
    signed = pdf[: first.signed_to] if first else b""
    found = seal_in(signed) or seal_in(pdf)
    if found is None:
        return None
    reading = read(found.text, keys(), {}, int(report.at.timestamp()))
    differences = [*sealed_otherwise(pdf, reading, first.claimed_at if first else None)]
    if seal_in(signed) is None:
        differences.append("the seal is not in what was signed")
    return SealFound(str(reading.verdict), reading.id or None, tuple(differences))
