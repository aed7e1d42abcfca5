"""When what lies below says no: an error becomes problem details, with its code and what to do."""

from __future__ import annotations

from tte.errors import (
    AlreadyIssued,
    AttachmentRefused,
    KeyRefused,
    KeyUnavailable,
    LogError,
    NoSuchBatch,
    NoSuchThing,
    NotAllowed,
    OutcomeUnknown,
    Problem,
    QueueFull,
    RegisterError,
    SelfValidationFailed,
    ServiceUnavailable,
    SignatureMismatch,
    TrackingRefused,
    TteError,
    UsageLimitReached,
    WrongState,
)
from tte.sandbox import Busy
from tte.web.refusals import Cause, Refusal


def refusal_of(why: TteError) -> Refusal:
    """The refusal that an error is to an application. What is another office's is not there (404)."""
    match why:
        case NoSuchThing() | NoSuchBatch() | TrackingRefused():
            return Refusal(Cause.NOT_FOUND)
        case NotAllowed(why=code):
            return Refusal(Cause.NOT_ALLOWED, code=code, said=_said(why))
        case AlreadyIssued() | WrongState() | OutcomeUnknown():
            return Refusal(Cause.CONFLICT, code=why.code, said=_said(why))
        case Busy():
            return Refusal(Cause.BUSY, 5)
        case QueueFull():
            return Refusal(Cause.BUSY, 60, code=why.code, said=_said(why))
        case UsageLimitReached():
            return Refusal(Cause.TOO_MANY, 3600, code=why.code, said=_said(why))
        case KeyUnavailable() | ServiceUnavailable():
            return Refusal(Cause.KEY_AWAY, 30, code=why.code)
        case KeyRefused() | SignatureMismatch() | SelfValidationFailed():
            return Refusal(Cause.KEY_AWAY, 300, code=why.code)
        case RegisterError() | LogError():
            return Refusal(Cause.REGISTER_AWAY, 30, code=why.code)
        case AttachmentRefused(why=code, purpose=paper):
            return Refusal(Cause.INVALID, code=f"attachment-{code}", said=_said(why), problems=(Problem(paper, code),))
        case _:
            return Refusal(Cause.INVALID, code=why.code, said=_said(why), problems=_problems(why))


def _said(why: TteError) -> str:
    """Its first words; the problems are told apart."""
    said = str(why.args[0]) if why.args else why.code
    return f"{said} ({why.hint})" if why.hint else said


def _problems(why: TteError) -> tuple[Problem, ...]:
    return getattr(why, "problems", ())
