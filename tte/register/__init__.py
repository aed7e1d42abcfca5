"""What was issued. Lines are added, never changed; the state of a document follows from which lines there are.

A number is *reserved* (its intent is durable before the key is used), then *issued* (its entry and its file are kept
in one transaction), then perhaps *raised* to higher levels, each with a file beside the earlier ones. Reserved, and
neither issued nor void, is pending, and is listed as such for as long as it takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from tte.errors import AlreadyIssued, ConfigError
from tte.model import Entry, Goal, Intent, Pdf, Prepared, Raised, SignedDocument, State

if TYPE_CHECKING:
    from tte.archive import Archive
    from tte.register.evidence import Evidence
    from tte.register.listing import Sought
    from tte.register.logbook import Logbook

__all__ = ["Ended", "Gone", "Register", "Request", "Turn", "open_register"]

Ended = Literal["refused", "released"]
"""How sending ended without a document: the service refused it, or has surely not signed it."""


class Request(NamedTuple):
    """One request for a number: SHA-256 of its idempotency key, and of what the number is for."""

    key: bytes
    content: bytes

    @classmethod
    def of(cls, key: str, content: bytes) -> Request:
        """A request with this idempotency key."""
        return cls(hashlib.sha256(key.encode()).digest(), content)


class Gone(NamedTuple):
    """A document that is in force no longer, or was never issued: REVOKED, REPLACED or VOID. `at`: when reserved."""

    id: str
    at: datetime
    state: State


class Turn(Protocol):
    """What an issuer holds while it looks up, reserves, signs and records. All claims end with it, or with the process.

    RegisterError if the database cannot be reached, or a claim was waited for in vain.
    """

    def claim(self, office: str, template: str, numbers: Collection[str], *, wait: bool) -> bool:
        """Hold other issuers off these numbers; False, and none is claimed, if another has one of them.

        `wait`: until all can be had; only while nothing is claimed.
        """

    def release(self, office: str, template: str, numbers: Collection[str]) -> None:
        """Let others have these numbers, which were claimed in this turn."""


class Register(Protocol):
    """The register of one office home. May be used from many threads; open it once in each process.

    Every method raises RegisterError, with what to do, if the database cannot be read or written; what it was to write
    is then written whole or not at all.
    """

    def turn(self) -> AbstractContextManager[Turn]:
        """Begin to issue: what is claimed in it is held from other issuers, here and in other processes.

        Without a claim two of them with the same rows would each take what the other has reserved for half done.
        A register in one file is held as a whole, for as long as the turn lasts.
        """

    def raising(self) -> AbstractContextManager[None]:
        """Hold off others who raise levels, here and in other processes: no document is time-stamped twice for nothing.

        Issuers are not held off.
        """

    archive: Archive | None
    """Where files are put before they are recorded, if they are."""

    @property
    def log(self) -> Logbook:
        """The log of every change of state; each stands in it in the transaction that makes it (docs/log.md)."""

    @property
    def evidence(self) -> Evidence:
        """All rows as they are, for the audit and the check."""

    def known(self, office: str, template: str, numbers: Sequence[str]) -> Mapping[str, Intent | Entry]:
        """What there is under these numbers: the entry if issued, else the pending intent; absent if neither.

        Where a number has had several documents, one after the other, the last one counts. An intent that is `sent`
        may not be signed again; `reserve` says so too.
        """

    def reserve(self, intents: Sequence[Intent]) -> Sequence[AlreadyIssued | None]:
        """Make these intents durable in one transaction; one answer for each, in order.

        None: reserved, now or earlier by the same id for the same record, and not issued yet: it may be signed.
        AlreadyIssued: the number is issued, or belongs to another id or record. Never raised, so one item stops none.
        A number that is issued is reserved again for a document that `replaces` the last one under it; a number whose
        reservation is void, for any.
        """

    def prepared(self, id: str) -> Prepared | None:  # noqa: A002
        """What was prepared to be signed under this id; None if nothing was kept, or nothing is reserved."""

    def allocate(
        self,
        office: str,
        template: str,
        day: date,
        requests: Sequence[Request],
        number: Callable[[int], str],
        at: datetime,
    ) -> Sequence[str | AlreadyIssued]:
        """A number for each request, in one transaction: the one that the same key was given before, or the next.

        `number` makes it from a serial of that office, template and day, counted from 1 without a gap. AlreadyIssued,
        never raised: the key was used for other content.
        """

    def void(self, ids: Sequence[str], reason: str, at: datetime) -> None:
        """Note that these reservations will never be issued, and why. Saying it twice is fine.

        RegisterError, and nothing is noted, if one is not reserved, is issued, or was sent to a service.
        """

    def void_unused(self, office: str, before: datetime, reason: str, at: datetime) -> Sequence[str]:
        """Note that numbers allocated before this time and never reserved will not be used; those numbers."""

    def revoke(self, id: str, reason: str, at: datetime) -> Entry:  # noqa: A002
        """Note that a document is in force no longer, and why; the entry as it then stands.

        RegisterError if there is none, or it is not in force.
        """

    def record(self, signed: Sequence[SignedDocument], at: datetime, goal: Goal | None = None) -> Sequence[Entry]:
        """Keep these documents, entries and files, in one transaction; the entries in order. They are to reach `goal`.

        What one was reserved to replace is replaced by it in the same transaction.
        Parts that documents share are kept once. Recording the same bytes again returns the earlier entry, as it stands
        by now and with its earlier goal.
        RegisterError, and nothing is kept, if one was not reserved, was reserved for another record, is recorded with
        other bytes, or is not what was prepared.
        ValueError if one has not as many parts of its own as shared ones, or none.
        """

    def augment(self, items: Sequence[Raised], at: datetime) -> Sequence[Entry]:
        """Keep later files of entries, in one transaction; the entries as they then stand, in order.

        A file that is the entry's present one, or was made from one that no longer is, is not kept, and the entry is
        given as it stands: somebody was quicker. What has been kept stays and is still found by `find_pdf`.
        RegisterError, and nothing is kept, for an id that is not issued and a level that is not above the present one;
        at B-LTA it may be the same.
        """

    def below_goal(self, profile: str | None = None) -> Iterator[Entry]:
        """The entries whose level is below their goal, all or those of one key profile; oldest first."""

    def expiring(self, before: datetime) -> Iterator[Entry]:
        """The entries at B-LTA whose newest proof can be relied on until a time before this one; oldest first.

        Both lists may be gone through while their entries are raised.
        """

    def use(self, key: bytes, day: date, wanted: int, limit: int) -> int:
        """Note that a key is about to sign: `wanted` documents, or as many as are left of `limit` on that day.

        How many is answered, and is durable; uses that come to nothing count as well. `key` is the SHA-256 of its
        certificate.
        """

    def dispatch(self, ids: Sequence[str], at: datetime) -> None:
        """Note that these are about to be sent to a service that signs whole documents.

        RegisterError, and nothing is noted, if one is not reserved, is issued, or was sent already and came to no end.
        """

    def dispatch_ended(self, ids: Sequence[str], state: Ended, at: datetime) -> None:
        """Note that sending these came to nothing: they may be sent again. Saying it twice is fine.

        RegisterError, and nothing is noted, if one was never sent, or is issued.
        """

    def dispatched(self) -> Sequence[Intent]:
        """What was sent and neither ended nor recorded: its outcome is not known. Oldest first; all are pending too."""

    def find(self, id: str) -> Entry | None:  # noqa: A002  the noun of the model
        """The entry with this public id."""

    def find_number(self, number: str, office: str | None = None) -> Sequence[Entry]:
        """The entries under a number, of all templates and, without `office`, of all offices; oldest first."""

    def find_pdf(self, pdf: Pdf) -> Entry | None:
        """The entry of this file: byte for byte what was issued, or is or was its file since.

        It is found by the name in its trailer.
        """

    def find_named(self, pdf: Pdf) -> Entry | None:
        """The entry that a file names in its trailer, whatever its bytes are: anybody can copy a name."""

    def pending(self) -> Sequence[Intent]:
        """What was reserved, and is neither issued nor void; oldest first."""

    def read_pdf(self, id: str) -> bytes:  # noqa: A002
        """The present file of an entry, checked by its SHA-256. RegisterError if there is none or it is damaged."""

    def gone(self, office: str) -> Sequence[Gone]:
        """What an office has issued and is in force no longer, and what it reserved and is void; in no order."""

    def count(self) -> int:
        """How many entries there are."""

    def entries(self, after_seq: int = 0) -> Iterator[Entry]:
        """The entries after `after_seq` in order; no transaction stays open between them."""

    def latest(self, wanted: Sought, *, before_seq: int | None = None, most: int = 50) -> Sequence[Entry]:
        """The documents that are sought, the newest first; `before_seq` the last one seen."""

    def issued_by_day(self, office: str, since: datetime, zone: tzinfo) -> Mapping[date, Mapping[str, int]]:
        """How many documents of each template an office has issued on each day, as the days are in a zone."""

    def close(self) -> None:
        """Let go of the database. Closing twice is fine; anything else afterwards raises RegisterError."""


def open_register(url: str) -> Register:
    """The register at `sqlite:PATH` or `postgresql://…`, made if it is not there; an older one is migrated.

    ConfigError for another kind of URL. RegisterError if it is no register, is damaged, cannot be reached or written,
    is not safe to use, has lost its guards, or was made by a newer version of this program.
    """
    scheme, _, path = url.partition(":")
    if scheme == "postgresql" and path.startswith("//"):
        from tte.register.postgres import open_postgres

        return open_postgres(url)
    if scheme != "sqlite" or not path:
        raise ConfigError(
            "the register is given as sqlite:PATH or postgresql://…",
            hint='tte.toml: register = "sqlite:var/register.sqlite"',
        )
    from tte.register.sqlite import open_sqlite

    return open_sqlite(path)
