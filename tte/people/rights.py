"""Who may do what: one table of actions and roles, one function that asks it. What the table does not say is denied.

The table is safety.md 3.1. A role never includes a lower one. A refusal is a code; words are made where people read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

EVERYWHERE: Final = "*"
"""The office of a role that is for all of them."""

FRESH: Final = timedelta(minutes=10)
"""How long ago the second factor may have been shown for what needs it anew."""


class Role(StrEnum):
    OPERATOR = "operator"
    VERIFIER = "verifier"
    OFFICIAL = "official"
    """Kepala Dinas, or who acts for him: signs."""
    OFFICE_ADMIN = "office-admin"
    AUDITOR = "auditor"
    NATIONAL_ADMIN = "national-admin"


class Action(StrEnum):
    DRAFT = "draft"
    """Make, change, discard drafts; import files of them."""
    CHECK = "check"
    SIGN = "sign"
    PROPOSE_WITHDRAWAL = "propose-withdrawal"
    CONFIRM_WITHDRAWAL = "confirm-withdrawal"
    WITHDRAW = "withdraw"
    SEE_DOCUMENTS = "see-documents"
    """Numbers, states, dates: nothing that a document says of a person."""
    READ_DRAFTS = "read-drafts"
    READ_CONTENT = "read-content"
    PROPOSE_USERS = "propose-users"
    CONFIRM_USERS = "confirm-users"
    PROPOSE_KEYS = "propose-keys"
    PROVE_KEY = "prove-key"
    CONFIRM_KEYS = "confirm-keys"
    SEE_KEYS = "see-keys"
    CHANGE_POLICY = "change-policy"
    """Trust store, TSA list, templates, limits: two national admins."""
    SEE_POLICY = "see-policy"
    READ_LOG = "read-log"
    REPORT_FIGURES = "report-figures"
    """Say what an office's figures and problems are; nothing of a person."""
    SEE_FIGURES = "see-figures"
    SEE_COUNTRY = "see-country"
    """The figures of all offices of the country, also of those that this home does not serve."""
    MANAGE_CLIENTS = "manage-clients"
    CONFIRM_CLIENTS = "confirm-clients"
    ISSUE = "issue"
    """Issue without a person, with a key whose profile is `unattended`: applications only."""
    SIGN_UPLOADS = "sign-uploads"
    """Sign files that were not made here: applications only."""
    FILE_REQUESTS = "file-requests"
    """File a citizen's request and see how it stands: applications only. The citizen himself needs no right."""
    READ_REQUESTS = "read-requests"
    """What citizens ask for, with their attachments."""
    HANDLE_REQUESTS = "handle-requests"
    """Take a request up, return it, make a draft of it."""
    DELIVER = "deliver"
    """Send documents to citizens, correct where to, stop it. That they are sent is seen by who sees documents."""
    DELETE_ISSUED = "delete-issued"
    """Nobody, ever."""


class Reach(StrEnum):
    """How far a right goes."""

    OFFICE = "office"
    OWN = "own"
    """What the person did or holds: the caller looks, and says so."""
    SAMPLED = "sampled"
    """One at a time, with a reason that is kept."""


class Why(StrEnum):
    """Why something was refused."""

    NO_ROLE = "no-role"
    OTHER_OFFICE = "other-office"
    """Nobody is told so: for them it is not there."""
    NOT_OWN = "not-own"
    NO_REASON = "no-reason"
    SECOND_FACTOR = "second-factor"
    """There is none yet, or it was shown too long ago."""
    DISABLED = "disabled"
    ADMINISTERS = "administers"
    """Nobody both administers and signs."""
    SAME_PERSON = "same-person"
    """Who drafts does not check, and who did either does not sign."""
    NOT_GRANTED = "not-granted"
    """The API client was not given this action."""
    AUTHORISATION_USED = "authorisation-used"
    AUTHORISATION_EXPIRED = "authorisation-expired"
    AUTHORISATION_CHANGED = "authorisation-changed"
    """What was authorised is not what lies there now."""
    NOT_UNATTENDED = "not-unattended"
    """An application may not sign with this key: it wants a person."""
    KEY_NOT_IN_USE = "key-not-in-use"
    """It was taken out of use, changed since it was confirmed, or not confirmed at all where it must be."""
    LOCKED = "locked"


