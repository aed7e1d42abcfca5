"""Requests as they are kept: the columns of `tte.register.request_tables`, and the words for where one stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final


class State(StrEnum):
    """Where a request stands, in the people's words. A returned one that is amended is `diajukan` again."""

    SUBMITTED = "diajukan"
    EXAMINED = "diperiksa"
    RETURNED = "dikembalikan"
    SIGNED = "ditandatangani"
    SENT = "terkirim"


OPEN: Final = (State.SUBMITTED, State.EXAMINED, State.RETURNED)
DONE: Final = (State.SIGNED, State.SENT)


class Holder(StrEnum):
    """In which role somebody acts on a request, or has it before them."""

    CITIZEN = "citizen"
    APPLICATION = "application"
    OPERATOR = "operator"
    VERIFIER = "verifier"
    OFFICIAL = "official"
    SERVICE = "service"
    """The program itself: it saw that the document was issued, or that it was delivered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A request without what it says: for lists and figures. Holds no personal data.

    `draft` is the one that was made of it, `document` what came of that; `forgotten`: when its content was deleted.
    """

    TABLE: ClassVar[str] = "request"
    id: str
    office: str
    kind: str
    number: str
    state: str
    draft: str | None
    document: str | None
    made: datetime
    changed: datetime
    forgotten: datetime | None


@dataclass(frozen=True, slots=True)
class Filed:
    """A request. `content` and `remark` are sealed; `remark` says why it was returned."""

    TABLE: ClassVar[str] = "request"
    id: str
    office: str
    kind: str
    number: str
    secret: bytes = field(repr=False)
    repeat: bytes = field(repr=False)
    client: str | None
    state: str
    content: bytes | None = field(repr=False)
    made: datetime
    changed: datetime
    remark: bytes | None = field(default=None, repr=False)
    draft: str | None = None
    document: str | None = None
    forgotten: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """That a request came to a state, and in which role somebody brought it there."""

    TABLE: ClassVar[str] = "request_step"
    seq: int
    request: str
    at: datetime
    state: str
    role: str


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """An attachment; `content` is sealed, `size` and `pages` are of what is in it."""

    TABLE: ClassVar[str] = "request_attachment"
    id: str
    request: str
    purpose: str
    type: str
    size: int
    pages: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AttachmentStanding:
    """An attachment without what is in it."""

    TABLE: ClassVar[str] = "request_attachment"
    id: str
    request: str
    purpose: str
    type: str
    size: int
    pages: int


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """The key of an office, sealed with the home's secret."""

    TABLE: ClassVar[str] = "request_key"
    office: str
    wrapped: bytes = field(repr=False)
    made: datetime
