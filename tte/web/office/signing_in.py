"""Signing in and out, the second factor, and what concerns one's own account."""

from __future__ import annotations

from typing import Final

import segno
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tte.errors import NotAllowed, PasswordRefused, SignInRefused
from tte.people.passwords import matches
from tte.web.answering import language_of, page
from tte.web.callers import cookie_name, token_of
from tte.web.office.visits import SECOND, SIGN_IN, Pages, Visit, offices_of, place_of
from tte.web.service import Service
from tte.web.uploading import from_here, office_form_of

_WHOLE_S: Final = 8 * 3600


def routes(service: Service) -> APIRouter:
    """The routes for whoever is not signed in yet."""
    router = APIRouter(include_in_schema=False)

    def shown(request: Request, said: str, *, status: int = 200) -> Response:
        values = {"host": service.host, "said": said, "outside": service.outside}
        return page("office/sign_in.html", language_of(request.scope), values, status=status)

    @router.get(SIGN_IN)
    async def form(request: Request) -> Response:
        said = request.query_params.get("said", "")
        return shown(request, said if said in ("session_over", "signed_out", "password_set") else "")

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        from_here(request)
        typed = await office_form_of(request, files=0)
        login, password, code = (str(typed.get(name, ""))[:300] for name in ("login", "password", "code"))
        sessions = (await run_in_threadpool(service.desk)).people.sessions
        if before := token_of(request.scope, secure=service.secure):
            await run_in_threadpool(sessions.sign_out, before)
        try:
            signed = await run_in_threadpool(sessions.sign_in, login, password, code, service.now())
        except SignInRefused:
            return shown(request, "sign_in_wrong", status=401)
        answer = RedirectResponse(f"/akun/selamat?masuk={signed.wrong}&passphrase={signed.wrong_passphrases}", 303)
        keep(answer, service, signed.token)
        return answer

    for endpoint in (form, sign_in):
        endpoint.__dict__["rights"] = ("anybody",)
    return router


def declare(pages: Pages) -> None:
    """The pages of one's own account."""

    @pages.get("/akun/selamat")
    def welcome(visit: Visit) -> Response:
        wrong, passphrases = visit.asked("masuk", 6), visit.asked("passphrase", 6)
        if visit.person.proven is None:
            return RedirectResponse(SECOND, 303)
        counted = place_of(wrong) or 0, place_of(passphrases) or 0
        if not any(counted):
            return RedirectResponse("/kantor", 303)
        return visit.show("welcome.html", wrong=counted[0], passphrases=counted[1])

    @pages.get("/kantor")
    def choose(visit: Visit) -> Response:
        offices = offices_of(visit)
        if len(offices) == 1:
            return RedirectResponse(f"/kantor/{next(iter(offices))}", 303)
        return visit.show("offices.html", offices=offices)

    @pages.post("/akun/keluar")
    def sign_out(visit: Visit) -> Response:
        if visit.typed("everywhere"):
            visit.desk.people.sessions.sign_out_everywhere(visit.person.id)
        visit.desk.people.sessions.sign_out(visit.token)
        return _left(visit, "signed_out")

    @pages.get("/akun")
    def account(visit: Visit) -> Response:
        return visit.show("account.html", held=list(visit.person.held(visit.at)))

    @pages.post("/akun/kata-sandi")
    def password(visit: Visit) -> Response:
        accounts = visit.desk.people.accounts
        if not matches(accounts.find(visit.person.login).password, visit.typed("now")):
            return RedirectResponse("/akun?said=sign_in_wrong", 303)
        visit.desk.people.sessions.check_code(visit.person.id, visit.typed("code", 40), visit.at)
        try:
            accounts.set_password(visit.person.id, visit.typed("new"), visit.at, by=visit.person.id)
        except PasswordRefused:
            return RedirectResponse("/akun?said=password_refused", 303)
        return _left(visit, "password_set")

    @pages.get(SECOND)
    def second(visit: Visit) -> Response:
        return visit.show("second.html", have=visit.person.proven is not None, address="", seed="", qr="")

    @pages.post(SECOND)
    def begin(visit: Visit) -> Response:
        issuer = f"TTE {visit.service.host}"
        address = visit.desk.people.sessions.begin_second_factor(visit.person.id, visit.at, issuer=issuer)
        qr = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
        seed = address.partition("secret=")[2].partition("&")[0]
        return visit.show("second.html", have=False, qr=qr, seed=" ".join(_fours(seed)))

    @pages.post(f"{SECOND}/kode")
    def finish(visit: Visit) -> Response:
        try:
            codes = visit.desk.people.sessions.finish_second_factor(visit.person.id, visit.typed("code", 40), visit.at)
        except NotAllowed:
            return RedirectResponse(f"{SECOND}?said=second_wrong", 303)
        visit.desk.people.sessions.sign_out(visit.token)  # a session from before it is worth nothing
        answer = visit.show("recovery.html", codes=codes, over=True)
        _forget(answer, visit.service)
        return answer

    @pages.post("/akun/kode-cadangan")
    def recovery(visit: Visit) -> Response:
        sessions = visit.desk.people.sessions
        sessions.check_code(visit.person.id, visit.typed("code", 40), visit.at)
        return visit.show("recovery.html", codes=sessions.new_recovery_codes(visit.person.id, visit.at), over=False)

    @pages.get("/akun/kode")
    def ask(visit: Visit) -> Response:
        return visit.show("prove.html", then=_local(visit.asked("lanjut")))

    @pages.post("/akun/kode")
    def prove(visit: Visit) -> Response:
        then = _local(visit.typed("then"))
        try:
            token = visit.desk.people.sessions.prove(visit.token, visit.typed("code", 40), visit.at)
        except NotAllowed:
            return RedirectResponse(f"/akun/kode?lanjut={then}&said=code_wrong", 303)
        answer = RedirectResponse(then, 303)
        keep(answer, visit.service, token)
        return answer


def _local(path: str) -> str:
    """A page of ours to go on to, and no other site."""
    plain = all(letter.isascii() and (letter.isalnum() or letter in "/-_.") for letter in path)
    return path if plain and path.startswith(("/kantor/", "/akun")) and "//" not in path else "/kantor"


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def keep(answer: Response, service: Service, token: str) -> None:
    """Give the browser the session's token."""
    answer.set_cookie(
        cookie_name(secure=service.secure),
        token,
        max_age=_WHOLE_S,
        path="/",
        httponly=True,
        secure=service.secure,
        samesite="strict",
    )


def _forget(answer: Response, service: Service) -> None:
    answer.delete_cookie(
        cookie_name(secure=service.secure), path="/", secure=service.secure, httponly=True, samesite="strict"
    )


def _left(visit: Visit, said: str) -> Response:
    answer = RedirectResponse(f"{SIGN_IN}?said={said}", 303)
    _forget(answer, visit.service)
    return answer
