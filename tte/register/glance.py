"""One look into a register in SQLite, for who asks about a file and ends: without SQLAlchemy, which takes a fifth of a
second to import. It only reads, and answers what `SqlRegister` answers, or nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from tte.errors import RegisterError
from tte.model import Ending, Entry, Goal, Level, Pdf
from tte.register.guarded import GUARDED, REVISIONS
from tte.register.trailer import names_in

_DEEDS = ("update", "delete", "replace")
_ENTRIES = """
    SELECT entry.seq, r.office, r.template, r.number, r.id, r.record_digest,
           coalesce(later.pdf_sha256, entry.pdf_sha256), coalesce(later.level, entry.level), entry.at,
           goal.profile, goal.level, goal.minimum, later.until, prepared.certificate,
           withdrawal.at, withdrawal.reason, next.id
    FROM reservation AS r JOIN entry ON entry.reservation = r.seq
    LEFT JOIN augmentation AS later ON later.entry = entry.seq
         AND later.step = (SELECT max(a.step) FROM augmentation AS a WHERE a.entry = entry.seq)
    LEFT JOIN goal ON goal.entry = entry.seq
    LEFT JOIN prepared ON prepared.reservation = r.seq
    LEFT JOIN withdrawal ON withdrawal.entry = entry.seq
    LEFT JOIN entry AS successor ON successor.seq = withdrawal.successor
    LEFT JOIN reservation AS next ON next.seq = successor.reservation
    WHERE r.name IN ({names}) {same}
    ORDER BY entry.seq LIMIT 1
"""
_SAME = """
    AND (entry.pdf_sha256 = ?
         OR EXISTS (SELECT 1 FROM augmentation AS a WHERE a.entry = entry.seq AND a.pdf_sha256 = ?))
"""


class Glance:
    """`find_pdf` and `find_named` of a register. RegisterError if it cannot be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find_pdf(self, pdf: Pdf) -> Entry | None:
        """The entry that has a file with these very bytes."""
        if not (names := names_in(pdf)):
            return None
        sha256 = hashlib.sha256(pdf).digest()
        return self._first(names, _SAME, (sha256, sha256))

    def find_named(self, pdf: Pdf) -> Entry | None:
        """The entry that goes by a name in the file, whatever its bytes."""
        return self._first(names_in(pdf), "", ())

    def close(self) -> None:
        self._connection.close()

    def _first(self, names: Sequence[bytes], same: str, more: tuple[bytes, ...]) -> Entry | None:
        asked = _ENTRIES.format(names=", ".join("?" * len(names)), same=same)
        try:
            line = self._connection.execute(asked, (*names, *more)).fetchone() if names else None
        except sqlite3.Error:
            raise RegisterError("the register cannot be read", hint="look at it with: tte register check") from None
        return None if line is None else _entry(*line)


def glance(path: Path) -> Glance | None:
    """The register in this file, if it is one of this version, with its guards, and nothing is unusual about it.

    None otherwise: `open_register` migrates it, or says what is wrong.
    """
    with suppress(sqlite3.Error, OSError), ExitStack() as stack:
        address = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)
        stack.callback(connection.close)
        if _is_usual(connection):
            stack.pop_all()
            return Glance(connection)
    return None


def _is_usual(connection: sqlite3.Connection) -> bool:
    with closing(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")) as lines:
        triggers = {name for (name,) in lines}
    wanted = {f"{table}_no_{deed}" for table in GUARDED[REVISIONS[-1]] for deed in _DEEDS}
    with closing(connection.execute("SELECT version_num FROM alembic_version")) as lines:
        return wanted <= triggers and lines.fetchall() == [(REVISIONS[-1],)]


def _entry(
    seq: int,
    office: str,
    template: str,
    number: str,
    id_: str,
    record_digest: bytes,
    sha256: bytes,
    level: str,
    at: str,
    profile: str | None,
    goal: str,
    minimum: str,
    until: str | None,
    certificate: bytes | None,
    ended_at: str | None,
    reason: str,
    successor: str | None,
) -> Entry:
    return Entry(
        seq=seq,
        office=office,
        template=template,
        number=number,
        id=id_,
        record_digest=record_digest,
        pdf_sha256=sha256,
        level=Level(level),
        at=_time(at),
        goal=None if profile is None else Goal(profile, Level(goal), Level(minimum)),
        until=None if until is None else _time(until),
        certificate_sha256=certificate or b"",
        ended=None if ended_at is None else Ending(_time(ended_at), reason, successor),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
