"""Citizens' requests: filed on a page or by an application, tracked by number and secret, made drafts by the office.

Everything personal is kept sealed with a key of the office and deleted when its time is over. See docs/requests.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from tte.delivery.contacts import Channel, Contact
from tte.desk import Drafts
from tte.office import Home
from tte.office.people import REQUESTS, kept_secret
from tte.register import Register
from tte.register.rows import keeping_of
from tte.requests.content import Attached, Content
from tte.requests.expiring import Expiring
from tte.requests.filing import Filing, Receipt
from tte.requests.following import Following, Promise
from tte.requests.handling import Handling
from tte.requests.rows import DONE, OPEN, AttachmentStanding, Filed, Holder, Standing, State, Step
from tte.requests.store import Store
from tte.requests.tracking import Hold, Track, Tracking
from tte.requests.waiting import Summary, summary, waiting

__all__ = [
    "DONE",
    "OPEN",
    "Attached",
    "AttachmentStanding",
    "Channel",
    "Contact",
    "Content",
    "Expiring",
    "Filed",
    "Filing",
    "Following",
    "Handling",
    "Hold",
    "Holder",
    "Promise",
    "Receipt",
    "Requests",
    "Standing",
    "State",
    "Step",
    "Summary",
    "Track",
    "Tracking",
    "requests_of",
    "summary",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Requests:
    """Everything that concerns requests, beside one open register. May be used from many threads."""

    filing: Filing
    tracking: Tracking
    handling: Handling
    following: Following
    expiring: Expiring


def requests_of(home: Home, register: Register, drafts: Drafts | None = None) -> Requests:
    """The requests of a home, beside its open register. The secret is read, or made, when it is first needed."""
    path = home.path / "var" / REQUESTS
    store = Store(keeping_of(register), lambda: kept_secret(path, holds="the secret of citizens' requests"))
    return Requests(
        Filing(store, home.settings.requests.per_day),
        Tracking(store),
        Handling(store, drafts or Drafts(home, register)),
        Following(store),
        Expiring(store, home.settings.requests.retention),
    )
