"""What goes over the wire: shapes that more than one resource has, and how answers and refusals are described."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, StringConstraints

from tte.desk import Draft
from tte.model import Entry, Raw

Name = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,64}$")]
Cell = Annotated[StrictStr, StringConstraints(max_length=2000)] | StrictInt | None
Column = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Record = Annotated[
    dict[Column, Cell | Annotated[list[dict[Column, Cell]], Field(max_length=100)]],
    Field(max_length=200, description="Field names of the template and their values; /v1/templates has their schema."),
]
Reason = Annotated[
    StrictStr,
    StringConstraints(min_length=1, max_length=1000, pattern=r"\S"),
    Field(description="Why, for the office; it names nobody."),
]


def raw(record: Record) -> dict[str, Raw]:
    """A record that was sent, as a row has it."""
    return {name: list(map(dict, value)) if isinstance(value, list) else value for name, value in record.items()}


class Shape(BaseModel):
    """Nothing that is not declared, in either direction."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class End(Shape):
    """That a document is in force no longer."""

    at: datetime
    by: str | None = Field(description="The id of the document that took its place, or null.")


class Document(Shape):
    """What the register says of a document; nothing that the document says of a person but its number."""

    id: str
    office: str
    template: str
    number: str
    state: str = Field(description="ISSUED, REPLACED or REVOKED.")
    level: str = Field(description="B-B, B-T, B-LT or B-LTA.")
    held: bool = Field(description="Below the least level it may have, so its file is not given yet.")
    at: datetime
    pdf_sha256: str
    ended: End | None
    verify_url: str = Field(description="What stands in the QR code.")

    @classmethod
    def of(cls, entry: Entry, base_url: str) -> Document:
        ended = None if entry.ended is None else End(at=entry.ended.at, by=entry.ended.by)
        return cls(
            id=entry.id,
            office=entry.office,
            template=entry.template,
            number=entry.number,
            state=entry.state,
            level=entry.level,
            held=entry.held,
            at=entry.at,
            pdf_sha256=entry.pdf_sha256.hex(),
            ended=ended,
            verify_url=f"{base_url}/d/{entry.id}",
        )


class DraftShape(Shape):
    """A draft as it waits at the desk; its values only where one draft is asked for."""

    id: str
    kind: str = Field(description="issue, replace or withdraw.")
    template: str
    number: str
    state: str = Field(description="draft, checked, returned, signing, issued, withdrawn or discarded.")
    document: str | None = Field(description="The document to be replaced or withdrawn.")
    reason: str | None
    remark: str | None = Field(description="The verifier's, when it was returned.")
    outcome: str | None
    issued: str | None = Field(description="The document that came of it.")
    created: datetime
    changed: datetime
    record: Record | None = None

    @classmethod
    def of(cls, draft: Draft, record: Mapping[str, Any] | None = None) -> DraftShape:
        return cls.model_construct(
            **{name: getattr(draft, name) for name in cls.model_fields if name != "record"},
            record=record,
        )


class ProblemPart(Shape):
    field: str
    message: str


class ProblemShape(Shape):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    problems: list[ProblemPart] | None = None


_RATE_HEADERS: Final = {
    "RateLimit": {"description": "What is left, and for how many seconds.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "What may be asked.", "schema": {"type": "string"}},
    "X-Request-Id": {"description": "To tell us which request it was.", "schema": {"type": "string"}},
}
_RETRY: Final = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
_REFUSALS: Final[Mapping[int, str]] = {
    400: "The request cannot be read, or is for another host.",
    401: "No key, or one that is not valid (any more).",
    403: "The key was not given this action.",
    404: "There is no such thing, or it is another office's.",
    408: "The body took too long.",
    409: "It is at odds with what is there.",
    413: "The body is too large.",
    415: "The body is of another kind, or compressed.",
    422: "What was sent is not right; `problems` says where.",
    429: "Too many requests, or the key has signed as much as it may: see Retry-After.",
    500: "Our fault.",
    503: "Busy; or the register or the signing key is away: see Retry-After.",
}
_ALWAYS: Final = (400, 408, 413, 422, 429, 500, 503)
_EXAMPLES: Final[Mapping[int, tuple[str, str, str]]] = {
    401: ("no-key", "Kunci aplikasi tidak ada atau tidak berlaku", "Kirim Authorization: Bearer tte_…"),
    403: ("not-granted", "Kunci ini tidak boleh melakukannya", "this is not allowed: not-granted"),
    404: ("not-found", "Halaman ini tidak ada", "Periksa alamatnya, atau mulai dari halaman depan."),
    409: ("already-issued", "Ini bertentangan dengan yang sudah ada", "this number was issued for another record"),
    422: ("record", "Isinya belum benar", "no record of akta_kelahiran"),
}


def responses(gives: Mapping[int, Any], refuses: tuple[int, ...], *, known: bool) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: what it gives, and all that it may refuse."""
    found: dict[int | str, dict[str, Any]] = {}
    for status, what in gives.items():
        told: dict[str, Any] = {"model": what, "description": what.__doc__} if isinstance(what, type) else {**what}
        found[status] = {**told, "headers": {**_RATE_HEADERS, **told.get("headers", {})}}
    for status in sorted({*_ALWAYS, *refuses, *((401, 403) if known else ())}):
        content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/ProblemShape"}}
        if status in _EXAMPLES:
            code, title, detail = _EXAMPLES[status]
            content["example"] = {
                "type": f"urn:tte:problem:{code}",
                "title": title,
                "status": status,
                "detail": detail,
                "instance": "urn:tte:request:3f1c09ab5d7e2240",
            }
        found[status] = {
            "description": _REFUSALS[status],
            "content": {"application/problem+json": content},
            "headers": {**_RATE_HEADERS, **(_RETRY if status in (429, 503) else {})},
        }
    return found


def created(shape: type[BaseModel], said: str, **more: Any) -> dict[str, Any]:
    """An answer with this shape, under other words."""
    return {"model": shape, "description": said, **more}
