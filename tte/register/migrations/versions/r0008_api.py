"""What is kept for applications: idempotency keys, their batches, webhooks and what is to be delivered to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.tables import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.String(26)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_request",
        sa.Column("key", sa.LargeBinary(32), primary_key=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_table(
        "api_batch",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("client", sa.String(12), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_index("ix_api_batch_told", "api_batch", ["told"])
    op.create_table(
        "webhook",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("client", sa.String(12), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.String(200), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("trouble", sa.String(40), nullable=True),
    )
    op.create_index("ix_webhook_client", "webhook", ["client"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("webhook", _ID, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("due", UtcTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_index("ix_webhook_delivery_due", "webhook_delivery", ["webhook", "state", "due"])
    op.create_table(
        "webhook_cursor",
        sa.Column("name", sa.String(8), primary_key=True),
        sa.Column("line", sa.Integer, nullable=False),
    )