_A, _R = Action, Role
_OFFICE, _OWN, _SAMPLED = Reach.OFFICE, Reach.OWN, Reach.SAMPLED

RIGHTS: Final[Mapping[Action, Mapping[Role, Reach]]] = MappingProxyType(
    {
        _A.DRAFT: {_R.OPERATOR: _OFFICE},
        _A.CHECK: {_R.VERIFIER: _OFFICE},
        _A.SIGN: {_R.OFFICIAL: _OFFICE},
        _A.PROPOSE_WITHDRAWAL: {_R.OPERATOR: _OFFICE},
        _A.CONFIRM_WITHDRAWAL: {_R.VERIFIER: _OFFICE},
        _A.WITHDRAW: {_R.OFFICIAL: _OFFICE},
        _A.SEE_DOCUMENTS: {
            _R.OPERATOR: _OFFICE,
            _R.VERIFIER: _OFFICE,
            _R.OFFICIAL: _OFFICE,
            _R.OFFICE_ADMIN: _OFFICE,
            _R.AUDITOR: _OFFICE,
        },
        _A.READ_DRAFTS: {_R.OPERATOR: _OFFICE, _R.VERIFIER: _OFFICE, _R.OFFICIAL: _OFFICE},
        _A.READ_CONTENT: {_R.VERIFIER: _OFFICE, _R.OFFICIAL: _OWN, _R.AUDITOR: _SAMPLED},
        _A.PROPOSE_USERS: {_R.OFFICE_ADMIN: _OFFICE},
        _A.CONFIRM_USERS: {_R.NATIONAL_ADMIN: _OFFICE},
        _A.PROPOSE_KEYS: {_R.OFFICE_ADMIN: _OFFICE},
        _A.PROVE_KEY: {_R.OFFICIAL: _OWN},
        _A.CONFIRM_KEYS: {_R.NATIONAL_ADMIN: _OFFICE},
        _A.SEE_KEYS: {
            _R.OFFICIAL: _OWN,
            _R.OFFICE_ADMIN: _OFFICE,
            _R.AUDITOR: _OFFICE,
            _R.NATIONAL_ADMIN: _OFFICE,
        },
        _A.CHANGE_POLICY: {_R.NATIONAL_ADMIN: _OFFICE},
        _A.SEE_POLICY: {_R.AUDITOR: _OFFICE, _R.NATIONAL_ADMIN: _OFFICE},
        _A.READ_LOG: {
            _R.OFFICIAL: _OWN,
            _R.OFFICE_ADMIN: _OFFICE,
            _R.AUDITOR: _OFFICE,
            _R.NATIONAL_ADMIN: _OFFICE,
        },
        _A.REPORT_FIGURES: {_R.OPERATOR: _OFFICE, _R.OFFICE_ADMIN: _OFFICE},
        _A.SEE_FIGURES: dict.fromkeys(_R, _OFFICE),
        _A.SEE_COUNTRY: {_R.NATIONAL_ADMIN: _OFFICE},
        _A.MANAGE_CLIENTS: {_R.OFFICE_ADMIN: _OFFICE},
        _A.CONFIRM_CLIENTS: {_R.OFFICE_ADMIN: _OFFICE, _R.NATIONAL_ADMIN: _OFFICE},
        _A.ISSUE: {},
        _A.SIGN_UPLOADS: {},
        _A.FILE_REQUESTS: {},
        _A.READ_REQUESTS: {_R.OPERATOR: _OFFICE, _R.VERIFIER: _OFFICE},
        _A.HANDLE_REQUESTS: {_R.OPERATOR: _OFFICE},
        _A.DELIVER: {_R.OPERATOR: _OFFICE},
        _A.DELETE_ISSUED: {},
    }
)
"""Within the office of the role, which may be all of them."""

