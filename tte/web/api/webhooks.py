"""Webhooks of an application: where it wants to be told of what. Each has a secret, shown once."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, StrictStr, StringConstraints
from starlette.responses import Response

from tte.errors import NoSuchThing
from tte.http.telling import PREFIX
from tte.people import Action
from tte.people.events import new_id
from tte.register.rows import Rows
from tte.web.api.calls import Call, Calling, Routes, answer, known_id
from tte.web.api.shapes import Shape
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service
from tte.web.webhooks import EVENTS, Delivery, Webhook
from tte.web.webhooks.outbox import begin
from tte.web.webhooks.rows import FAILED, WAITING

MOST: Final = 10
_EXAMPLE: Final[dict[str, Any]] = {
    "url": "https://siak.contoh.example/tte",
    "events": ["document.issued", "document.revoked"],
}
_Event = Literal["document.issued", "document.replaced", "document.revoked", "batch.ended"]


class NewWebhook(Shape):
    """An address that takes POST, and the events that it wants."""

    url: Annotated[StrictStr, StringConstraints(max_length=500, pattern=r"^https?://[!-~]+$")]
    events: Annotated[list[_Event], Field(min_length=1, max_length=len(EVENTS))]

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})


class WebhookShape(Shape):
    """A webhook, and how far it is: what waits to be taken, and what was given up after two days."""

    id: str
    url: str
    events: list[str]
    made: datetime
    waiting: int
    failed: int
    trouble: str | None = Field(description="Why the last try was not taken.")


class MadeWebhook(WebhookShape):
    """A new webhook with its secret, which is never shown again."""

    secret: str = Field(description="whsec_ and base64: the key of the signatures (Standard Webhooks).")


class Webhooks(Shape):
    """The webhooks of this application."""

    items: list[WebhookShape]


def declare(routes: Routes) -> None:
    """`/v1/webhooks`."""
    service = routes.service

    @routes.post(
        "/webhooks",
        Action.SEE_DOCUMENTS,
        tag="webhooks",
        summary="Register a webhook",
        gives={201: MadeWebhook},
        refuses=(409, 415),
    )
    def add_webhook(call: Calling, body: NewWebhook) -> Response:
        """From now on what happens in the office is told there. The secret is shown once."""
        _check(service, body.url)
        id_, secret = new_id(call.at), PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        events = " ".join(sorted({*body.events}))
        hook = Webhook(id_, call.client.id, call.office, body.url, events, service.seal(secret, id_), call.at)
        register = service.register(make=True)
        with service.keeping().change() as rows:
            if rows.count(Webhook, client=call.client.id) >= MOST:
                raise Refusal(Cause.CONFLICT, code="too-many", said=f"an application has at most {MOST} webhooks")
            if register is not None:
                begin(rows, register)
            rows.add(hook)
        shape = MadeWebhook(**_said(hook), waiting=0, failed=0, secret=secret)
        return answer(shape, 201, {"Location": f"/v1/webhooks/{id_}"})

    @routes.get("/webhooks", Action.SEE_DOCUMENTS, tag="webhooks", summary="List webhooks", gives={200: Webhooks})
    def list_webhooks(call: Calling) -> Response:
        """Those of this application."""
        with service.keeping().reading() as rows:
            found = [_shape(rows, hook) for hook in rows.all(Webhook, client=call.client.id)]
        return answer(Webhooks(items=found))

    @routes.get(
        "/webhooks/{id}",
        Action.SEE_DOCUMENTS,
        tag="webhooks",
        summary="One webhook",
        gives={200: WebhookShape},
        refuses=(404,),
    )
    def get_webhook(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """How far it is."""
        with service.keeping().reading() as rows:
            return answer(_shape(rows, _theirs(rows, call, id)))

    @routes.delete(
        "/webhooks/{id}",
        Action.SEE_DOCUMENTS,
        tag="webhooks",
        summary="Remove a webhook",
        gives={204: {"description": "Nothing more is told there."}},
        refuses=(404,),
    )
    def remove_webhook(call: Calling, id: str) -> Response:  # noqa: A002
        """What waits for it is forgotten."""
        with service.keeping().change() as rows:
            hook = _theirs(rows, call, id)
            rows.drop(Delivery, webhook=hook.id)
            rows.drop(Webhook, id=hook.id)
        return Response(status_code=204)


def _check(service: Service, url: str) -> None:
    """Refusal 422 for an address that would never be asked."""
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and parts.username is None and not parts.fragment and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isascii():
        raise Refusal(Cause.INVALID, said="the url is https://, a host, and a path")
    if not url.startswith("https://") and not service.home.settings.serve.private_webhooks:
        raise Refusal(Cause.INVALID, said="the url begins with https://")


def _theirs(rows: Rows, call: Call, id_: str) -> Webhook:
    hook = rows.one(Webhook, id=known_id(id_), client=call.client.id)
    if hook is None:
        raise NoSuchThing("there is no such webhook")
    return hook


def _said(hook: Webhook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "events": hook.events.split(),
        "made": hook.made,
        "trouble": hook.trouble,
    }


def _shape(rows: Rows, hook: Webhook) -> WebhookShape:
    waiting, failed = (rows.count(Delivery, webhook=hook.id, state=state) for state in (WAITING, FAILED))
    return WebhookShape(**_said(hook), waiting=waiting, failed=failed)
