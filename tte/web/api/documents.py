"""Documents: issue one, find them, get their files; and propose that one be withdrawn or replaced.

Issuing wants a key profile that signs without a person. To withdraw or replace, an application only proposes: a
verifier and an official of the office decide, at their desk.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Header, Query
from pydantic import AwareDatetime, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import RecordError
from tte.issuance import Issued, Outcome
from tte.model import State
from tte.people import Action
from tte.register.listing import Sought
from tte.web.api.calls import Call, Calling, Routes, answer, known_id, next_page, seen
from tte.web.api.refusing import refusal_of
from tte.web.api.shapes import Document, DraftShape, Name, ProblemPart, Reason, Record, Shape, created, raw
from tte.web.refusals import Cause, Refusal
from tte.web.repeats import Asked

EXAMPLE: Final[dict[str, Any]] = {
    "nomor_akta": "9971-LU-02112026-0001",
    "nik": "9971015510260001",
    "nama": "SITI CONTOH",
    "jenis_kelamin": "PEREMPUAN",
    "tempat_lahir": "CONTOH",
    "tanggal_lahir": "2026-10-15",
    "anak_ke": 1,
    "nama_ayah": "AHMAD CONTOH",
    "nama_ibu": "DEWI CONTOH",
    "tempat_terbit": "CONTOH",
    "tanggal_terbit": "2026-11-02",
}
_REQUEST: Final = "idempotency_key"
_SINCE, _UNTIL = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_When = Annotated[AwareDatetime, Field(ge=_SINCE, lt=_UNTIL)]
_Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
_Cursor = Annotated[str, Query(max_length=100, description="From the Link header of the page before.")]
_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="The same key with the same request is answered with the same document, for ever; with another "
        "request it is refused (422). Needed where the register is to give the number.",
    ),
]


class NewDocument(Shape):
    """A document to be issued now, with a key that signs without a person."""

    template: Name
    record: Record
    key: Name | None = Field(None, description="The key profile; may be left out where the office has only one.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"template": "akta_kelahiran", "record": EXAMPLE}]})


class IssuedDocument(Document):
    """A document as it was issued: durable in the register before this was answered."""

    earlier: bool = Field(description="It was issued before, by a request that said the same.")
    warnings: list[ProblemPart]


class Documents(Shape):
    """A page of documents, the newest first."""

    items: list[Document]


class Withdrawal(Shape):
    """Why a document should be in force no longer."""

    reason: Reason

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "data tidak benar"}]})


class Replacement(Shape):
    """What a document should say instead, under the same number, and why."""

    record: Record
    reason: Reason

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"record": EXAMPLE | {"nama_ibu": "DEWI S. CONTOH"}, "reason": "nama ibu dibetulkan"}]
        }
    )


_PDF: Final = {
    "description": "The signed file.",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


def declare(routes: Routes) -> None:
    """`/v1/documents`."""
    base_url = routes.service.home.settings.base_url

    @routes.post(
        "/documents",
        Action.ISSUE,
        tag="documents",
        summary="Issue a document",
        gives={
            200: created(IssuedDocument, "It was issued before, by a request that said the same."),
            201: IssuedDocument,
        },
        refuses=(409, 415),
    )
    async def issue_document(call: Calling, body: NewDocument, idempotency_key: _Key = None) -> Response:
        """One document. It is checked, signed, validated, recorded and durable before this is answered; after a broken
        connection, send the same again. The record's number, too, stands for one document only (409).
        """
        if not call.service.is_warm(body.template):  # else there is nothing to be read for it
            await run_in_threadpool(call.service.template, body.template)
            await run_in_threadpool(call.service.windows)
        outcome = await asyncio.wrap_future(_asked(call, body, idempotency_key))
        if not isinstance(outcome, Issued):
            raise refusal_of(outcome.why)
        shape = IssuedDocument(
            **dict(Document.of(outcome.entry, base_url)),
            earlier=outcome.earlier,
            warnings=[ProblemPart(field=one.field, message=one.message) for one in outcome.warnings],
        )
        where = {"Location": f"/v1/documents/{outcome.entry.id}"}
        return answer(shape, 200 if outcome.earlier else 201, where)

    @routes.get(
        "/documents",
        Action.SEE_DOCUMENTS,
        tag="documents",
        summary="List documents",
        gives={200: Documents},
    )
    def list_documents(
        request: Request,
        call: Calling,
        template: Annotated[Name | None, Query()] = None,
        state: Annotated[State | None, Query(description="ISSUED, REPLACED or REVOKED.")] = None,
        number: Annotated[
            str,
            Query(
                max_length=64,
                pattern=r"^[0-9A-Za-z/. _-]*$",
                description="Numbers that begin so; of a family card's, which is a person's, 12 digits at most.",
            ),
        ] = "",
        since: Annotated[_When | None, Query(description="Issued at this time or later.")] = None,
        until: Annotated[_When | None, Query(description="Issued before this time.")] = None,
        limit: _Limit = 50,
        cursor: _Cursor = "",
    ) -> Response:
        """The office's documents, the newest first. The Link header leads to the next page."""
        if re.search("[0-9]{13}", number):  # an address is written down by many a machine
            raise Refusal(Cause.INVALID, said="numbers of family cards are sought by their first 12 digits")
        register = call.service.register()
        wanted = Sought(call.office, template or "", state, number, since, until)
        before = seen(cursor)
        if before and not re.fullmatch("[0-9]{1,15}", before):
            raise Refusal(Cause.INVALID, said="this cursor is none that was given here")
        found = register.latest(wanted, before_seq=int(before) if before else None, most=limit + 1) if register else []
        more = next_page(request, found[limit - 1].seq if len(found) > limit else None)
        return answer(Documents(items=[Document.of(one, base_url) for one in found[:limit]]), 200, more)

    @routes.get(
        "/documents/{id}",
        Action.SEE_DOCUMENTS,
        tag="documents",
        summary="How a document stands",
        gives={200: Document},
        refuses=(404,),
    )
    def get_document(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """What the register says of one document."""
        return answer(Document.of(call.entry(id), base_url))

    @routes.get(
        "/documents/{id}/pdf",
        Action.READ_CONTENT,
        tag="documents",
        summary="The file of a document",
        gives={200: _PDF},
        refuses=(404, 409),
    )
    def get_document_pdf(call: Calling, id: str) -> Response:  # noqa: A002
        """The present file of a document that is in force and has reached the least level it may have (else 409)."""
        entry, register = call.entry(id), call.service.register()
        if entry.state is not State.ISSUED or entry.held or register is None:
            said = "it is held back below its least level" if entry.held else f"this document is {entry.state}"
            raise Refusal(Cause.CONFLICT, code="not-delivered", said=said)
        call.service.desk().trail.noted_read(call.client.id, call.office, entry.id, call.at)
        headers = {
            "Content-Disposition": f'attachment; filename="{entry.id}.pdf"',
            "ETag": f'"{entry.pdf_sha256.hex()}"',
        }
        return Response(register.read_pdf(entry.id), headers=headers, media_type="application/pdf")

    @routes.post(
        "/documents/{id}/withdrawals",
        Action.PROPOSE_WITHDRAWAL,
        tag="documents",
        summary="Propose to withdraw a document",
        gives={202: created(DraftShape, "Proposed: a verifier confirms it and an official carries it out.")},
        refuses=(404, 409, 415),
    )
    def propose_withdrawal(call: Calling, id: str, body: Withdrawal) -> Response:  # noqa: A002
        """Nothing changes until a second person has confirmed it and an official has carried it out."""
        draft = call.desk.drafts.propose_withdrawal(call.client, call.office, known_id(id), body.reason, call.at)
        return answer(DraftShape.of(draft), 202, {"Location": f"/v1/drafts/{draft.id}"})

    @routes.post(
        "/documents/{id}/replacements",
        Action.DRAFT,
        tag="documents",
        summary="Propose to replace a document",
        gives={202: created(DraftShape, "Proposed: a draft that waits to be checked and signed.")},
        refuses=(404, 409, 415),
    )
    def propose_replacement(call: Calling, id: str, body: Replacement) -> Response:  # noqa: A002
        """A draft with the same number. The document is in force until an official has signed the new one."""
        entry = call.entry(id)
        draft = call.desk.drafts.add(
            call.client, call.office, entry.template, raw(body.record), call.at, replaces=entry.id, reason=body.reason
        )
        return answer(DraftShape.of(draft), 202, {"Location": f"/v1/drafts/{draft.id}"})


def _asked(call: Call, body: NewDocument, key: str | None) -> Future[Outcome]:
    """What becomes of the request, handed in. Refusals before anything is done for it."""
    template = call.service.template(body.template)
    if template is None:
        raise Refusal(Cause.INVALID, code="template", said="there is no such template; /v1/templates lists them")
    profile = call.service.windows().chosen(call.office, body.key)
    if _REQUEST in body.record:
        raise refusal_of(RecordError(f"no record of {template.name}", []))
    values = raw(body.record)
    giving = template.gives_numbers and values.get(template.number) in (None, "")
    if giving and key is None:
        said = "without a number, send an Idempotency-Key: the register then gives the number, once"
        raise Refusal(Cause.BAD_REQUEST, code="idempotency-key-missing", said=said)
    asked = None
    if key is not None:
        asked = Asked.of(call.client.id, key, [template.name, profile, body.record], call.at)
    if giving and asked:
        values[_REQUEST] = asked.key.hex()
    return call.service.windows().window(profile).ask(template, values, client=call.client, giving=giving, asked=asked)
