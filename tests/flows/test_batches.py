"""Issuer.issue over several chunks: one is with the key while the next is read, and any of it may go wrong."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from tests.rows import births
from tte.backends.process import ProcessKey
from tte.errors import AlreadyIssued, IntakeError, KeyUnavailable, SelfValidationFailed
from tte.issuance import Issued, Issuer, Outcome, Refused
from tte.key import Identity
from tte.model import Document, Intent, Prepared, Row, SignedDocument
from tte.office import Home
from tte.signing import Awaited, Draft, KeySigning, Signing
from tte.template.letters import COMMON
from tte.validation import Trust
from tte.validation.likeness import Likeness

TEMPLATE = "akta_kelahiran"


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    """Issues three rows at a time."""
    with home.issuer("demo", (TEMPLATE,)) as opened:
        yield dataclasses.replace(opened, chunk=3)


class Counting:
    """A signing station that notes what it is asked to sign."""

    def __init__(self, inner: Signing) -> None:
        self.inner = inner
        self.asked: list[bytes] = []

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    def prepare(self, document: Document, at: datetime) -> Draft:
        return self.inner.prepare(document, at)

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        return self.inner.resume(intent, prepared)

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        self.asked += [draft.digest for draft in drafts]
        return self.inner.begin(drafts)


class NothingToSwap(Exception):
    """The part is the same in both documents."""


class Swapping:
    """A signing station whose memory is bad: of two documents it swaps one part."""

    def __init__(self, inner: Signing, one: int, other: int, part: int) -> None:
        self.inner, self.one, self.other, self.part = inner, one, other, part
        self.parts = 0
        self.swapped = False

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    def prepare(self, document: Document, at: datetime) -> Draft:
        return self.inner.prepare(document, at)

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        return self.inner.resume(intent, prepared)

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        signed = list(self.inner.begin(drafts)())
        one, other = signed[self.one], signed[self.other]
        self.parts = min(len(one.own), len(other.own))
        if one.own[self.part] == other.own[self.part]:
            raise NothingToSwap
        self.swapped = True
        signed[self.one] = _with(one, self.part, other.own[self.part])
        signed[self.other] = _with(other, self.part, one.own[self.part])
        return lambda: signed


def _with(document: SignedDocument, part: int, content: bytes) -> SignedDocument:
    own = (*document.own[:part], content, *document.own[part + 1 :])
    return dataclasses.replace(document, own=own)


def _issue(issuer: Issuer, rows: Sequence[Row]) -> list[Outcome]:
    return list(issuer.issue(TEMPLATE, rows))


def _told(issuer: Issuer, rows: Iterator[Row], error: type[BaseException]) -> list[Outcome]:
    """What is told before this error is raised."""
    told: list[Outcome] = []
    with pytest.raises(error):
        told.extend(issuer.issue(TEMPLATE, rows))
    return told


def _numbers(outcomes: Sequence[Outcome]) -> list[int]:
    return [outcome.row for outcome in outcomes if isinstance(outcome, Issued) and not outcome.earlier]


def _recorded(issuer: Issuer) -> list[str]:
    return [entry.id for entry in issuer.register.entries()]


def _ids(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.entry.id for outcome in outcomes if isinstance(outcome, Issued)]


def test_outcomes_come_in_the_order_of_the_rows(issuer: Issuer) -> None:
    rows = births(20)
    rows[4] = Row(5, {**rows[4].values, "nik": "12"})
    outcomes = _issue(issuer, rows)
    assert [outcome.row for outcome in outcomes] == list(range(1, 21))
    assert [outcome.row for outcome in outcomes if isinstance(outcome, Refused)] == [5]
    assert _recorded(issuer) == _ids(outcomes)
    assert issuer.register.pending() == []


def test_a_number_of_the_chunk_with_the_key_is_issued_once(issuer: Issuer) -> None:
    rows = births(20)
    again = Row(5, rows[1].values)
    other = Row(6, {**rows[2].values, "nama": "ORANG LAIN SAMA SEKALI"})
    counting = Counting(issuer.signing)
    outcomes = _issue(dataclasses.replace(issuer, signing=counting), [*rows[:4], again, other, *rows[6:]])
    first, repeat, refused = outcomes[1], outcomes[4], outcomes[5]
    assert isinstance(first, Issued)
    assert isinstance(repeat, Issued)
    assert (repeat.entry, first.earlier, repeat.earlier) == (first.entry, False, True)
    assert isinstance(refused, Refused)
    assert isinstance(refused.why, AlreadyIssued)
    assert _numbers(outcomes) == [1, 2, 3, 4, *range(7, 21)]
    assert len(counting.asked) == len(set(counting.asked)) == 18
    assert issuer.register.pending() == []


@pytest.mark.parametrize("after", [0, 3, 6, 7])
def test_rows_read_before_the_file_broke_are_issued_and_told(issuer: Issuer, after: int) -> None:
    def rows() -> Iterator[Row]:
        yield from births(after) if after else ()
        raise IntakeError("the rest is not a file")

    assert _numbers(_told(issuer, rows(), IntakeError)) == list(range(1, after + 1))
    assert len(_recorded(issuer)) == after
    assert issuer.register.pending() == []


def test_what_is_with_the_key_at_an_interrupt_is_recorded_and_told_first(issuer: Issuer) -> None:
    def rows() -> Iterator[Row]:
        yield from births(20)[:7]
        raise KeyboardInterrupt

    told = _told(issuer, rows(), KeyboardInterrupt)
    assert _numbers(told) == [1, 2, 3, 4, 5, 6]
    assert _recorded(issuer) == _ids(told)
    assert issuer.register.pending() == []


def test_an_interrupt_while_the_key_is_dead_still_tells_what_was_recorded(issuer: Issuer) -> None:
    class Dead(Counting):
        """Its second answer never comes."""

        def begin(self, drafts: Sequence[Draft]) -> Awaited:
            if self.asked:
                return self.never
            return super().begin(drafts)

        def never(self) -> Sequence[SignedDocument]:
            raise KeyUnavailable("the key is gone")

    def rows() -> Iterator[Row]:
        yield from births(20)[:7]
        raise KeyboardInterrupt

    told: list[Outcome] = []
    with pytest.raises((KeyboardInterrupt, KeyUnavailable)):
        told.extend(dataclasses.replace(issuer, signing=Dead(issuer.signing)).issue(TEMPLATE, rows()))
    assert _numbers(told) == [1, 2, 3]
    assert _recorded(issuer) == _ids(told)
    assert len(issuer.register.pending()) == 3


def test_a_key_in_its_own_process_issues_the_same(home: Home) -> None:
    with home.issuer("demo", (TEMPLATE,), apart=True) as apart:
        outcomes = _issue(dataclasses.replace(apart, chunk=3), births(20))
        assert apart.register.pending() == []
    assert _numbers(outcomes) == list(range(1, 21))
    with home.issuer("demo", (TEMPLATE,)) as plain:
        again = _issue(plain, births(20))
    assert [outcome.entry for outcome in again if isinstance(outcome, Issued) and outcome.earlier] == [
        outcome.entry for outcome in outcomes if isinstance(outcome, Issued)
    ]


def test_a_key_process_that_is_killed_leaves_a_register_that_goes_on(home: Home) -> None:
    with home.issuer("demo", (TEMPLATE,), apart=True) as apart:
        assert isinstance(apart.signing, KeySigning)
        key = apart.signing.key
        assert isinstance(key, ProcessKey)
        pid = key.pid

        def rows() -> Iterator[Row]:
            all_ = births(20)
            yield from all_[:9]
            os.kill(pid, signal.SIGKILL)
            yield from all_[9:]

        told = _told(dataclasses.replace(apart, chunk=3), rows(), KeyUnavailable)
        assert _numbers(told) == list(range(1, len(told) + 1))
        assert 6 <= len(told) < 20  # the third chunk may have been signed by then
        assert _recorded(apart) == _ids(told)
        pending = {intent.id for intent in apart.register.pending()}
        assert pending
    with home.issuer("demo", (TEMPLATE,)) as plain:
        outcomes = _issue(plain, births(20))
        assert _numbers(outcomes) == list(range(len(told) + 1, 21))
        assert _ids(outcomes)[: len(told)] == _ids(told)
        assert set(_ids(outcomes)[len(told) :][: len(pending)]) == pending
        assert _recorded(plain) == _ids(outcomes)
        assert plain.register.pending() == []


@pytest.mark.parametrize("one", [0, 1], ids=["validated-in-full", "compared"])
def test_no_part_of_a_document_can_stand_in_another(issuer: Issuer, one: int) -> None:
    """Of a chunk nothing is recorded, however little of it is wrong; the chunk before it stays."""
    rows = births(6)
    _issue(issuer, rows[:3])
    before, tried, part, parts = _recorded(issuer), 0, 0, 1
    while part < parts:
        swapping = Swapping(issuer.signing, one, 2, part)
        with pytest.raises((SelfValidationFailed, NothingToSwap)):
            _issue(dataclasses.replace(issuer, signing=swapping), rows)
        assert _recorded(issuer) == before
        assert len(issuer.register.pending()) == 3
        parts, part, tried = swapping.parts, part + 1, tried + swapping.swapped
    assert tried > 5
    assert _numbers(_issue(issuer, rows)) == [4, 5, 6]


@pytest.mark.parametrize(
    ("every", "rare", "validated"),
    [(1, 0, range(1, 21)), (5, 0, (1, 6, 11, 16)), (2000, 0, (1,)), (2000, 7, (1, 7)), (19, 0, (1, 20)), (20, 0, (1,))],
)
def test_the_first_document_of_a_kind_and_one_in_so_many_is_validated_in_full(
    every: int, rare: int, validated: Sequence[int], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another kind is a document with letters that are rare: it has another frame."""
    found: list[bytes] = []
    of = Likeness.of

    def counted(sample: bytes, trust: Trust, at: datetime) -> Likeness:
        found.append(sample)
        return of(sample, trust, at)

    rows = [Row(row.number, {**row.values, "nama": "SARI"}) for row in births(60) if _is_common(row)][:20]
    if rare:
        rows[rare - 1] = Row(rows[rare - 1].number, {**rows[rare - 1].values, "nama": "SARI É"})
    monkeypatch.setattr("tte.issuance.self_validation.Likeness.of", counted)
    outcomes = _issue(dataclasses.replace(issuer, full_validation=every), rows)
    files = [issuer.register.read_pdf(id_) for id_ in _ids(outcomes)]
    assert len(files) == 20
    assert [files.index(pdf) + 1 for pdf in found] == list(validated)


def _is_common(row: Row) -> bool:
    return set("".join(str(value) for value in row.values.values())) <= set(COMMON)
