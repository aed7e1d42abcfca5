"""What is to be told to citizens: the link to a document, a PIN, a report; and what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.tables import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.String(26)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "delivery",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=True),
        sa.Column("opens", sa.String(8), nullable=False),
        sa.Column("of", _ID, nullable=True),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("link", sa.LargeBinary(32), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", UtcTime, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("trouble", sa.String(40), nullable=True),
        sa.Column("sent", UtcTime, nullable=True),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("fetched", UtcTime, nullable=True),
        sa.Column("fetches", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("closed", UtcTime, nullable=True),
        sa.Column("forgotten", UtcTime, nullable=True),
        sa.UniqueConstraint("mark", name="uq_delivery_mark"),
        sa.UniqueConstraint("link", name="uq_delivery_link"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "channel", "due"])
    op.create_index("ix_delivery_office", "delivery", ["office", "state", "id"])
    op.create_index("ix_delivery_document", "delivery", ["document"])
