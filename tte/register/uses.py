"""How often a key was used: a count kept before each use."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, insert, select

from tte.register.tables import key_use


def use(connection: Connection, key: bytes, day: date, wanted: int, limit: int) -> int:
    """Note as many uses as are left of `limit` on that day, `wanted` at most, and say how many."""
    so_far = select(func.coalesce(func.sum(key_use.c.count), 0)).where(key_use.c.key == key, key_use.c.day == day)
    granted = max(min(wanted, limit - int(connection.execute(so_far).scalar_one())), 0)
    if granted:
        last = connection.execute(select(func.max(key_use.c.seq))).scalar_one() or 0
        connection.execute(insert(key_use), {"seq": last + 1, "key": key, "day": day, "count": granted})
    return granted
