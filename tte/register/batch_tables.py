"""The tables of batches that workers take chunk by chunk. Unlike the register's lines, these rows are changed.

A chunk holds rows of people's data until it is finished; then they are set to nothing, and what became of each row
stays. Times are seconds since 1970 by the database's clock, for they are compared across machines.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tte.register.tables import metadata

batch = Table(
    "batch",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False),
    Column("standing", LargeBinary(32), nullable=True),
    Column("template", String(64), nullable=False),
    Column("template_sha256", LargeBinary(32), nullable=False),
    Column("profile", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("replacing", String(1000), nullable=False),
    Column("giving", Boolean, nullable=False),
    Column("submitted", Double, nullable=False),
    Column("cancelled", Double, nullable=True),
    Column("trouble", Text, nullable=True),
    UniqueConstraint("id", name="uq_batch_id"),
    UniqueConstraint("standing", name="uq_batch_standing"),
)
"""`standing` is the SHA-256 of all that is asked for: submitted again, it is this batch. None once it is cancelled
or somebody wanted it done again. `trouble` is why the last chunk was put back, until one is finished."""

chunk = Table(
    "batch_chunk",
    metadata,
    Column("batch", Integer, ForeignKey("batch.seq", name="fk_batch_chunk_batch"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("rows", LargeBinary, nullable=True),
    Column("worker", String(64), nullable=True),
    Column("until", Double, nullable=True),
    Column("due", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("begun", Double, nullable=True),
    Column("ended", Double, nullable=True),
    Column("outcomes", LargeBinary, nullable=True),
    Column("issued", Integer, nullable=False),
    Column("earlier", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Index("ix_batch_chunk_ended", "ended", "batch", "place"),
)
"""`worker` has it until `until`, if it does not say again that it lives. `due`: not to be taken before that.
`outcomes` is None in a chunk that was cancelled. `held` are among the issued and the earlier ones."""
