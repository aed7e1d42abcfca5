"""The pipeline: rows by the chunk through all stations, two chunks under way at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import Final

from tte.errors import DoesNotFit, LintError, RecordError, SignatureMismatch, TteError
from tte.issuance.allowance import Allowance
from tte.issuance.giving import Giving
from tte.issuance.levels import raised, revoked
from tte.issuance.means import Kind, Means, Prints
from tte.issuance.outcomes import Issued, Outcome, Refused, another_record, ended, half_done, same_as, sent, superseded
from tte.issuance.self_validation import unverified
from tte.model import Entry, Intent, Record, Replaces, Row, SignedDocument, Unreadable
from tte.register import Turn
from tte.signing import Awaited, Draft

_TURN: Final = 2.0
"""Seconds after which the register's turn is given up for others."""


_TOLD_TOGETHER: Final = 64
"""Outcomes that are told when the levels of all their documents have been raised."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A record on its way, with the name and the time it is to be issued under."""

    row: int
    record: Record
    id: str
    at: datetime
    reserved: Intent | None = None
    replaces: Replaces | None = None


@dataclass(slots=True)
class _Chunk:
    """Rows under way: `outcomes` has those that are settled, by row; `records` the others, by number.

    `repeats` are rows that say again what another one says. `drafts` are with the key.
    """

    rows: Sequence[Row | Unreadable]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    records: dict[str, tuple[int, Record]] = field(default_factory=dict)
    repeats: list[tuple[int, int]] = field(default_factory=list)
    drafts: list[tuple[_Case, Draft]] = field(default_factory=list)
    signed: Awaited = list


