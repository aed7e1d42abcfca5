"""The tables, and the history of their shape. Portable: what one database only does stands in its module."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

REVISIONS = ("0001",)
"""The migrations there are, oldest first: known without importing Alembic. A test keeps them equal to the scripts."""

GUARDED = ("reservation", "entry", "body")
"""The tables whose rows may only be added."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC and given back as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time in the register needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

reservation = Table(
    "reservation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("office", String(64), nullable=False),
    Column("template", String(64), nullable=False),
    Column("template_sha256", LargeBinary(32), nullable=False),
    Column("number", String(128), nullable=False),
    Column("record_digest", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("office", "template", "number", name="uq_reservation_number"),
    Index("ix_reservation_number", "number"),
)

entry = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), ForeignKey("reservation.id", name="fk_entry_reservation"), nullable=False),
    Column("pdf_sha256", LargeBinary(32), nullable=False),
    Column("level", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("id", name="uq_entry_id"),
    Index("ix_entry_pdf_sha256", "pdf_sha256"),
    sqlite_autoincrement=True,
)

body = Table(
    "body",
    metadata,
    Column("id", String(64), ForeignKey("entry.id", name="fk_body_entry"), primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
)
