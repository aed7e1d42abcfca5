"""What can go wrong, in the words of the person who has to mend it.

One tree. Each error has a stable `code` (exit codes and problem types hang on it) and, where there is something to do,
a `hint`. A message names the thing; never a secret, never a person's data. Library exceptions become one of these where
the library lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place. `field` says where; `message` never echoes the value."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class TteError(Exception):
    """Base of every error this package raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _WithProblems(TteError):
    """An error that lists every problem found, not only the first."""

    def __init__(self, message: str, problems: Sequence[Problem], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join((super().__str__(), *map(str, self.problems)))


class ConfigError(_WithProblems):
    """The office home, its settings or a key profile cannot be used as they stand."""

    code = "config"

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, hint: str = "") -> None:
        super().__init__(message, problems, hint=hint)


class TemplateError(_WithProblems):
    """A template folder that cannot be used; lists all its problems."""

    code = "template"


class IntakeError(TteError):
    """A file that cannot be read as rows at all: wrong encoding, wrong format, no usable header."""

    code = "intake"


class RecordError(_WithProblems):
    """A row that is not a record of its template; lists all its problems."""

    code = "record"


class DoesNotFit(TteError):
    """A text longer than its box even at the smallest size its style allows. Refused, never clipped."""

    code = "does-not-fit"


class LintError(_WithProblems):
    """A document that must not be signed: it holds something that could change what is seen later."""

    code = "lint"


class AlreadyIssued(TteError):
    """The number belongs to another record."""

    code = "already-issued"


class KeyUnavailable(TteError):
    """The key's file, device or service cannot be reached; trying again later may help."""

    code = "key-unavailable"


class DeviceRemoved(KeyUnavailable):
    """The token, card or HSM is not there, or was taken away."""

    code = "device-removed"


class SessionLost(KeyUnavailable):
    """The device or service has forgotten us, as after a restart, and cannot be entered again without the PIN."""

    code = "session-lost"


class KeyThrottled(KeyUnavailable):
    """The service takes no more requests for now: its quota is used up."""

    code = "key-throttled"


class KeyTimedOut(KeyUnavailable):
    """The device or service did not answer in time."""

    code = "key-timed-out"


class LevelNotReached(KeyUnavailable):
    """The time-stamp or status services did not answer, and the key profile hands out nothing of a lesser level."""


class KeyRefused(TteError):
    """The key was reached and may not be used: wrong PIN, wrong certificate, outside its validity, self-test failed."""

    code = "key-refused"


class PinRefused(KeyRefused):
    """The PIN, passphrase or token was tried once and is wrong."""

    code = "pin-refused"


class PinLocked(KeyRefused):
    """The device or service accepts no PIN any more."""

    code = "pin-locked"


class KeyNotFound(KeyRefused):
    """The device or service was reached and has no such key, or several."""

    code = "key-not-found"


class WrongCertificate(KeyRefused):
    """The certificate is another one than pinned, or another key's."""

    code = "wrong-certificate"


class CertificateExpired(KeyRefused):
    """The signing certificate's validity is over."""

    code = "certificate-expired"


class CertificateNotYetValid(KeyRefused):
    """The signing certificate's validity has not begun."""

    code = "certificate-not-yet-valid"


class CertificateRevoked(KeyRefused):
    """The signing certificate was revoked by its issuer."""

    code = "certificate-revoked"


class UsageLimitReached(KeyRefused):
    """The key has signed as many documents as its profile allows, in this batch or on this day."""

    code = "usage-limit"


class OutcomeUnknown(TteError):
    """A document was sent to a signing service and no answer came: it may be signed there. Never sent again blindly."""

    code = "outcome-unknown"


class Fault(StrEnum):
    """What was wrong with a trust service: it could not be reached, or its answer cannot be used."""

    NOT_ALLOWED = "not-allowed"
    """Its address is not on the list, is private, or it sent us elsewhere; nothing was asked there."""
    UNREACHABLE = "unreachable"
    BROKE_OFF = "broke-off"
    TIMED_OUT = "timed-out"
    TOO_LARGE = "too-large"
    STATUS = "status"
    """It answered with another HTTP status than 200."""
    NO_ANSWER = "no-answer"
    """What came is no answer of its kind, such as a page of HTML."""
    RESTING = "resting"
    """It failed lately, or has been asked as often as it allows, and is left alone for a while."""
    REJECTED = "rejected"
    """It answered that it will not."""
    WRONG_NONCE = "wrong-nonce"
    WRONG_IMPRINT = "wrong-imprint"
    WRONG_POLICY = "wrong-policy"
    WRONG_TIME = "wrong-time"
    WRONG_SIGNATURE = "wrong-signature"
    WRONG_PURPOSE = "wrong-purpose"
    """The certificate is not meant for this service (extended key usage)."""
    UNTRUSTED = "untrusted"
    """The certificate leads to none of our anchors."""
    OUTSIDE_VALIDITY = "outside-validity"
    """The certificate has expired or is not yet valid, or the answer is stale."""
    REVOKED = "revoked"


