"""`Batches` over SQLAlchemy Core. What decides who gets a chunk happens one at a time, over all machines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, insert, or_, select, text, update

from tte.errors import QueueFull
from tte.register.batch_tables import batch, chunk
from tte.register.batches import LATELY_S, MOST_WAITING, Chunk, Counts, NewBatch, Standing, Ticket
from tte.register.faults import translated
from tte.register.opening import WRITING
from tte.register.store import SqlRegister

_ONE_AT_A_TIME: Final = 0x7474_65_6261  # "tteba"
_AHEAD_S: Final = 900.0
"""A lease or a delay that ends later than this was written before the database's clock was set back."""

_SQLITE_NOW: Final = text("SELECT (julianday('now') - 2440587.5) * 86400")
_POSTGRES_NOW: Final = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")


class SqlBatches:
    """See `Batches` for what each method promises."""

    def __init__(self, register: SqlRegister) -> None:
        self._register = register

    @property
    def url(self) -> str | None:
        engine = self._register._open()
        return engine.url.render_as_string(hide_password=False) if engine.dialect.name == "postgresql" else None

    def submit(
        self, new: NewBatch, chunks: Sequence[tuple[int, bytes]], *, again: bool = False, most: int = MOST_WAITING
    ) -> str:
        with self._changing() as (connection, now):
            same = connection.execute(select(batch.c.id).where(batch.c.standing == new.digest)).scalar()
            if same is not None and not again:
                return str(same)
            unfinished = connection.execute(select(func.count()).where(chunk.c.ended.is_(None))).scalar_one()
            if unfinished + len(chunks) > most:
                raise QueueFull(
                    f"{unfinished} chunks are waiting; with {len(chunks)} more there would be more than {most}",
                    hint="wait until workers have done some (tte batch list), or start more of them",
                )
            connection.execute(update(batch).where(batch.c.standing == new.digest).values(standing=None))
            seq = 1 + (connection.execute(select(func.max(batch.c.seq))).scalar() or 0)
            connection.execute(
                insert(batch).values(
                    seq=seq,
                    id=new.id,
                    standing=new.digest,
                    template=new.template,
                    template_sha256=new.template_sha256,
                    profile=new.profile,
                    priority=new.priority,
                    replacing=new.replacing,
                    giving=new.giving,
                    submitted=now,
                )
            )
            fresh = {"batch": seq, "due": now, "attempts": 0, "issued": 0, "earlier": 0, "refused": 0, "held": 0}
            lines = [{**fresh, "place": n, "size": size, "rows": rows} for n, (size, rows) in enumerate(chunks, 1)]
            if lines:
                connection.execute(insert(chunk), lines)
        return new.id

    def take(
        self,
        worker: str,
        *,
        lease_s: float,
        profiles: Collection[str],
        limits: Mapping[str, int],
        only: Ticket | None = None,
    ) -> Chunk | None:
        if not self._is_work():
            return None
        with self._changing() as (connection, now):
            wanted: list[ColumnElement[bool]] = [batch.c.profile.in_({*profiles} - _full(connection, now, limits))]
            if only is not None:
                wanted += [batch.c.id == only.batch, chunk.c.place == only.place]
            found = connection.execute(_free(now).where(*wanted).limit(1)).one_or_none()
            if found is None:
                _clear(connection, now)
                return None
            rows = connection.execute(select(chunk.c.rows).where(_is(found))).scalar_one()
            connection.execute(update(chunk).where(_is(found)).values(worker=worker, until=now + lease_s, begun=now))
        return Chunk(
            found.id,
            found.place,
            found.template,
            found.template_sha256,
            found.profile,
            rows,
            found.attempts,
            found.replacing,
            found.giving,
        )

    def _is_work(self) -> bool:
        """Whether any chunk is neither ended nor leased: asked first, so that an idle worker holds up no writer."""
        with self._reading() as (connection, now):
            unended = select(chunk.c.place).where(chunk.c.ended.is_(None), _unleased(now)).limit(1)
            return connection.execute(unended).first() is not None

    def keep(self, taken: Chunk, worker: str, lease_s: float) -> None:
        with self._changing(alone=False) as (connection, now):
            connection.execute(
                update(chunk)
                .where(_at(taken), chunk.c.worker == worker, chunk.c.ended.is_(None))
                .values(until=now + lease_s)
            )

    def finish(self, done: Chunk, outcomes: bytes, counts: Counts) -> None:
        with self._changing() as (connection, now):
            finished = connection.execute(
                update(chunk)
                .where(_at(done), chunk.c.ended.is_(None))
                .values(
                    rows=None,
                    worker=None,
                    until=None,
                    ended=now,
                    outcomes=outcomes,
                    issued=counts.issued,
                    earlier=counts.earlier,
                    refused=counts.refused,
                    held=counts.held,
                )
            )
            if finished.rowcount:
                connection.execute(update(batch).where(batch.c.id == done.batch).values(trouble=None))

    def put_back(self, taken: Chunk, worker: str, trouble: str, delay_s: float) -> None:
        with self._changing() as (connection, now):
            back = connection.execute(
                update(chunk)
                .where(_at(taken), chunk.c.ended.is_(None), chunk.c.worker == worker)
                .values(worker=None, until=None, due=now + delay_s, attempts=chunk.c.attempts + 1)
            )
            if back.rowcount and trouble:
                connection.execute(update(batch).where(batch.c.id == taken.batch).values(trouble=trouble))
            _clear(connection, now)

    def waiting(self, limits: Mapping[str, int]) -> Sequence[Ticket]:
        with self._changing() as (connection, now):
            _clear(connection, now)
            there = _free(now).where(batch.c.profile.not_in(_full(connection, now, limits)))
            return [Ticket(line.id, line.place, line.profile, line.priority) for line in connection.execute(there)]

    def cancel(self, id: str) -> bool:  # noqa: A002
        with self._changing() as (connection, now):
            found = connection.execute(
                update(batch)
                .where(batch.c.id == id)
                .values(cancelled=func.coalesce(batch.c.cancelled, now), standing=None)
            )
            _clear(connection, now)
            return bool(found.rowcount)

    def standings(self, id: str | None = None) -> Sequence[Standing]:  # noqa: A002
        with self._reading() as (connection, now):
            wanted = _standings(now)
            if id is not None:
                wanted = wanted.where(batch.c.id == id)
            return [_standing(line, now) for line in connection.execute(wanted)]

    def outcomes(self, id: str) -> Iterator[bytes]:  # noqa: A002
        place = 0
        while True:
            with self._reading() as (connection, _):
                found = connection.execute(
                    select(chunk.c.place, chunk.c.outcomes)
                    .join(batch)
                    .where(batch.c.id == id, chunk.c.place > place, chunk.c.outcomes.is_not(None))
                    .order_by(chunk.c.place)
                    .limit(1)
                ).one_or_none()
            if found is None:
                return
            place = found.place
            yield found.outcomes

    @contextmanager
    def _reading(self) -> Iterator[tuple[Connection, float]]:
        with translated(), self._register._open().connect() as connection, connection.begin():
            yield connection, _now(connection)

    @contextmanager
    def _changing(self, *, alone: bool = True) -> Iterator[tuple[Connection, float]]:
        """A transaction and its time, after all others of its kind: SQLite has one writer, PostgreSQL takes a lock.

        Each statement sees what was committed before it, whatever the register has chosen for itself.
        """
        with translated(), self._register._open().connect() as plain:
            on_sqlite = plain.dialect.name == "sqlite"
            options = {WRITING: True} if on_sqlite else {"isolation_level": "READ COMMITTED"}
            connection = plain.execution_options(**options)
            with connection.begin():
                if alone and not on_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
                yield connection, _now(connection)


