"""People and rights: who signs in, which roles they hold, what may be done in them. Kept beside the register.

Passwords are argon2id, the second factor is TOTP, sessions are random tokens; nothing of it is kept as it is typed.
`may` is the one place that says yes. See docs/people.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tte.people.accounts import Accounts
from tte.people.clients import Clients
from tte.people.events import Event
from tte.people.keys import Keys, Standing
from tte.people.rights import (
    ANEW,
    EVERYWHERE,
    RIGHTS,
    Action,
    Answer,
    Client,
    Held,
    Person,
    Reach,
    Role,
    Why,
    may,
)
from tte.people.sessions import Sessions, SignedIn
from tte.register import Register
from tte.register.rows import keeping_of

__all__ = [
    "ANEW",
    "EVERYWHERE",
    "RIGHTS",
    "Accounts",
    "Action",
    "Answer",
    "Client",
    "Clients",
    "Event",
    "Held",
    "Keys",
    "People",
    "Person",
    "Reach",
    "Role",
    "Sessions",
    "SignedIn",
    "Standing",
    "Why",
    "may",
    "people_of",
]


@dataclass(frozen=True, slots=True)
class People:
    """Everything that concerns people, beside one open register."""

    accounts: Accounts
    sessions: Sessions
    clients: Clients
    keys: Keys


def people_of(register: Register, secret: Callable[[], bytes]) -> People:
    """The people kept beside an open register. `secret` gives 32 bytes that second factors are sealed with."""
    keeping = keeping_of(register)
    return People(Accounts(keeping), Sessions(keeping, secret), Clients(keeping), Keys(keeping))
