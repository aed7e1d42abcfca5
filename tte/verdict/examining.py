"""One file from bytes to verdict: looked up, judged, looked up once more, joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tte.model import Indication, Pdf, Report
from tte.verdict.deciding import Verdict, verdict, wants_then
from tte.verdict.known import UNAVAILABLE, Known, Lookup, look_up, look_within
from tte.verdict.officials import Officials
from tte.verdict.sealing import SealFound, seal_found

if TYPE_CHECKING:
    from tte.seal import KeyList

Judge = Callable[[Known, datetime], Report]
"""Validates the file as at a time; what the register has byte for byte (`Known.ours`) we made ourselves."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's report and verdict. `file` is what it is called; `then`: see `verdict`. `seal`: of ours."""

    file: str
    report: Report
    verdict: Verdict
    then: Report | None = None
    seal: SealFound | None = None

    @property
    def acceptable(self) -> bool | None:
        """The verdict's answer; no where the signature is TOTAL-FAILED, whatever could not be determined besides."""
        return False if self.report.indication is Indication.TOTAL_FAILED else self.verdict.acceptable


def examine(
    file: str,
    pdf: Pdf,
    sha256: bytes,
    *,
    register: Lookup | None,
    away: bool,
    officials: Officials,
    judge: Judge,
    at: datetime,
    keys: Callable[[], Sequence[KeyList]] = tuple,
) -> Examined:
    """What the file is worth as at `at`. `register` is None where there is none, or where it is `away`. `keys`
    gives the key lists that a seal in it is read by.
    """
    known = UNAVAILABLE if away else look_up(register, pdf, sha256)
    report = judge(known, at)
    known = look_within(register, pdf, known, (one.signed_to for one in report.signatures))
    then = judge(known, known.entry.at) if known.entry is not None and wants_then(report, known) else None
    seal = seal_found(pdf, report, keys)
    return Examined(file, report, verdict(report, known, officials, then=then, seal=seal), then, seal)