def _now(connection: Connection) -> float:
    now = _SQLITE_NOW if connection.dialect.name == "sqlite" else _POSTGRES_NOW
    return float(connection.execute(now).scalar_one())


def _leased(now: float) -> ColumnElement[bool]:
    return and_(chunk.c.ended.is_(None), chunk.c.until > now, chunk.c.until <= now + _AHEAD_S)


def _unleased(now: float) -> ColumnElement[bool]:
    return or_(chunk.c.until.is_(None), chunk.c.until <= now, chunk.c.until > now + _AHEAD_S)


def _free(now: float):  # type: ignore[no-untyped-def]
    """The chunks that may be taken, in the order in which they are."""
    return (
        select(batch, chunk.c.place, chunk.c.attempts)
        .join(chunk)
        .where(chunk.c.ended.is_(None), batch.c.cancelled.is_(None), _unleased(now))
        .where(or_(chunk.c.due <= now, chunk.c.due > now + _AHEAD_S))
        .order_by(batch.c.priority.desc(), batch.c.seq, chunk.c.place)
    )


def _full(connection: Connection, now: float, limits: Mapping[str, int]) -> set[str]:
    """The key profiles of which as many chunks are leased as may be."""
    if not limits:
        return set()
    leased = select(batch.c.profile, func.count().label("n")).join(chunk).where(_leased(now)).group_by(batch.c.profile)
    return {line.profile for line in connection.execute(leased) if line.n >= limits.get(line.profile, line.n + 1)}


