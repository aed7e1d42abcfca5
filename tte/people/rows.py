"""What is kept of people, row by row: the columns of `tte.register.people_tables`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in. `password` and `seed` never show."""

    TABLE: ClassVar[str] = "person"
    id: str
    login: str
    name: str
    password: str | None = field(repr=False)
    seed: bytes | None = field(repr=False)
    step: int
    created: datetime
    last_seen: datetime | None = None
    disabled: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of a person; without `confirmed_by` it gives no right."""

    TABLE: ClassVar[str] = "person_role"
    id: str
    person: str
    role: str
    office: str
    begins: datetime
    until: datetime | None
    capacity: str | None
    profile: str | None
    proposed_by: str
    confirmed_by: str | None


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries of one secret of one person (see `tries`)."""

    TABLE: ClassVar[str] = "person_tries"
    person: str
    what: str
    wrong: int = 0
    locks: int = 0
    until: datetime | None = None
    untold: int = 0


@dataclass(frozen=True, slots=True)
class Recovery:
    TABLE: ClassVar[str] = "person_recovery"
    sha256: bytes = field(repr=False)
    person: str


@dataclass(frozen=True, slots=True)
class Outside:
    """An identity of another service that a person signs in with; only its SHA-256 is kept."""

    TABLE: ClassVar[str] = "person_outside"
    sha256: bytes
    person: str
    made: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    TABLE: ClassVar[str] = "person_session"
    sha256: bytes = field(repr=False)
    person: str
    begun: datetime
    seen: datetime
    proven: datetime | None


@dataclass(frozen=True, slots=True)
class ClientRow:
    """An application; without `confirmed_by` its key is worth nothing yet."""

    TABLE: ClassVar[str] = "api_client"
    id: str
    name: str
    office: str
    actions: str
    sha256: bytes = field(repr=False)
    made_by: str
    made: datetime
    until: datetime
    last_used: date | None = None
    disabled: datetime | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key profile, as it stood (`digest`), that an office uses; without `confirmed_by` it is only proposed."""

    TABLE: ClassVar[str] = "office_key"
    id: str
    office: str
    profile: str
    digest: bytes
    begins: datetime
    until: datetime | None
    proposed_by: str
    confirmed_by: str | None
