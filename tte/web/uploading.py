"""The one file of an upload: out of a body that is in memory already and stays there, or laid on disk."""

from __future__ import annotations

import tempfile
from typing import IO, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from tte.validation import MAX_SIZE
from tte.web.refusals import Cause, Refusal

_NAME: Final = 100
_FIELDS: Final = 2000


class InMemory(MultiPartParser):
    """Never spools to disk: the whole body is smaller than this."""

    spool_max_size = 2 * MAX_SIZE


class OnDisk(MultiPartParser):
    """Spools a file that is large into one that has no name, and is gone when it is closed."""

    spool_max_size = 1024 * 1024


async def upload_of(request: Request) -> tuple[bytes | IO[bytes], str]:
    """The file and what it is called: multipart field `file`, or a bare application/pdf. Refusal 415, 422, 413.

    Of a body that was let through as large (`gates`) the file is on disk, and whoever gets it closes it.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if getattr(request.state, "large", False):
        return await _laid(request, kind)
    if kind == "application/pdf":
        pdf, name = await request.body(), ""
    elif kind == "multipart/form-data":
        pdf, name = await _file_in(request)
    else:
        raise Refusal(Cause.MEDIA_TYPE)
    if len(pdf) > MAX_SIZE:
        raise Refusal(Cause.TOO_LARGE)
    return pdf, name


async def _laid(request: Request, kind: str) -> tuple[IO[bytes], str]:
    if kind == "multipart/form-data":
        found = await _found_in(OnDisk(request.headers, request.stream(), max_files=1, max_fields=20))
        return found.file, _shown(found.filename or "")
    if kind != "application/pdf":
        raise Refusal(Cause.MEDIA_TYPE)
    laid = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever gets it
    try:
        async for part in request.stream():
            await run_in_threadpool(laid.write, part)
    except BaseException:
        laid.close()
        raise
    return laid, ""


async def form_of(request: Request) -> FormData:
    """A form as browsers send it, with few fields."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refusal(Cause.MEDIA_TYPE)
    form = await FormParser(request.headers, request.stream()).parse()
    if len(form.multi_items()) > 20:
        raise Refusal(Cause.BAD_REQUEST)
    return form


async def office_form_of(request: Request, *, files: int) -> FormData:
    """A form of the office's pages, with at most so many files of MAX_SIZE bytes at most. Refusal 413, 415, 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        form = await FormParser(request.headers, request.stream()).parse()
    elif kind == "multipart/form-data" and files:
        parser = InMemory(
            request.headers, request.stream(), max_files=files, max_fields=_FIELDS, max_part_size=64 * 1024
        )
        try:
            form = await parser.parse()
        except (MultiPartException, UnicodeDecodeError, ValueError):
            raise Refusal(Cause.NO_FILE) from None
    else:
        raise Refusal(Cause.MEDIA_TYPE)
    if len(form.multi_items()) > _FIELDS:
        raise Refusal(Cause.BAD_REQUEST)
    if any(isinstance(one, UploadFile) and (one.size or 0) > MAX_SIZE for _, one in form.multi_items()):
        raise Refusal(Cause.TOO_LARGE)
    return form


def from_here(request: Request) -> None:
    """Refuses a form that a browser says another site sent."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(Cause.CROSS_SITE)
    origin = request.headers.get("origin", "null")
    if origin != "null" and origin.partition("//")[2].lower() != request.headers.get("host", "").lower():
        raise Refusal(Cause.CROSS_SITE)


async def _file_in(request: Request) -> tuple[bytes, str]:
    found = await _found_in(InMemory(request.headers, request.stream(), max_files=1, max_fields=20))
    with found.file:
        return found.file.read(), _shown(found.filename or "")


async def _found_in(parser: MultiPartParser) -> UploadFile:
    """The file in field `file`, with fields of 64 KiB at most beside it."""
    parser.max_part_size = 64 * 1024
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, ValueError):
        raise Refusal(Cause.NO_FILE) from None
    found = form.get("file")
    if not isinstance(found, UploadFile) or (not found.filename and not found.size):
        raise Refusal(Cause.NO_FILE)
    return found


def _shown(name: str) -> str:
    """What can be printed of a name, cut; it is only ever shown to whoever sent it."""
    text = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"
