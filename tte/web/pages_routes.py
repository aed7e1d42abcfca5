"""The citizen's pages: a file and its verdict, a code and its status, and comparing with paper. All without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tte.errors import RegisterError
from tte.model import Entry, State, TimeProof
from tte.verdict import Code, Examined, Found, Language, Why, words
from tte.web import reporting
from tte.web.answering import TYPES, assets, language_of, packed, page, remember
from tte.web.comparing import Compared, comparable, initials_of, masked, same
from tte.web.journal import Figures
from tte.web.paper import PaperLine, lines_of
from tte.web.receipts import Receipts
from tte.web.refusals import Cause, Refusal
from tte.web.seal_routes import Lists, told
from tte.web.service import Service
from tte.web.tries import Tries
from tte.web.uploading import form_of, from_here, upload_of

_ID: Final = re.compile(r"[a-z0-9]{26}\Z")
_NO_ID: Final = "a" * 26
_TONES: Final = {
    Code.IN_FORCE: "good",
    Code.REPLACED: "care",
    Code.FOREIGN: "care",
    Code.REVOKED: "stop",
    Code.ALTERED: "stop",
    Code.INVALID: "stop",
    Code.UNSURE: "unsure",
}
_TONES_OF_STATES: Final = {"in_force": "good", "replaced": "care", "revoked": "stop", "held": "unsure"}
_REPORTS: Final[dict[str, tuple[Callable[[Examined], bytes], str]]] = {
    "pdf": (reporting.as_pdf, "application/pdf"),
    "xml": (reporting.as_xml, "application/xml"),
    "json": (reporting.as_json, "application/json"),
}


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a code: the entry, what its paper says, and what may be shown of it."""

    entry: Entry
    paper: tuple[PaperLine, ...]
    shown: dict[str, Any]


def router(service: Service, figures: Figures, lists: Lists) -> APIRouter:
    """The routes, with the keys and counters that live as long as this process."""
    routes = APIRouter(include_in_schema=False)
    receipts, tries = Receipts(), Tries()
    common = {"host": service.host, "asks": service.home.settings.requests.open}

    def shown(request: Request, name: str, values: dict[str, Any], *, status: int = 200) -> Response:
        language = language_of(request.scope)
        answer = page(name, language, {**common, **values}, status=status)
        if request.query_params.get("lang") == language:
            remember(answer, language, secure=service.secure)
        return answer

    def result(one: Examined, language: Language) -> Response:
        values = _result(service, one, language, receipts)
        return page("result.html", language, {**common, **values})

    @routes.api_route("/", methods=["GET", "HEAD"])
    async def front(request: Request) -> Response:
        return shown(request, "verify.html", {"here": "file"})

    @routes.post("/")
    async def verify(request: Request) -> Response:
        from_here(request)
        pdf, name = await upload_of(request)
        one = await run_in_threadpool(service.examine, pdf, name)
        figures.verdicts.labels(one.verdict.code).inc()
        return await run_in_threadpool(result, one, language_of(request.scope))

    async def carried(request: Request) -> tuple[Examined, str]:
        from_here(request)
        form = await form_of(request)
        one = await run_in_threadpool(receipts.read, str(form.get("receipt", "")), service)
        if one is None:
            raise Refusal(Cause.RECEIPT_GONE)
        return one, str(form.get("want", ""))

    @routes.post("/result")
    async def again(request: Request) -> Response:
        one, want = await carried(request)
        return await run_in_threadpool(result, one, "en" if want == "en" else "id")

    @routes.post("/report")
    async def report(request: Request) -> Response:
        one, want = await carried(request)
        if want not in _REPORTS:
            raise Refusal(Cause.BAD_REQUEST)
        write, kind = _REPORTS[want]
        content = await run_in_threadpool(write, one)
        name = f"laporan-{one.report.pdf_sha256[:8]}.{want}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
        return Response(content, media_type=kind, headers=headers)

    @routes.api_route("/d", methods=["GET", "HEAD"])
    async def by_hand(request: Request) -> Response:
        return shown(request, "code.html", {"here": "paper"})

    @routes.post("/d")
    async def found(request: Request) -> Response:
        from_here(request)
        typed = str((await form_of(request)).get("code", ""))
        code = re.sub(r"[^a-z0-9]", "", typed.rpartition("/d/")[2].lower())[:26]
        return RedirectResponse(f"/d/{code or 'x'}", 303)

    def status(request: Request, code: str, compare: tuple[str, str] | None) -> Response:
        behind, seal = _behind(service, code), told(lists, language_of(request.scope))
        if behind is None:
            return shown(request, "unknown.html", {"here": "paper", "state": "unknown", **seal}, status=404)
        answer = None if compare is None else _compared(service, tries, figures, behind, *compare)
        values = {"here": "paper", "compared": answer, "chosen": compare[0] if compare else "", **behind.shown, **seal}
        return shown(request, "document.html", values)

    @routes.api_route("/d/{code}", methods=["GET", "HEAD"])
    def document(request: Request, code: str) -> Response:
        return status(request, code, None)

    @routes.post("/d/{code}")
    async def compare(request: Request, code: str) -> Response:
        from_here(request)
        form = await form_of(request)
        asked = str(form.get("what", "")), str(form.get("typed", ""))
        return await run_in_threadpool(status, request, code, asked)

    @routes.get("/static/{edition}/{name}")
    async def static(request: Request, edition: str, name: str) -> Response:
        content = assets().get(name)
        if content is None:
            raise Refusal(Cause.NOT_FOUND)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        if name in packed():
            headers["Vary"] = "Accept-Encoding"
            if re.search(r"\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))", request.headers.get("accept-encoding", "")):
                headers["Content-Encoding"], content = "gzip", packed()[name]
        return Response(content, media_type=TYPES[PurePath(name).suffix], headers=headers)

    @routes.get("/robots.txt")
    async def robots() -> Response:
        return Response("User-agent: *\nDisallow: /d\n", media_type="text/plain")

    return routes


