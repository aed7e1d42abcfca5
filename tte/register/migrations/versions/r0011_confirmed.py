"""What one person proposes and another confirms: applications, an office's keys. And who signs in elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.tables import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.String(26)


def upgrade() -> None:
    """Make the table; what applications there are go on as before."""
    op.add_column("api_client", sa.Column("confirmed_by", _ID, nullable=True))
    client = sa.table("api_client", sa.column("confirmed_by", sa.String))
    op.execute(client.update().values(confirmed_by="local"))
    op.create_table(
        "office_key",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("begins", UtcTime, nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.Column("proposed_by", _ID, nullable=False),
        sa.Column("confirmed_by", _ID, nullable=True),
    )
    op.create_index("ix_office_key_profile", "office_key", ["profile"])
    op.create_table(
        "person_outside",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", _ID, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
    )
    op.create_index("ix_person_outside_person", "person_outside", ["person"])