ANEW: Final = frozenset(
    {
        Action.SIGN,
        Action.WITHDRAW,
        Action.CONFIRM_USERS,
        Action.CONFIRM_KEYS,
        Action.CHANGE_POLICY,
        Action.MANAGE_CLIENTS,
        Action.CONFIRM_CLIENTS,
    }
)
"""What needs the second factor shown lately, not only at sign-in."""

DESK: Final = frozenset({Role.OPERATOR, Role.VERIFIER, Role.OFFICIAL})
ADMINS: Final = frozenset({Role.OFFICE_ADMIN, Role.NATIONAL_ADMIN})


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds in an office, from and until. `capacity` and `profile` are an official's: head, plt
    or plh, and the key profile that is his.
    """

    role: Role
    office: str
    begins: datetime
    until: datetime | None = None
    capacity: str | None = None
    profile: str | None = None

    def at(self, at: datetime) -> bool:
        return self.begins <= at and (self.until is None or at < self.until)

    def covers(self, office: str) -> bool:
        return self.office in (office, EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `proven` is when the second factor was last shown; None: there is none, so nothing may be done."""

    id: str
    login: str
    name: str
    roles: tuple[Held, ...]
    proven: datetime | None
    enabled: bool = True

    def held(self, at: datetime) -> Iterator[Held]:
        """The roles in force at a time."""
        return (one for one in self.roles if one.at(at))


@dataclass(frozen=True, slots=True)
class Client:
    """An application that asks, with a key: its office, and the actions it was given."""

    id: str
    office: str
    actions: frozenset[Action]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something may be done: true, with the role it is done in, or false, with the reason."""

    why: Why | None
    role: Role | None = None
    reach: Reach | None = None

    def __bool__(self) -> bool:
        return self.why is None


CLIENTS: Final = frozenset(
    {
        Action.DRAFT,
        Action.SEE_DOCUMENTS,
        Action.READ_DRAFTS,
        Action.READ_CONTENT,
        Action.PROPOSE_WITHDRAWAL,
        Action.ISSUE,
        Action.SIGN_UPLOADS,
        Action.FILE_REQUESTS,
    }
)
"""What a client can be given at all: none of what a person answers for."""


def may(
    who: Person | Client, action: Action, office: str, at: datetime, *, own: bool = False, reason: str = ""
) -> Answer:
    """Whether `who` may do `action` on something of `office` at a time.

    `own`: it is theirs, as the caller has looked up. `reason`: why they want to, where that is asked.
    """
    if isinstance(who, Client):
        if who.office != office:
            return Answer(Why.OTHER_OFFICE)
        return Answer(None if action in who.actions & CLIENTS else Why.NOT_GRANTED)
    if not who.enabled:
        return Answer(Why.DISABLED)
    rights, held = RIGHTS[action], list(who.held(at))
    fit = [one for one in held if one.role in rights]
    here = [one for one in fit if one.covers(office)]
    if not here:
        known = any(one.covers(office) for one in held)
        return Answer(Why.NO_ROLE if known else Why.OTHER_OFFICE)
    if action in (Action.SIGN, Action.WITHDRAW) and any(one.role in ADMINS for one in held):
        return Answer(Why.ADMINISTERS)
    if who.proven is None or (action in ANEW and not timedelta() <= at - who.proven <= FRESH):
        return Answer(Why.SECOND_FACTOR)
    refusals = []
    for one in here:
        reach = rights[one.role]
        if reach is Reach.OWN and not own:
            refusals.append(Why.NOT_OWN)
        elif reach is Reach.SAMPLED and not reason.strip():
            refusals.append(Why.NO_REASON)
        else:
            return Answer(None, one.role, reach)
    return Answer(refusals[0])
