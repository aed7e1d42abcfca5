"""The register over SQLAlchemy Core: the same statements on every database. Opening and settings are elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime, tzinfo

from sqlalchemy import ColumnElement, Connection, Engine, exists, func, or_, select

from tte.archive import Archive, place_of
from tte.errors import AlreadyIssued, RegisterError
from tte.frame import name_of
from tte.model import Entry, Goal, Intent, Level, Pdf, Prepared, Raised, SignedDocument
from tte.register import Ended, Gone, Request, Turn
from tte.register.allocating import allocate, unused
from tte.register.dispatching import dispatch_all, end_all
from tte.register.ending import revoke, void_all, void_numbers
from tte.register.evidence import Evidence
from tte.register.faults import LineRefused, damaged, translated
from tte.register.files import File, Shared, file_of
from tte.register.gone import gone_of
from tte.register.lines import AT_ONCE, IN_FORCE, OPEN, PENDING, below_goal, chunks, entry_of, intent_of, lines
from tte.register.listing import PER_PAGE, Sought, issued_by_day, sought
from tte.register.logbook import Logbook
from tte.register.opening import WRITING
from tte.register.raising import Later, Models, fits, raise_all, standing
from tte.register.reading import prepared_under, read_file
from tte.register.recording import keep_shared, record_all
from tte.register.reserving import Lately, Wanted, reserve_all, reserve_each, shared_in
from tte.register.statements import Statements
from tte.register.tables import augmentation, dispatch, entry, goal, reservation, utc, void
from tte.register.trailer import names_in
from tte.register.uses import use

_LATELY, _KINDS = 4096, 128
"""How many reservations, and how many kinds of files, are remembered."""


class SqlRegister:
    """`Register` on a database. See the protocol for what each method promises."""

    def __init__(
        self,
        engine: Engine,
        turn: Callable[[], AbstractContextManager[Turn]],
        raising: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._engine: Engine | None = engine
        self._turn, self._raising = turn, raising
        self._statements = Statements(engine.dialect)
        # What was committed stays true, so it need not be asked for again.
        self._there: frozenset[Shared] = frozenset()  # shared parts of the last documents
        self._lately: dict[str, Lately] = {}  # the last reservations, until they are recorded
        self._models = Models()
        self.archive: Archive | None = None

    def turn(self) -> AbstractContextManager[Turn]:
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
                for line in connection.execute(
                    lines()
                    .where(*here, reservation.c.number.in_(some), void.c.seq.is_(None))
                    .order_by(reservation.c.edition)
                )
            }

    def reserve(self, intents: Sequence[Intent]) -> Sequence[AlreadyIssued | None]:
        needed = shared_in(intents)
        with suppress(LineRefused):  # rare; then each is looked at
            with self._writing() as connection:
                keep_shared(connection, needed - self._there)
                lately = reserve_all(connection, self._statements, [Wanted(one) for one in intents])
            self._remember(needed)
            if len(self._lately) > _LATELY:  # reserved and never recorded here
                self._lately.clear()
            self._lately.update(lately)
            return [None] * len(intents)
        with self._writing() as connection:
            keep_shared(connection, needed)
            return reserve_each(connection, self._statements, intents)

    def prepared(self, id: str) -> Prepared | None:  # noqa: A002
        with self._reading() as connection:
            return prepared_under(connection, id)

    def allocate(
        self,
        office: str,
        template: str,
        day: date,
        requests: Sequence[Request],
        number: Callable[[int], str],
        at: datetime,
    ) -> Sequence[str | AlreadyIssued]:
        with self._writing() as connection:
            return allocate(connection, office, template, day, requests, number, at)

    def void(self, ids: Sequence[str], reason: str, at: datetime) -> None:
        with self._writing() as connection:
            void_all(connection, ids, reason, at)

    def void_unused(self, office: str, before: datetime, reason: str, at: datetime) -> Sequence[str]:
        with self._writing() as connection:
            found = [line for line in unused(connection, office) if line.at < before]
            void_numbers(connection, [line.seq for line in found], reason, at)
        return [line.number for line in found]

    def revoke(self, id: str, reason: str, at: datetime) -> Entry:  # noqa: A002
        with self._writing() as connection:
            revoke(connection, id, reason, at)
        found = self.find(id)
        if found is None:
            raise damaged()
        return found

    @property
    def log(self) -> Logbook:
        return Logbook(self._reading, self._writing)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self._reading)

    def record(self, signed: Sequence[SignedDocument], at: datetime, goal: Goal | None = None) -> Sequence[Entry]:
        if goal and goal.level is Level.B_B:
            goal = None
        documents = [(one, file_of(one)) for one in signed]
        if self.archive:
            self._put(self.archive, documents, at)
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
        standing: Mapping[str, Lately] | None = None,
    ) -> Sequence[Entry]:
        needed = frozenset({file.shared for _, file in documents})
        with self._writing() as connection:
            keep_shared(connection, needed - self._there)
            if standing is None:
                names = [name_of(signed.document.id) for signed, _ in documents]
                reserved = self._statements.reserved(connection, names)
                standing = {id_: Lately(line, prepared_under(connection, id_)) for id_, line in reserved.items()}
            entries = record_all(connection, self._statements, documents, at, goal, standing)
        self._remember(needed)
        return entries

    def _put(self, archive: Archive, documents: Sequence[tuple[SignedDocument, File]], at: datetime) -> None:
        """Put files into the archive before they are recorded; what was issued before is there, or is not to be."""
        names = [name_of(signed.document.id) for signed, _ in documents]
        with self._reading() as connection:
            reserved = self._statements.reserved(connection, names)
        waiting = [(reserved.get(signed.document.id), signed, file) for signed, file in documents]
        archive.put(
            [
                (place_of(line[2], line[3], utc(at).year, file.sha256), signed.pdf)
                for line, signed, file in waiting
                if line and line[6] is None
            ]
        )

    def _remember(self, needed: frozenset[Shared]) -> None:
        self._there = needed | (self._there if len(self._there) < _KINDS else frozenset())

    def augment(self, items: Sequence[Raised], at: datetime) -> Sequence[Entry]:
        with self._reading() as connection:
            self._models.learn(connection)
            present = standing(connection, [one.id for one in items])
            later = [self._made_ready(connection, one, present[one.id].entry) for one in items]
        if self.archive:
            self.archive.put([_place(present[one.raised.id].entry, one) for one in later if one.laid])
        with self._writing() as connection:
            keep_shared(connection, {one.laid[0] for one in later if one.laid})
            return raise_all(connection, later, at)

    def _made_ready(self, connection: Connection, raised: Raised, now: Entry) -> Later:
        """Outside the writing transaction, for it takes time: what has changed by then does not fit any more."""
        sha256 = hashlib.sha256(raised.pdf).digest()
        if not fits(now, raised, sha256):
            return Later(raised, sha256, None)
        return Later(raised, sha256, self._models.lay(read_file(connection, raised.id), raised.pdf))

    def below_goal(self, profile: str | None = None) -> Iterator[Entry]:
        wanted = below_goal() if profile is None else below_goal() & (goal.c.profile == profile)
        return self._pages(wanted)

    def expiring(self, before: datetime) -> Iterator[Entry]:
        return self._pages((augmentation.c.level == str(Level.B_LTA)) & (augmentation.c.until < before) & IN_FORCE)

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

    def find_pdf(self, pdf: Pdf) -> Entry | None:
        names = names_in(pdf)
        if not names:
            return None
        sha256 = hashlib.sha256(pdf).digest()
        later = exists().where(augmentation.c.entry == entry.c.seq, augmentation.c.pdf_sha256 == sha256)
        same = or_(entry.c.pdf_sha256 == sha256, later.correlate(entry))
        return next(iter(self._issued(reservation.c.name.in_(names), same)), None)

    def find_named(self, pdf: Pdf) -> Entry | None:
        return next(iter(self._issued(reservation.c.name.in_(names_in(pdf)))), None)

    def pending(self) -> Sequence[Intent]:
        return self._intents()

    def read_pdf(self, id: str) -> bytes:  # noqa: A002
        with self._reading() as connection:
            return read_file(connection, id)

    def gone(self, office: str) -> Sequence[Gone]:
        with self._reading() as connection:
            return gone_of(connection, office)

    def count(self) -> int:
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(entry)).scalar_one()

    def entries(self, after_seq: int = 0) -> Iterator[Entry]:
        return self._pages(after_seq=after_seq)

    def latest(self, wanted: Sought, *, before_seq: int | None = None, most: int = PER_PAGE) -> Sequence[Entry]:
        earlier = () if before_seq is None else (entry.c.seq < before_seq,)
        found = lines().where(entry.c.seq.is_not(None), sought(wanted), *earlier).order_by(entry.c.seq.desc())
        with self._reading() as connection:
            return [entry_of(line) for line in connection.execute(found.limit(most))]

    def issued_by_day(self, office: str, since: datetime, zone: tzinfo) -> Mapping[date, Mapping[str, int]]:
        with self._reading() as connection:
            return issued_by_day(connection, office, since, zone)

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
        unissued = lines().where(PENDING, *wanted).order_by(reservation.c.at, reservation.c.number)
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


def _place(now: Entry, later: Later) -> tuple[str, bytes]:
    return place_of(now.office, now.template, now.at.year, later.sha256), later.raised.pdf
