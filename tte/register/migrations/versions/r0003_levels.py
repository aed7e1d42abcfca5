"""What comes after B-B: goals and later files; how often keys were used; what was sent to a signing service.

Tables are added; no row of an older register is touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.guards import guard
from tte.register.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SAME = {
    "goal": "entry = NEW.entry",
    "augmentation": "entry = NEW.entry AND step = NEW.step",
    "key_use": "seq = NEW.seq",
    "dispatch": "reservation = NEW.reservation AND attempt = NEW.attempt",
    "dispatch_end": "reservation = NEW.reservation AND attempt = NEW.attempt",
}


def upgrade() -> None:
    """Make the tables and their guards."""
    op.create_table(
        "goal",
        sa.Column(
            "entry", sa.Integer, sa.ForeignKey("entry.seq", name="fk_goal_entry"), primary_key=True, autoincrement=False
        ),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("minimum", sa.String(8), nullable=False),
    )
    op.create_table(
        "augmentation",
        sa.Column("entry", sa.Integer, sa.ForeignKey("entry.seq", name="fk_augmentation_entry"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column(
            "shared", sa.LargeBinary(32), sa.ForeignKey("shared.sha256", name="fk_augmentation_shared"), nullable=False
        ),
        sa.Column("own", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_augmentation_until", "augmentation", ["until", "entry", "step"])
    op.create_table(
        "key_use",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_key_use_key_day", "key_use", ["key", "day"])
    op.create_table(
        "dispatch",
        sa.Column(
            "reservation",
            sa.Integer,
            sa.ForeignKey("reservation.seq", name="fk_dispatch_reservation"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_table(
        "dispatch_end",
        sa.Column("reservation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation", "attempt"], ["dispatch.reservation", "dispatch.attempt"], name="fk_dispatch_end_dispatch"
        ),
    )
    for table, same in _SAME.items():
        guard(table, same)
