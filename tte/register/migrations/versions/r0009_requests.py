"""Citizens' requests: what they say and send, sealed; the steps that each took; the keys of offices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.guards import guard
from tte.register.tables import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.String(26)


def upgrade() -> None:
    """Make the tables, and the guard of the one that only grows."""
    op.create_table(
        "request",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
        sa.Column("repeat", sa.LargeBinary(32), nullable=False),
        sa.Column("client", sa.String(12), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=True),
        sa.Column("remark", sa.LargeBinary, nullable=True),
        sa.Column("draft", _ID, nullable=True),
        sa.Column("document", sa.String(64), nullable=True),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("changed", UtcTime, nullable=False),
        sa.Column("forgotten", UtcTime, nullable=True),
        sa.UniqueConstraint("number", name="uq_request_number"),
        sa.UniqueConstraint("repeat", name="uq_request_repeat"),
    )
    op.create_index("ix_request_state", "request", ["office", "state", "id"])
    op.create_index("ix_request_draft", "request", ["draft"])
    op.create_index("ix_request_document", "request", ["document"])
    op.create_table(
        "request_step",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("request", _ID, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
    )
    op.create_index("ix_request_step_request", "request_step", ["request"])
    op.create_table(
        "request_attachment",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("request", _ID, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("type", sa.String(4), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_request_attachment_request", "request_attachment", ["request"])
    op.create_table(
        "request_key",
        sa.Column("office", sa.String(4), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
    )
    guard("request_step", "seq = NEW.seq")
