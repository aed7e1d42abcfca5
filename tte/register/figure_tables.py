"""The table of figures: what offices say of themselves, day by day. Its lines are only ever added."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from tte.register.tables import UtcTime, metadata

figure = Table(
    "figure",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("topic", String(10), nullable=False),
    Column("office", String(4), nullable=False),
    Column("name", String(96), nullable=False),
    Column("day", Date, nullable=False),
    Column("content", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(26), nullable=False),
    Index("ix_figure_day", "topic", "day"),
    Index("ix_figure_name", "topic", "office", "name"),
)
"""What the office said on `topic` under `name`, as JSON in one canonical form (`tte.figures.topics`). The last line of
a name counts; those before it are superseded and stay. `by` is a person's id, or `local`.
"""