class Batch:
    """One call of `Issuer.issue`: the rows of one file, turn by turn until `ended`."""

    def __init__(self, means: Means, template: Kind, press: Prints, rows: Iterator[Row | Unreadable]) -> None:
        self._means, self._template, self._press, self._rows = means, template, press, rows
        self._unread: TteError | None = None
        self._failed = False
        self._allowance = Allowance(means.register, means.per_batch, means.per_day)
        self._giving = Giving(means.register, template, means.office, means.region, means.now) if means.giving else None
        self._replaced: dict[str, bytes] = {}
        self.ended = False

    def turn(self) -> Iterator[Outcome]:
        """Issue chunks for as long as the turn lasts; then, others having theirs, raise levels and say what became.

        What stopped it is raised last. A chunk that is with the key by then is recorded first, if it can be.
        """
        told: list[Outcome] = []
        stopped: BaseException | None = None
        office = self._means.office
        with self._means.register.turn() as turn:
            over = monotonic() + _TURN
            under_way: _Chunk | None = None
            try:
                while not self.ended and monotonic() < over:
                    chunk = self._read()
                    if not (
                        under_way
                        and under_way.records.keys().isdisjoint(chunk.records)
                        and turn.claim(office, self._template.name, chunk.records, wait=False)
                    ):
                        done, under_way = under_way, None
                        if done:
                            self._finish(done, told, turn)
                        turn.claim(office, self._template.name, chunk.records, wait=True)
                    self._begin(chunk)
                    done, under_way = under_way, chunk
                    if done:
                        self._finish(done, told, turn)
                if under_way:
                    done, under_way = under_way, None
                    self._finish(done, told, turn)
            except BaseException as why:  # also an interrupt: what is with the key need not be lost
                stopped = why
                if under_way and not self._failed:
                    with suppress(Exception):  # then it stays reserved, and the next run signs it
                        self._finish(under_way, told, turn)
        for some in _parts(told, _TOLD_TOGETHER):
            if stopped is None or isinstance(stopped, TteError):  # who interrupts does not want to wait for services
                try:
                    some = raised(some, self._means.goal, self._means.raise_all)
                    stopped = stopped or revoked(some)
                except BaseException as why:  # they are issued all the same
                    stopped = why
            yield from some
        stopped = stopped or self._unread
        if stopped:
            self.ended = True
            raise stopped

    def _read(self) -> _Chunk:
        """The next rows, checked. What stopped the reading is kept until what was read is issued."""
        rows: list[Row | Unreadable] = []
        try:
            rows.extend(islice(self._rows, self._means.chunk))
        except TteError as why:
            self._unread = why
        self.ended = len(rows) < self._means.chunk
        chunk = _Chunk(rows)
        if self._giving:
            chunk.rows, refused = self._giving.given(rows)
            chunk.outcomes.update((number, Refused(number, why)) for number, why in refused.items())
        for row in chunk.rows:
            if row.number in chunk.outcomes:
                continue
            if isinstance(row, Unreadable):
                unreadable = RecordError("the row cannot be read", [row.problem])
                chunk.outcomes[row.number] = Refused(row.number, unreadable)
                continue
            try:
                record = self._template.check(row)
            except RecordError as why:
                chunk.outcomes[row.number] = Refused(row.number, why)
            else:
                _note(chunk, row.number, record)
        return chunk

    def _begin(self, chunk: _Chunk) -> None:
        """Look up, set, prepare, reserve, and hand to the key. Until the end of this nothing is promised."""
        drafts = self._allowed(chunk, self._prepare(chunk, self._look_up(chunk)))
        chunk.drafts = self._reserve(chunk, drafts)
        if chunk.drafts:
            chunk.signed = unverified(self._means.signing).begin([draft for _, draft in chunk.drafts])

    def _look_up(self, chunk: _Chunk) -> list[_Case]:
        """Part what was issued before from what is to be issued; a reservation gives its id and time again."""
        means = self._means
        known = means.register.known(means.office, self._template.name, list(chunk.records))
        at = means.now()
        cases = []
        for number, (row, record) in chunk.records.items():
            found = known.get(number)
            if found is None:
                cases.append(_Case(row, record, self._new_id(record, at), at))
            elif isinstance(found, Entry) and means.replacing and _is_other(found, record):
                if self._was_replaced(found, record):
                    chunk.outcomes[row] = Refused(row, superseded())
                else:
                    self._replaced[number] = record.digest()
                    replaces = Replaces(found.id, means.replacing)
                    cases.append(_Case(row, record, self._new_id(record, at, replaces), at, replaces=replaces))
            elif isinstance(found, Entry) and found.ended:
                chunk.outcomes[row] = Refused(row, ended())
            elif found.record_digest != record.digest():
                chunk.outcomes[row] = Refused(row, another_record() if isinstance(found, Entry) else half_done())
            elif isinstance(found, Entry):
                chunk.outcomes[row] = Issued(row, found, earlier=True, warnings=record.warnings)
            elif found.sent:
                chunk.outcomes[row] = Refused(row, sent())
            else:
                cases.append(_Case(row, record, found.id, found.at, reserved=found))
        return cases

    def _new_id(self, record: Record, at: datetime, replaces: Replaces | None = None) -> str:
        sealing = self._means.sealing if self._template.seal else None
        return sealing.id(record, at, replaces) if sealing else self._means.new_id()

    def _seal(self, case: _Case) -> str:
        """The text of a document's code, where the office seals; else ""."""
        sealing, sealed = self._means.sealing, self._template.seal
        return sealing.seal(sealed, case.record, case.id, case.at) if sealing and sealed else ""

    def _was_replaced(self, found: Entry, record: Record) -> bool:
        """Whether what this record says was replaced already, or replaces another row of the same call.

        So the same rows, issued again in whatever order and chunks, make no further documents.
        """
        if self._replaced.get(record.number, record.digest()) != record.digest():
            return True
        here = self._means.register.find_number(record.number, found.office)
        same = (one for one in here if (one.template, one.record_digest) == (record.template, record.digest()))
        return any(one.ended and one.ended.by for one in same)

    def _prepare(self, chunk: _Chunk, cases: Sequence[_Case]) -> list[tuple[_Case, Draft]]:
        """Seal all of them, then set them, then lay them out: each by itself stays in the processor's cache."""
        prepare, print_ = self._means.signing.prepare, self._press.document
        sealed, documents, drafts = [], [], []
        for case in cases:
            try:
                sealed.append((case, self._seal(case)))
            except DoesNotFit as why:
                chunk.outcomes[case.row] = Refused(case.row, why)
        for case, seal in sealed:
            try:
                documents.append((case, print_(case.record, case.id, seal)))
            except DoesNotFit as why:
                chunk.outcomes[case.row] = Refused(case.row, why)
        for case, document in documents:
            try:
                draft = prepare(document, case.at)
            except LintError as why:
                chunk.outcomes[case.row] = Refused(case.row, why)
                continue
            if case.reserved and case.reserved.digest != draft.digest:
                chunk.outcomes[case.row] = Refused(case.row, half_done())
            else:
                drafts.append((case, draft))
        return drafts

    def _allowed(self, chunk: _Chunk, drafts: list[tuple[_Case, Draft]]) -> list[tuple[_Case, Draft]]:
        """As many as the key may still sign. The rows from the first that it may not are left to another batch."""
        means = self._means
        granted = self._allowance.take(len(drafts), means.signing.identity, means.now())
        if granted < len(drafts):
            first = drafts[granted][0].row
            chunk.rows = [row for row in chunk.rows if row.number < first]
            chunk.repeats = [(again, of) for again, of in chunk.repeats if again < first]
            self._unread, self.ended = self._allowance.reached, True
        return drafts[:granted]

    def _reserve(self, chunk: _Chunk, drafts: Sequence[tuple[_Case, Draft]]) -> list[tuple[_Case, Draft]]:
        """Make the intent durable. A number that another process took in between is refused here."""
        if not drafts:
            return []
        office, template = self._means.office, self._template
        intents = [
            Intent(
                office=office,
                template=template.name,
                template_sha256=template.sha256,
                number=case.record.number,
                id=case.id,
                record_digest=case.record.digest(),
                digest=draft.digest,
                at=case.at,
                replaces=case.replaces,
                prepared=draft.prepared,
            )
            for case, draft in drafts
        ]
        reserved = []
        for item, taken in zip(drafts, self._means.register.reserve(intents), strict=True):
            if taken is None:
                reserved.append(item)
            else:
                chunk.outcomes[item[0].row] = Refused(item[0].row, taken)
        return reserved

    def _finish(self, chunk: _Chunk, told: list[Outcome], turn: Turn) -> None:
        """Wait for the key, validate, record; tell what is settled, also when something went wrong: then the turn ends.

        Afterwards others may have the numbers.
        """
        self._failed = True
        try:
            self._record(chunk)
        finally:
            told += _settled(chunk)
        self._failed = False
        turn.release(self._means.office, self._template.name, chunk.records)

    def _record(self, chunk: _Chunk) -> None:
        """What was signed before the key or service failed is recorded before that is raised."""
        signed: list[SignedDocument] = []
        try:
            for one in chunk.signed():
                signed.append(one)  # one by one: what came before an error stays
            if len(signed) != len(chunk.drafts):
                raise SignatureMismatch(f"{len(chunk.drafts)} documents were to be signed and {len(signed)} are")
        finally:
            if signed:
                self._keep(chunk, signed)

    def _keep(self, chunk: _Chunk, signed: Sequence[SignedDocument]) -> None:
        drafts = {draft.document.id: (case, draft) for case, draft in chunk.drafts}
        cases = [drafts[one.document.id] for one in signed]
        means = self._means
        at = means.now()
        means.validation.check([draft for _, draft in cases], signed, at)
        for (case, _), entry in zip(cases, means.register.record(signed, at, means.goal), strict=True):
            chunk.outcomes[case.row] = Issued(case.row, entry, earlier=False, warnings=case.record.warnings)


def _is_other(found: Entry, record: Record) -> bool:
    """Whether this record is to take the place of what is issued: it says something else, or that is not in force."""
    return found.record_digest != record.digest() or found.ended is not None


def _parts(told: Sequence[Outcome], size: int) -> Iterator[Sequence[Outcome]]:
    return (told[start : start + size] for start in range(0, len(told), size))


def _settled(chunk: _Chunk) -> list[Outcome]:
    """What became of the rows, in their order; nothing of a row whose document was not signed or not recorded."""
    for again, first in chunk.repeats:
        if first in chunk.outcomes:
            chunk.outcomes[again] = same_as(chunk.outcomes[first], again)
    return [chunk.outcomes[row.number] for row in chunk.rows if row.number in chunk.outcomes]


def _note(chunk: _Chunk, row: int, record: Record) -> None:
    """Part the first row of each number from rows that repeat it; a repeat with another content is refused here."""
    row_first, first = chunk.records.setdefault(record.number, (row, record))
    if row_first == row:
        return
    if first.digest() == record.digest():
        chunk.repeats.append((row, row_first))
    else:
        chunk.outcomes[row] = Refused(row, another_record())