def _result(service: Service, one: Examined, language: Language, receipts: Receipts) -> dict[str, Any]:
    verdict, report, known = one.verdict, one.report, one.verdict.known
    special = {Why.NO_SIGNATURE: "no_signature", Why.NOT_A_PDF: "not_pdf"}.get(verdict.reasons[0])
    doubted = verdict.code is Code.IN_FORCE and (verdict.specimen or verdict.seal_disagrees)
    tone = "unsure" if doubted else _TONES[verdict.code]
    signature = report.signatures[0] if report.signatures else None
    proven = signature is not None and signature.time_proof is not TimeProof.VALIDATION
    return {
        "here": "file",
        "one": one,
        "report": report,
        "code": verdict.code.value,
        "reasons": [why.value for why in verdict.reasons],
        "special": special,
        "tone": tone,
        "specimen": verdict.specimen,
        "words": words(verdict, report, language=language),
        "entry": known.entry if known.found in (Found.ISSUED, Found.EXTENDED) else None,
        "kind": service.kind(known.entry.template) if known.entry else "",
        "office": service.office(known.entry.office) if known.entry else "",
        "official": verdict.mandate.official if verdict.mandate else None,
        "signature": signature,
        "signed_at": signature and (signature.best_time if proven else signature.claimed_at),
        "proven": proven,
        "receipt": receipts.give(one, service.now()),
    }


def _behind(service: Service, code: str) -> Behind | None:
    """None for a code that is unknown or none at all, after the same work."""
    known = _ID.match(code) is not None
    entry = service.find(code if known else _NO_ID)
    if entry is None or not known:
        return None
    pdf = _pdf(service, entry)
    paper = tuple(lines_of(pdf)) if pdf is not None else ()
    template = service.template(entry.template)
    signer, title = service.signer(entry, pdf)
    state = (
        "held" if entry.held else {State.REPLACED: "replaced", State.REVOKED: "revoked"}.get(entry.state, "in_force")
    )
    if entry.held and entry.ended:
        state = "replaced" if entry.state is State.REPLACED else "revoked"
    specimen = entry.office.endswith(" SPECIMEN")
    shown = {
        "state": state,
        "tone": "unsure" if specimen and state == "in_force" else _TONES_OF_STATES[state],
        "specimen": specimen,
        "kind": service.kind(entry.template),
        "office": service.office(entry.office),
        "issued_at": entry.at,
        "ended_at": entry.ended.at if entry.ended else None,
        "signer": signer,
        "title": title,
        "number": masked(entry.number),
        "initials": initials_of(template, entry, paper),
        "digest": entry.pdf_sha256.hex()[:8],
        "kinds": [one.value for one in comparable(template, entry, paper)],
        "read_at": service.now(),
    }
    return Behind(entry, paper, shown)


def _pdf(service: Service, entry: Entry) -> bytes | None:
    register = service.register()
    try:
        return None if register is None else register.read_pdf(entry.id)
    except RegisterError:
        return None


def _compared(
    service: Service, tries: Tries, figures: Figures, behind: Behind, what: str, typed: str
) -> tuple[str, datetime | None]:
    """match, no_match, or locked and until when. A try is a try whatever comes of it."""
    if what not in behind.shown["kinds"] or not typed.strip():
        raise Refusal(Cause.BAD_REQUEST)
    until = tries.take(behind.entry.id, service.now())
    if until is not None:
        figures.compared.labels("locked").inc()
        return "locked", until
    template = service.template(behind.entry.template)
    outcome = "match" if same(Compared(what), typed, template, behind.entry, behind.paper) else "no_match"
    figures.compared.labels(outcome).inc()
    return outcome, None