def _clear(connection: Connection, now: float) -> None:
    """Forget the rows of cancelled batches that nobody has."""
    cancelled = select(batch.c.seq).where(batch.c.cancelled.is_not(None))
    connection.execute(
        update(chunk)
        .where(chunk.c.ended.is_(None), _unleased(now), chunk.c.batch.in_(cancelled))
        .values(rows=None, worker=None, until=None, ended=now)
    )


def _is(found: Row[tuple[object, ...]]) -> ColumnElement[bool]:
    return and_(chunk.c.batch == found.seq, chunk.c.place == found.place)


def _at(one: Chunk) -> ColumnElement[bool]:
    seq = select(batch.c.seq).where(batch.c.id == one.batch).scalar_subquery()
    return and_(chunk.c.batch == seq, chunk.c.place == one.place)


def _standings(now: float):  # type: ignore[no-untyped-def]
    done = chunk.c.outcomes.is_not(None)

    def rows(when: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((when, chunk.c.size), else_=0)), 0)

    def total(column: ColumnElement[int]) -> ColumnElement[int]:
        return func.coalesce(func.sum(column), 0)

    return (
        select(
            batch,
            func.coalesce(func.sum(chunk.c.size), 0).label("all_rows"),
            rows(done).label("done"),
            func.count(chunk.c.place).label("chunks"),
            func.count(chunk.c.ended).label("ended_chunks"),
            func.count(case((_leased(now), 1))).label("taken"),
            total(chunk.c.issued).label("issued"),
            total(chunk.c.earlier).label("earlier"),
            total(chunk.c.refused).label("refused"),
            total(chunk.c.held).label("held"),
            rows(and_(done, chunk.c.ended > now - LATELY_S)).label("lately"),
            func.min(chunk.c.begun).label("begun"),
            func.max(chunk.c.ended).label("last_ended"),
        )
        .outerjoin(chunk)
        .group_by(*batch.c)
        .order_by(batch.c.seq.desc())
    )


def _standing(line: Row[tuple[object, ...]], now: float) -> Standing:
    whole = line.chunks == line.ended_chunks
    return Standing(
        id=line.id,
        template=line.template,
        profile=line.profile,
        priority=line.priority,
        submitted=line.submitted,
        cancelled=line.cancelled is not None,
        trouble=line.trouble,
        rows=line.all_rows,
        done=line.done,
        chunks=line.chunks,
        ended_chunks=line.ended_chunks,
        taken=line.taken,
        counts=Counts(line.issued, line.earlier, line.refused, line.held),
        lately=line.lately,
        begun=line.begun,
        ended=(line.last_ended or line.submitted) if whole else None,
        now=now,
    )
