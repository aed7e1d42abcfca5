"""What the service's answers mean: JSON that is one object, or the error that a person can do something about.

Whatever stands in an answer may be hostile and may repeat a secret. Words of it are compared, never shown.
CSC API 1.0.4.0 §10 and §11, 2.0.0.2 §10 and §11.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import orjson

from tte.backends.csc.vocabulary import SIGN, Json
from tte.errors import (
    CertificateExpired,
    CertificateRevoked,
    Fault,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    PinLocked,
    PinRefused,
    ServiceUnavailable,
    TteError,
)
from tte.http import Answer

LARGEST: Final = 1 << 18
"""Bytes of an answer that holds no signatures."""

RESUME: Final = "nothing of this batch was kept; issue it again to resume"

_PLAIN: Final = frozenset({"invalid_request", "unauthorized_client", "access_denied", "invalid_scope"})
"""Error codes that are shown, because they are known and say something; no other word of an answer is."""

_TOKEN_CODES: Final = frozenset({"invalid_token", "expired_token"})

_CODES: Final = {
    "invalid_pin": (PinRefused, "the service refused the PIN"),
    "invalid_otp": (PinRefused, "the service refused the one-time password"),
    "invalid_authentication_data": (PinRefused, "the service refused the PIN or the one-time password"),
    "temporarily_unavailable": (KeyUnavailable, "the service is not available for now"),
    "server_error": (KeyUnavailable, "the service failed"),
}
_TEXTS: Final = (
    (("locked",), PinLocked, "the service accepts no PIN for this credential any more"),
    (("certificate", "expired"), CertificateExpired, "the service says that the signing certificate is expired"),
    (("certificate", "revoked"), CertificateRevoked, "the service says that the signing certificate is revoked"),
    (("certificate", "suspended"), CertificateRevoked, "the service says that the signing certificate is suspended"),
    (("disabled",), KeyRefused, "the service says that the key is disabled"),
    (("parameter credentialid",), KeyNotFound, "the service knows no such credential"),
    (("sad expired",), KeyUnavailable, "the authorisation ran out before anything was signed"),
    (("not authorized by the sad",), KeyRefused, "the service says that these digests were not authorised"),
    (("too high",), KeyRefused, "the service says that these are more signatures than it allows"),
)
"""Parts of the error descriptions that the specification gives, in lower case, and what they mean."""


def read_object(method: str, answer: Answer) -> Json:
    """The JSON object that a good answer holds; KeyUnavailable for anything else, such as a page of HTML."""
    content: object = None
    with suppress(orjson.JSONDecodeError):
        content = orjson.loads(answer.body)
    if not isinstance(content, dict):
        raise KeyUnavailable(
            f"what came for {method} is no answer of the CSC API",
            hint="check the service's address, and that nothing stands in between",
        )
    return content


def refusal(method: str, answer: Answer) -> TteError:
    """What an answer means that is not a good one. The status first; then the words of the specification."""
    if answer.status == 429:
        return KeyThrottled(f"the service takes no more requests for now{_again(answer)}", hint=RESUME)
    if answer.status in (408, 504):
        return KeyTimedOut(f"the service had no answer to {method} in time (HTTP {answer.status})", hint=RESUME)
    if answer.status >= 500:
        return KeyUnavailable(f"the service failed at {method} (HTTP {answer.status}){_again(answer)}", hint=RESUME)
    code, text = _words(answer)
    if code in _CODES:
        kind, message = _CODES[code]
        return kind(message, hint=_hint(kind))
    for parts, meant, message in _TEXTS:
        if all(part in text for part in parts):
            return meant(message, hint=_hint(meant))
    if answer.status == 404 and method == "credentials/info":
        return KeyNotFound(
            "the service knows no such credential, or is not at this address", hint="check credential and service"
        )
    known = f", {code}" if code in _PLAIN else ""
    return KeyRefused(f"the service refused {method} (HTTP {answer.status}{known})", hint="ask the service for why")


def lost(method: str, fault: ServiceUnavailable) -> TteError:
    """What it means for the key that the service was not reached or its answer was lost."""
    hint = RESUME
    if method == SIGN and fault.sent:
        hint = f"the service may have signed and counted it; {RESUME}"
    if fault.fault is Fault.NOT_ALLOWED:
        hint = "private=yes allows a service on the office's own network; nobody follows a redirect"
    if fault.fault is Fault.TIMED_OUT:
        return KeyTimedOut(f"{fault}, asked for {method}", hint=hint)
    return KeyUnavailable(f"{fault}, asked for {method}", hint=hint)


def says_token_is_bad(answer: Answer) -> bool:
    """Whether the token is why nothing was done (§10.1: HTTP 401); some services say so with another status."""
    return answer.status == 401 or (answer.status in (400, 403) and _words(answer)[0] in _TOKEN_CODES)


def says_token_is_expired(answer: Answer) -> bool:
    return _words(answer)[0] == "expired_token"


def _words(answer: Answer) -> tuple[str, str]:
    content: object = None
    with suppress(orjson.JSONDecodeError):
        content = orjson.loads(answer.body)
    if not isinstance(content, dict):
        return "", ""
    code, text = content.get("error"), content.get("error_description")
    return (code if isinstance(code, str) else ""), (text[:500].lower() if isinstance(text, str) else "")


def _again(answer: Answer) -> str:
    """When to come again, if the service says so in one of the two forms of RFC 9110 §10.2.3."""
    said = answer.headers.get("retry-after", "")
    if said.isascii() and said.isdigit() and len(said) <= 6:
        return f"; it asks to come again in {int(said)} s"
    with suppress(ValueError, TypeError):
        at: datetime = parsedate_to_datetime(said)
        return f"; it asks to come again at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return ""


def _hint(kind: type[TteError]) -> str:
    return {
        PinRefused: "it was tried once and will not be tried again; too many wrong ones lock the credential",
        PinLocked: "ask the service to unlock the credential",
        CertificateExpired: "ask the PSrE for a new certificate",
        CertificateRevoked: "ask the PSrE why",
        KeyNotFound: "check the credential's id",
        KeyUnavailable: RESUME,
    }.get(kind, "ask the service for why")
