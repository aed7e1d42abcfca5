"""The interface for programs: `/v1`. One operation so far, the validation of a file."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.web.journal import Figures
from tte.web.reporting import as_json
from tte.web.service import Service
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
_PROBLEM: Final[dict[str, Any]] = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "instance": {"type": "string"},
            },
        },
        "example": {
            "type": "urn:tte:problem:too-large",
            "title": "Berkas ini lebih dari 10 MB",
            "status": 413,
            "detail": "Dokumen kami tidak pernah sebesar itu. Periksa apakah berkasnya benar.",
            "instance": "urn:tte:request:3f1c09ab5d7e2240",
        },
    }
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
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
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
    },
    **{
        status: {"description": said, "content": _PROBLEM}
        for status, said in {
            400: "The request cannot be read, or is for another host.",
            408: "The body took too long.",
            413: "The file is over 10 MB.",
            415: "Neither multipart/form-data nor application/pdf, or compressed.",
            422: "No file, several files, or too many fields.",
            429: "Too many files from this address: see Retry-After.",
            503: "As many files are being examined as can be: see Retry-After.",
        }.items()
    },
}


def router(service: Service, figures: Figures) -> APIRouter:
    """The routes under /v1."""
    routes = APIRouter(prefix="/v1")

    @routes.post(
        "/validations",
        operation_id="validate",
        summary="Validate a signed PDF",
        responses=_RESPONSES,
        response_class=Response,
        openapi_extra={"requestBody": _BODY},
    )
    async def validate(request: Request) -> Response:
        """Whether a file is genuine and in force. It is held in memory while it is examined and never stored."""
        pdf, name = await upload_of(request)
        one = await run_in_threadpool(service.examine, pdf, name)
        figures.verdicts.labels(one.verdict.code).inc()
        return Response(as_json(one), media_type="application/json")

    return routes
