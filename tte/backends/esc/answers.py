"""What ESC's answers mean, in two dialects, and what it means that there is none.

Older: `{"error":"Passphrase anda salah","status_code":2031}`. Newer: `{"error":"… Passphrase anda salah 2031",
"status_code":400}`. An answer may be hostile and may repeat a NIK or a passphrase: its words are compared, never shown.
Words may hold any number, such as a year: only one at their very end, of an answer that says no (4xx), is a code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson

from tte.errors import (
    CertificateExpired,
    CertificateRevoked,
    ConfigError,
    Fault,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    OutcomeUnknown,
    PinRefused,
    ServiceUnavailable,
    TteError,
)
from tte.http import Answer

AT_BSRE: Final = "ask the official to look at it in BSrE's portal"
RECONCILE: Final = "it is not sent again; find out and settle it: tte register pending, tte register reconcile"
NETWORK: Final = "private=yes allows a service on the office's own network; nobody follows a redirect"

_CODE_AT_END = re.compile(r"(?:^|\s)([0-9]{4})\s*\Z")
_FOUR = re.compile(r"[0-9]{4}")
_CODES: Final[Mapping[int, tuple[type[TteError], str]]] = {
    1110: (KeyNotFound, "the official is not registered there"),
    2011: (KeyNotFound, "the official is not registered there"),
    2021: (KeyNotFound, "the official has no active certificate there"),
    2022: (CertificateExpired, "the official's certificate has expired"),
    2023: (KeyRefused, "the official's certificate is being renewed"),
    2024: (CertificateRevoked, "the official's certificate is suspended"),
    2025: (CertificateRevoked, "the official's certificate is revoked"),
    2031: (PinRefused, "the passphrase or one-time code is wrong; it was tried once"),
    2041: (KeyRefused, "it cannot read the PDF"),
}
"""2021 to 2025 and 2041 by one developer's list only."""

ISSUE: Final = "ISSUE"
_STATUSES: Final[Mapping[str, tuple[type[TteError], str]]] = {
    "NOT_REGISTERED": _CODES[2011],
    "NO_CERTIFICATE": _CODES[2021],
    "EXPIRED": _CODES[2022],
    "RENEW": _CODES[2023],
    "SUSPEND": _CODES[2024],
    "REVOKE": _CODES[2025],
    "NEW": (KeyRefused, "the official's certificate is not issued yet"),
    "WAITING_FOR_VERIFICATION": (KeyRefused, "the official's registration is not verified yet"),
}


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer; an empty one if there is none."""
    with suppress(orjson.JSONDecodeError):
        content = orjson.loads(answer.body)
        if isinstance(content, dict):
            return content
    return {}


def lost(fault: ServiceUnavailable, *, signing: bool) -> TteError:
    """What it means that the service was not reached, or its answer was lost."""
    if fault.sent and signing:
        return OutcomeUnknown(f"{fault}: whether it signed is not known", hint=RECONCILE)
    if fault.fault is Fault.NOT_ALLOWED:
        return ConfigError(f"{fault}", hint=NETWORK)
    if fault.fault is Fault.TIMED_OUT:
        return KeyTimedOut(f"{fault}", hint="try again later; nothing was sent to be signed")
    return KeyUnavailable(f"{fault}", hint="try again later; nothing was sent to be signed")


def refusal(answer: Answer, *, signing: bool) -> TteError:
    """What an answer means that holds not what was asked for: by its code, then by the HTTP status (RFC 9110 §15).

    Of what was sent to be signed, OutcomeUnknown for 408 and 5xx whatever the code says. If the code says PinRefused,
    that is its cause: the passphrase must not be tried again either.
    """
    status = answer.status
    known = _known(answer)
    refused = known[0](f"the signing service refused: {known[1]}", hint=_hint(known[0])) if known else None
    if signing and (status == 408 or status >= 500 or (status < 400 and not refused)):
        what = f"HTTP {status}" if status >= 400 else "no answer of its kind"
        unknown = OutcomeUnknown(f"the signing service gave {what}: whether it signed is not known", hint=RECONCILE)
        if isinstance(refused, PinRefused):
            unknown.hint = f"{RECONCILE}; the answer speaks of a wrong passphrase or one-time code"
            unknown.__cause__ = refused
        return unknown
    if refused:
        return refused
    if status == 401:
        return KeyRefused(
            "the signing service refused the user name or password of the API",
            hint="check user-source and password-source; the administrator of ESC makes these",
        )
    if status == 403:
        return KeyRefused(
            "the signing service does not let this machine in", hint="its administrator allows callers by IP address"
        )
    if status in (404, 405):
        return KeyRefused(
            f"the signing service knows no such request (HTTP {status})", hint="check service, and api=v1 or api=v2"
        )
    if status == 429:
        return KeyThrottled("the signing service takes no more requests for now", hint="issue again later to resume")
    if status >= 500 or status == 408:
        return KeyUnavailable(f"the signing service failed (HTTP {status})", hint="look into the log of ESC")
    if status >= 400:
        return KeyRefused(f"the signing service refused (HTTP {status})", hint="the log of ESC says why")
    return KeyUnavailable(
        "what came is no answer of ESC", hint="check the service's address, and that nothing stands in between"
    )


def check_status(answer: Answer) -> None:
    """Return if the official may sign (ISSUE, the only such status); else what is the matter, or `refusal`."""
    content = read_object(answer)
    status = str(content.get("status", "")).upper()
    if not status.isidentifier():  # the HTTP status of an error in Spring's shape stands there too
        status = ISSUE if str(content.get("status_code")) == "1111" else ""
    if status == ISSUE:
        return
    if status in _STATUSES:
        kind, what = _STATUSES[status]
        raise kind(f"the official cannot sign: {what}", hint=AT_BSRE)
    if status:
        raise KeyRefused("the official cannot sign: the signing service says so for a reason unknown", hint=AT_BSRE)
    raise refusal(answer, signing=False)


def _known(answer: Answer) -> tuple[type[TteError], str] | None:
    """What the code in an answer says: `status_code`, or of a 4xx the end of its text."""
    content = read_object(answer)
    codes = [str(content.get("status_code", ""))]
    if 400 <= answer.status < 500 and answer.status != 408:
        text = str(content.get("error") or content.get("message") or "")
        if "InvalidPdfException" in text:
            return _CODES[2041]
        codes += _CODE_AT_END.findall(text)
    return next((_CODES[int(code)] for code in codes if _FOUR.fullmatch(code) and int(code) in _CODES), None)


def _hint(kind: type[TteError]) -> str:
    if kind is PinRefused:
        return "put the right one in its place before you try again: BSrE counts wrong ones"
    return AT_BSRE if kind is not KeyRefused else "the log of ESC says more"
