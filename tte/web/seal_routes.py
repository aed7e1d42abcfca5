"""The published lists of seals, the page `/periksa` that reads codes in the browser, and what such pages are told.

docs/seal.md, sections 3, 4 and 7. Nothing here ever sees a seal: it stands after the `#`, which browsers keep.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import suppress
from threading import Lock
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import ConfigError, KeyRefused
from tte.office.seals import OfficeSeals
from tte.seal import KINDS
from tte.seal.words import DAYS, INDICATIONS, NAMES, SAID
from tte.verdict import Language
from tte.web.anchor_routes import told_of_files
from tte.web.answering import TYPES, assets, edition, language_of, page
from tte.web.gates import HEADERS
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service
from tte.web.words import WORDS

_LIST_HEADERS: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
_PAGE_HEADERS: Final = {
    "Permissions-Policy": HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)"),
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; manifest-src 'self'",
}
_WORKER_HEADERS: Final = {"Cache-Control": "no-cache"}
_SCANNER_HEADERS: Final = {
    **_WORKER_HEADERS,
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
}
"""A worker is under its own policy, not its page's: so WebAssembly may run in this one and nowhere else."""
_KEPT_S: Final = 300.0


class Lists:
    """The lists of a home whose one office seals: made anew at most every five minutes, by one thread at a time."""

    def __init__(self, service: Service) -> None:
        self._service, self._one = service, Lock()
        self._made: float | None = None
        self._status: dict[int, bytes] = {}

    def seals(self) -> OfficeSeals | None:
        """The seals of this home's office; None if it has several, or one that does not seal."""
        offices = self._service.home.settings.offices
        if len(offices) != 1:
            return None
        found = self._service.home.seals(offices[0].code)
        return found if found.has_keys() else None

    def keys(self) -> bytes | None:
        """The key list as it is published."""
        found = self.seals()
        return None if found is None else found.published_keys()

    def status(self, period: int) -> bytes | None:
        """The status list of a period. RegisterError. None too where this machine has no status key."""
        with self._one:
            if self._made is None or time.monotonic() - self._made > _KEPT_S:
                self._status = self._all()
                self._made = time.monotonic()
            return self._status.get(period)

    def _all(self) -> dict[int, bytes]:
        found, register = self.seals(), self._service.register()
        with suppress(ConfigError, KeyRefused):
            if found is not None and register is not None:
                return found.status_lists(register, self._service.now())
        return {}

    def pinned(self) -> str:
        """The root that readers pin, as `office:hex`; empty where there is none."""
        with suppress(ConfigError, KeyRefused):
            if (found := self.seals()) is not None:
                root = found.root()
                return f"{root.office}:{root.xy.hex()}"
        return ""


def told(lists: Lists, language: Language) -> dict[str, str]:
    """What a page needs to read seals: the pinned root, and all words in its language as JSON."""
    which = 0 if language == "id" else 1
    words = {
        "said": {str(verdict): said[which] for verdict, said in SAID.items()},
        "worth": {str(verdict): worth for verdict, worth in INDICATIONS.items()},
        "names": {int(label): names[which] for label, names in NAMES.items()},
        "kinds": KINDS,
        "days": sorted(DAYS),
        **{key: said[which] for key, said in WORDS.items() if key.startswith("s_")},
    }
    return {"root": lists.pinned(), "seal_words": orjson.dumps(words, option=orjson.OPT_NON_STR_KEYS).decode()}


def _manifest(host: str, language: Language) -> dict[str, object]:
    def word(key: str) -> str:
        return WORDS[key][0 if language == "id" else 1]

    icons = (("192", "any"), ("512", "any"), ("512", "maskable"))
    return {
        "id": "/periksa",
        "start_url": "/periksa",
        "scope": "/periksa",
        "display": "standalone",
        "lang": language,
        "name": f"{word('periksa_app')} · {host}",
        "short_name": word("periksa_short"),
        "description": word("periksa_p"),
        "background_color": "#faf7f1",
        "theme_color": "#182f5e",
        "icons": [
            {
                "src": f"/static/{edition()}/icon-{'maskable-' if purpose == 'maskable' else ''}{side}.png",
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": purpose,
            }
            for side, purpose in icons
        ],
    }


def router(service: Service, lists: Lists) -> APIRouter:
    """The routes."""
    routes = APIRouter(include_in_schema=False)

    def answer(request: Request, found: bytes | None) -> Response:
        if found is None:
            raise Refusal(Cause.NOT_FOUND)
        tag = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
        headers = {**_LIST_HEADERS, "ETag": tag}
        if tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(found, media_type="application/cose", headers=headers)

    @routes.get("/.well-known/tte/keys")
    def keys(request: Request) -> Response:
        return answer(request, lists.keys())

    @routes.get("/.well-known/tte/status/{period}")
    def status(request: Request, period: str) -> Response:
        known = period.isascii() and period.isdigit() and len(period) < 6 and str(int(period)) == period
        return answer(request, lists.status(int(period)) if known else None)

    @routes.api_route("/periksa", methods=["GET", "HEAD"])
    def check(request: Request) -> Response:
        language = language_of(request.scope)
        values = {"here": "paper", "host": service.host, "edition": edition(), **told(lists, language)}
        values |= told_of_files(language)
        shown = page("periksa.html", language, values)
        shown.headers.update(_PAGE_HEADERS)
        return shown

    @routes.get("/periksa.js")
    async def worker() -> Response:
        """The service worker; beside the page, because a worker's scope is the folder it lies in."""
        return Response(assets()["worker.js"], media_type=TYPES[".js"], headers=_WORKER_HEADERS)

    @routes.get("/periksa-scanner.js")
    async def scanner() -> Response:
        """The worker that looks for codes; in that scope, so that it starts without internet too."""
        return Response(assets()["scanner.js"], media_type=TYPES[".js"], headers=_SCANNER_HEADERS)

    @routes.get("/periksa.webmanifest")
    async def manifest(request: Request) -> Response:
        """With this the page can be put on a phone's home screen (W3C Web Application Manifest)."""
        said = orjson.dumps(_manifest(service.host, language_of(request.scope)))
        return Response(said, media_type="application/manifest+json", headers=_WORKER_HEADERS)

    return routes
