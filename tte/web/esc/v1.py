"""ESC v1: one PDF as a form, and back as bytes or base64."""

from __future__ import annotations

import base64
from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from tte.web.esc.answers import GONE, Refused, as_json
from tte.web.esc.app import Esc, route
from tte.web.esc.asked import Asked
from tte.web.esc.credentials import Application
from tte.web.esc.keeping import Kept
from tte.web.esc.properties import wish_v1
from tte.web.esc.signing import Order
from tte.web.esc.verifying import answer_v1

_SMALL = 4 << 20
ONLY_KEPT = "x-tte-only-kept"
REPEATS = {"X-TTE-Repeats": "yes"}
"""Says on the answer about an official that a request may be made again with ONLY_KEPT: yes. ESC has no such thing."""
REQUEST_IDS = ("idempotency-key", "x-request-id", "x-correlation-id")


def router(esc: Esc) -> APIRouter:
    """The routes under /api."""
    routes = APIRouter(prefix="/api", include_in_schema=False)
    routes.add_api_route("/sign/pdf", route(esc, _sign), methods=["POST"])
    routes.add_api_route("/sign/download/{id}", route(esc, _download), methods=["GET"])
    routes.add_api_route("/sign/verify", route(esc, _verify), methods=["POST"])
    routes.add_api_route("/user/status/{nik}", route(esc, _status), methods=["GET"])
    return routes


async def _sign(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    upload = given.file("file")
    if upload is None:
        raise Refused("file wajib diisi")
    nik, passphrase = given.text("nik"), given.text("passphrase")
    if not nik:
        raise Refused("nik wajib diisi")
    if not passphrase:
        raise Refused("passphrase wajib diisi")
    wish = wish_v1(given)
    name, profile = (await run_in_threadpool(esc.users.known, nik, application)).signs()
    order = Order(
        application.name,
        name,
        profile.office,
        [(upload, wish)],
        passphrase,
        request_id=request_id_of(request),
        only_kept=wants_kept(request),
    )
    (kept,) = await run_in_threadpool(esc.signing.signed, order, _always)
    if given.text("jenis_response").upper() == "BASE64":
        content = {
            "base64_signed_file": base64.b64encode(await run_in_threadpool(kept.path.read_bytes)).decode(),
            "id_dokumen": kept.id,
        }
        return as_json(content, headers=_headers(kept))
    return await run_in_threadpool(partial(_pdf, kept))


async def _download(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    kept = esc.keeping.take(request.path_params["id"], application.name)
    if kept is None:
        raise Refused("File tidak tersedia, pastikan bahwa dokumen belum di download", GONE, "", 404)
    return await run_in_threadpool(partial(_pdf, kept))


async def _verify(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    upload = given.file("signed_file", "file")
    if upload is None:
        raise Refused("signed_file wajib diisi", process="")
    pdf = await run_in_threadpool(upload.read)
    report, against = await run_in_threadpool(esc.report, pdf, upload.name)
    answer = answer_v1(report, upload.name.replace("\\", "/").rpartition("/")[2])
    if against:
        answer |= {"summary": "DOCUMENT NOT VALID !!!", "notes": against}
    return as_json(answer)


async def _status(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    official = await run_in_threadpool(esc.users.known, request.path_params["nik"], application)
    return as_json(official.answer(v1=True), headers=REPEATS)


def _pdf(kept: Kept) -> Response:
    if kept.path.stat().st_size > _SMALL:
        return FileResponse(kept.path, headers=_headers(kept), media_type="application/pdf")
    return Response(kept.path.read_bytes(), headers=_headers(kept), media_type="application/pdf")


def _headers(kept: Kept) -> dict[str, str]:
    """`id_dokumen`, with its underscore; and what was found in the file that a signer should know."""
    return {"id_dokumen": kept.id, **({"X-TTE-Findings": kept.told} if kept.told else {})}


def _always() -> None:
    """Who has the passphrase may."""


def request_id_of(request: Request) -> str:
    """The id that a client gave its request, if any."""
    return next((said[:200] for name in REQUEST_IDS if (said := request.headers.get(name))), "")


def wants_kept(request: Request) -> bool:
    """Whether only what was signed for the same request before is wanted."""
    return request.headers.get(ONLY_KEPT, "").lower() == "yes"
