"""The verdict: one word from two judgements that stay apart, what the signature proves and what the register says.

Read `_decide` from the top: what speaks against the bytes comes first, then the signature, then the register, then who
signed; ASLI is what is left. `docs/decisions/17-…md` says why. A seal never makes the word: it can only speak against.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tte.model import Indication, Integrity, Report, State, SubIndication
from tte.validation.reasons import Reason
from tte.verdict.known import Found, Known
from tte.verdict.officials import Authority, Mandate, Officials, authority
from tte.verdict.sealing import SealFound


class Code(StrEnum):
    """The seven words: each a stable code, and the word itself in Indonesian and English."""

    indonesian: str
    english: str

    def __new__(cls, code: str, indonesian: str, english: str) -> Code:
        member = str.__new__(cls, code)
        member._value_ = code
        member.indonesian, member.english = indonesian, english
        return member

    IN_FORCE = "ASLI_DAN_BERLAKU", "ASLI DAN BERLAKU", "GENUINE AND IN FORCE"
    REPLACED = "ASLI_SUDAH_DIGANTI", "ASLI, SUDAH DIGANTI", "GENUINE, BUT REPLACED"
    REVOKED = "ASLI_DICABUT", "ASLI, DICABUT", "GENUINE, BUT REVOKED"
    FOREIGN = (
        "TANDA_TANGAN_SAH_BUKAN_TERBITAN_KAMI",
        "TANDA TANGAN SAH, BUKAN TERBITAN KAMI",
        "VALID SIGNATURE, NOT ISSUED BY US",
    )
    ALTERED = "DIUBAH_SETELAH_DITANDATANGANI", "DIUBAH SETELAH DITANDATANGANI", "CHANGED AFTER SIGNING"
    INVALID = "TIDAK_SAH", "TIDAK SAH", "NOT VALID"
    UNSURE = "TIDAK_DAPAT_DIPASTIKAN", "TIDAK DAPAT DIPASTIKAN", "CANNOT BE DETERMINED"

    @property
    def genuine(self) -> bool:
        """Whether it says that the office issued the file."""
        return self in (Code.IN_FORCE, Code.REPLACED, Code.REVOKED)


class Why(StrEnum):
    """Why it is this word: the first reason decided, further ones add to it. Stable codes."""

    IN_FORCE = "in-force"
    REPLACED = "replaced"
    REVOKED = "revoked"
    NOT_RECORDED = "not-recorded"
    OFFICIAL_NOT_RECORDED = "official-not-recorded"
    BORROWED_NAME = "borrowed-name"
    CHANGED = "changed"
    CHANGED_OURS = "changed-ours"
    BROKEN = "broken"
    SIGNER_REVOKED = "signer-revoked"
    SIGNATURE_FAILED = "signature-failed"
    NO_SIGNATURE = "no-signature"
    NOT_A_PDF = "not-a-pdf"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    NOT_EXAMINED = "not-examined"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED_NO_TIME = "revoked-no-time"
    UNKNOWN_AUTHORITY = "unknown-authority"
    WEAK = "weak"
    NOT_PROVEN = "not-proven"
    NO_REGISTER = "no-register"
    REGISTER_UNAVAILABLE = "register-unavailable"
    EXTENDED = "extended"
    OTHER_BYTES = "other-bytes"
    NOT_AUTHORISED = "not-authorised"
    OUTSIDE_PERIOD = "outside-period"
    AUTHORITY_UNKNOWN = "authority-unknown"
    # further ones
    NOTE_SPECIMEN = "specimen"
    NOTE_HELD = "held"
    NOTE_EARLIER_FILE = "earlier-file"
    NOTE_PROVEN_BY_REGISTER = "proven-by-register"
    NOTE_NAMED = "known-by-name"
    NOTE_REPLACED = "also-replaced"
    NOTE_REVOKED = "also-revoked"
    NOTE_REGISTER_DISAGREES = "register-disagrees"
    NOTE_SEAL_DISAGREES = "seal-disagrees"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, why, and the two judgements it comes from: the report's own, and `known` with `authority`.

    `mandate` is whose, where a list of officials says it.
    """

    code: Code
    reasons: tuple[Why, ...]
    known: Known
    authority: Authority
    mandate: Mandate | None = None

    @property
    def specimen(self) -> bool:
        return self.known.specimen

    @property
    def seal_disagrees(self) -> bool:
        return Why.NOTE_SEAL_DISAGREES in self.reasons

    @property
    def acceptable(self) -> bool | None:
        """Whether the file may be accepted for what it says it is; None if that cannot be determined.

        Where there is no register nobody asks but about the signature: a valid one is then acceptable. A seal that
        disagrees leaves open what was issued.
        """
        if self.seal_disagrees and (self.code is Code.IN_FORCE or self.reasons[0] is Why.NO_REGISTER):
            return None
        if self.code is Code.UNSURE:
            return True if self.reasons[0] is Why.NO_REGISTER else None
        return self.code is Code.IN_FORCE

    @property
    def title(self) -> str:
        """The word in Indonesian; of a specimen it begins by saying so."""
        return self.titled(self.code.indonesian)

    def titled(self, word: str) -> str:
        return f"SPECIMEN · {word}" if self.specimen else word


