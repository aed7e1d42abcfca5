"""Batches and their chunks, which workers take. These rows are changed: they have no guards and no lines in the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batch",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("standing", sa.LargeBinary(32), nullable=True),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("replacing", sa.String(1000), nullable=False),
        sa.Column("giving", sa.Boolean, nullable=False),
        sa.Column("submitted", sa.Double, nullable=False),
        sa.Column("cancelled", sa.Double, nullable=True),
        sa.Column("trouble", sa.Text, nullable=True),
        sa.UniqueConstraint("id", name="uq_batch_id"),
        sa.UniqueConstraint("standing", name="uq_batch_standing"),
    )
    op.create_table(
        "batch_chunk",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.seq", name="fk_batch_chunk_batch"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("rows", sa.LargeBinary, nullable=True),
        sa.Column("worker", sa.String(64), nullable=True),
        sa.Column("until", sa.Double, nullable=True),
        sa.Column("due", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("begun", sa.Double, nullable=True),
        sa.Column("ended", sa.Double, nullable=True),
        sa.Column("outcomes", sa.LargeBinary, nullable=True),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("earlier", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
    )
    op.create_index("ix_batch_chunk_ended", "batch_chunk", ["ended", "batch", "place"])
