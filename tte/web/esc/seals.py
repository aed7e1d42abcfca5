"""ESC v2's seals: an organisation's key that signs unattended, while somebody has activated it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.office.settings import EscSeal
from tte.web.esc.answers import NOT_REGISTERED, Refused, as_json
from tte.web.esc.app import Esc, route
from tte.web.esc.asked import Asked
from tte.web.esc.credentials import Application
from tte.web.esc.properties import wishes_v2
from tte.web.esc.signing import Order
from tte.web.esc.v1 import request_id_of
from tte.web.esc.v2 import answered, files_asked, files_of

SEALING: Final = "Proses segel gagal"


def router(esc: Esc) -> APIRouter:
    """The routes under /api/v2/seal."""
    routes = APIRouter(prefix="/api/v2/seal", include_in_schema=False)
    routes.add_api_route("/get/activation", route(esc, _activation), methods=["POST"])
    routes.add_api_route("/revoke/activation", route(esc, _revoke), methods=["POST"])
    routes.add_api_route("/get/totp", route(esc, _totp), methods=["POST"])
    routes.add_api_route("/pdf", route(esc, _seal), methods=["POST"])
    return routes


async def _activation(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    name, seal = _seal_of(esc, application, given)
    code = given.text("totp")
    if not code:
        said = "TOTP Aktivasi ditampilkan oleh aplikasi autentikator pemegang segel"
        return as_json({"success": True, "message": said, "data": None})
    until = await run_in_threadpool(esc.codes.activate, name, seal.holder, application.name, code)
    about = {"message": "TOTP Aktivasi masih berlaku", "totp": code, "expires": _java(until), "result": True}
    return as_json({"success": True, "message": None, "data": about})


async def _revoke(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    name, seal = _seal_of(esc, application, given)
    await run_in_threadpool(esc.codes.activate, name, seal.holder, application.name, _code_in(given))
    esc.codes.deactivate(name, application.name)
    return as_json({"success": True, "message": "Aktivasi segel berhasil dicabut", "data": None})


async def _totp(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    name, seal = _seal_of(esc, application, given)
    count = files_asked(given)
    await run_in_threadpool(esc.codes.activate, name, seal.holder, application.name, _code_in(given))
    code, until = esc.codes.new_sealing_code(name, application.name, count)
    return as_json({"message": "TOTP berhasil dibuat", "totp": code, "expires": _java(until), "result": True})


async def _seal(esc: Esc, application: Application, given: Asked, request: Request) -> Response:
    began = perf_counter()
    name, seal = _seal_of(esc, application, given)
    files, code = files_of(given), _code_in(given)
    wishes = wishes_v2(given, len(files))
    office = (await run_in_threadpool(esc.service.home.profile, seal.profile)).office
    order = Order(
        application.name,
        seal.profile,
        office,
        list(zip(files, wishes, strict=True)),
        None,
        code,
        request_id_of(request),
    )
    allowed = partial(esc.codes.spend_sealing_code, name, application.name, code, len(files))
    return await answered(esc, order, allowed, began)


def _seal_of(esc: Esc, application: Application, given: Asked) -> tuple[str, EscSeal]:
    name = given.text("idSubscriber").strip()
    seal = esc.settings.seals.get(name)
    if seal is None or esc.service.home.profile(seal.profile).office != application.office:
        raise Refused("idSubscriber tidak terdaftar", NOT_REGISTERED, SEALING)
    return name, seal


def _code_in(given: Asked) -> str:
    code = given.text("totp", "otp")
    if not code:
        raise Refused("totp wajib diisi", process=SEALING)
    return code


def _java(at: datetime) -> str:
    """2023-08-07T04:24:40.927+0000"""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
