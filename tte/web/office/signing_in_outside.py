"""Signing in with an identity of another service, where the home names one. Nobody gets an account by it.

The other service stands for the password. Unless it says that it saw two factors, a code is asked for here as well; to
sign documents the passphrase and a code are in any case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tte.errors import RegisterError, SignInRefused, TteError
from tte.people import SignedIn
from tte.people.sessions import outside_sha256
from tte.web.answering import language_of, page
from tte.web.callers import token_of
from tte.web.office.signing_in import keep
from tte.web.oidc import BACK, LASTS, Provider
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service
from tte.web.uploading import from_here, office_form_of

START: Final = "/masuk/oidc"
CODE: Final = "/masuk/oidc/kode"
_COOKIE: Final = "tte-oidc"


def routes(service: Service) -> APIRouter:
    """The routes; not found where the home names no other service."""
    router = APIRouter(include_in_schema=False)

    @router.get(START)
    async def start(request: Request) -> Response:
        try:
            where, cookie = await run_in_threadpool(_provider(service).begin, service.now())
        except RegisterError:
            raise
        except TteError:
            return _refused(request, service, "oidc_away", 503)
        answer = RedirectResponse(where, 303)
        _remember(answer, service, cookie)
        return answer

    @router.get(BACK)
    async def back(request: Request) -> Response:
        provider, at, cookie = _provider(service), service.now(), request.cookies.get(_name(service), "")
        try:
            told = await run_in_threadpool(provider.told, dict(request.query_params), cookie, at)
            identity = outside_sha256(provider.settings.issuer, told.subject)
            if not told.two_factors:
                answer = _shown(request, service, "oidc_code.html")
                _remember(answer, service, provider.seal({"identity": identity.hex()}, at))
                return answer
            return _let_in(request, service, await _signed(service, identity, None, told.proven))
        except SignInRefused:
            return _refused(request, service, "oidc_wrong", 401)
        except RegisterError:
            raise
        except TteError:
            return _refused(request, service, "oidc_away", 503)

    @router.post(CODE)
    async def code(request: Request) -> Response:
        from_here(request)
        typed = str((await office_form_of(request, files=0)).get("code", ""))[:40]
        kept = _provider(service).unseal(request.cookies.get(_name(service), ""), service.now())
        try:
            if "identity" not in kept:
                raise SignInRefused("nobody has signed in elsewhere")
            return _let_in(request, service, await _signed(service, bytes.fromhex(kept["identity"]), typed))
        except SignInRefused:
            return _refused(request, service, "oidc_wrong", 401)

    for endpoint in (start, back, code):
        endpoint.__dict__["rights"] = ("anybody",)
    return router


def _provider(service: Service) -> Provider:
    if service.provider is None:
        raise Refusal(Cause.NOT_FOUND)
    return service.provider


async def _signed(service: Service, identity: bytes, code: str | None, proven: datetime | None = None) -> SignedIn:
    sessions = (await run_in_threadpool(service.desk)).people.sessions
    return await run_in_threadpool(sessions.sign_in_outside, identity, code, service.now(), proven=proven)


def _let_in(request: Request, service: Service, signed: SignedIn) -> Response:
    """A page of ours that leads on: a browser that comes from elsewhere sends a strict cookie only from there."""
    if before := token_of(request.scope, secure=service.secure):
        service.desk().people.sessions.sign_out(before)
    then = f"/akun/selamat?masuk={signed.wrong}&passphrase={signed.wrong_passphrases}"
    answer = _shown(request, service, "oidc_in.html", then=then)
    keep(answer, service, signed.token)
    answer.delete_cookie(_name(service), path="/", secure=service.secure, httponly=True, samesite="lax")
    return answer


def _refused(request: Request, service: Service, said: str, status: int) -> Response:
    answer = _shown(request, service, "sign_in.html", status=status, said=said)
    answer.delete_cookie(_name(service), path="/", secure=service.secure, httponly=True, samesite="lax")
    return answer


def _shown(request: Request, service: Service, name: str, *, status: int = 200, **values: Any) -> Response:
    outside = service.provider.settings.name if service.provider else ""
    common = {"host": service.host, "said": "", "outside": outside}
    return page(f"office/{name}", language_of(request.scope), {**common, **values}, status=status)


def _name(service: Service) -> str:
    return f"__Host-{_COOKIE}" if service.secure else _COOKIE


def _remember(answer: Response, service: Service, cookie: str) -> None:
    """For the way there and back; lax, as the browser comes back from another site."""
    answer.set_cookie(
        _name(service),
        cookie,
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        secure=service.secure,
        samesite="lax",
    )
