"""The log, and what ends a document: prepared files, editions of a number, void, replaced, revoked.

`reservation` gets a column and another unique constraint; on SQLite its rows are copied for that, every one. What an
older register holds enters the log as `adopt`, at the time of the migration: nothing vouches for what was before.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from tte.errors import RegisterError
from tte.register.adopting import adopt
from tte.register.guards import guard, unguard
from tte.register.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COPIED = "seq, name, id, office, template, template_sha256, number, record_digest, digest, at"

_SAME = {
    "reservation": (
        "seq = NEW.seq OR name = NEW.name OR (number = NEW.number AND office = NEW.office"
        " AND template = NEW.template AND edition = NEW.edition)"
    ),
    "prepared": "reservation = NEW.reservation",
    "allocation": (
        "seq = NEW.seq OR (office = NEW.office AND template = NEW.template"
        " AND ((day = NEW.day AND serial = NEW.serial) OR request = NEW.request))"
    ),
    "void": "seq = NEW.seq OR reservation = NEW.reservation OR allocation = NEW.allocation",
    "replacement": "reservation = NEW.reservation",
    "withdrawal": "entry = NEW.entry",
    "log": "first = NEW.first",
    "log_tile": 'level = NEW.level AND "index" = NEW."index"',
    "checkpoint": "seq = NEW.seq",
    "acknowledgement": "seq = NEW.seq",
}


def upgrade() -> None:
    """Make the tables and their guards, then write what is there into the log. RegisterError if rows went missing."""
    unguard("reservation")
    if op.get_context().dialect.name == "sqlite":
        _reservation_anew()
    else:
        op.add_column("reservation", sa.Column("edition", sa.Integer, nullable=False, server_default="1"))
        op.alter_column("reservation", "edition", server_default=None)
        op.drop_constraint("uq_reservation_number_office_template", "reservation", type_="unique")
        op.create_unique_constraint("uq_reservation_number", "reservation", ["number", "office", "template", "edition"])
    _make_documents()
    _make_log()
    for table, same in _SAME.items():
        guard(table, same)
    adopt(op.get_bind(), datetime.now(UTC))


def _reservation_anew() -> None:
    """SQLite cannot change a constraint (sqlite.org/lang_altertable.html §7); foreign keys are off meanwhile."""
    op.create_table(
        "reservation_0004",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.LargeBinary(16), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("template_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("record_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(64), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.UniqueConstraint("name", name="uq_reservation_name"),
        sa.UniqueConstraint("number", "office", "template", "edition", name="uq_reservation_number"),
    )
    connection = op.get_bind()
    connection.exec_driver_sql(
        f"INSERT INTO reservation_0004 ({_COPIED}, edition) SELECT {_COPIED}, 1 FROM reservation ORDER BY seq"  # noqa: S608
    )
    op.drop_table("reservation")
    op.rename_table("reservation_0004", "reservation")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RegisterError(
            "the register is damaged: a row has lost the row it belongs to; nothing was changed",
            hint="stop issuing and restore the register from its backup",
        )


def _make_documents() -> None:
    op.create_table(
        "prepared",
        sa.Column(
            "reservation",
            sa.Integer,
            sa.ForeignKey("reservation.seq", name="fk_prepared_reservation"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("certificate", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "shared", sa.LargeBinary(32), sa.ForeignKey("shared.sha256", name="fk_prepared_shared"), nullable=False
        ),
        sa.Column("hole", sa.Integer, nullable=True),
        sa.Column("own", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "allocation",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("office", sa.String(64), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("request", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("office", "template", "day", "serial", name="uq_allocation_serial"),
        sa.UniqueConstraint("request", "office", "template", name="uq_allocation_request"),
    )
    op.create_table(
        "void",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reservation", sa.Integer, sa.ForeignKey("reservation.seq", name="fk_void_reservation")),
        sa.Column("allocation", sa.Integer, sa.ForeignKey("allocation.seq", name="fk_void_allocation")),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("reservation", name="uq_void_reservation"),
        sa.UniqueConstraint("allocation", name="uq_void_allocation"),
    )
    op.create_table(
        "replacement",
        sa.Column(
            "reservation",
            sa.Integer,
            sa.ForeignKey("reservation.seq", name="fk_replacement_reservation"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("entry", sa.Integer, sa.ForeignKey("entry.seq", name="fk_replacement_entry"), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
    )
    op.create_table(
        "withdrawal",
        sa.Column(
            "entry",
            sa.Integer,
            sa.ForeignKey("entry.seq", name="fk_withdrawal_entry"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("successor", sa.Integer, sa.ForeignKey("entry.seq", name="fk_withdrawal_successor")),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("low", sa.Integer, nullable=False),
        sa.Column("high", sa.Integer, nullable=False),
        sa.Column("places", sa.LargeBinary, nullable=False),
        sa.Column("lines", sa.LargeBinary, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.Column("salts", sa.LargeBinary, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_log_subject", "log", ["subject", "low", "high"])
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "checkpoint",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_table(
        "acknowledgement",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
