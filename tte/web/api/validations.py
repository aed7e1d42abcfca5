"""Whether a file is genuine and in force: for anybody, without a key."""

from __future__ import annotations

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.web.api.calls import ANYBODY, Routes
from tte.web.journal import Figures
from tte.web.reporting import as_json
from tte.web.uploading import upload_of

_FILE: Final = {"type": "string", "format": "binary"}
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}},
        },
        "application/pdf": {"schema": _FILE},
    },
}
_EXAMPLE: Final = {
    "v": 1,
    "kind": "report",
    "schema": "tte-report-1",
    "file": "akta.pdf",
    "verdict": "ASLI_DAN_BERLAKU",
    "verdict_reasons": ["in-force"],
    "specimen": False,
    "indication": "TOTAL-PASSED",
    "sub_indication": None,
}
_REPORT: Final = {
    "description": "The report of `tte verify --json` (docs/report.schema.json). Any bytes get one.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["v", "kind", "schema", "verdict", "verdict_reasons", "indication"],
                "additionalProperties": True,
            },
            "example": _EXAMPLE,
        }
    },
}


def declare(routes: Routes, figures: Figures) -> None:
    """`/v1/validations`."""

    @routes.post(
        "/validations",
        ANYBODY,
        tag="validations",
        summary="Validate a signed PDF",
        gives={200: _REPORT},
        refuses=(415,),
        raw=True,
        openapi_extra={"requestBody": _BODY},
    )
    async def validate(request: Request) -> Response:
        """Whether a file is genuine and in force. It is held in memory while it is examined, or on disk if it is
        large, and never stored.
        """
        pdf, name = await upload_of(request)
        one = await run_in_threadpool(routes.service.examine, pdf, name)
        figures.verdicts.labels(one.verdict.code).inc()
        return Response(as_json(one), media_type="application/json")
