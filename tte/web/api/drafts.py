"""Drafts: what an application prepares, and people of the office check and sign."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Query
from pydantic import ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from tte.desk import Kind, State
from tte.people import Action
from tte.web.api.calls import Calling, Routes, answer, known_id, next_page, seen
from tte.web.api.documents import EXAMPLE
from tte.web.api.shapes import DraftShape, Name, Record, Shape, created, raw
from tte.web.refusals import Cause, Refusal


class NewDraft(Shape):
    """A document that people are to check and sign."""

    template: Name
    record: Record

    model_config = ConfigDict(json_schema_extra={"examples": [{"template": "akta_kelahiran", "record": EXAMPLE}]})


class Values(Shape):
    """What a draft should say."""

    record: Record

    model_config = ConfigDict(json_schema_extra={"examples": [{"record": EXAMPLE}]})


class Drafts(Shape):
    """A page of drafts, the oldest first."""

    items: list[DraftShape]


def declare(routes: Routes) -> None:
    """`/v1/drafts`."""

    @routes.post(
        "/drafts",
        Action.DRAFT,
        tag="drafts",
        summary="Prepare a draft",
        gives={201: created(DraftShape, "A draft that waits to be checked.")},
        refuses=(409, 415),
    )
    def add_draft(call: Calling, body: NewDraft) -> Response:
        """A draft of a document. There is one open draft of a number at a time (else 409)."""
        draft = call.desk.drafts.add(call.client, call.office, body.template, raw(body.record), call.at)
        return answer(DraftShape.of(draft), 201, {"Location": f"/v1/drafts/{draft.id}"})

    @routes.get("/drafts", Action.READ_DRAFTS, tag="drafts", summary="List drafts", gives={200: Drafts})
    def list_drafts(
        request: Request,
        call: Calling,
        state: Annotated[State, Query()] = State.DRAFT,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
        cursor: Annotated[str, Query(max_length=100, description="From the Link header of the page before.")] = "",
    ) -> Response:
        """The office's drafts in one state, the oldest first. The Link header leads to the next page."""
        after = seen(cursor)
        if after and not re.fullmatch("[0-9a-z]{26}", after):
            raise Refusal(Cause.INVALID, said="this cursor is none that was given here")
        found = call.desk.drafts.all(
            call.client, call.office, call.at, states=(state,), after=after or None, most=limit + 1
        )
        more = next_page(request, found[limit - 1].id if len(found) > limit else None)
        return answer(Drafts(items=[DraftShape.of(one) for one in found[:limit]]), 200, more)

    @routes.get(
        "/drafts/{id}",
        Action.READ_DRAFTS,
        tag="drafts",
        summary="One draft",
        gives={200: DraftShape},
        refuses=(404,),
    )
    def get_draft(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """A draft with what it says, for as long as that is kept: until it is issued or discarded."""
        draft = call.desk.drafts.get(call.client, known_id(id), call.at)
        says = draft.values is not None and draft.kind != Kind.WITHDRAW
        return answer(DraftShape.of(draft, dict(call.desk.drafts.row(draft).values) if says else None))

    @routes.put(
        "/drafts/{id}",
        Action.DRAFT,
        tag="drafts",
        summary="Change a draft",
        gives={200: DraftShape},
        refuses=(404, 409, 415),
    )
    def change_draft(call: Calling, id: str, body: Values) -> Response:  # noqa: A002
        """Other values, by the application that made the draft. It has to be checked again."""
        draft = call.desk.drafts.change(call.client, known_id(id), raw(body.record), call.at)
        return answer(DraftShape.of(draft))

    @routes.delete(
        "/drafts/{id}",
        Action.DRAFT,
        tag="drafts",
        summary="Discard a draft",
        gives={204: {"description": "Its values are forgotten."}},
        refuses=(404, 409),
    )
    def discard_draft(call: Calling, id: str) -> Response:  # noqa: A002
        """Give a draft up, by the application that made it."""
        call.desk.drafts.discard(call.client, known_id(id), call.at)
        return Response(status_code=204)
