"""Issuer.issue: the order of events, and what happens when they are interrupted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.rows import births
from tte.errors import AlreadyIssued, KeyUnavailable, Problem, RecordError, SelfValidationFailed
from tte.issuance import Issued, Issuer, Outcome, Refused, now
from tte.key import Identity
from tte.model import Document, Indication, Intent, Prepared, Row, SignedDocument, Unreadable
from tte.office import Home
from tte.signing import Awaited, Draft, Signing
from tte.validation import Trust, validate


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    with home.issuer("demo", ("akta_kelahiran",)) as opened:
        yield opened


class Dying:
    """A signing station that signs `good` documents, signs the next call too, and dies before it answers."""

    def __init__(self, inner: Signing, *, good: int) -> None:
        self.inner, self.good = inner, good
        self.asked: list[bytes] = []

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    def prepare(self, document: Document, at: datetime) -> Draft:
        return self.inner.prepare(document, at)

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        return self.inner.resume(intent, prepared)

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        signed = list(self.inner.begin(drafts)())
        self.asked += [draft.digest for draft in drafts]
        dead = len(self.asked) > self.good

        def answer() -> Sequence[SignedDocument]:
            if dead:
                raise KeyUnavailable("the key is gone")
            return signed

        return answer


def _issue(issuer: Issuer, rows: Sequence[Row | Unreadable]) -> list[Outcome]:
    return list(issuer.issue("akta_kelahiran", rows))


def test_each_row_gets_a_document_that_passes_validation_and_is_found_by_its_bytes(issuer: Issuer) -> None:
    outcomes = _issue(issuer, births(3))
    assert [outcome.row for outcome in outcomes] == [1, 2, 3]
    for outcome in outcomes:
        assert isinstance(outcome, Issued)
        pdf = issuer.register.read_pdf(outcome.entry.id)
        assert validate(pdf, issuer.trust, now()).indication is Indication.TOTAL_PASSED
        assert issuer.register.find_pdf(pdf) == outcome.entry


def test_issuing_the_same_rows_again_gives_the_earlier_entries_and_signs_nothing(issuer: Issuer) -> None:
    first = _issue(issuer, births(2))
    counting = Dying(issuer.signing, good=0)
    second = _issue(dataclasses.replace(issuer, signing=counting), births(2))
    assert counting.asked == []
    assert [outcome.entry for outcome in second if isinstance(outcome, Issued) and outcome.earlier] == [
        outcome.entry for outcome in first if isinstance(outcome, Issued)
    ]


def test_another_record_under_the_same_number_is_refused_and_the_rest_goes_on(issuer: Issuer) -> None:
    one, two = births(2)
    _issue(issuer, [one])
    other = Row(7, {**one.values, "nama": "ORANG LAIN SAMA SEKALI"})
    refused, issued = _issue(issuer, [other, two])
    assert isinstance(refused, Refused)
    assert isinstance(refused.why, AlreadyIssued)
    assert "ORANG" not in str(refused.why)
    assert isinstance(issued, Issued)


def test_a_specimen_does_not_use_up_a_number_nor_stand_in_for_the_document(issuer: Issuer) -> None:
    (specimen,) = _issue(issuer, births(1))
    live = dataclasses.replace(issuer, imprint=dataclasses.replace(issuer.imprint, specimen=False))
    (document,) = _issue(live, births(1))
    assert isinstance(specimen, Issued)
    assert isinstance(document, Issued)
    assert not document.earlier
    assert (specimen.entry.office, document.entry.office) == ("9971 SPECIMEN", "9971")
    assert specimen.entry.number == document.entry.number


def test_a_row_repeated_in_one_file_is_issued_once(issuer: Issuer) -> None:
    (one,) = births(1)
    first, again, other = _issue(issuer, [one, Row(2, one.values), Row(3, {**one.values, "nama": "SIAPA SAJA"})])
    assert isinstance(first, Issued)
    assert isinstance(again, Issued)
    assert again.entry == first.entry
    assert again.earlier
    assert isinstance(other, Refused)


def test_bad_rows_are_told_by_number_and_the_rest_is_issued(issuer: Issuer) -> None:
    one, two = births(2)
    rows: list[Row | Unreadable] = [
        one,
        Row(2, {**two.values, "nik": "12", "tanggal_lahir": "31-02-2026"}),
        Unreadable(3, Problem("", "this line has 4 columns, the header has 13")),
        Row(4, two.values),
    ]
    outcomes = _issue(issuer, rows)
    assert [type(outcome) for outcome in outcomes] == [Issued, Refused, Refused, Issued]
    why = outcomes[1]
    assert isinstance(why, Refused)
    assert isinstance(why.why, RecordError)
    assert {problem.field for problem in why.why.problems} >= {"nik", "tanggal_lahir"}


def test_a_key_that_dies_stops_the_batch_and_the_next_run_signs_the_same_bytes(issuer: Issuer) -> None:
    dying = Dying(issuer.signing, good=2)
    told: list[Outcome] = []
    with pytest.raises(KeyUnavailable):
        told.extend(dataclasses.replace(issuer, signing=dying, chunk=2).issue("akta_kelahiran", births(4)))
    pending = issuer.register.pending()
    assert len(pending) == 2
    assert [intent.digest for intent in pending] == dying.asked[2:]

    again = Dying(issuer.signing, good=99)
    outcomes = _issue(dataclasses.replace(issuer, signing=again), births(4))
    assert again.asked == dying.asked[2:]
    assert issuer.register.pending() == []
    ids = [outcome.entry.id for outcome in outcomes if isinstance(outcome, Issued)]
    assert ids[2:] == [intent.id for intent in pending]
    assert len(set(ids)) == 4


def test_a_half_issued_number_is_not_given_to_other_content(issuer: Issuer) -> None:
    with pytest.raises(KeyUnavailable):
        _issue(dataclasses.replace(issuer, signing=Dying(issuer.signing, good=0)), births(2))
    one, two = births(2)
    corrected = Row(1, {**one.values, "nama": "NAMA YANG DIBETULKAN"})
    other_page = dataclasses.replace(issuer.imprint, official=dataclasses.replace(issuer.imprint.official, name="X"))
    for changed, row in ((issuer, corrected), (dataclasses.replace(issuer, imprint=other_page), two)):
        (refused,) = _issue(changed, [row])
        assert isinstance(refused, Refused)
        assert "interrupted" in str(refused.why)
    assert all(isinstance(outcome, Issued) for outcome in _issue(issuer, births(2)))


def test_two_at_once_give_the_same_documents(home: Home) -> None:
    rows = births(12)

    def issue(_: int) -> list[Outcome]:
        with home.issuer("demo", ("akta_kelahiran",)) as issuer:
            return list(dataclasses.replace(issuer, chunk=3).issue("akta_kelahiran", rows))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(issue, range(2))
    assert all(isinstance(outcome, Issued) for outcome in (*one, *other))
    assert [(a.entry, not a.earlier) for a in one if isinstance(a, Issued)] == [
        (b.entry, b.earlier) for b in other if isinstance(b, Issued)
    ]


def test_a_document_that_fails_our_own_validation_is_not_recorded(issuer: Issuer) -> None:
    with pytest.raises(SelfValidationFailed):
        _issue(dataclasses.replace(issuer, trust=Trust(anchors=())), births(1))
    assert list(issuer.register.entries()) == []
    assert len(issuer.register.pending()) == 1
