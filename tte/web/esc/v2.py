"""ESC v2: JSON, several PDFs at once as base64."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.web.esc.answers import Failed, Refused, as_json
from tte.web.esc.app import Esc, route
from tte.web.esc.asked import Asked, Upload, decoded
from tte.web.esc.credentials import Application
from tte.web.esc.keeping import Kept
from tte.web.esc.properties import wishes_v2
from tte.web.esc.signing import Order
from tte.web.esc.v1 import REPEATS, request_id_of, wants_kept
from tte.web.esc.verifying import answer_v2

MOST_FILES = 500


def router(esc: Esc) -> APIRouter:
    """The routes under /api/v2, and those of v1's path that answer the same."""
    routes = APIRouter(prefix="/api", include_in_schema=False)
    routes.add_api_route("/v2/sign/pdf", route(esc, _sign), methods=["POST"])
    routes.add_api_route("/v2/sign/get/totp", route(esc, _totp), methods=["POST"])
    routes.add_api_route("/v2/user/check/status", route(esc, _status), methods=["POST"])
    for version in ("", "/v2"):
        routes.add_api_route(f"{version}/user/certificate/chain/{{id}}", route(esc, _chain), methods=["GET"])
    for path in ("/v2/user/registration", "/v2/user/register", "/user/registrasi"):
        routes.add_api_route(path, route(esc, _registration), methods=["POST"])
    routes.add_api_route("/v2/verify/pdf", route(esc, _verify), methods=["POST"])
    return routes


async def _sign(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    began = perf_counter()
    files = files_of(given)
    if not (given.text("nik") or given.text("email")):
        raise Refused("nik atau email wajib diisi")
    passphrase, code = given.text("passphrase"), given.text("totp", "otp")
    if not (passphrase or code):
        raise Refused("passphrase atau totp wajib diisi")
    wishes = wishes_v2(given, len(files))
    name, profile = (await run_in_threadpool(esc.users.of, given, application)).signs()
    by_code = not passphrase
    if by_code and name not in esc.settings.totp:
        raise Refused("Penandatangan ini hanya dapat menandatangani dengan passphrase")
    allowed: Callable[[], None] = _always
    if by_code:
        allowed = partial(esc.codes.check, name, application.name, code, len(files))
    order = Order(
        application.name,
        name,
        profile.office,
        list(zip(files, wishes, strict=True)),
        passphrase or None,
        code,
        request_id_of(request),
        wants_kept(request),
    )
    return await answered(esc, order, allowed, began)


async def answered(esc: Esc, order: Order, allowed: Callable[[], None], began: float) -> Response:
    """The signed files, in the order in which they came."""
    kept = await run_in_threadpool(esc.signing.signed, order, allowed)
    return await run_in_threadpool(_content, kept, began)


def _content(kept: Sequence[Kept], began: float) -> Response:
    content = {
        "time": round((perf_counter() - began) * 1000),
        "file": [base64.b64encode(one.path.read_bytes()).decode() for one in kept],
    }
    found = "; ".join(one.told for one in kept)
    return as_json(content, headers={"X-TTE-Findings": found} if any(one.told for one in kept) else {})


async def _totp(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    official = await run_in_threadpool(esc.users.of, given, application)
    name, _ = official.signs()
    if name not in esc.settings.totp:
        raise Refused("Penandatangan ini hanya dapat menandatangani dengan passphrase", process="")
    esc.codes.ask(name, application.name, files_asked(given))
    said = "Gunakan kode dari aplikasi autentikator Anda sebagai totp; kode berlaku untuk satu permintaan"
    return as_json({"success": True, "message": said, "data": None})


async def _status(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    official = await run_in_threadpool(esc.users.of, given, application)
    return as_json(official.answer(v1=False), headers=REPEATS)


async def _chain(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    said = request.path_params["id"]
    official = await run_in_threadpool(partial(esc.users.known, said, application, email=said))
    if not official.certificates:
        raise Refused("User tidak terdaftar", 2011, "")
    trust = esc.service.trust
    whole = await run_in_threadpool(_whole_chain, official.certificates, trust.anchors)
    return as_json({"success": True, "data": [base64.b64encode(one).decode() for one in whole]})


async def _registration(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    raise Refused(
        "Pendaftaran penandatangan tidak dilakukan lewat API ini; admin kantor mendaftarkannya (tte esc official)",
        process="",
    )


async def _verify(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    sent = [one for one in given.items("file") if one]
    upload = given.file("file") if not sent else None
    pdf = decoded(sent[0]) if sent else (await run_in_threadpool(upload.read) if upload else b"")
    if not pdf.startswith(b"%PDF-"):
        raise Failed(500, "Cannot invoke method on an empty or invalid document")
    report, against = await run_in_threadpool(esc.report, pdf, "")
    answer = answer_v2(report)
    if against:
        answer |= {"conclusion": "INVALID", "description": against}
    return as_json(answer)


def files_of(given: Asked) -> list[Upload]:
    """The files of a request to sign or to seal. Refused if there is none, or one is no base64."""
    sent = given.items("file")
    if not sent:
        raise Refused("file wajib diisi")
    if len(sent) > MOST_FILES:
        raise Refused(f"Paling banyak {MOST_FILES} file dalam satu permintaan")
    files = [decoded(one) for one in sent]
    if not all(files):
        raise Refused("file tidak dapat dibaca: bukan base64")
    return [Upload(one, f"{place}.pdf") for place, one in enumerate(files, 1)]


def files_asked(given: Asked) -> int:
    """`data`: for how many files a code is."""
    count = given.whole("data")
    if count is not None and not 1 <= count <= MOST_FILES:
        raise Refused(f"data harus berupa jumlah file, 1 sampai {MOST_FILES}", process="")
    return count or 1


def _whole_chain(certificates: Sequence[bytes], anchors: Sequence[bytes]) -> list[bytes]:
    """The certificate, its issuers, and the anchor above them."""
    from cryptography import x509

    chain = list(certificates)
    top: Any = x509.load_der_x509_certificate(chain[-1])
    for der in anchors:
        if top.issuer != top.subject and x509.load_der_x509_certificate(der).subject == top.issuer:
            return [*chain, der]
    return chain


def _always() -> None:
    """Who has the passphrase may."""
