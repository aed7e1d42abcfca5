"""The table of what is to be told to citizens and to the recipients of reports. Its rows are changed.

An address stands here sealed, and is set to nothing when its time is over. Neither a link nor a PIN is kept: both
follow from a secret of the home.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from tte.register.tables import UtcTime, metadata

_ID = String(26)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("mark", LargeBinary(32), nullable=False),
    Column("office", String(4), nullable=False),
    Column("part", String(8), nullable=False),
    Column("document", String(64), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("address", LargeBinary, nullable=True),
    Column("opens", String(8), nullable=False),
    Column("of", _ID, nullable=True),
    Column("turn", Integer, nullable=False),
    Column("link", LargeBinary(32), nullable=True),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("made", UtcTime, nullable=False),
    Column("trouble", String(40), nullable=True),
    Column("sent", UtcTime, nullable=True),
    Column("told", Boolean, nullable=False),
    Column("fetched", UtcTime, nullable=True),
    Column("fetches", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("closed", UtcTime, nullable=True),
    Column("forgotten", UtcTime, nullable=True),
    UniqueConstraint("mark", name="uq_delivery_mark"),
    UniqueConstraint("link", name="uq_delivery_link"),
    Index("ix_delivery_due", "state", "channel", "due"),
    Index("ix_delivery_office", "office", "state", "id"),
    Index("ix_delivery_document", "document"),
)
"""`mark` is what a promise that is made twice is known by, `link` the SHA-256 of what stands in the link."""
