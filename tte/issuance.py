"""From rows to issued documents: the one way in. A single document is a batch of one.

The order is fixed (docs/house.md): check, render, prepare, *reserve*, sign, complete, *self-validate*, record, tell.
What will be signed is durable before the key is used; nothing leaves before it is recorded. A bad row is a value,
`Refused`, and the rest goes on; a dead key, a full disk or a document that fails our own validation is an exception,
and running the same file again resumes: what is recorded answers with its entry, what was only reserved is signed as
the same bytes.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from tte.errors import AlreadyIssued, DoesNotFit, LintError, Problem, RecordError, SelfValidationFailed, TteError
from tte.model import Entry, Imprint, Indication, Intent, Record, Row, SignedDocument, Unreadable
from tte.pades import Draft, prepare
from tte.register import Register
from tte.rendering import render
from tte.signing import Signing
from tte.template import Template
from tte.validation import Trust, validate


@dataclass(frozen=True, slots=True)
class Issued:
    """A row that has its document. `earlier` is true if it was issued before and this call only found it."""

    row: int
    entry: Entry
    earlier: bool
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not issued, and why."""

    row: int
    why: TteError


Outcome = Issued | Refused


def new_id() -> str:
    """A public id: 128 random bits as 26 letters and digits in lower case (RFC 4648 base32, no padding)."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def now() -> datetime:
    """The present, to the second: what a signature dictionary can hold."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class _Case:
    """A record on its way, with the name and the time it is to be issued under."""

    row: int
    record: Record
    id: str
    at: datetime
    reserved: Intent | None = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """All that is needed to issue with one key: no globals, no look-ups. One caller at a time."""

    signing: Signing
    imprint: Imprint
    templates: Mapping[str, Template]
    register: Register
    trust: Trust
    now: Callable[[], datetime] = now
    new_id: Callable[[], str] = new_id
    chunk: int = 64

    @property
    def office(self) -> str:
        """Under whose numbers the register keeps what is issued: the office's code.

        What a test key signs is kept apart, so that a specimen neither uses up a number nor is ever given out again as
        the document.
        """
        code = self.imprint.office.code
        return f"{code} SPECIMEN" if self.imprint.specimen else code

    def issue(self, template: str, rows: Iterable[Row | Unreadable]) -> Iterator[Outcome]:
        """Issue one document for each row; one outcome for each, in the order of the rows.

        Raises KeyUnavailable, KeyRefused, RegisterError or SelfValidationFailed and stops; what was told until then
        is recorded, and issuing the same rows again goes on from there. KeyError if there is no such template.
        """
        chosen = self.templates[template]
        rest = iter(rows)
        while chunk := list(islice(rest, self.chunk)):
            with self.register.turn():
                outcomes = self._issue_chunk(chosen, chunk)
            yield from outcomes

    def _issue_chunk(self, template: Template, rows: Sequence[Row | Unreadable]) -> Sequence[Outcome]:
        outcomes: dict[int, Outcome] = {}
        records = self._check(template, rows, outcomes)
        firsts, repeats = _part_repeats(records, outcomes)
        cases = self._look_up(template, firsts, outcomes)
        drafts = self._prepare(template, cases, outcomes)
        drafts = self._reserve(template, drafts, outcomes)
        for (case, _), entry in zip(drafts, self._sign([draft for _, draft in drafts]), strict=True):
            outcomes[case.row] = Issued(case.row, entry, earlier=False, warnings=case.record.warnings)
        for again, first in repeats:
            outcomes[again] = _same_as(outcomes[first], again)
        return [outcomes[row.number] for row in rows]

    def _check(
        self, template: Template, rows: Sequence[Row | Unreadable], outcomes: dict[int, Outcome]
    ) -> list[tuple[int, Record]]:
        records = []
        for row in rows:
            if isinstance(row, Unreadable):
                outcomes[row.number] = Refused(row.number, RecordError("the row cannot be read", [row.problem]))
                continue
            try:
                records.append((row.number, template.check(row)))
            except RecordError as why:
                outcomes[row.number] = Refused(row.number, why)
        return records

    def _look_up(
        self, template: Template, records: Sequence[tuple[int, Record]], outcomes: dict[int, Outcome]
    ) -> list[_Case]:
        """Part what was issued before from what is to be issued; a reservation gives its id and time again."""
        known = self.register.known(self.office, template.name, [record.number for _, record in records])
        cases = []
        for row, record in records:
            found = known.get(record.number)
            if found is None:
                cases.append(_Case(row, record, self.new_id(), self.now()))
            elif found.record_digest != record.digest():
                outcomes[row] = Refused(row, _another_record() if isinstance(found, Entry) else _half_done())
            elif isinstance(found, Entry):
                outcomes[row] = Issued(row, found, earlier=True, warnings=record.warnings)
            else:
                cases.append(_Case(row, record, found.id, found.at, reserved=found))
        return cases

    def _prepare(
        self, template: Template, cases: Sequence[_Case], outcomes: dict[int, Outcome]
    ) -> list[tuple[_Case, Draft]]:
        drafts = []
        for case in cases:
            try:
                document = render(case.record, template, case.id, self.imprint)
                draft = prepare(document, self.signing.identity, case.at)
            except (DoesNotFit, LintError) as why:
                outcomes[case.row] = Refused(case.row, why)
                continue
            if case.reserved and case.reserved.digest != draft.digest:
                outcomes[case.row] = Refused(case.row, _half_done())
            else:
                drafts.append((case, draft))
        return drafts

    def _reserve(
        self, template: Template, drafts: Sequence[tuple[_Case, Draft]], outcomes: dict[int, Outcome]
    ) -> list[tuple[_Case, Draft]]:
        """Make the intent durable. A number that another process took in between is refused here."""
        intents = [
            Intent(
                office=self.office,
                template=template.name,
                template_sha256=template.sha256,
                number=case.record.number,
                id=case.id,
                record_digest=case.record.digest(),
                digest=draft.digest,
                at=case.at,
            )
            for case, draft in drafts
        ]
        reserved = []
        for item, taken in zip(drafts, self.register.reserve(intents), strict=True):
            if taken is None:
                reserved.append(item)
            else:
                outcomes[item[0].row] = Refused(item[0].row, taken)
        return reserved

    def _sign(self, drafts: Sequence[Draft]) -> Sequence[Entry]:
        if not drafts:
            return []
        signed = self.signing.sign(drafts)  # the only use of the key
        at = self.now()
        for document in signed:
            self._self_validate(document, at)
        return self.register.record(signed, at)

    def _self_validate(self, signed: SignedDocument, at: datetime) -> None:
        report = validate(signed.pdf, self.trust, at)
        if report.indication is not Indication.TOTAL_PASSED:
            found = " ".join(filter(None, (report.indication, report.sub_indication)))
            raise SelfValidationFailed(
                f"a document just signed is {found} in our own validation; it was not recorded",
                hint="; ".join(report.reasons) or "tte key check says whether keys/trust holds the key's issuer",
            )


def _another_record() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was issued for another record",
        hint="correct the number, or withdraw the earlier document first",
    )


def _half_done() -> AlreadyIssued:
    return AlreadyIssued(
        "this number was reserved for other content (record, template or key) and its issue was interrupted",
        hint="run the earlier file with the earlier template and key once more; see tte register pending",
    )


def _part_repeats(
    records: Sequence[tuple[int, Record]], outcomes: dict[int, Outcome]
) -> tuple[list[tuple[int, Record]], list[tuple[int, int]]]:
    """Part the first row of each number from rows that repeat it; a repeat with another content is refused here."""
    firsts: dict[str, tuple[int, Record]] = {}
    repeats = []
    for row, record in records:
        row_first, first = firsts.setdefault(record.number, (row, record))
        if row_first == row:
            continue
        if first.digest() == record.digest():
            repeats.append((row, row_first))
        else:
            outcomes[row] = Refused(row, _another_record())
    return list(firsts.values()), repeats


def _same_as(outcome: Outcome, row: int) -> Outcome:
    if isinstance(outcome, Issued):
        return Issued(row, outcome.entry, earlier=True, warnings=outcome.warnings)
    return Refused(row, outcome.why)
