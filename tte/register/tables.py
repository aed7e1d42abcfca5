"""The tables, and the history of their shape. Portable: what one database only does stands in its module.

No column is numbered by the database: a writer holds the only turn, and numbers on from the last row. Rows are never
deleted, so no number comes twice.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

from tte.register.guarded import GUARDED as GUARDED
from tte.register.guarded import REVISIONS as REVISIONS


def utc(at: datetime) -> datetime:
    """The same time in UTC. ValueError if it has no time zone."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("a time in the register needs a time zone")
    return at.astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC and given back as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

reservation = Table(
    "reservation",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("name", LargeBinary(16), nullable=False),
    Column("id", String(64), nullable=False),
    Column("office", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    Column("template_sha256", LargeBinary(32), nullable=False),
    Column("number", String(128), nullable=False),
    Column("record_digest", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("edition", Integer, nullable=False),
    UniqueConstraint("name", name="uq_reservation_name"),
    UniqueConstraint("number", "office", "template", "edition", name="uq_reservation_number"),
)
"""Intents. `name` is `tte.frame.name_of(id)`, what a file calls itself. A number has one edition in force or under way;
it gets another, counted from 1, when that one is void or is to be replaced.
"""

prepared = Table(
    "prepared",
    metadata,
    Column(
        "reservation",
        Integer,
        ForeignKey("reservation.seq", name="fk_prepared_reservation"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("certificate", LargeBinary(32), nullable=False),
    Column("shared", LargeBinary(32), ForeignKey("shared.sha256", name="fk_prepared_shared"), nullable=False),
    Column("hole", Integer, nullable=True),
    Column("own", LargeBinary, nullable=False),
)
"""What was prepared to be signed under a reservation: a file whose own part number `hole` is empty, or, where that is
null, the file that goes to a signing service. `certificate` is the SHA-256 of whose signature it waits for.
"""

entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("reservation", Integer, ForeignKey("reservation.seq", name="fk_entry_reservation"), nullable=False),
    Column("pdf_sha256", LargeBinary(32), nullable=False),
    Column("level", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("reservation", name="uq_entry_reservation"),
)
"""What was issued. Files are found by their name and then compared: an index on their hashes would grow costly."""

shared = Table(
    "shared",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("parts", LargeBinary, nullable=False),
)
"""Parts that many files have, kept once; laid out as in `parts`, under the SHA-256 of that."""

body = Table(
    "body",
    metadata,
    Column("entry", Integer, ForeignKey("entry.seq", name="fk_body_entry"), primary_key=True, autoincrement=False),
    Column("shared", LargeBinary(32), ForeignKey("shared.sha256", name="fk_body_shared"), nullable=False),
    Column("own", LargeBinary, nullable=False),
)
"""The file of an entry: shared and own parts by turns. Where a prepared file has a hole, `own` is what fills it."""

goal = Table(
    "goal",
    metadata,
    Column("entry", Integer, ForeignKey("entry.seq", name="fk_goal_entry"), primary_key=True, autoincrement=False),
    Column("profile", String(64), nullable=False),
    Column("level", String(8), nullable=False),
    Column("minimum", String(8), nullable=False),
)
"""What an entry is to reach, where that is more than B-B."""

augmentation = Table(
    "augmentation",
    metadata,
    Column("entry", Integer, ForeignKey("entry.seq", name="fk_augmentation_entry"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("level", String(8), nullable=False),
    Column("pdf_sha256", LargeBinary(32), nullable=False),
    Column("until", UtcTime, nullable=True),
    Column("at", UtcTime, nullable=False),
    Column("shared", LargeBinary(32), ForeignKey("shared.sha256", name="fk_augmentation_shared"), nullable=False),
    Column("own", LargeBinary, nullable=False),
    Index("ix_augmentation_until", "until", "entry", "step"),
)
"""Later files of an entry, by steps from 1. The last one counts; each is kept as its difference from the one before
it (`differences`), with what it has in common with other files' under `shared`.
"""

key_use = Table(
    "key_use",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("key", LargeBinary(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Index("ix_key_use_key_day", "key", "day"),
)
"""How many documents a key was let sign, by SHA-256 of its certificate; kept before it is used."""

dispatch = Table(
    "dispatch",
    metadata,
    Column(
        "reservation",
        Integer,
        ForeignKey("reservation.seq", name="fk_dispatch_reservation"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
)
"""Documents sent to a service that signs them whole; kept before they are sent, attempts counted from 1."""

dispatch_end = Table(
    "dispatch_end",
    metadata,
    Column("reservation", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["reservation", "attempt"], ["dispatch.reservation", "dispatch.attempt"], name="fk_dispatch_end_dispatch"
    ),
)
"""That an attempt came to nothing. One that came to a signed document has an entry instead."""

allocation = Table(
    "allocation",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("office", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("number", String(128), nullable=False),
    Column("request", LargeBinary(32), nullable=False),
    Column("content", LargeBinary(32), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("office", "template", "day", "serial", name="uq_allocation_serial"),
    UniqueConstraint("request", "office", "template", name="uq_allocation_request"),
)
"""Numbers that the register gave: by office, template and day, from 1 without a gap. `request` is the SHA-256 of the
idempotency key it was asked with, `content` that of what it was asked for.
"""

void = Table(
    "void",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("reservation", Integer, ForeignKey("reservation.seq", name="fk_void_reservation"), nullable=True),
    Column("allocation", Integer, ForeignKey("allocation.seq", name="fk_void_allocation"), nullable=True),
    Column("reason", String(1000), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("reservation", name="uq_void_reservation"),
    UniqueConstraint("allocation", name="uq_void_allocation"),
)
"""What will never be issued: a reservation, or a number that was given and never reserved."""

replacement = Table(
    "replacement",
    metadata,
    Column(
        "reservation",
        Integer,
        ForeignKey("reservation.seq", name="fk_replacement_reservation"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("entry", Integer, ForeignKey("entry.seq", name="fk_replacement_entry"), nullable=False),
    Column("reason", String(1000), nullable=False),
)
"""Which entry a reservation is to replace once it is issued."""

withdrawal = Table(
    "withdrawal",
    metadata,
    Column(
        "entry", Integer, ForeignKey("entry.seq", name="fk_withdrawal_entry"), primary_key=True, autoincrement=False
    ),
    Column("successor", Integer, ForeignKey("entry.seq", name="fk_withdrawal_successor"), nullable=True),
    Column("reason", String(1000), nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""Entries that are in force no longer: replaced by a successor, or revoked."""

log = Table(
    "log",
    metadata,
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("subject", String(16), nullable=False),
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("places", LargeBinary, nullable=False),
    Column("lines", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    Column("salts", LargeBinary, nullable=False),
    Column("edge", LargeBinary, nullable=False),
    Index("ix_log_subject", "subject", "low", "high"),
)
"""The log (docs/log.md), a row for each step of a transaction: `size` lines from the number `first` on, their hashes
and salts, and the edge of the tree after them. The lines are about these `places` (four bytes each, between `low` and
`high`) in the table `subject`.
"""

log_tile = Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""The hash of each tile of the log that is full."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""Every checkpoint that was signed, kept before it is shown."""

acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("reason", String(1000), nullable=False),
    Column("at", UtcTime, nullable=False),
)
"""That a person knows that this register does not extend a checkpoint (`note`); `size` was that of its own log."""
