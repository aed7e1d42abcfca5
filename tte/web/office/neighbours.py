"""What other rooms tell the day at a glance. The one place where it is asked of them.

A number is None while the room that knows it is not part of this service: then its tile is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tte.web.office.visits import Visit


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait somewhere, since when the oldest of them, and the path below the office where they are seen."""

    count: int
    oldest: datetime | None
    path: str


def requests(visit: Visit) -> Queue | None:
    """Requests of citizens that this office has not answered yet."""
    return None


def failed_deliveries(visit: Visit) -> Queue | None:
    """Messages of this office that were given up, or that failed and are tried again."""
    return None