_OF_FAILED = {SubIndication.REVOKED: Why.SIGNER_REVOKED}
_OF_OPEN = {
    SubIndication.OUT_OF_BOUNDS_NO_POE: Why.EXPIRED,
    SubIndication.NOT_YET_VALID: Why.NOT_YET_VALID,
    SubIndication.REVOKED_NO_POE: Why.REVOKED_NO_TIME,
    SubIndication.REVOKED: Why.REVOKED_NO_TIME,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Why.UNKNOWN_AUTHORITY,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: Why.WEAK,
    SubIndication.NO_SIGNATURE: Why.NO_SIGNATURE,
}
_OF_ERROR = {Reason.NOT_A_PDF: Why.NOT_A_PDF, Reason.ENCRYPTED: Why.ENCRYPTED, Reason.TOO_LARGE: Why.TOO_LARGE}
_OF_AUTHORITY = {
    Authority.NOT_AN_OFFICIAL: Why.NOT_AUTHORISED,
    Authority.OTHER_OFFICE: Why.NOT_AUTHORISED,
    Authority.OUTSIDE_PERIOD: Why.OUTSIDE_PERIOD,
    Authority.UNKNOWN: Why.AUTHORITY_UNKNOWN,
}
_OF_STATE = {
    State.ISSUED: (Code.IN_FORCE, Why.IN_FORCE),
    State.REPLACED: (Code.REPLACED, Why.REPLACED),
    State.REVOKED: (Code.REVOKED, Why.REVOKED),
}


def verdict(
    report: Report, known: Known, officials: Officials, *, then: Report | None = None, seal: SealFound | None = None
) -> Verdict:
    """The verdict on the file that `report` and `known` are about.

    `then` is a report on the same bytes at `known.entry.at`: for a file of the register whose certificate has expired
    since, see `wants_then`. It counts only if it is of that file, at that time, and TOTAL-PASSED.

    `seal` is the one in the file. Where the signature holds and the seal disagrees, the word stays the register's, and
    the disagreement is said.
    """
    allowed, mandate = authority(report, known, officials)
    proven = known.ours and _expired(report) and _passed_then(report, known, then)
    code, why = _decide(report, known, allowed, proven)
    notes = _notes(report, known, code, proven)
    if seal is not None and seal.disagrees and (_passed(report) or proven):
        notes.append(Why.NOTE_SEAL_DISAGREES)
    return Verdict(code, (why, *notes), known, allowed, mandate)


def wants_then(report: Report, known: Known) -> bool:
    """Whether a report at the time of issue would help: the register has the bytes, only time speaks against them."""
    return known.ours and _expired(report)


