"""Making intents durable, and the answer to each that stands in another's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from tte.errors import AlreadyIssued
from tte.frame import name_of
from tte.model import Intent
from tte.register.lines import chunks, intent_of, lines, number_of
from tte.register.statements import Addition, Reserved, Statements
from tte.register.tables import reservation


def reserve_all(connection: Connection, statements: Statements, intents: Sequence[Intent]) -> Mapping[str, Reserved]:
    """Reserve these intents; they are given back by id. IntegrityError, and all is to be undone, if one cannot be."""
    last: int = connection.execute(select(func.max(reservation.c.seq))).scalar_one() or 0
    rows: list[Addition] = [
        (
            seq,
            name_of(intent.id),
            intent.id,
            intent.office,
            intent.template,
            intent.template_sha256,
            intent.number,
            intent.record_digest,
            intent.digest,
            statements.time(intent.at),
        )
        for seq, intent in enumerate(intents, last + 1)
    ]
    statements.add(connection, reservation, rows)
    return {
        intent.id: (seq, intent.id, intent.office, intent.template, intent.number, intent.record_digest, None)
        for seq, intent in enumerate(intents, last + 1)
    }


def reserve_each(
    connection: Connection, statements: Statements, intents: Sequence[Intent]
) -> Sequence[AlreadyIssued | None]:
    """Reserve those intents that can be, and answer for each in order."""
    standing = [line for some in chunks(intents) for line in connection.execute(lines().where(_touched(some)))]
    issued = {line.id for line in standing if line.seq is not None}
    by_id = {line.id: intent_of(line) for line in standing}
    by_number = {number_of(found): found for found in by_id.values()}
    answers: list[AlreadyIssued | None] = []
    added: list[Intent] = []
    for intent in intents:
        taken = by_number.get(number_of(intent)) or by_id.get(intent.id)
        if taken is None:
            added.append(intent)
            by_id[intent.id] = by_number[number_of(intent)] = intent
        answers.append(None if taken is None else _refusal(intent, taken, issued))
    reserve_all(connection, statements, added)
    return answers


def _touched(intents: Sequence[Intent]) -> ColumnElement[bool]:
    """Lines that could stand in the way of these intents: the same number anywhere, or the same id."""
    return or_(
        reservation.c.number.in_([intent.number for intent in intents]),
        reservation.c.name.in_([name_of(intent.id) for intent in intents]),
    )


def _refusal(intent: Intent, taken: Intent, issued: set[str]) -> AlreadyIssued | None:
    """None if `taken` is this very intent, still pending and nowhere else than here."""
    if taken.sent:
        return AlreadyIssued(
            "this number was sent to the signing service and no answer came", hint="tte register reconcile"
        )
    same = (taken.id, taken.record_digest, number_of(taken)) == (intent.id, intent.record_digest, number_of(intent))
    if taken.id in issued:
        return AlreadyIssued(
            "this number is already issued", hint="run the same file again to get the earlier document"
        )
    if same:
        return None
    return AlreadyIssued(
        "this number is reserved for another record",
        hint="correct the number, or finish what `tte register pending` lists",
    )
