"""Keeping signed documents: the judgement of each, then entries and files as new rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, func, insert, select

from tte.errors import RegisterError
from tte.frame import name_of
from tte.model import Entry, Goal, Prepared, SignedDocument, State
from tte.register.ending import refuse_void, replace_all
from tte.register.faults import damaged
from tte.register.files import File, Shared
from tte.register.lines import chunks, entry_of, lines
from tte.register.parts import encoded
from tte.register.raising import Model
from tte.register.reserving import Lately
from tte.register.statements import Addition, Statements
from tte.register.steps import Steps, kind
from tte.register.tables import body, entry, reservation, shared, utc
from tte.register.tables import goal as goals

_LAST = select(func.max(entry.c.seq))


def keep_shared(connection: Connection, needed: Iterable[Shared | Model]) -> None:
    """Have these shared parts in the register. RegisterError if it has others under their name."""
    for one in needed:
        found = connection.execute(select(shared.c.parts).where(shared.c.sha256 == one.sha256)).scalar_one_or_none()
        if found is None:
            connection.execute(insert(shared), {"sha256": one.sha256, "parts": one.column})
        elif found != one.column:
            raise damaged()


def record_all(
    connection: Connection,
    statements: Statements,
    documents: Sequence[tuple[SignedDocument, File]],
    at: datetime,
    goal: Goal | None,
    standing: Mapping[str, Lately],
) -> Sequence[Entry]:
    """Record these documents, whose shared parts are there, under the reservations `standing`.

    What is new is to reach `goal`; what it was to replace is replaced. RegisterError if one may not be recorded as it
    is. IntegrityError if `standing` is no longer true.
    """
    places = [line.reserved[0] for line in standing.values()]
    refuse_void(connection, places)
    found = _issued(connection, [name_of(id_) for id_, line in standing.items() if line.reserved[-1] is not None])
    seq: int = connection.execute(_LAST).scalar_one() or 0
    issued_at, stored_at = utc(at), statements.time(at)
    entries: list[Addition] = []
    bodies: list[Addition] = []
    answers: list[Entry] = []
    issued: dict[int, int] = {}
    told: list[tuple[str, str, int, str, bytes]] = []
    for signed, file in documents:
        document, record = signed.document, signed.document.record
        if document.id not in standing:
            raise RegisterError("a document was to be recorded that was never reserved; nothing was kept")
        (place, id_, office, template, number, digest, _), ready = standing[document.id]
        if (template, number, digest) != (record.template, record.number, record.digest()):
            raise RegisterError("a document was to be recorded that was reserved for another record; nothing was kept")
        earlier = found.get(id_)
        if earlier is None:
            seq += 1
            certificate = ready.certificate_sha256 if ready else b""
            new = Entry(
                seq,
                office,
                template,
                number,
                id_,
                digest,
                file.sha256,
                signed.level,
                issued_at,
                goal,
                None,
                certificate,
            )
            earlier = found[id_] = new, file.sha256
            entries.append((seq, place, file.sha256, str(signed.level), stored_at))
            bodies.append((seq, file.shared.sha256, _kept(file, ready)))
            issued[place] = seq
            told.append((office, template, place, number, file.sha256))
        elif earlier[1] != file.sha256:
            raise RegisterError("a document was to be recorded a second time with other bytes; nothing was kept")
        answers.append(earlier[0])
    statements.add(connection, entry, entries)
    statements.add(connection, body, bodies)
    if goal is not None:
        level, minimum = str(goal.level), str(goal.minimum)
        statements.add(connection, goals, [(seq, goal.profile, level, minimum) for seq, *_ in entries])
    _steps(told, at).write(connection)
    replace_all(connection, issued, at)
    return answers


def _steps(told: Sequence[tuple[str, str, int, str, bytes]], at: datetime) -> Steps:
    """How the log tells of what was issued: office, template, place, number and the SHA-256 of the file."""
    steps = Steps()
    for (office, template), group in groupby(told, itemgetter(0, 1)):
        _, _, places, numbers, files = zip(*group, strict=True)
        steps.extend(kind("issue", office, template, State.ISSUED, State.PREPARED, at), places, numbers, files)
    return steps


def _kept(file: File, ready: Prepared | None) -> bytes:
    """What is kept of a file: what fills the hole of the prepared one, or all its own parts.

    RegisterError if it is another file than was prepared.
    """
    if ready is None or ready.hole is None:
        return encoded(file.own)
    hole = ready.hole
    if file.own[:hole] != ready.own[:hole] or file.own[hole + 1 :] != ready.own[hole + 1 :]:
        raise RegisterError("a document was to be recorded that is another one than was prepared; nothing was kept")
    return file.own[hole]


def _issued(connection: Connection, names: Sequence[bytes]) -> dict[str, tuple[Entry, bytes]]:
    """What is issued under these names, by id, with the SHA-256 of the file it was issued with."""
    return {
        line.id: (entry_of(line), line.first_sha256)
        for some in chunks(names)
        for line in connection.execute(lines().where(reservation.c.name.in_(some)))
    }
