"""Making intents durable, and the answer to each that stands in another's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from tte.errors import AlreadyIssued
from tte.frame import name_of
from tte.model import Intent, Prepared, State
from tte.register.files import Shared, shared_of
from tte.register.lines import chunks, intent_of, lines, number_of
from tte.register.parts import encoded
from tte.register.statements import Addition, Reserved, Statements
from tte.register.steps import Steps, kind
from tte.register.tables import allocation, prepared, replacement, reservation


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
    last: int = connection.execute(select(func.max(reservation.c.seq))).scalar_one() or 0
    reservations: list[Addition] = []
    files: list[Addition] = []
    replacements: list[dict[str, object]] = []
    steps = Steps()
    given = _given(connection, [intent for intent, *_ in wanted])
    for seq, (intent, edition, replaces) in enumerate(wanted, last + 1):
        reservations.append(
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
                edition,
            )
        )
        if intent.prepared:
            ready = intent.prepared
            shared = shared_of(ready.shared).sha256
            files.append((seq, ready.certificate_sha256, shared, ready.hole, encoded(ready.own)))
        if replaces is not None and intent.replaces:
            replacements.append({"reservation": seq, "entry": replaces, "reason": intent.replaces.reason})
        before = State.RESERVED if number_of(intent) in given and edition == 1 else None
        steps.add(
            kind("prepare", intent.office, intent.template, State.PREPARED, before, intent.at), seq, intent.number
        )
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


def reserve_each(
    connection: Connection, statements: Statements, intents: Sequence[Intent]
) -> Sequence[AlreadyIssued | None]:
    """Reserve those intents that can be, whose shared parts are there, and answer for each in order."""
    by_id: dict[str, _Taken] = {}
    by_number: dict[tuple[str, str, str], _Taken] = {}
    for line in (line for some in chunks(intents) for line in connection.execute(lines().where(_touched(some)))):
        taken = _Taken(intent_of(line), line.edition, line.seq, bool(line.is_void))
        by_id[line.id] = taken
        if taken.edition >= by_number.get(number_of(taken.intent), taken).edition:
            by_number[number_of(taken.intent)] = taken
    answers: list[AlreadyIssued | None] = []
    added: list[Wanted] = []
    for intent in intents:
        here, same_id = by_number.get(number_of(intent)), by_id.get(intent.id)
        wanted = None if same_id else _wanted(intent, here)
        if wanted:
            added.append(wanted)
            by_id[intent.id] = by_number[number_of(intent)] = _Taken(intent, wanted.edition)
        answers.append(None if wanted else _refusal(intent, here or same_id))
    reserve_all(connection, statements, added)
    return answers


class _Taken(NamedTuple):
    """What stands under a number or id: the intent, its edition, the seq of its entry."""

    intent: Intent
    edition: int
    entry: int | None = None
    is_void: bool = False


def _touched(intents: Sequence[Intent]) -> ColumnElement[bool]:
    """Lines that could stand in the way of these intents: the same number anywhere, or the same id."""
    return or_(
        reservation.c.number.in_([intent.number for intent in intents]),
        reservation.c.name.in_([name_of(intent.id) for intent in intents]),
    )


def _wanted(intent: Intent, taken: _Taken | None) -> Wanted | None:
    """How the intent may be reserved under a number where `taken` is the last edition; None if it may not."""
    if taken is None:
        return Wanted(intent)
    if taken.is_void:
        return Wanted(intent, taken.edition + 1)
    if taken.entry is not None and intent.replaces and intent.replaces.id == taken.intent.id:
        return Wanted(intent, taken.edition + 1, taken.entry)
    return None


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
    """Those of the numbers that the register gave itself."""
    if connection.execute(select(allocation.c.seq).limit(1)).first() is None:
        return frozenset()
    here = {number_of(intent) for intent in intents}
    columns = allocation.c.office, allocation.c.template, allocation.c.number
    found = {
        (office, template, number)
        for some in chunks(sorted(here))
        for office, template, number in connection.execute(
            select(*columns).where(allocation.c.number.in_([number for _, _, number in some]))
        )
    }
    return frozenset(found & here)
