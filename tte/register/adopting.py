"""What an older register holds, taken into the log: once, in the migration that brings the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from tte.model import State
from tte.register.steps import Steps, kind

_ISSUED = text(
    "SELECT r.seq, r.office, r.template, r.number, e.pdf_sha256, e.seq AS entry"
    " FROM reservation r LEFT JOIN entry e ON e.reservation = r.seq ORDER BY r.seq"
)
_LATER = text(
    "SELECT r.seq, r.office, r.template, r.number, a.pdf_sha256"
    " FROM augmentation a JOIN entry e ON e.seq = a.entry JOIN reservation r ON r.seq = e.reservation"
    " ORDER BY a.entry, a.step"
)


def adopt(connection: Connection, at: datetime) -> None:
    """Every reservation, every entry, every later file, each as one line, in this order."""
    steps = Steps()
    rows = connection.execute(_ISSUED).all()
    for row in rows:
        steps.add(kind("adopt", row.office, row.template, State.PREPARED, None, at), row.seq, row.number)
    for row in rows:
        if row.entry is not None:
            issued = kind("adopt", row.office, row.template, State.ISSUED, State.PREPARED, at)
            steps.add(issued, row.seq, row.number, row.pdf_sha256)
    for row in connection.execute(_LATER):
        later = kind("adopt", row.office, row.template, State.ISSUED, State.ISSUED, at)
        steps.add(later, row.seq, row.number, row.pdf_sha256)
    steps.write(connection)