class ServiceUnavailable(TteError):
    """A trust service (TSA, OCSP responder, CRL) or a remote signing service gave nothing that can be used.

    `sent`: the request may have reached it.
    """

    code = "service-unavailable"

    def __init__(self, message: str, fault: Fault, *, sent: bool = True, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.fault = fault
        self.sent = sent


class DraftSpent(TteError):
    """A draft was asked to become a signed document a second time."""

    code = "draft-spent"


class SignatureMismatch(TteError):
    """The signature value does not verify with the signing certificate. Nothing was released."""

    code = "signature-mismatch"


class SelfValidationFailed(TteError):
    """A document just signed did not pass our own validation. It was not recorded and does not leave."""

    code = "self-validation"


class RegisterError(TteError):
    """The register cannot be read or written."""

    code = "register"


class RegisterRolledBack(RegisterError):
    """The register is an older state than one that was signed, or another one; nothing is issued into it."""

    code = "register-rolled-back"


class ArchiveError(RegisterError):
    """The archive of signed files cannot be used, or holds other bytes; nothing was recorded."""

    code = "archive"


class LogError(TteError):
    """A part of the tamper-evident log (entry, tile, proof, note, checkpoint) is malformed or does not verify."""

    code = "log"


class QueueFull(TteError):
    """So many chunks of batches are waiting that no more are accepted for now."""

    code = "queue-full"


class NoSuchBatch(TteError):
    """There is no batch with this id."""

    code = "no-such-batch"


class NotAllowed(TteError):
    """Somebody may not do this. `why` is a code of `tte.people.Why`; words are made of it where people read."""

    code = "not-allowed"

    def __init__(self, why: str, *, hint: str = "") -> None:
        super().__init__(f"this is not allowed: {why}", hint=hint)
        self.why = why


class NoSuchThing(TteError):
    """There is no such person, draft or document, or it is another office's: the answer is the same."""

    code = "not-found"


class SignInRefused(TteError):
    """Name, password or code is wrong, or it is locked for now: who asks is not told which."""

    code = "sign-in-refused"


class PasswordRefused(TteError):
    """A new password that is too short, too long or too common."""

    code = "password-refused"


class WrongState(TteError):
    """What was asked for does not go with how the thing stands by now; `state` says how."""

    code = "wrong-state"

    def __init__(self, message: str, state: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.state = state


class UploadRefused(TteError):
    """A PDF that somebody else made cannot be signed, or not in the way that was asked for."""

    code = "upload-refused"


class NotAPdf(UploadRefused):
    """The bytes do not begin as a PDF does."""

    code = "not-a-pdf"


class BrokenPdf(UploadRefused):
    """A PDF that cannot be read, or whose cross-references do not lead to its objects. It is never repaired."""

    code = "broken-pdf"


class PasswordMissing(UploadRefused):
    """The PDF is encrypted, and no password was given."""

    code = "password-missing"


class PasswordWrong(UploadRefused):
    """The PDF is encrypted, and not with this password."""

    code = "password-wrong"


class EncryptionUnknown(UploadRefused):
    """The PDF is encrypted in a way that we cannot add to: for certificates, or by another program's handler."""

    code = "encryption-unknown"


class ChangesForbidden(UploadRefused):
    """The PDF is encrypted, and its readers may not sign it: it takes the owner's password."""

    code = "changes-forbidden"


class NoMoreSignatures(UploadRefused):
    """Who signed the PDF before allowed no change after it: it is certified (DocMDP with P 1) or locked."""

    code = "no-more-signatures"


class FieldTaken(UploadRefused):
    """The form has a field of this name already."""

    code = "field-taken"


class FieldAsksMore(UploadRefused):
    """The signature field asks for something (/SV) that a signature made here does not have."""

    code = "field-asks-more"


class NoSuchPage(UploadRefused):
    """The PDF has no page of this number."""

    code = "no-such-page"


class TagNotFound(UploadRefused):
    """The text that marks the place of the signature stands on no page that was looked at."""

    code = "tag-not-found"


class OffThePage(UploadRefused):
    """The box does not lie on the page as it is seen, or has no area."""

    code = "off-the-page"


class ImageRefused(UploadRefused):
    """The picture for the signature is no PNG or JPEG, is damaged, or has too many pixels."""

    code = "image-refused"


class TooBig(UploadRefused):
    """The PDF, or what is in it, is more than is taken."""

    code = "too-big"


class RequestsFull(TteError):
    """An office has been sent as many requests today as it takes in a day."""

    code = "requests-full"


class AttachmentRefused(TteError):
    """A file that cannot be taken as an attachment; `why` is a code of `tte.requests.unfit.Unfit`, `purpose` what it
    was attached as.
    """

    code = "attachment"

    def __init__(self, why: str, purpose: str = "", *, hint: str = "") -> None:
        super().__init__(f"this file cannot be attached: {why}", hint=hint)
        self.why, self.purpose = why, purpose


class TrackingRefused(TteError):
    """There is no request with this number and secret: who asks is not told which is wrong."""

    code = "tracking-refused"
