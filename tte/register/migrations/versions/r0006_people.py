"""People, their roles and credentials, and the desk: drafts, authorisations, and the list of who did what.

Rows are changed, but for `desk_event`, which has guards.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tte.register.guards import guard
from tte.register.tables import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.String(26)


def upgrade() -> None:
    """Make the tables, and the guards of the one that only grows."""
    _make_people()
    _make_desk()
    guard("desk_event", "seq = NEW.seq")


def _make_people() -> None:
    op.create_table(
        "person",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("seed", sa.LargeBinary, nullable=True),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("last_seen", UtcTime, nullable=True),
        sa.Column("disabled", UtcTime, nullable=True),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )
    op.create_table(
        "person_role",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("person", _ID, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("begins", UtcTime, nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.Column("capacity", sa.String(8), nullable=True),
        sa.Column("profile", sa.String(64), nullable=True),
        sa.Column("proposed_by", _ID, nullable=False),
        sa.Column("confirmed_by", _ID, nullable=True),
    )
    op.create_index("ix_person_role_person", "person_role", ["person"])
    op.create_table(
        "person_tries",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(12), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("locks", sa.Integer, nullable=False),
        sa.Column("until", UtcTime, nullable=True),
        sa.Column("untold", sa.Integer, nullable=False),
    )
    op.create_table(
        "person_recovery",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", _ID, nullable=False),
    )
    op.create_index("ix_person_recovery_person", "person_recovery", ["person"])
    op.create_table(
        "person_session",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", _ID, nullable=False),
        sa.Column("begun", UtcTime, nullable=False),
        sa.Column("seen", UtcTime, nullable=False),
        sa.Column("proven", UtcTime, nullable=True),
    )
    op.create_index("ix_person_session_person", "person_session", ["person"])
    op.create_table(
        "api_client",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("actions", sa.Text, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("until", UtcTime, nullable=False),
        sa.Column("last_used", sa.Date, nullable=True),
        sa.Column("disabled", UtcTime, nullable=True),
    )


def _make_desk() -> None:
    op.create_table(
        "desk_draft",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("values", sa.LargeBinary, nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("document", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("creator", _ID, nullable=False),
        sa.Column("created", UtcTime, nullable=False),
        sa.Column("changed", UtcTime, nullable=False),
        sa.Column("verifier", _ID, nullable=True),
        sa.Column("remark", sa.String(1000), nullable=True),
        sa.Column("authorisation", _ID, nullable=True),
        sa.Column("outcome", sa.String(64), nullable=True),
        sa.Column("issued", sa.String(64), nullable=True),
    )
    op.create_index("ix_desk_draft_state", "desk_draft", ["office", "state", "id"])
    op.create_index("ix_desk_draft_number", "desk_draft", ["office", "template", "number"])
    op.create_index("ix_desk_draft_authorisation", "desk_draft", ["authorisation"])
    op.create_table(
        "desk_authorisation",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("person", _ID, nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("made", UtcTime, nullable=False),
        sa.Column("until", UtcTime, nullable=False),
        sa.Column("used", UtcTime, nullable=True),
        sa.Column("ended", UtcTime, nullable=True),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
    )
    op.create_table(
        "desk_event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("person", _ID, nullable=False),
        sa.Column("office", sa.String(4), nullable=False),
        sa.Column("draft", _ID, nullable=True),
        sa.Column("document", sa.String(64), nullable=True),
        sa.Column("subject", _ID, nullable=True),
        sa.Column("code", sa.String(64), nullable=True),
        sa.Column("count", sa.Integer, nullable=True),
        sa.Column("reason", sa.String(1000), nullable=True),
    )
    op.create_index("ix_desk_event_draft", "desk_event", ["draft"])
    op.create_index("ix_desk_event_document", "desk_event", ["document"])
