"""Webhooks and what is to be delivered, as they are kept: the columns of `tte.register.api_tables`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

LOG: Final = "log"
WAITING, FAILED = "waiting", "failed"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an application wants to be told, and of what. `secret` is sealed. `trouble`: why the last try failed."""

    TABLE: ClassVar[str] = "webhook"
    id: str
    client: str
    office: str
    url: str = field(repr=False)
    events: str
    secret: bytes = field(repr=False)
    made: datetime
    trouble: str | None = None

    def wants(self, event: str, office: str) -> bool:
        return self.office == office and event in self.events.split()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook, until it is taken. Its body never changes."""

    TABLE: ClassVar[str] = "webhook_delivery"
    id: str
    webhook: str
    body: bytes = field(repr=False)
    made: datetime
    due: datetime
    attempts: int = 0
    state: str = WAITING


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which line of the log (that one not included) there is nothing left to tell."""

    TABLE: ClassVar[str] = "webhook_cursor"
    name: str
    line: int
