"""What the register keeps of a document, from the intent to sign it to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tte.model.documents import Level, Prepared


class State(StrEnum):
    """What a document is in the register. Its number goes through them in this order, or ends VOID."""

    RESERVED = "RESERVED"
    PREPARED = "PREPARED"
    SIGNED = "SIGNED"
    ISSUED = "ISSUED"
    VOID = "VOID"
    REPLACED = "REPLACED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Replaces:
    """The id of the entry that a new document is to replace, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be signed, kept before the key is used: which record, which number, which digest, when.

    `sent`: it went to a signing service that signs whole documents, and no answer is known; it may be signed there.
    `prepared` is what will be signed; an intent that is read from the register is without it (`Register.prepared`).
    """

    office: str
    template: str
    template_sha256: bytes
    number: str
    id: str
    record_digest: bytes
    digest: bytes
    at: datetime
    sent: bool = False
    replaces: Replaces | None = None
    prepared: Prepared | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """The level a document is to reach, and the one below which it is not delivered, as its key profile said."""

    profile: str
    level: Level
    minimum: Level


@dataclass(frozen=True, slots=True)
class Ending:
    """That an issued document is in force no longer: since when, and why, in the words of who ended it.

    `by` is the id of the document that took its place, where one did: then it is REPLACED, else REVOKED.
    """

    at: datetime
    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of an issued document, as it stands; the lines it follows from are never changed.

    `level` and `pdf_sha256` are those of its present file, `at` is when it was issued. `goal` is None if B-B is all it
    is to reach. `until`: up to this time the newest proof in a file at B-LTA can be relied on; None if that is unknown.
    `certificate_sha256` is that of the certificate it was signed with; empty for what was issued before it was noted.
    `ended` is None while it is in force.
    """

    seq: int
    office: str
    template: str
    number: str
    id: str
    record_digest: bytes
    pdf_sha256: bytes
    level: Level
    at: datetime
    goal: Goal | None = None
    until: datetime | None = None
    certificate_sha256: bytes = b""
    ended: Ending | None = None

    @property
    def state(self) -> State:
        """ISSUED while it is in force, then REPLACED or REVOKED."""
        if self.ended is None:
            return State.ISSUED
        return State.REVOKED if self.ended.by is None else State.REPLACED

    @property
    def minimum(self) -> Level:
        """The level below which this document is not delivered."""
        return self.goal.minimum if self.goal else Level.B_B

    @property
    def held(self) -> bool:
        """Whether it is held back from delivery."""
        return not self.level.reaches(self.minimum)

    @property
    def below_goal(self) -> bool:
        """Whether its level is still to be raised."""
        return self.goal is not None and not self.level.reaches(self.goal.level)


@dataclass(frozen=True, slots=True)
class Raised:
    """The file of the entry `id` at a higher level, or renewed at B-LTA, made from the file with SHA-256 `former`."""

    id: str
    former: bytes
    pdf: bytes
    level: Level
    until: datetime | None = None
