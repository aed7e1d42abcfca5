"""The register over SQLAlchemy Core: the same statements on every database. Opening and settings are elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select

from tte.errors import AlreadyIssued, RegisterError
from tte.model import Entry, Intent, SignedDocument
from tte.register.faults import translated
from tte.register.lines import AT_ONCE, Line, chunks, columns_of, entry_of, intent_of, lines, number_of
from tte.register.tables import body, entry, reservation

WRITING = "tte_writing"
"""The execution option of a transaction that will write."""


class SqlRegister:
    """`Register` on a database. See the protocol for what each method promises."""

    def __init__(self, engine: Engine, turn: Callable[[], AbstractContextManager[None]]) -> None:
        self._engine: Engine | None = engine
        self._turn = turn

    def turn(self) -> AbstractContextManager[None]:
        self._open()
        return self._turn()

    def known(self, office: str, template: str, numbers: Sequence[str]) -> Mapping[str, Intent | Entry]:
        with self._reading() as connection:
            here = (reservation.c.office == office, reservation.c.template == template)
            return {
                line.number: entry_of(line) if line.seq is not None else intent_of(line)
                for some in chunks(numbers)
                for line in connection.execute(lines().where(*here, reservation.c.number.in_(some)))
            }

    def reserve(self, intents: Sequence[Intent]) -> Sequence[AlreadyIssued | None]:
        with self._writing() as connection:
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
            if added:
                connection.execute(insert(reservation), [columns_of(intent) for intent in added])
            return answers

    def record(self, signed: Sequence[SignedDocument], at: datetime) -> Sequence[Entry]:
        digests = [hashlib.sha256(one.pdf).digest() for one in signed]
        ids = [one.document.id for one in signed]
        with self._writing() as connection:
            before = _by_id(connection, ids)
            fresh: dict[str, tuple[SignedDocument, bytes]] = {}
            for one, digest in zip(signed, digests, strict=True):
                line = before.get(one.document.id)
                _check_reserved(one, line)
                earlier = line.pdf_sha256 if line is not None and line.seq is not None else None
                if one.document.id in fresh:
                    earlier = fresh[one.document.id][1]
                if earlier is None:
                    fresh[one.document.id] = one, digest
                elif earlier != digest:
                    raise RegisterError(
                        "a document was to be recorded a second time with other bytes; nothing was kept"
                    )
            if not fresh:
                return [entry_of(before[one]) for one in ids]
            connection.execute(
                insert(entry),
                [
                    {"id": one, "pdf_sha256": digest, "level": document.level.value, "at": at}
                    for one, (document, digest) in fresh.items()
                ],
            )
            connection.execute(insert(body), [{"id": one, "pdf": document.pdf} for one, (document, _) in fresh.items()])
            after = _by_id(connection, ids)
            return [entry_of(after[one]) for one in ids]

    def find(self, id: str) -> Entry | None:  # noqa: A002
        return next(iter(self._issued(reservation.c.id == id)), None)

    def find_number(self, number: str, office: str | None = None) -> Sequence[Entry]:
        wanted = [reservation.c.number == number]
        if office is not None:
            wanted.append(reservation.c.office == office)
        return self._issued(*wanted)

    def find_pdf(self, pdf_sha256: bytes) -> Entry | None:
        return next(iter(self._issued(entry.c.pdf_sha256 == pdf_sha256)), None)

    def pending(self) -> Sequence[Intent]:
        unissued = lines().where(entry.c.seq.is_(None)).order_by(reservation.c.at, reservation.c.number)
        with self._reading() as connection:
            return [intent_of(line) for line in connection.execute(unissued)]

    def read_pdf(self, id: str) -> bytes:  # noqa: A002
        wanted = select(body.c.pdf, entry.c.pdf_sha256).join_from(entry, body, isouter=True).where(entry.c.id == id)
        with self._reading() as connection:
            line = connection.execute(wanted).one_or_none()
        if line is None:
            raise RegisterError("the register has no document with this id")
        pdf: bytes | None = line.pdf
        if pdf is None or hashlib.sha256(pdf).digest() != line.pdf_sha256:
            raise RegisterError(
                "a file in the register is damaged: it is not what was issued",
                hint="stop issuing and restore the register from its backup",
            )
        return pdf

    def count(self) -> int:
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(entry)).scalar_one()

    def entries(self, after_seq: int = 0) -> Iterator[Entry]:
        while page := self._issued(entry.c.seq > after_seq, most=AT_ONCE):
            yield from page
            after_seq = page[-1].seq

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            with translated():
                engine.dispose()

    def _issued(self, *wanted: ColumnElement[bool], most: int | None = None) -> Sequence[Entry]:
        issued = lines().where(entry.c.seq.is_not(None), *wanted).order_by(entry.c.seq).limit(most)
        with self._reading() as connection:
            return [entry_of(line) for line in connection.execute(issued)]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(), self._open().connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated(), self._open().connect() as plain:
            connection = plain.execution_options(**{WRITING: True})
            with connection.begin():
                yield connection

    def _open(self) -> Engine:
        if self._engine is None:
            raise RegisterError("the register is closed")
        return self._engine


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Line]:
    return {
        line.id: line for some in chunks(ids) for line in connection.execute(lines().where(reservation.c.id.in_(some)))
    }


def _touched(intents: Sequence[Intent]) -> ColumnElement[bool]:
    """Lines that could stand in the way of these intents: the same number anywhere, or the same id."""
    return reservation.c.number.in_([intent.number for intent in intents]) | reservation.c.id.in_(
        [intent.id for intent in intents]
    )


def _refusal(intent: Intent, taken: Intent, issued: set[str]) -> AlreadyIssued | None:
    """None if `taken` is this very intent, still pending."""
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


def _check_reserved(signed: SignedDocument, line: Line | None) -> None:
    if line is None:
        raise RegisterError("a document was to be recorded that was never reserved; nothing was kept")
    record = signed.document.record
    if (line.template, line.number, line.record_digest) != (record.template, record.number, record.digest()):
        raise RegisterError("a document was to be recorded that was reserved for another record; nothing was kept")
