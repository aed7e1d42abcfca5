"""What files share is kept once; rows are numbered, documents are found by the name in their file.

Three indexes on random values (id, id again, hash of the file) become one, on the 16 bytes of the name. The rows of an
older register are copied, every one, and its tables dropped: their room in the file is used again by new rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice

import sqlalchemy as sa
from alembic import op

from tte.errors import RegisterError
from tte.register.guards import guard, unguard
from tte.register.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("reservation", "entry", "body")

_SAME = {
    "reservation": (
        "seq = NEW.seq OR name = NEW.name OR (number = NEW.number AND office = NEW.office AND template = NEW.template)"
    ),
    "entry": "seq = NEW.seq OR reservation = NEW.reservation",
    "shared": "sha256 = NEW.sha256",
    "body": "entry = NEW.entry",
}

_ONE_PART = (1).to_bytes(4, "big")
_NOTHING_SHARED = (1).to_bytes(4, "big") + bytes(4)
"""One shared part of no bytes, laid out: its length."""

_AT_ONCE = 100


def upgrade() -> None:
    """Make the new tables beside the old ones, copy, drop the old ones; with new guards.

    RegisterError, and nothing is changed, if a row has lost the row it belongs to.
    """
    for table in _TABLES:
        unguard(table)
        op.rename_table(table, f"{table}_0001")
    reservation, body, shared = _make()
    connection = op.get_bind()
    _copy_reservations(connection, reservation)
    _copy_entries(connection)
    _check_whole(connection, "entry")
    _copy_bodies(connection, body, shared)
    _check_whole(connection, "body")
    for table in reversed(_TABLES):
        op.drop_table(f"{table}_0001")
    for table, same in _SAME.items():
        guard(table, same)


def _make() -> tuple[sa.Table, sa.Table, sa.Table]:
    reservation = op.create_table(
        "reservation",
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
        sa.UniqueConstraint("name", name="uq_reservation_name"),
        sa.UniqueConstraint("number", "office", "template", name="uq_reservation_number_office_template"),
    )
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "reservation", sa.Integer, sa.ForeignKey("reservation.seq", name="fk_entry_reservation"), nullable=False
        ),
        sa.Column("pdf_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.UniqueConstraint("reservation", name="uq_entry_reservation"),
    )
    shared = op.create_table(
        "shared",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("parts", sa.LargeBinary, nullable=False),
    )
    body = op.create_table(
        "body",
        sa.Column(
            "entry",
            sa.Integer,
            sa.ForeignKey("entry.seq", name="fk_body_entry"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("shared", sa.LargeBinary(32), sa.ForeignKey("shared.sha256", name="fk_body_shared"), nullable=False),
        sa.Column("own", sa.LargeBinary, nullable=False),
    )
    return reservation, body, shared


def _copy_reservations(connection: sa.Connection, reservation: sa.Table) -> None:
    copied = [column for column in reservation.c if column.name not in ("seq", "name")]
    old = sa.table("reservation_0001", *(sa.column(column.name, column.type) for column in copied))
    ids = iter(connection.execute(sa.select(old.c.id).order_by(old.c.at, old.c.number, old.c.id)).scalars().all())
    seq = 0
    while some := list(islice(ids, _AT_ONCE)):
        lines = {
            line["id"]: dict(line) for line in connection.execute(old.select().where(old.c.id.in_(some))).mappings()
        }
        places = {id_: place for place, id_ in enumerate(some, seq + 1)}
        connection.execute(
            reservation.insert(),
            [{**lines[id_], "seq": place, "name": _name_of(id_)} for id_, place in places.items()],
        )
        seq += len(some)


def _copy_entries(connection: sa.Connection) -> None:
    connection.exec_driver_sql(
        "INSERT INTO entry (seq, reservation, pdf_sha256, level, at)"
        " SELECT old.seq, new.seq, old.pdf_sha256, old.level, old.at"
        " FROM reservation new JOIN entry_0001 old ON old.id = new.id ORDER BY old.seq"
    )


def _copy_bodies(connection: sa.Connection, body: sa.Table, shared: sa.Table) -> None:
    key = hashlib.sha256(_NOTHING_SHARED).digest()
    for number, some in enumerate(_old_bodies(connection)):
        if number == 0:
            connection.execute(shared.insert(), {"sha256": key, "parts": _NOTHING_SHARED})
        connection.execute(
            body.insert(),
            [{"entry": seq, "shared": key, "own": _ONE_PART + len(pdf).to_bytes(4, "big") + pdf} for seq, pdf in some],
        )


def _old_bodies(connection: sa.Connection) -> Iterator[Sequence[tuple[int, bytes]]]:
    entry = sa.table("entry_0001", sa.column("seq", sa.Integer), sa.column("id", sa.String))
    body = sa.table("body_0001", sa.column("id", sa.String), sa.column("pdf", sa.LargeBinary))
    wanted = sa.select(entry.c.seq, body.c.pdf).join_from(entry, body, entry.c.id == body.c.id).order_by(entry.c.seq)
    last = 0
    while some := connection.execute(wanted.where(entry.c.seq > last).limit(_AT_ONCE)).all():
        yield [(seq, pdf) for seq, pdf in some]
        last = some[-1][0]


def _check_whole(connection: sa.Connection, table: str) -> None:
    before, after = (
        connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in (f"{table}_0001", table)
    )
    if before != after:
        raise RegisterError(
            "the register is damaged: a row has lost the row it belongs to; nothing was changed",
            hint="stop issuing and restore the register from its backup",
        )


def _name_of(id_: str) -> bytes:
    return hashlib.sha256(id_.encode()).digest()[:16]
