"""Drafts and authorisations as they are kept: the columns of `tte.register.people_tables`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

MOST: Final = 500
"""Documents that one authorisation can be for."""


class Kind(StrEnum):
    ISSUE = "issue"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


class State(StrEnum):
    """Where a draft is: draft → checked → signing → issued, or withdrawn; returned and discarded beside it."""

    DRAFT = "draft"
    CHECKED = "checked"
    RETURNED = "returned"
    SIGNING = "signing"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


OPEN: Final = (State.DRAFT, State.CHECKED, State.RETURNED, State.SIGNING)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an operator prepares: a document, one that replaces another, or a withdrawal.

    `values` are there until it is issued or discarded. `digest` is the record's; a withdrawal's is over what it says.
    `document` is the one to be replaced or withdrawn, `issued` the one that came of it. `remark` is the verifier's.
    """

    TABLE: ClassVar[str] = "desk_draft"
    id: str
    office: str
    kind: str
    template: str
    number: str
    values: bytes | None = field(repr=False)
    digest: bytes
    document: str | None
    reason: str | None = field(repr=False)
    state: str
    creator: str
    created: datetime
    changed: datetime
    verifier: str | None = None
    remark: str | None = field(default=None, repr=False)
    authorisation: str | None = None
    outcome: str | None = None
    issued: str | None = None

    def bound(self, template_sha256: bytes) -> str:
        """SHA-256, in hexadecimal, over all that signing it means: what an authorisation is bound to."""
        said = [
            self.kind,
            self.template,
            template_sha256.hex(),
            self.number,
            self.digest.hex(),
            self.document,
            self.reason,
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def withdrawal_digest(document: str, reason: str) -> bytes:
    """SHA-256 over what a withdrawal says."""
    return hashlib.sha256(json.dumps(["withdraw", document, reason]).encode()).digest()


@dataclass(frozen=True, slots=True)
class Authorisation:
    """That an official wants exactly these signed with his key: once, and soon. `root` is over all of it."""

    TABLE: ClassVar[str] = "desk_authorisation"
    id: str
    office: str
    person: str
    profile: str
    count: int
    root: bytes
    items: str = field(repr=False)
    made: datetime
    until: datetime
    used: datetime | None = None
    ended: datetime | None = None
    issued: int = 0
    refused: int = 0

    @property
    def bound(self) -> dict[str, str]:
        """The drafts in their order, and what each was bound as."""
        return dict(json.loads(self.items))

    def whole(self) -> bool:
        """Whether it says what it said when it was made."""
        return self.root == root_of(self.id, self.office, self.person, self.profile, self.until, self.items)


def root_of(id_: str, office: str, person: str, profile: str, until: datetime, items: str) -> bytes:
    """SHA-256 over who, with which key, until when, and the digests in their order."""
    said = [id_, office, person, profile, until.isoformat(), items]
    return hashlib.sha256(json.dumps(said).encode()).digest()
