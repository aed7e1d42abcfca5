"""The register over SQLAlchemy Core: the same statements on every database. Opening and settings are elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, exists, func, or_, select

from tte.errors import AlreadyIssued, RegisterError
from tte.frame import name_of
from tte.model import Entry, Goal, Intent, Level, Raised, SignedDocument, joined
from tte.register import Ended
from tte.register.dispatching import dispatch_all, end_all
from tte.register.faults import LineRefused, damaged, translated
from tte.register.files import File, Shared, file_of
from tte.register.lines import AT_ONCE, OPEN, below_goal, chunks, entry_of, intent_of, lines
from tte.register.parts import decoded
from tte.register.raising import Later, Models, fits, later_file, raise_all, standing
from tte.register.recording import keep_shared, record_all
from tte.register.reserving import reserve_all, reserve_each
from tte.register.statements import Reserved, Statements
from tte.register.tables import augmentation, body, dispatch, entry, goal, reservation, shared
from tte.register.trailer import names_in
from tte.register.uses import use

WRITING = "tte_writing"
"""The execution option of a transaction that will write: it holds other writers off from its beginning."""

_LATELY, _KINDS = 4096, 128
"""How many reservations, and how many kinds of files, are remembered."""


class SqlRegister:
    """`Register` on a database. See the protocol for what each method promises."""

    def __init__(
        self,
        engine: Engine,
        turn: Callable[[], AbstractContextManager[None]],
        raising: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._engine: Engine | None = engine
        self._turn, self._raising = turn, raising
        self._statements = Statements(engine.dialect)
        # What was committed stays true, so it need not be asked for again.
        self._there: frozenset[Shared] = frozenset()  # shared parts of the last documents
        self._lately: dict[str, Reserved] = {}  # the last reservations, until they are recorded
        self._models = Models()

    def turn(self) -> AbstractContextManager[None]:
        self._open()
        return self._turn()

    def raising(self) -> AbstractContextManager[None]:
        self._open()
        return self._raising()

    def known(self, office: str, template: str, numbers: Sequence[str]) -> Mapping[str, Intent | Entry]:
        with self._reading() as connection:
            here = (reservation.c.office == office, reservation.c.template == template)
            taken = self._statements.taken(connection, office, template, numbers)
            return {
                line.number: entry_of(line) if line.seq is not None else intent_of(line)
                for some in chunks(taken)
                for line in connection.execute(lines().where(*here, reservation.c.number.in_(some)))
            }

    def reserve(self, intents: Sequence[Intent]) -> Sequence[AlreadyIssued | None]:
        with suppress(LineRefused):  # rare; then each is looked at
            with self._writing() as connection:
                lately = reserve_all(connection, self._statements, intents)
            if len(self._lately) > _LATELY:  # reserved and never recorded here
                self._lately.clear()
            self._lately.update(lately)
            return [None] * len(intents)
        with self._writing() as connection:
            return reserve_each(connection, self._statements, intents)

    def record(self, signed: Sequence[SignedDocument], at: datetime, goal: Goal | None = None) -> Sequence[Entry]:
        if goal and goal.level is Level.B_B:
            goal = None
        documents = [(one, file_of(one)) for one in signed]
        ids = [one.document.id for one in signed]
        lately = {id_: self._lately.pop(id_) for id_ in {*ids} & self._lately.keys()}
        if len(lately) == len({*ids}):
            with suppress(LineRefused):  # rare: issued in the meantime
                return self._record(documents, at, goal, lately)
        return self._record(documents, at, goal)

    def _record(
        self,
        documents: Sequence[tuple[SignedDocument, File]],
        at: datetime,
        goal: Goal | None,
        standing: Mapping[str, Reserved] | None = None,
    ) -> Sequence[Entry]:
        needed = frozenset({file.shared for _, file in documents})
        with self._writing() as connection:
            keep_shared(connection, needed - self._there)
            if standing is None:
                names = [name_of(signed.document.id) for signed, _ in documents]
                standing = self._statements.reserved(connection, names)
            entries = record_all(connection, self._statements, documents, at, goal, standing)
        self._there = needed | (self._there if len(self._there) < _KINDS else frozenset())
        return entries

    def augment(self, items: Sequence[Raised], at: datetime) -> Sequence[Entry]:
        with self._reading() as connection:
            self._models.learn(connection)
            present = standing(connection, [one.id for one in items])
            later = [self._made_ready(connection, one, present[one.id][0]) for one in items]
        with self._writing() as connection:
            keep_shared(connection, {one.laid[0] for one in later if one.laid})
            return raise_all(connection, later, at)

    def _made_ready(self, connection: Connection, raised: Raised, now: Entry) -> Later:
        """Outside the writing transaction, for it takes time: what has changed by then does not fit any more."""
        sha256 = hashlib.sha256(raised.pdf).digest()
        if not fits(now, raised, sha256):
            return Later(raised, sha256, None)
        return Later(raised, sha256, self._models.lay(_read(connection, raised.id), raised.pdf))

    def below_goal(self, profile: str | None = None) -> Iterator[Entry]:
        wanted = below_goal() if profile is None else below_goal() & (goal.c.profile == profile)
        return self._pages(wanted)

    def expiring(self, before: datetime) -> Iterator[Entry]:
        return self._pages((augmentation.c.level == str(Level.B_LTA)) & (augmentation.c.until < before))

    def use(self, key: bytes, day: date, wanted: int, limit: int) -> int:
        with self._writing() as connection:
            return use(connection, key, day, wanted, limit)

    def dispatch(self, ids: Sequence[str], at: datetime) -> None:
        with self._writing() as connection:
            dispatch_all(connection, ids, at)

    def dispatch_ended(self, ids: Sequence[str], state: Ended, at: datetime) -> None:
        with self._writing() as connection:
            end_all(connection, ids, state, at)

    def dispatched(self) -> Sequence[Intent]:
        return self._intents(reservation.c.seq.in_(select(dispatch.c.reservation).join(reservation).where(OPEN)))

    def find(self, id: str) -> Entry | None:  # noqa: A002
        return next(iter(self._issued(reservation.c.name == name_of(id), reservation.c.id == id)), None)

    def find_number(self, number: str, office: str | None = None) -> Sequence[Entry]:
        wanted = [reservation.c.number == number]
        if office is not None:
            wanted.append(reservation.c.office == office)
        return self._issued(*wanted)

    def find_pdf(self, pdf: bytes) -> Entry | None:
        names = names_in(pdf)
        if not names:
            return None
        sha256 = hashlib.sha256(pdf).digest()
        later = exists().where(augmentation.c.entry == entry.c.seq, augmentation.c.pdf_sha256 == sha256)
        same = or_(entry.c.pdf_sha256 == sha256, later.correlate(entry))
        return next(iter(self._issued(reservation.c.name.in_(names), same)), None)

    def pending(self) -> Sequence[Intent]:
        return self._intents()

    def read_pdf(self, id: str) -> bytes:  # noqa: A002
        with self._reading() as connection:
            return _read(connection, id)

    def count(self) -> int:
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(entry)).scalar_one()

    def entries(self, after_seq: int = 0) -> Iterator[Entry]:
        return self._pages(after_seq=after_seq)

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            with translated():
                engine.dispose()

    def _pages(self, *wanted: ColumnElement[bool], after_seq: int = 0) -> Iterator[Entry]:
        while page := self._issued(entry.c.seq > after_seq, *wanted, most=AT_ONCE):
            yield from page
            after_seq = page[-1].seq

    def _intents(self, *wanted: ColumnElement[bool]) -> Sequence[Intent]:
        unissued = lines().where(entry.c.seq.is_(None), *wanted).order_by(reservation.c.at, reservation.c.number)
        with self._reading() as connection:
            return [intent_of(line) for line in connection.execute(unissued)]

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


def _read(connection: Connection, id_: str) -> bytes:
    """The present file of an entry. RegisterError if there is none or it is damaged."""
    model = shared.alias("model")
    wanted = (
        select(shared.c.parts, body.c.own, entry.c.pdf_sha256)
        .add_columns(augmentation.c.own.label("later"), model.c.parts.label("model"))
        .add_columns(augmentation.c.pdf_sha256.label("later_sha256"))
        .select_from(
            reservation.join(entry)
            .outerjoin(body)
            .outerjoin(shared, shared.c.sha256 == body.c.shared)
            .outerjoin(augmentation, augmentation.c.entry == entry.c.seq)
            .outerjoin(model, model.c.sha256 == augmentation.c.shared)
        )
        .where(reservation.c.name == name_of(id_), reservation.c.id == id_)
        .order_by(augmentation.c.step)
    )
    steps = connection.execute(wanted).all()
    if not steps:
        raise RegisterError("the register has no document with this id")
    pdf, sha256 = _joined(steps[0].parts, steps[0].own), steps[0].pdf_sha256
    for step in steps:
        if step.later_sha256 is not None:
            pdf, sha256 = later_file(pdf, step.later, step.model), step.later_sha256
    if hashlib.sha256(pdf).digest() != sha256:
        raise damaged()
    return pdf


def _joined(shared_parts: object, own_parts: object) -> bytes:
    if not isinstance(shared_parts, bytes) or not isinstance(own_parts, bytes):  # a row is gone, or holds text
        raise damaged()
    try:
        return joined(decoded(shared_parts), decoded(own_parts))
    except ValueError as why:
        raise damaged() from why
