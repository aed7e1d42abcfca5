"""Deliveries as they are kept: the columns of `tte.register.delivery_tables`, and their words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    """Its channel took it. Whether a person has read it, nobody knows but by the document having been fetched."""
    FAILED = "failed"
    """It was given up: somebody at the office must look."""
    STOPPED = "stopped"
    """The office stopped it, or its document is in force no longer."""


class Part(StrEnum):
    """What a message carries. No message carries two of them, and none of them a citizen's document."""

    LINK = "link"
    PIN = "pin"
    REPORT = "report"
    """A Friday report, as a file: it holds figures only."""


class Opens(StrEnum):
    """What opens a link, beside the link."""

    KEY = "key"
    """The key that the citizen was shown when he filed his request; it was never sent anywhere."""
    PIN = "pin"
    """Six digits, sent by another channel or told by the office."""
    NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message. `address` is sealed; `of` is the link that a PIN opens. `turn` counts how often it was made anew:
    each time with another link and PIN, and another name for whoever gets it twice. `told`: the request knows that it
    was sent. `fetched`: when the document was first fetched. `wrong` and `closed`: wrong PINs, and until when none is
    tried. `forgotten`: when the address was deleted; of what was stopped the link too.
    """

    TABLE: ClassVar[str] = "delivery"
    id: str
    mark: bytes = field(repr=False)
    office: str
    part: str
    document: str
    channel: str
    address: bytes | None = field(repr=False)
    opens: str
    of: str | None
    link: bytes | None = field(repr=False)
    due: datetime
    made: datetime
    turn: int = 1
    state: str = State.WAITING
    attempts: int = 0
    trouble: str | None = None
    sent: datetime | None = None
    told: bool = False
    fetched: datetime | None = None
    fetches: int = 0
    wrong: int = 0
    closed: datetime | None = None
    forgotten: datetime | None = None
