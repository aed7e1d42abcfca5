"""Making intents durable, and the answer to each that stands in another's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select

from tte.errors import AlreadyIssued
from tte.frame import name_of
from tte.log.changes import NO_FILE
from tte.model import Intent, Prepared, State
from tte.register.files import Shared, shared_of
from tte.register.lines import chunks, intent_of, lines, number_of
from tte.register.parts import encoded
from tte.register.statements import Addition, Reserved, Statements
from tte.register.steps import Steps, kind
from tte.register.tables import allocation, prepared, replacement, reservation, void

_LAST = select(func.max(reservation.c.seq))
_ANY_GIVEN = select(allocation.c.seq).limit(1)


class Lately(NamedTuple):
    """A reservation just made, and what was prepared to be signed under it."""

    reserved: Reserved
    prepared: Prepared | None


class Wanted(NamedTuple):
    """An intent that is to be reserved: as which edition of its number, replacing which entry."""

    intent: Intent
    edition: int = 1
    replaces: int | None = None


def shared_in(intents: Sequence[Intent]) -> frozenset[Shared]:
    """The shared parts of what was prepared."""
    return frozenset({shared_of(parts) for parts in {one.prepared.shared for one in intents if one.prepared}})


def reserve_all(connection: Connection, statements: Statements, wanted: Sequence[Wanted]) -> Mapping[str, Lately]:
    """Reserve these, whose shared parts are there; they are given back by id. IntegrityError, and all is to be undone,
    if one cannot be.
    """
    last: int = connection.execute(_LAST).scalar_one() or 0
    time = {at: statements.time(at) for at in {intent.at for intent, *_ in wanted}}
    reservations: list[Addition] = [
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
            time[intent.at],
            edition,
        )
        for seq, (intent, edition, _) in enumerate(wanted, last + 1)
    ]
    files: list[Addition] = [
        (seq, ready.certificate_sha256, shared_of(ready.shared).sha256, ready.hole, encoded(ready.own))
        for seq, (intent, *_) in enumerate(wanted, last + 1)
        if (ready := intent.prepared)
    ]
    replacements = [
        {"reservation": seq, "entry": replaces, "reason": intent.replaces.reason}
        for seq, (intent, _, replaces) in enumerate(wanted, last + 1)
        if replaces is not None and intent.replaces
    ]
    steps = _steps(wanted, last + 1, _given(connection, [intent for intent, *_ in wanted]))
    statements.add(connection, reservation, reservations)
    statements.add(connection, prepared, files)
    if replacements:
        connection.execute(insert(replacement), replacements)
    steps.write(connection)
    return {
        intent.id: Lately(
            (seq, intent.id, intent.office, intent.template, intent.number, intent.record_digest, None), intent.prepared
        )
        for seq, (intent, *_) in enumerate(wanted, last + 1)
    }


def _steps(wanted: Sequence[Wanted], first: int, given: frozenset[tuple[str, str, str]]) -> Steps:
    """How the log tells of these, the first of which is reservation number `first`."""

    def alike(one: Wanted) -> tuple[str, str, State | None, datetime]:
        intent = one.intent
        was_given = bool(given) and one.edition == 1 and number_of(intent) in given
        return intent.office, intent.template, State.RESERVED if was_given else None, intent.at

    steps = Steps()
    for (office, template, before, at), group in groupby(wanted, alike):
        numbers = [intent.number for intent, *_ in group]
        places = range(first, first + len(numbers))
        steps.extend(
            kind("prepare", office, template, State.PREPARED, before, at), places, numbers, [NO_FILE] * len(numbers)
        )
        first += len(numbers)
    return steps


def reserve_each(
    connection: Connection, statements: Statements, intents: Sequence[Intent]
) -> Sequence[AlreadyIssued | None]:
    """Reserve those intents that can be, whose shared parts are there, and answer for each in order."""
    by_id: dict[str, _Taken] = {}
    by_number: dict[tuple[str, str, str], _Taken] = {}  # the last one that is not void
    editions: dict[tuple[str, str, str], int] = {}
    touched = (line for some in chunks(intents) for line in connection.execute(lines().where(_touched(some))))
    for line in sorted(touched, key=lambda line: line.edition):
        taken = by_id[line.id] = _Taken(intent_of(line), line.seq, bool(line.is_void))
        editions[number_of(taken.intent)] = line.edition
        if not taken.is_void:
            by_number[number_of(taken.intent)] = taken
    answers: list[AlreadyIssued | None] = []
    added: list[Wanted] = []
    for intent in intents:
        number = number_of(intent)
        here, same_id = by_number.get(number), by_id.get(intent.id)
        if same_id is None and (here is None or _replaces(intent, here)):
            editions[number] = editions.get(number, 0) + 1
            added.append(Wanted(intent, editions[number], here.entry if here else None))
            by_id[intent.id] = by_number[number] = _Taken(intent)
            answers.append(None)
        else:
            answers.append(_refusal(intent, here or same_id))
    reserve_all(connection, statements, added)
    return answers


class _Taken(NamedTuple):
    """What stands under a number or id: the intent, and the seq of its entry."""

    intent: Intent
    entry: int | None = None
    is_void: bool = False


def _touched(intents: Sequence[Intent]) -> ColumnElement[bool]:
    """Lines that could stand in the way of these intents: the same number anywhere, or the same id."""
    return or_(
        reservation.c.number.in_([intent.number for intent in intents]),
        reservation.c.name.in_([name_of(intent.id) for intent in intents]),
    )


def _replaces(intent: Intent, taken: _Taken) -> bool:
    """Whether the intent is to take the place of what stands under its number, and that is issued."""
    return taken.entry is not None and intent.replaces is not None and intent.replaces.id == taken.intent.id


def _refusal(intent: Intent, taken: _Taken | None) -> AlreadyIssued | None:
    """None if what stands there is this very intent, still pending and nowhere else than here."""
    if taken is None or taken.is_void:
        return AlreadyIssued("this id belongs to a document that is void", hint="give the document another id")
    other = taken.intent
    if other.sent:
        return AlreadyIssued(
            "this number was sent to the signing service and no answer came", hint="tte register reconcile"
        )
    same = (other.id, other.record_digest, number_of(other)) == (intent.id, intent.record_digest, number_of(intent))
    if taken.entry is not None:
        return AlreadyIssued(
            "this number is already issued", hint="run the same file again to get the earlier document"
        )
    if same:
        return None
    return AlreadyIssued(
        "this number is reserved for another record",
        hint="correct the number, or finish what `tte register pending` lists",
    )


def _given(connection: Connection, intents: Sequence[Intent]) -> frozenset[tuple[str, str, str]]:
    """Those of the numbers that the register gave itself, and that are not void."""
    if connection.execute(_ANY_GIVEN).first() is None:
        return frozenset()
    here = {number_of(intent) for intent in intents}
    columns = allocation.c.office, allocation.c.template, allocation.c.number
    void_ones = exists().where(void.c.allocation == allocation.c.seq)
    found = {
        (office, template, number)
        for some in chunks(sorted(here))
        for office, template, number in connection.execute(
            select(*columns).where(allocation.c.number.in_([number for _, _, number in some]), ~void_ones)
        )
    }
    return frozenset(found & here)
