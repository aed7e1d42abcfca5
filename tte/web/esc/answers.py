"""What is answered when it is not what was asked for: ESC's business errors in two dialects, and Spring Boot's shape.

Older: the code as `status_code`. Newer: the code as the last word of the text, `status_code` the HTTP status. Whatever
the status, the body is a JSON object that has `error`: clients written in PHP read nothing else. No answer repeats what
was sent but a path, to whoever sent it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Literal

import orjson
from starlette.responses import Response

Dialect = Literal["newer", "older"]

SIGNING: Final = "Proses signing gagal"
NOT_REGISTERED, NO_CERTIFICATE, WRONG_PASSPHRASE, BAD_PDF = 2011, 2021, 2031, 2041
EXPIRED, RENEW, SUSPENDED, REVOKED = 2022, 2023, 2024, 2025
"""2021 and 2022 to 2025, 2041 by one developer's list only."""
GONE: Final = 4044


@dataclass  # not frozen: an exception is given its traceback
class Refused(Exception):
    """A business error. `code` is ESC's, 0 where it has none that is known; `process`: what failed, before the text."""

    text: str
    code: int = 0
    process: str = SIGNING
    status: int = 400
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Failed(Exception):
    """An error of the service below, in Spring Boot's shape."""

    status: int
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def business(why: Refused, dialect: Dialect) -> Response:
    """`{"error":…,"status_code":…}`."""
    if dialect == "older":
        body = {"error": why.text, "status_code": why.code or why.status}
    else:
        said = f"{why.process} : {why.text}" if why.process else why.text
        body = {"error": f"{said} {why.code}" if why.code else said, "status_code": why.status}
    return as_json(body, why.status, why.headers)


def spring(why: Failed, path: str) -> Response:
    """`{"timestamp","status","error","message","path"}`, as Spring Boot 2 gives it."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    body = {
        "timestamp": at,
        "status": why.status,
        "error": HTTPStatus(why.status).phrase,
        "message": why.message,
        "path": path,
    }
    return as_json(body, why.status, why.headers)


def as_json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(content), status, dict(headers or {}), "application/json")
