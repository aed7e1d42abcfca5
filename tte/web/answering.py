"""Pages from templates, and how a refusal looks to whoever is refused."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import jinja2
import orjson
from markupsafe import Markup
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from tte.verdict import Language
from tte.web.icons import icon
from tte.web.refusals import Refusal, problem
from tte.web.words import WORDS, days, weekday

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_YEAR_S: Final = 365 * 24 * 3600
WIB: Final = timezone(timedelta(hours=7))


@cache
def assets() -> Mapping[str, bytes]:
    """Every static file by its name."""
    return {file.name: file.read_bytes() for file in sorted(STATIC.iterdir()) if file.suffix in TYPES}


@cache
def packed() -> Mapping[str, bytes]:
    """Those that become much smaller when they are compressed, so."""
    some = {name: content for name, content in assets().items() if Path(name).suffix in (".js", ".css", ".wasm")}
    return {name: gzip.compress(content, 9, mtime=0) for name, content in some.items()}


@cache
def edition() -> str:
    """Changes when a static file does, so that browsers may keep them."""
    digest = hashlib.sha256()
    for name, content in assets().items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()[:10]


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["asset"] = lambda name: f"/static/{edition()}/{name}"
    made.globals["has_word"] = WORDS.__contains__
    made.globals["icon"] = icon
    made.globals["initials"] = lambda name: "".join(part[0] for part in name.split()[:2]).upper()
    made.globals["csrf_field"] = lambda token: Markup('<input type="hidden" name="csrf" value="{}">').format(token)
    return made


def page(name: str, language: Language, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A page in one language. `values` are its own; what all pages need is added."""
    which = 0 if language == "id" else 1

    def said(key: str, **fill: object) -> str:
        return WORDS[key][which].format(**fill)

    def when(at: datetime) -> str:
        here = at.astimezone(WIB)
        clock = f"{here:%H.%M} WIB" if language == "id" else f"{here:%H:%M} WIB (UTC+7)"
        return f"{days(here.date(), which)}, {clock}"

    def day(at: datetime) -> str:
        return days(at.astimezone(WIB).date(), which)

    def clock(at: datetime) -> str:
        """Of today only the time, of other days the day as well."""
        here = at.astimezone(WIB)
        time = f"{here:%H.%M}" if language == "id" else f"{here:%H:%M}"
        return time if here.date() == datetime.now(WIB).date() else f"{here.day}/{here.month} {time}"

    def number(value: int) -> str:
        return f"{value:,}".replace(",", "." if language == "id" else ",")

    common = {
        "language": language,
        "t": said,
        "when": when,
        "day": day,
        "clock": clock,
        "number": number,
        "weekday": lambda at: weekday(at.astimezone(WIB).date(), which),
        "here": None,
        "refused": None,
        "asks": False,
    }
    return HTMLResponse(_templates().get_template(name).render({**common, **values}), status)


def handed_over(id: str, pdf: bytes) -> Response:  # noqa: A002  the noun of the model
    """A document for the citizen to save; nothing keeps a copy on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="{id}.pdf"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


def language_of(scope: Scope) -> Language:
    """What `?lang=` says, else the cookie, else Indonesian."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    if asked not in ("id", "en"):
        cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
        asked = cookie_parser(cookies).get("lang", "")
    return "en" if asked == "en" else "id"


def remember(answer: Response, language: Language, *, secure: bool) -> None:
    """Have the browser keep the language."""
    answer.set_cookie("lang", language, _YEAR_S, httponly=True, secure=secure, samesite="lax")


def refused(scope: Scope, refusal: Refusal, host: str) -> Response:
    """The answer to a request that is refused: problem details under /v1 and for the probes, Spring Boot's shape below
    /api, where ESC's clients look for `error`; else a page.
    """
    language, request_id = language_of(scope), str(scope.get("state", {}).get("request_id", ""))
    response: Response
    if scope["path"].startswith(("/v1", "/healthz", "/readyz")):
        content = orjson.dumps(problem(refusal, language, request_id))
        response = Response(content, refusal.cause.status, media_type="application/problem+json")
    elif scope["path"].startswith("/api/"):
        title, status = refusal.cause.title("id"), refusal.cause.status
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        content = orjson.dumps(
            {"timestamp": at, "status": status, "error": title, "message": title, "path": scope["path"]}
        )
        response = Response(content, status, media_type="application/json")
    else:
        values = {"cause": refusal.cause, "request_id": request_id, "retry_s": refusal.retry_after_s, "host": host}
        response = page("refused.html", language, values, status=refusal.cause.status)
    for name, value in refusal.headers.items():
        response.headers[name] = value
    if refusal.retry_after_s is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    if refusal.close:
        response.headers["Connection"] = "close"
    return response
