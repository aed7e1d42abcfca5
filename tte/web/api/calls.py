"""How routes of `/v1` are declared: each with the rights of which one is needed, and what it answers.

The key is looked at before anything of the body is. A route keeps what it needs as `rights`, as pages do, so that a
test can see that none was forgotten: actions, or `client` (any key will do), or `anybody`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tte.desk import Desk
from tte.desk.asking import need
from tte.errors import TteError
from tte.model import Entry
from tte.people import Action, Client, may
from tte.web.api.reading import take_json
from tte.web.api.refusing import refusal_of
from tte.web.api.shapes import responses
from tte.web.callers import key_of
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service

ANYBODY: Final = "anybody"
CLIENT: Final = "client"
KEY: Final = HTTPBearer(
    scheme_name="key", bearerFormat="tte_ID_SECRET", auto_error=False, description="An application's key, shown once."
)

_ID: Final = re.compile("[0-9a-z]{1,64}")

Asked = Callable[..., Any]
T = TypeVar("T", bound=Asked)


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an application."""

    service: Service
    desk: Desk
    client: Client
    at: datetime

    @property
    def office(self) -> str:
        return self.client.office

    def entry(self, id_: str) -> Entry:
        """A document of this office; Refusal 404 for any other."""
        found = self.service.find(known_id(id_))
        if found is None or found.office.split()[0] != self.office:
            raise Refusal(Cause.NOT_FOUND)
        return found


def known_id(id_: str) -> str:
    """What may be the id of something. Refusal 404 for what cannot."""
    if not _ID.fullmatch(id_):
        raise Refusal(Cause.NOT_FOUND)
    return id_


def _call_of(request: Request) -> Call:
    call: Call = request.state.call
    return call


Calling = Annotated[Call, Depends(_call_of)]


class Routes:
    """Declares routes. Of several rights one is enough."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.router = APIRouter(prefix="/v1", route_class=_route(service))

    def get(self, path: str, *rights: Action | str, **more: Any) -> Callable[[T], T]:
        return self._declared("GET", path, rights, **more)

    def post(self, path: str, *rights: Action | str, **more: Any) -> Callable[[T], T]:
        return self._declared("POST", path, rights, **more)

    def put(self, path: str, *rights: Action | str, **more: Any) -> Callable[[T], T]:
        return self._declared("PUT", path, rights, **more)

    def delete(self, path: str, *rights: Action | str, **more: Any) -> Callable[[T], T]:
        return self._declared("DELETE", path, rights, **more)

    def _declared(
        self,
        method: str,
        path: str,
        rights: tuple[Action | str, ...],
        *,
        tag: str,
        summary: str,
        gives: Mapping[int, Any],
        refuses: tuple[int, ...] = (),
        raw: bool = False,
        **more: Any,
    ) -> Callable[[T], T]:
        """`gives`: what is answered, by status; `refuses`: besides what any route may. `raw`: the body is no JSON."""

        def declare(endpoint: T) -> T:
            if not rights:
                raise TypeError(f"{path} has no rights")
            endpoint.__dict__.update(rights=rights, raw=raw)
            known = rights != (ANYBODY,)
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                operation_id=endpoint.__name__,
                tags=[tag],
                summary=summary,
                response_model=None,
                response_class=Response,
                status_code=min(gives),
                responses=responses(gives, refuses, known=known),
                dependencies=[Depends(KEY)] if known else [],
                **more,
            )
            return endpoint

        return declare


def _route(service: Service) -> type[APIRoute]:
    class Route(APIRoute):
        """Asks who calls, then reads the body, then lets the route answer; errors become refusals."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()
            told: Mapping[str, Any] = self.endpoint.__dict__
            rights, has_json = told["rights"], self.body_field is not None and not told["raw"]

            async def handle(request: Request) -> Response:
                try:
                    if rights != (ANYBODY,):
                        request.state.call = await run_in_threadpool(_called, service, request, rights)
                    if has_json:
                        await take_json(request)
                    return await answer(request)
                except TteError as why:
                    raise refusal_of(why) from why

            return handle

    return Route


def _called(service: Service, request: Request, rights: tuple[Action | str, ...]) -> Call:
    """The call, if one of the rights is held by the application whose key it shows."""
    key, at = key_of(request.scope), service.now()
    desk = service.desk()
    client = desk.people.clients.client(key, at) if key else None
    if client is None or client.office not in {one.code for one in service.home.settings.offices}:
        raise Refusal(Cause.NO_KEY, headers={"WWW-Authenticate": 'Bearer realm="tte"'})
    if rights != (CLIENT,) and not any(may(client, Action(right), client.office, at) for right in rights):
        need(client, Action(rights[0]), client.office, at)
    return Call(service, desk, client, at)


def answer(shape: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A shape as JSON."""
    return Response(shape.model_dump_json(by_alias=True), status, headers, media_type="application/json")


def next_page(request: Request, after: str | int | None) -> dict[str, str]:
    """The Link header (RFC 8288) to the page after the last thing seen; none where there is no more."""
    if after is None:
        return {}
    url = request.url.include_query_params(cursor=base64.urlsafe_b64encode(str(after).encode()).decode().rstrip("="))
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def seen(cursor: str) -> str:
    """The last thing seen, as a cursor says; "" at the beginning. Refusal 422 for what is no cursor of ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
    except ValueError:
        raise Refusal(Cause.INVALID, said="this cursor is none that was given here") from None
