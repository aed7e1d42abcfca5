"""Figures of offices: one table whose lines are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.guards import guard
from tte.register.tables import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and its guard."""
    op.create_table(
        "figure",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.String(10), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("name", sa.String(96), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.String(26), nullable=False),
    )
    op.create_index("ix_figure_day", "figure", ["topic", "day"])
    op.create_index("ix_figure_name", "figure", ["topic", "office", "name"])
    guard("figure", "seq = NEW.seq")