def _decide(report: Report, known: Known, allowed: Authority, proven: bool) -> tuple[Code, Why]:
    match report.integrity:
        case Integrity.MODIFIED:
            return Code.ALTERED, Why.CHANGED_OURS if known.found is Found.EXTENDED else Why.CHANGED
        case Integrity.BROKEN:
            return Code.INVALID, Why.BROKEN
        case Integrity.UNSIGNED:
            return Code.UNSURE, Why.NO_SIGNATURE
        case Integrity.ERROR:
            return Code.UNSURE, _not_examined(report)
    if report.indication is Indication.TOTAL_FAILED:
        return Code.INVALID, _of(report, _OF_FAILED, Why.SIGNATURE_FAILED)
    if not (_passed(report) or proven):
        return Code.UNSURE, _of(report, _OF_OPEN, Why.NOT_PROVEN)
    match known.found:
        case Found.ISSUED if allowed is not Authority.AUTHORISED:
            return Code.UNSURE, _OF_AUTHORITY[allowed]
        case Found.ISSUED if known.state in _OF_STATE:
            return _OF_STATE[known.state]
        case Found.NO_REGISTER:
            return Code.UNSURE, Why.NO_REGISTER
        case Found.EXTENDED:
            return Code.UNSURE, Why.EXTENDED
        case Found.OTHER_BYTES if allowed is Authority.AUTHORISED:
            return Code.UNSURE, Why.OTHER_BYTES
        case Found.OTHER_BYTES:
            return Code.FOREIGN, Why.BORROWED_NAME
        case Found.UNKNOWN if allowed is Authority.AUTHORISED:
            return Code.FOREIGN, Why.OFFICIAL_NOT_RECORDED
        case Found.UNKNOWN:
            return Code.FOREIGN, Why.NOT_RECORDED
    return Code.UNSURE, Why.REGISTER_UNAVAILABLE


def _passed(report: Report) -> bool:
    """The file passed, and so did each signature: said once more here, for a report may come from a hostile child."""
    return report.indication is Indication.TOTAL_PASSED and _each(report, Indication.TOTAL_PASSED)


def _each(report: Report, *wanted: Indication) -> bool:
    return bool(report.signatures) and all(one.indication in wanted for one in report.signatures)


def _expired(report: Report) -> bool:
    """Whole, and nothing speaks against it but that a certificate has expired."""
    expired = SubIndication.OUT_OF_BOUNDS_NO_POE
    return (
        report.integrity is Integrity.OK
        and (report.indication, report.sub_indication) == (Indication.INDETERMINATE, expired)
        and _each(report, Indication.TOTAL_PASSED, Indication.INDETERMINATE)
        and all(one.sub_indication in (None, expired) for one in report.signatures)
    )


def _passed_then(report: Report, known: Known, then: Report | None) -> bool:
    return (
        then is not None
        and known.entry is not None
        and (then.pdf_sha256, then.at, then.integrity) == (report.pdf_sha256, known.entry.at, Integrity.OK)
        and _passed(then)
    )


def _of(report: Report, table: dict[SubIndication, Why], otherwise: Why) -> Why:
    return otherwise if report.sub_indication is None else table.get(report.sub_indication, otherwise)


def _not_examined(report: Report) -> Why:
    found = (why for reason, why in _OF_ERROR.items() if str(reason) in report.reasons)
    return next(found, Why.NOT_EXAMINED)


def _notes(report: Report, known: Known, code: Code, proven: bool) -> list[Why]:
    """What must be said besides."""
    notes, entry = [], known.entry
    if entry is None:
        return []
    if known.specimen:
        notes.append(Why.NOTE_SPECIMEN)
    if not code.genuine:
        if known.ours and report.integrity in (Integrity.MODIFIED, Integrity.BROKEN, Integrity.UNSIGNED):
            notes.append(Why.NOTE_REGISTER_DISAGREES)
        elif known.found is Found.OTHER_BYTES:
            notes.append(Why.NOTE_NAMED)
        if entry.state is State.REPLACED:
            notes.append(Why.NOTE_REPLACED)
        elif entry.state is State.REVOKED:
            notes.append(Why.NOTE_REVOKED)
        return notes
    if proven:
        notes.append(Why.NOTE_PROVEN_BY_REGISTER)
    if entry.held:
        notes.append(Why.NOTE_HELD)
    elif not known.present:
        notes.append(Why.NOTE_EARLIER_FILE)
    return notes
