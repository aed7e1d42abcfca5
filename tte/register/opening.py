"""What is alike on every database when a register is opened: migrations, and the guards looked at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection, Engine, inspect

from tte.errors import RegisterError
from tte.register.guards import check_guards
from tte.register.tables import GUARDED, REVISIONS

WRITING = "tte_writing"
"""The execution option of a transaction that will write: it holds other writers off from its beginning."""

MIGRATING = "tte_migrating"
"""That of one that will migrate; its connection is not used for anything after it."""

_NEIGHBOURS = "procrastinate_"
"""What the tables are called that may stand beside ours: those of the queue that workers take chunks from."""


def bring_up_to_date(engine: Engine, alone: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
    """Make the register or migrate it where needed, and see that it has its guards. While it is migrated it is held
    `alone`: an older program in the middle of a chunk would go on in tables that it does not know.

    RegisterError if it is none, was made by a newer version of this program, or has lost a guard.
    """
    with engine.connect() as connection:
        there = _revision(connection)
        if there == REVISIONS[-1]:
            check_guards(connection, GUARDED[REVISIONS[-1]])
            return
    options = {WRITING: True, MIGRATING: True}
    with alone() if there else nullcontext(), engine.connect().execution_options(**options) as connection:
        with connection.begin():
            found = _revision(connection)
            if found is not None:
                check_guards(connection, GUARDED[found])
            if found != REVISIONS[-1]:  # else another process was quicker
                _migrate(connection)
        connection.invalidate()


def look_at(engine: Engine) -> None:
    """See that this is a register of this version, with its guards; nothing is written. RegisterError if it is not."""
    with engine.connect() as connection:
        if _revision(connection) != REVISIONS[-1]:
            raise RegisterError("this register was made by an older version of this program", hint="restore it")
        check_guards(connection, GUARDED[REVISIONS[-1]])


def _revision(connection: Connection) -> str | None:
    """The migration this database stands at; None if it is empty. RegisterError if it is no register or too new."""
    tables = {name for name in inspect(connection).get_table_names() if not name.startswith(_NEIGHBOURS)}
    if not tables:
        return None
    found = (
        connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        if "alembic_version" in tables
        else []
    )
    if len(found) != 1 or not {*GUARDED.get(found[0], GUARDED[REVISIONS[0]])} <= tables:
        raise RegisterError("this is a database, but not a register", hint="check `register` in tte.toml")
    revision: str = found[0]
    if revision not in REVISIONS:
        raise RegisterError(
            f"the register was made by a newer version of this program (schema {revision})", hint="update tte"
        )
    return revision


def _migrate(connection: Connection) -> None:
    from alembic import command  # heavy, and needed once in the life of a register
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "tte.register:migrations")
    command.upgrade(config, "head")
