"""What an older register holds, taken into the log: once, in the migration that brings the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from tte.model import State
from tte.register.steps import Steps, kind

_PAGE: Final = 4096
"""Rows that are in memory at a time."""

_RESERVED: Final = (
    "SELECT r.seq, 0 AS step, r.office, r.template, r.number, NULL AS pdf_sha256 FROM reservation r"
    " WHERE r.seq > :after ORDER BY r.seq LIMIT :page"
)
_ISSUED: Final = (
    "SELECT r.seq, 0 AS step, r.office, r.template, r.number, e.pdf_sha256"
    " FROM reservation r JOIN entry e ON e.reservation = r.seq"
    " WHERE r.seq > :after ORDER BY r.seq LIMIT :page"
)
_LATER: Final = (
    "SELECT r.seq, a.step, r.office, r.template, r.number, a.pdf_sha256"
    " FROM augmentation a JOIN entry e ON e.seq = a.entry JOIN reservation r ON r.seq = e.reservation"
    " WHERE r.seq > :after OR (r.seq = :after AND a.step > :step) ORDER BY r.seq, a.step LIMIT :page"
)


def adopt(connection: Connection, at: datetime) -> None:
    """Every reservation, every entry, every later file, each as one line, in this order."""
    for wanted, state, before in (
        (_RESERVED, State.PREPARED, None),
        (_ISSUED, State.ISSUED, State.PREPARED),
        (_LATER, State.ISSUED, State.ISSUED),
    ):
        for page in _pages(connection, wanted):
            steps = Steps()
            for row in page:
                adopted = kind("adopt", row.office, row.template, state, before, at)
                if row.pdf_sha256 is None:
                    steps.add(adopted, row.seq, row.number)
                else:
                    steps.add(adopted, row.seq, row.number, row.pdf_sha256)
            steps.write(connection)


def _pages(connection: Connection, wanted: str) -> Iterator[list[Row[Any]]]:
    after = step = 0
    while True:
        page = [*connection.execute(text(wanted), {"after": after, "step": step, "page": _PAGE})]
        if not page:
            return
        yield page
        after, step = page[-1].seq, page[-1].step
