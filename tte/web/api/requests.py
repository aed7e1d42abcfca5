"""Citizens' requests that an office's application takes in: filed with their attachments, and how each stands.

The number and the secret are the citizen's: the application shows them once and does not keep the secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import Header
from pydantic import ConfigDict, Field, StrictStr, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import Problem
from tte.people import Action
from tte.requests import Channel, Contact, Content, Holder, State, Track
from tte.requests.asked import asked_of
from tte.web.answering import WIB
from tte.web.api.calls import Call, Calling, Routes, answer, known_id
from tte.web.api.reading import invalid, parsed
from tte.web.api.shapes import Name, Record, Shape, created, raw
from tte.web.refusals import Cause, Refusal
from tte.web.repeats import Asked, once
from tte.web.requests.filing import kinds
from tte.web.uploading import InMemory

_CHILD: Final[dict[str, Any]] = {
    "nama": "SITI CONTOH",
    "jenis_kelamin": "PEREMPUAN",
    "tempat_lahir": "CONTOH",
    "tanggal_lahir": "2026-10-15",
    "anak_ke": 1,
    "nama_ayah": "AHMAD CONTOH",
    "nama_ibu": "DEWI CONTOH",
}
EXAMPLE: Final[dict[str, Any]] = {
    "kind": "akta_kelahiran",
    "record": _CHILD,
    "contacts": [{"channel": "email", "address": "warga@contoh.example"}],
}
_BINARY: Final = {"type": "string", "format": "binary"}
_KEY = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="The same key with the same request is the same request, for ever; with another one it is refused.",
    ),
]


class ContactShape(Shape):
    """Where the citizen is to be told: a mail address, or a telephone number."""

    channel: Channel
    address: Annotated[StrictStr, StringConstraints(min_length=3, max_length=254)]


class NewRequest(Shape):
    """What a citizen asks for: the fields that he knows of the record; the office fills in the rest."""

    kind: Name
    record: Record
    contacts: Annotated[tuple[ContactShape, ...], Field(max_length=3)] = ()
    note: Annotated[StrictStr, StringConstraints(max_length=1000)] = ""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class StepShape(Shape):
    at: datetime
    state: State
    role: Holder


class HoldShape(Shape):
    """Who had the request before him, by role, and until when; null: still."""

    holder: Holder
    since: datetime
    until: datetime | None


class RequestShape(Shape):
    """How a request stands; nothing of what it says but the reason why it was returned."""

    id: str
    number: str = Field(description="The tracking number.")
    kind: str
    state: State
    document: str | None = Field(description="The document that came of it.")
    remark: str | None = Field(description="Why it was returned.")
    made: datetime
    changed: datetime
    steps: list[StepShape]
    holds: list[HoldShape]

    @classmethod
    def of(cls, track: Track) -> RequestShape:
        return cls(**_told(track))


class FiledRequest(RequestShape):
    """A request as it was filed, with the secret that the citizen tracks it by: shown once."""

    secret: str
    again: bool = Field(description="It was filed before, with this key.")
    track_url: str


_BODY: Final[dict[str, Any]] = {
    "required": True,
    "description": "JSON; or multipart with the JSON in `request`, and each paper as a file under its name "
    "(docs/requests.md). PDF, JPEG and PNG are taken, by what is in them.",
    "content": {
        "application/json": {"schema": NewRequest.model_json_schema(), "example": EXAMPLE},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["request"],
                "properties": {"request": {"type": "string", "description": "The JSON."}},
                "additionalProperties": _BINARY,
            },
        },
    },
}
_BODY["content"]["application/json"]["schema"].pop("examples", None)


def declare(routes: Routes) -> None:
    """`/v1/requests`."""

    @routes.post(
        "/requests",
        Action.FILE_REQUESTS,
        tag="requests",
        summary="File a citizen's request",
        gives={
            200: created(FiledRequest, "It was filed before, with this key."),
            201: created(FiledRequest, "It waits for the office."),
        },
        refuses=(404, 415),
        raw=True,
        openapi_extra={"requestBody": _BODY},
    )
    async def file_request(request: Request, call: Calling, key: _KEY) -> Response:
        """A request for the application's office. Which fields and papers a kind asks for, its page on /ajukan shows;
        422 names what is wrong or missing.
        """
        content, files = await _read(request)
        return await run_in_threadpool(_filed, call, content, files, key)

    @routes.get(
        "/requests/{id}",
        Action.FILE_REQUESTS,
        tag="requests",
        summary="How a request stands",
        gives={200: RequestShape},
        refuses=(404,),
    )
    def get_request(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """A request that this application has filed."""
        track = call.service.requests().tracking.by_client(call.client.id, known_id(id))
        return answer(RequestShape.of(track))


def _filed(call: Call, content: object, files: Sequence[tuple[str, bytes]], key: str) -> Response:
    service = call.service
    if not service.home.settings.requests.open:
        raise Refusal(Cause.NOT_FOUND)
    try:
        body = NewRequest.model_validate_json(orjson.dumps(content))
    except ValidationError as why:
        raise invalid(why.errors(include_input=False, include_url=False)) from None
    template = service.template(body.kind) if body.kind in kinds(service) else None
    if template is None:
        raise Refusal(Cause.INVALID, code="template", said="documents of this kind cannot be asked for")
    asked, values = asked_of(service.asking, template), raw(body.record)
    names = {one.name for one in asked.papers}
    contacts = [Contact.of(one.channel, one.address) for one in body.contacts]
    problems = [
        *asked.problems(values, call.at.astimezone(WIB).date()),
        *asked.missing({name: True for name, _ in files}),
        *(Problem(name[:64], "is no paper that is asked for") for name, _ in files if name not in names),
        *(Problem(f"contacts[{n}]", "is no address") for n, one in enumerate(contacts) if one is None),
    ]
    if problems:
        raise Refusal(Cause.INVALID, code="request", said="this cannot be filed", problems=problems)
    attached = service.attachments.taken(files)
    digests = [[name, hashlib.sha256(one).hexdigest()] for name, one in files]
    (reused,) = once(service.keeping(), [Asked.of(call.client.id, key, ["request", content, digests], call.at)])
    if reused is not None:
        raise reused
    said = Content(values, tuple(one for one in contacts if one), body.note)
    requests = service.requests()
    receipt = requests.filing.file(
        call.office,
        asked.name,
        said,
        attached,
        call.at,
        token=key,
        client=call.client.id,
    )
    track = requests.tracking.by_client(call.client.id, receipt.id)
    shape = FiledRequest(
        **_told(track),
        secret=receipt.secret,
        again=receipt.again,
        track_url=f"{service.home.settings.base_url}/lacak",
    )
    return answer(shape, 200 if receipt.again else 201, {"Location": f"/v1/requests/{receipt.id}"})


def _told(track: Track) -> dict[str, Any]:
    filed = track.filed
    return {
        **{name: getattr(filed, name) for name in ("id", "number", "kind", "document", "made", "changed")},
        "state": State(filed.state),
        "remark": track.remark or None,
        "steps": [StepShape(at=one.at, state=State(one.state), role=Holder(one.role)) for one in track.steps],
        "holds": [HoldShape(holder=one.holder, since=one.since, until=one.until) for one in track.holds],
    }


async def _read(request: Request) -> tuple[object, Sequence[tuple[str, bytes]]]:
    """The JSON, and the files by their names. Refusal 415, 400, 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return parsed(await request.body()), ()
    if kind != "multipart/form-data":
        raise Refusal(Cause.MEDIA_TYPE, said="send application/json or multipart/form-data")
    parser = InMemory(request.headers, request.stream(), max_files=20, max_fields=20, max_part_size=256 * 1024)
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, ValueError):
        raise Refusal(Cause.TOO_MANY_FILES) from None
    said = form.get("request")
    if not isinstance(said, str):
        raise Refusal(Cause.INVALID, said="the field `request` is missing", problems=[Problem("request", "is missing")])
    return parsed(said.encode()), _files(form)


def _files(form: FormData) -> Sequence[tuple[str, bytes]]:
    found = []
    for name, given in form.multi_items():
        if isinstance(given, UploadFile):
            with given.file:
                found.append((name, given.file.read()))
    return found
