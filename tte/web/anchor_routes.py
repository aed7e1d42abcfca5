"""What a browser needs to judge a PDF by itself: whom this home trusts, and whose signatures count for its offices.

docs/pdfcheck.md. It is not signed: it comes from where the page and its script come from, and who can change the one
can change the others.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from tte.verdict import Language
from tte.web.service import Service
from tte.web.words import WORDS

ANCHORS: Final = "/.well-known/tte/anchors"
_HEADERS: Final = {"Cache-Control": "public, max-age=3600"}


def router(service: Service) -> APIRouter:
    """The route. Trust and officials are those that the service was started with."""
    routes = APIRouter(include_in_schema=False)

    def moment(at: datetime | None) -> int | None:
        return None if at is None else int(at.timestamp())

    said = {
        "anchors": [b64encode(one).decode("ascii") for one in service.trust.anchors],
        "signers": [
            {
                "certificate": one.certificate_sha256,
                "office": one.office,
                "from": moment(one.begins),
                "until": moment(one.ends),
            }
            for one in service.officials.mandates
        ],
    }
    content = orjson.dumps(said)

    @routes.get(ANCHORS)
    async def anchors() -> Response:
        return Response(content, media_type="application/json", headers=_HEADERS)

    return routes


def told_of_files(language: Language) -> dict[str, str]:
    """What a page needs to speak of PDFs: its words as JSON."""
    which = 0 if language == "id" else 1
    words = {key: said[which] for key, said in WORDS.items() if key.startswith("f_")}
    return {"pdf_words": orjson.dumps(words).decode()}
