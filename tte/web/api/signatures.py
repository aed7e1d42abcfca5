"""A signature on a PDF that the application made: one file, one signature, with a key that wants no person."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from tte.key import Identity
from tte.model import Level
from tte.people import Action
from tte.people.events import note
from tte.uploads import AtTag, Mark, OnPage, Origin, Placing, UploadDraft, prepare_upload
from tte.web.api.calls import Call, Calling, Routes
from tte.web.opened import OpenKeys
from tte.web.refusals import Cause, Refusal
from tte.web.upload_signing import Signed, sign_uploads
from tte.web.uploading import InMemory

_KEPT_OPEN_S: Final = 60.0
_BINARY: Final = {"type": "string", "format": "binary"}
_WORDS: Final = {
    "key": "The key profile; may be left out if there is one.",
    "box": "Where it is seen: x,y,width,height in points of 1/72 inch; width,height with `tag`. Without it: nowhere.",
    "page": "The page, from 1; -1 is the last.",
    "origin": "The corner that x and y count from: bottom-left or top-left.",
    "tag": "A text of the page whose place it takes.",
    "qr": "What a QR code in the box says, instead of a picture.",
    "text": "A line of text in the box.",
    "reason": "Why it is signed.",
    "location": "Where.",
    "field": "An empty signature field of the PDF, or the new one's name.",
    "password": "The password of an encrypted PDF.",
    "strict": "`true`: refuse a PDF that holds what could act, or change what is seen.",
}
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": _BINARY | {"description": "The PDF."},
                    "image": _BINARY | {"description": "A PNG or JPEG in the box."},
                    **{name: {"type": "string", "description": said} for name, said in _WORDS.items()},
                },
            },
        },
    },
}
_SIGNED: Final = {
    "description": "The file as it came, and the signature after it. X-TTE-Level: what it reached; X-TTE-Findings: "
    "what is in it that a signer should know (docs/sign.md); X-TTE-Field: the field.",
    "content": {"application/pdf": {"schema": _BINARY}},
}


def declare(routes: Routes) -> None:
    """`/v1/signatures`."""
    keys = routes.service.also(OpenKeys(routes.service.home, keep_s=_KEPT_OPEN_S))

    @routes.post(
        "/signatures",
        Action.SIGN_UPLOADS,
        tag="signatures",
        summary="Sign a PDF",
        gives={200: _SIGNED},
        refuses=(413, 415),
        raw=True,
        openapi_extra={"requestBody": _BODY},
    )
    async def sign_upload(request: Request, call: Calling) -> Response:
        """Each request makes a signature; the register does not know of it. An answer that was lost is asked for again:
        nobody else has got it.
        """
        form = await _form(request)
        pdf = await _content(form, "file")
        if not pdf:
            raise Refusal(Cause.NO_FILE)
        image = await _content(form, "image")
        return await run_in_threadpool(_signed, call, keys, pdf, image, lambda name: str(form.get(name) or ""))


def _signed(call: Call, keys: OpenKeys, pdf: bytes, image: bytes, said: Callable[[str], str]) -> Response:
    service, at = call.service, call.at
    name = service.windows().chosen(call.office, said("key") or None)
    placing, mark = _placing(said), _mark(image, said)

    def prepare(identity: Identity, room: int) -> UploadDraft:
        return prepare_upload(
            pdf,
            identity,
            at=at,
            placing=placing,
            mark=mark,
            reason=said("reason")[:500],
            location=said("location")[:500],
            field_name=said("field"),
            password=said("password"),
            room=room,
            strict=said("strict") == "true",
        )

    with keys.lent(name, None, b"") as (profile, key):
        (answer,) = sign_uploads(service, service.register(make=True), profile, key, [prepare], _answer)
    with service.keeping().change() as rows:
        note(rows, at, "upload-signed", call.client.id, call.office, code=name, count=1)
    return answer


def _answer(signed: Signed) -> Response:
    file = BytesIO()
    signed.write(file)
    return Response(file.getvalue(), media_type="application/pdf", headers=_told(signed.draft, signed.level))


def _told(draft: UploadDraft, level: Level) -> dict[str, str]:
    field = draft.field if draft.field.isascii() and draft.field.isprintable() else ""
    return {
        "X-TTE-Level": str(level),
        "X-TTE-Findings": " ".join(draft.findings),
        "X-TTE-Field": field,
        "Content-Security-Policy": "sandbox",
        "Content-Disposition": 'attachment; filename="signed.pdf"',
    }


def _placing(said: Callable[[str], str]) -> Placing | None:
    if not said("box"):
        return None
    try:
        numbers = [float(one) for one in said("box").split(",")]
        page = int(said("page")) if said("page") else None
        if said("tag"):
            width, height = numbers
            return AtTag(said("tag"), width, height, page)
        x, y, width, height = numbers
        return OnPage(x, y, width, height, 1 if page is None else page, Origin(said("origin") or "bottom-left"))
    except (ValueError, OverflowError):
        raise Refusal(
            Cause.INVALID, code="box", said="box is x,y,width,height, or width,height with a tag; page a number"
        ) from None


def _mark(image: bytes, said: Callable[[str], str]) -> Mark:
    try:
        return Mark(image=image, qr=said("qr"), lines=tuple(filter(None, [said("text")])))
    except ValueError:
        raise Refusal(Cause.INVALID, code="mark", said="send image or qr, not both") from None


async def _form(request: Request) -> FormData:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise Refusal(Cause.MEDIA_TYPE)
    parser = InMemory(request.headers, request.stream(), max_files=2, max_fields=30, max_part_size=16 * 1024)
    try:
        return await parser.parse()
    except (MultiPartException, UnicodeDecodeError, ValueError):
        raise Refusal(Cause.NO_FILE) from None


async def _content(form: FormData, name: str) -> bytes:
    found = form.get(name)
    return await found.read() if isinstance(found, UploadFile) else b""
