"""Batches: a file of rows for workers, how far it is, and what became of each row."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Annotated, Any, Final

from anyio import sleep
from fastapi import Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tte.batches import COLUMNS, Progress, all_progress, outcome_lines, progress_of, submit
from tte.batches.outcomes import csv_line
from tte.batches.rows import CHUNK
from tte.errors import NoSuchBatch, RegisterError, TteError
from tte.intake import Format
from tte.people import Action
from tte.web.api.calls import Call, Calling, Routes, answer, known_id, next_page, seen
from tte.web.api.shapes import Name, Shape, created
from tte.web.refusals import Cause, Refusal
from tte.web.submitted import Submitted, keep

_FORMATS: Final[Mapping[str, Format]] = {
    "text/csv": Format.CSV,
    "application/x-ndjson": Format.NDJSON,
    "application/json": Format.JSON,
}
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "description": "UTF-8. CSV with a header of field names; or objects, one a line or in one array.",
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/x-ndjson": {"schema": {"type": "string"}},
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
    },
}
_WHOLE_CHUNK: Final = 32
_LOOK_S: Final = 1.0
_BEAT_S: Final = 15.0
_STREAM_S: Final = 300.0
_STREAMS: Final = 100
"""How many may follow at once: each asks the register every second."""


class Batch(Shape):
    """How far a batch is. `done` rows are issued, earlier or refused; `held` are among the first two."""

    id: str
    template: str
    profile: str
    priority: int
    state: str = Field(description="queued, running, waiting, done or cancelled.")
    rows: int
    done: int
    issued: int
    earlier: int
    refused: int
    held: int
    workers: int
    trouble: str | None = Field(description="Why it waits, in words for people.")
    rate: float | None
    eta_s: float | None
    submitted_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, progress: Progress) -> Batch:
        return cls(**{name: getattr(progress, name) for name in cls.model_fields})


class Batches(Shape):
    """A page of batches, the newest first."""

    items: list[Batch]


_CSV: Final = {
    "description": f"CSV: {', '.join(COLUMNS)}; cells that a spreadsheet would run are made text.",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}
_EVENTS: Final = {
    "description": "Server-sent events: `progress` whenever something has changed, `end` last; each holds a batch.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
_SEE: Final = (Action.SEE_DOCUMENTS, Action.ISSUE)


def declare(routes: Routes) -> None:
    """`/v1/batches`."""
    following: set[object] = set()

    @routes.post(
        "/batches",
        Action.ISSUE,
        tag="batches",
        summary="Submit a file of rows",
        gives={202: created(Batch, "It is kept, and workers issue it.")},
        refuses=(415,),
        raw=True,
        openapi_extra={"requestBody": _BODY},
    )
    async def submit_batch(
        request: Request,
        call: Calling,
        template: Annotated[Name, Query(description="The kind of document.")],
        key: Annotated[Name | None, Query(description="The key profile; may be left out if there is one.")] = None,
        give_numbers: Annotated[bool, Query(description="Rows without a number get one from the register.")] = False,
        again: Annotated[bool, Query(description="Another batch of a file that was submitted.")] = False,
    ) -> Response:
        """The same file, template and key are the same batch, however often they are submitted, until it is cancelled.
        A bad row stops no other; the outcomes say what became of each.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _FORMATS:
            raise Refusal(Cause.MEDIA_TYPE, said=f"send {', '.join(_FORMATS)}")
        content = io.BytesIO(await request.body())
        made = await run_in_threadpool(_submit, call, content, _FORMATS[kind], template, key, give_numbers, again)
        return answer(Batch.of(made), 202, {"Location": f"/v1/batches/{made.id}"})

    @routes.get("/batches", *_SEE, tag="batches", summary="List batches", gives={200: Batches})
    def list_batches(
        request: Request,
        call: Calling,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
        cursor: Annotated[str, Query(max_length=100, description="From the Link header of the page before.")] = "",
    ) -> Response:
        """The office's batches, the newest first, wherever they were submitted."""
        ours = {name: _is_ours(call, name) for name in call.service.home.profile_names()}
        found = [one for one in all_progress(call.service.batches()) if ours.get(one.profile)]
        if after := seen(cursor):
            ids = [one.id for one in found]
            found = found[ids.index(after) + 1 :] if after in ids else []
        more = next_page(request, found[limit - 1].id if len(found) > limit else None)
        return answer(Batches(items=[Batch.of(one) for one in found[:limit]]), 200, more)

    @routes.get("/batches/{id}", *_SEE, tag="batches", summary="How far a batch is", gives={200: Batch}, refuses=(404,))
    def get_batch(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """Rows done, and what became of them."""
        return answer(Batch.of(_theirs(call, id)))

    @routes.get(
        "/batches/{id}/events",
        *_SEE,
        tag="batches",
        summary="Follow a batch",
        gives={200: _EVENTS},
        refuses=(404,),
    )
    def follow_batch(call: Calling, id: str) -> Response:  # noqa: A002
        """A stream for five minutes at most; ask again for more, as browsers do by themselves."""
        first = _theirs(call, id)
        if len(following) >= _STREAMS:
            raise Refusal(Cause.BUSY, 5)
        return StreamingResponse(_events(call, first, following), media_type="text/event-stream")

    @routes.get(
        "/batches/{id}/outcomes",
        Action.SEE_DOCUMENTS,
        tag="batches",
        summary="What became of each row",
        gives={200: _CSV},
        refuses=(404,),
    )
    def get_batch_outcomes(call: Calling, id: str) -> Response:  # noqa: A002
        """As far as it is: rows that are not done yet are not in it."""
        batch = _theirs(call, id)
        headers = {"Content-Disposition": f'attachment; filename="{batch.id}.csv"'}
        return StreamingResponse(_outcomes(call, batch.id), headers=headers, media_type="text/csv; charset=utf-8")

    @routes.delete(
        "/batches/{id}", Action.ISSUE, tag="batches", summary="Cancel a batch", gives={200: Batch}, refuses=(404,)
    )
    def cancel_batch(call: Calling, id: str) -> Response:  # noqa: A002
        """Begin no more rows of it. What is under way is finished; what is issued stays issued."""
        batch = _theirs(call, id)
        call.service.batches().cancel(batch.id)
        return answer(Batch.of(_theirs(call, batch.id)))


def _submit(
    call: Call, content: io.BytesIO, format_: Format, template: str, key: str | None, giving: bool, again: bool
) -> Progress:
    service = call.service
    chosen = service.template(template)
    if chosen is None:
        raise Refusal(Cause.INVALID, code="template", said="there is no such template; /v1/templates lists them")
    name = service.windows().chosen(call.office, key)
    profile, batches = service.windows().profile(name), service.batches()
    if giving and not chosen.gives_numbers:
        raise Refusal(Cause.INVALID, said="the numbers of this kind are not the register's to give")
    id_ = submit(
        batches,
        chosen,
        content,
        format_,
        profile=name,
        again=again,
        per_batch=profile.per_batch,
        giving=giving,
        size=_WHOLE_CHUNK if service.home.signs_whole_documents(name) else CHUNK,
    )
    keep(service.keeping(), Submitted(id_, call.client.id, call.office, call.at, told=False))
    if batches.url is not None:
        from tte.batches.waking import wake

        with suppress(RegisterError):  # it is kept; workers find it themselves
            wake(batches, {name: profile.sessions} if profile.sessions else {})
    service.work()
    return progress_of(batches, id_)


def _is_ours(call: Call, profile: str) -> bool:
    try:
        return call.service.windows().profile(profile).office == call.office
    except TteError:  # a profile that cannot be read is nobody's
        return False


def _theirs(call: Call, id_: str) -> Progress:
    """A batch of the caller's office. NoSuchBatch for any other."""
    found = progress_of(call.service.batches(), known_id(id_))
    if not _is_ours(call, found.profile):
        raise NoSuchBatch("there is no batch with this id")
    return found


async def _events(call: Call, progress: Progress, following: set[object]) -> AsyncIterator[bytes]:
    """The events, for as long as the caller listens; it is `following` meanwhile."""
    here = object()
    following.add(here)
    try:
        async for event in _changes(call, progress):
            yield event
    finally:
        following.discard(here)


async def _changes(call: Call, progress: Progress) -> AsyncIterator[bytes]:
    begun = said = monotonic()
    last = b""
    while True:
        content = Batch.of(progress).model_dump_json().encode()
        if content != last:
            yield b"event: %s\ndata: %s\n\n" % (b"end" if progress.over else b"progress", content)
            last, said = content, monotonic()
        elif monotonic() - said > _BEAT_S:
            yield b": still here\n\n"
            said = monotonic()
        if progress.over or monotonic() - begun > _STREAM_S:
            return
        await sleep(_LOOK_S)
        try:
            progress = await run_in_threadpool(progress_of, call.service.batches(), progress.id)
        except TteError:  # the register is away: who follows asks again
            return


def _outcomes(call: Call, id_: str) -> Iterator[str]:
    yield csv_line(COLUMNS)
    yield from map(csv_line, outcome_lines(call.service.batches().outcomes(id_)))
