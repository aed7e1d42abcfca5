"""Settling what was sent to be signed and of which no answer came: a person found out, and says so."""

from __future__ import annotations

from datetime import datetime

from tte.model import Document, Entry, Goal, Intent, SignedDocument
from tte.register import Register
from tte.signing.returned import level_of_returned
from tte.validation import Trust


def keep_found(
    register: Register,
    intent: Intent,
    pdf: bytes,
    *,
    certificate: bytes,
    trust: Trust,
    goal: Goal | None,
    at: datetime,
) -> Entry:
    """The entry of `intent` with the signed file `pdf`, found at the service and judged as if it had come in time.

    SelfValidationFailed if it is not the file that was sent, signed with `certificate` (DER) and nothing else changed;
    then nothing is recorded.
    """
    level = level_of_returned(pdf, intent.digest, certificate, trust, at)
    document = Document.known_by(intent)
    (entry,) = register.record([SignedDocument(document, (b"",), (pdf,), level)], at, goal)
    return entry


def release(register: Register, intent: Intent, at: datetime) -> None:
    """Note that it was not signed, as a person found out, or that what was signed will never be given to anybody.

    Issuing the same row again sends it again.
    """
    register.dispatch_ended([intent.id], "released", at)
