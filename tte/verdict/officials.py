"""Who may sign for which office, from when to when; and whether a signer was one of them. The office reads the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tte.model import Official, Report, SignatureReport, TimeProof
from tte.verdict.known import Known


class Capacity(StrEnum):
    """As what somebody signs: as the head of the office, or acting for one (Plt, Plh)."""

    HEAD = "kepala"
    PLT = "plt"
    PLH = "plh"


class Authority(StrEnum):
    """Whether the signers were officials of the office at the time. Stable codes; the first that fits one of them."""

    NOT_AN_OFFICIAL = "not-an-official"
    OTHER_OFFICE = "other-office"
    OUTSIDE_PERIOD = "outside-period"
    UNKNOWN = "unknown"
    """There is no list of officials here, and the register did not note who signed."""
    AUTHORISED = "authorised"


@dataclass(frozen=True, slots=True)
class Mandate:
    """That the holder of a certificate may sign for an office, from `begins` until before `ends` (None: no bound)."""

    official: Official
    office: str
    certificate_sha256: str
    begins: datetime | None = None
    ends: datetime | None = None
    capacity: Capacity = Capacity.HEAD

    def covers(self, at: datetime) -> bool:
        return (self.begins is None or self.begins <= at) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Officials:
    """All mandates that are known. `listed`: the office keeps a list, and who is not on it may not sign.

    Without a list, a certificate that the register noted when it recorded the very bytes may have signed them: the
    office opened that key itself, for that office.
    """

    mandates: tuple[Mandate, ...] = ()
    listed: bool = False

    def of(self, certificate_sha256: str) -> list[Mandate]:
        return [one for one in self.mandates if one.certificate_sha256 == certificate_sha256]


def authority(report: Report, known: Known, officials: Officials) -> tuple[Authority, Mandate | None]:
    """The worst answer of all signatures, and the mandate if there is one for each: that of the first signature.

    Of a file that no entry speaks of, a mandate for any office is taken; the office is then the mandate's.
    """
    answers = [_of_one(one, known, officials) for one in report.signatures]
    if not answers:
        return Authority.UNKNOWN, None
    worst = min((answer for answer, _ in answers), key=list(Authority).index)
    return worst, answers[0][1] if worst is Authority.AUTHORISED else None


def _of_one(signature: SignatureReport, known: Known, officials: Officials) -> tuple[Authority, Mandate | None]:
    mandates, at = officials.of(signature.certificate_sha256), _time(signature, known)
    entry = known.entry
    here = [one for one in mandates if entry is None or one.office == entry.office]
    if fitting := _first(one for one in here if at is None or one.covers(at)):
        return Authority.AUTHORISED, fitting
    if not officials.listed and entry is not None and known.ours:
        if not entry.certificate_sha256:
            return (Authority.OTHER_OFFICE if mandates else Authority.UNKNOWN), None
        if entry.certificate_sha256.hex() == signature.certificate_sha256:
            return Authority.AUTHORISED, None
    if here:
        return Authority.OUTSIDE_PERIOD, None
    return (Authority.OTHER_OFFICE if mandates else Authority.NOT_AN_OFFICIAL), None


def _first(mandates: Iterable[Mandate]) -> Mandate | None:
    return next(iter(mandates), None)


def _time(signature: SignatureReport, known: Known) -> datetime | None:
    """The earliest time at which the signature surely existed: a time-stamp's, or the register's for its own bytes.

    None if nothing proves any; what the signer claims proves none.
    """
    times = [known.entry.at] if known.ours and known.entry else []
    if signature.best_time is not None and signature.time_proof is not TimeProof.VALIDATION:
        times.append(signature.best_time)
    return min(times, default=None)
