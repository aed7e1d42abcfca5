"""What other rooms tell the day at a glance. The one place where it is asked of them.

None where this person may not see it, or there is no register yet: then its tile is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tte.delivery import failed_deliveries as failed
from tte.people import Action
from tte.requests import waiting
from tte.web.office.visits import Visit


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait somewhere, since when the oldest of them, and the path below the office where they are seen; "" for
    who sees only the number.
    """

    count: int
    oldest: datetime | None
    path: str


def requests(visit: Visit) -> Queue | None:
    """Requests of citizens that this office has not answered yet. The head of office sees how many, not whose."""
    register = visit.service.register()
    if register is None or not visit.service.home.settings.requests.open:
        return None
    count, oldest = waiting(register, visit.office)
    return Queue(count, oldest, "/permohonan" if visit.may(Action.READ_REQUESTS) else "")


def failed_deliveries(visit: Visit) -> Queue | None:
    """Messages of this office that were given up."""
    register = visit.service.register()
    if register is None:
        return None
    path = "/kiriman?keadaan=failed" if visit.may(Action.DELIVER) else ""
    return Queue(failed(register, visit.office), None, path)
