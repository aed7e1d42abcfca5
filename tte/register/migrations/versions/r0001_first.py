"""Reservations, entries and bodies, with guards that keep rows from being changed, deleted or replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.guards import guard
from tte.register.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SAME = {
    "reservation": "id = NEW.id OR (office = NEW.office AND template = NEW.template AND number = NEW.number)",
    "entry": "id = NEW.id OR seq = NEW.seq",
    "body": "id = NEW.id",
}


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("record_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("office", "template", "number", name="uq_reservation_number"),
    )
    op.create_index("ix_reservation_number", "reservation", ["number"])
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), sa.ForeignKey("reservation.id", name="fk_entry_reservation"), nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("id", name="uq_entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_pdf_sha256", "entry", ["pdf_sha256"])
    op.create_table(
        "body",
        sa.Column("id", sa.String(64), sa.ForeignKey("entry.id", name="fk_body_entry"), primary_key=True),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
    )
    for table, same in _SAME.items():
        guard(table, same)
