"""What was interrupted is finished: the same bytes, under the same number and id; or it is void and explained."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime

import pytest

from tests.rows import births, rows
from tte.errors import AlreadyIssued, ConfigError, KeyRefused, KeyUnavailable, UsageLimitReached
from tte.figures.friday import Scope
from tte.figures.gathering import friday
from tte.issuance import Issued, Issuer, Refused
from tte.key import Identity
from tte.model import Document, Entry, Indication, Intent, Prepared, Row, State
from tte.office import Home
from tte.reports.friday import NAME, row_of
from tte.signing import Awaited, Draft, Signing
from tte.validation import validate

TEMPLATE = "akta_kelahiran"


class Gone:
    """A signing station whose key is gone when it is needed."""

    def __init__(self, inner: Signing) -> None:
        self.inner = inner

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    def prepare(self, document: Document, at: datetime) -> Draft:
        return self.inner.prepare(document, at)

    def resume(self, intent: Intent, prepared: Prepared) -> Draft:
        return self.inner.resume(intent, prepared)

    def begin(self, drafts: Sequence[Draft]) -> Awaited:
        raise KeyUnavailable("the key is gone")


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    with home.issuer("demo", (TEMPLATE, "kartu_keluarga", "surat_keterangan_pindah")) as opened:
        yield opened


def _interrupted(issuer: Issuer, some: Sequence[Row], template: str = TEMPLATE) -> Sequence[Intent]:
    with pytest.raises(KeyUnavailable):
        list(dataclasses.replace(issuer, signing=Gone(issuer.signing)).issue(template, some))
    pending = issuer.register.pending()
    assert len(pending) == len(some)
    return pending


def test_what_was_interrupted_is_finished_without_its_rows(issuer: Issuer) -> None:
    some = births(5)
    pending = _interrupted(issuer, some)
    finished = list(issuer.recover())
    assert [one.intent for one in finished] == list(pending)
    for one in finished:
        assert isinstance(one.outcome, Entry)
        assert (one.outcome.id, one.outcome.number) == (one.intent.id, one.intent.number)
        report = validate(issuer.register.read_pdf(one.outcome.id), issuer.trust, issuer.now())
        assert report.indication is Indication.TOTAL_PASSED
    assert not issuer.register.pending()
    again = list(issuer.issue(TEMPLATE, some))
    assert all(isinstance(one, Issued) and one.earlier for one in again)


def test_what_is_finished_is_byte_for_byte_what_its_rows_would_have_given(issuer: Issuer, home: Home) -> None:
    some = births(3)
    _interrupted(issuer, some)
    copy = home.path.parent / "copy"
    shutil.copytree(home.path, copy)
    recovered = {one.intent.id: one.outcome for one in issuer.recover()}
    with Home(copy).issuer("demo", (TEMPLATE,)) as other:
        for outcome in other.issue(TEMPLATE, some):
            assert isinstance(outcome, Issued)
            entry = recovered[outcome.entry.id]
            assert isinstance(entry, Entry)
            assert entry.pdf_sha256 == outcome.entry.pdf_sha256
            assert hashlib.sha256(issuer.register.read_pdf(entry.id)).digest() == entry.pdf_sha256


@pytest.mark.parametrize("template", ["kartu_keluarga", "surat_keterangan_pindah"])
def test_tables_are_finished_too(issuer: Issuer, template: str) -> None:
    _interrupted(issuer, rows(template, 2), template)
    assert all(isinstance(one.outcome, Entry) for one in issuer.recover())


def test_recovering_when_nothing_was_interrupted_does_nothing(issuer: Issuer) -> None:
    list(issuer.issue(TEMPLATE, births(2)))
    assert not list(issuer.recover())
    assert issuer.register.count() == 2


def test_no_more_is_finished_than_the_key_may_sign(issuer: Issuer) -> None:
    _interrupted(issuer, births(3))
    limited = dataclasses.replace(issuer, per_day=2)
    outcomes = [one.outcome for one in limited.recover()]
    assert sum(isinstance(one, Entry) for one in outcomes) == 2
    assert sum(isinstance(one, UsageLimitReached) for one in outcomes) == 1
    assert len(issuer.register.pending()) == 1


def test_what_another_key_was_to_sign_stays_as_it_is(issuer: Issuer, home: Home) -> None:
    _interrupted(issuer, births(2))
    for name in ("demo.p12", "demo.pin"):
        (home.path / "var" / name).unlink()
    (home.path / "keys" / "trust" / "demo.pem").unlink()
    from tte.testing.homes import sample_home

    with sample_home(home.path).issuer("demo", (TEMPLATE,)) as other:
        left = list(other.recover())
    assert all(isinstance(one.outcome, KeyRefused) for one in left)
    assert len(left) == len(issuer.register.pending()) == 2


def test_a_row_that_was_corrected_meanwhile_is_issued_after_the_interrupted_one_is_void(issuer: Issuer) -> None:
    (row,) = births(1)
    (intent,) = _interrupted(issuer, [row])
    corrected = Row(1, {**row.values, "nama": "SITI AMINAH"})
    (refused,) = issuer.issue(TEMPLATE, [corrected])
    assert isinstance(refused, Refused)
    issuer.register.void([intent.id], "the name was wrong", issuer.now())
    (issued,) = issuer.issue(TEMPLATE, [corrected])
    assert isinstance(issued, Issued)
    assert issued.entry.number == intent.number
    assert issued.entry.id != intent.id
    assert not list(issuer.recover())


def test_a_record_that_has_changed_replaces_its_document_only_when_told_so(issuer: Issuer) -> None:
    (row,) = births(1)
    (first,) = issuer.issue(TEMPLATE, [row])
    changed = Row(1, {**row.values, "nama": "SITI AMINAH"})
    (refused,) = issuer.issue(TEMPLATE, [changed])
    assert isinstance(refused, Refused)
    assert isinstance(refused.why, AlreadyIssued)
    replacing = dataclasses.replace(issuer, replacing="court decision 12/2026")
    (second,) = replacing.issue(TEMPLATE, [changed])
    assert isinstance(first, Issued)
    assert isinstance(second, Issued)
    old = issuer.register.find(first.entry.id)
    assert old is not None
    assert old.state is State.REPLACED
    assert old.ended is not None
    assert old.ended.by == second.entry.id
    (again,) = replacing.issue(TEMPLATE, [changed])
    assert isinstance(again, Issued)
    assert again.earlier
    assert again.entry.id == second.entry.id
    assert issuer.register.count() == 2


@pytest.mark.parametrize("chunk", [1, 256])
def test_rows_that_replace_each_other_make_no_further_documents_when_issued_again(issuer: Issuer, chunk: int) -> None:
    (row,) = births(1)
    both = [row, Row(2, {**row.values, "nama": "SITI AMINAH"})]
    replacing = dataclasses.replace(issuer, replacing="corrected", chunk=chunk)
    first, _ = replacing.issue(TEMPLATE, both)
    assert isinstance(first, Issued)
    count = issuer.register.count()
    for some in (both, both[::-1], both):
        list(replacing.issue(TEMPLATE, some))
        assert issuer.register.count() <= count + 1
    assert sum(entry.ended is None for entry in issuer.register.entries()) == 1


def test_a_row_that_comes_again_after_its_document_was_replaced_is_refused(issuer: Issuer) -> None:
    (row,) = births(1)
    replacing = dataclasses.replace(issuer, replacing="corrected")
    for name in ("SITI AMINAH", "SITI AMINAH BINTI"):
        list(replacing.issue(TEMPLATE, [Row(1, {**row.values, "nama": name})]))
    (refused,) = replacing.issue(TEMPLATE, [Row(1, {**row.values, "nama": "SITI AMINAH"})])
    assert isinstance(refused, Refused)
    assert issuer.register.count() == 2


def test_one_that_cannot_be_finished_does_not_hold_up_the_others(issuer: Issuer, home: Home) -> None:
    pending = _interrupted(issuer, births(3))
    with closing(sqlite3.connect(home.path / "var" / "register.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER prepared_no_update")
        (place,) = connection.execute("SELECT seq FROM reservation WHERE id = ?", [pending[1].id]).fetchone()
        connection.execute("UPDATE prepared SET own = x'00' WHERE reservation = ?", [place])
    outcomes = {one.intent.id: one.outcome for one in issuer.recover()}
    assert [isinstance(outcomes[one.id], Entry) for one in pending] == [True, False, True]


def test_a_revoked_document_is_not_given_out_again(issuer: Issuer) -> None:
    some = births(1)
    (first,) = issuer.issue(TEMPLATE, some)
    assert isinstance(first, Issued)
    issuer.register.revoke(first.entry.id, "issued to the wrong person", issuer.now())
    (refused,) = issuer.issue(TEMPLATE, some)
    assert isinstance(refused, Refused)
    (anew,) = dataclasses.replace(issuer, replacing="for the right person").issue(TEMPLATE, some)
    assert isinstance(anew, Issued)
    assert anew.entry.id != first.entry.id


def _without_number(some: Sequence[Row], *keys: str) -> list[Row]:
    return [
        Row(row.number, {**row.values, "nomor_akta": "", **({"idempotency_key": key} if key else {})})
        for row, key in zip(some, keys or [""] * len(some), strict=True)
    ]


def test_rows_without_a_number_get_the_next_of_the_day_and_the_same_when_sent_again(issuer: Issuer) -> None:
    giving = dataclasses.replace(issuer, giving=True)
    some = _without_number(births(3))
    some.insert(1, Row(9, {**some[0].values, "nama": ""}))
    first = list(giving.issue(TEMPLATE, some))
    assert [type(one) for one in first] == [Issued, Refused, Issued, Issued]
    numbers = [one.entry.number for one in first if isinstance(one, Issued)]
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003"]
    again = [one for one in giving.issue(TEMPLATE, reversed(some)) if isinstance(one, Issued)]
    assert [one.entry.number for one in again] == numbers[::-1]
    assert all(one.earlier for one in again)


def test_the_same_idempotency_key_gives_the_same_document_and_with_other_content_none(issuer: Issuer) -> None:
    giving = dataclasses.replace(issuer, giving=True)
    one, other = births(2)
    (first,) = giving.issue(TEMPLATE, _without_number([one], "a"))
    (again,) = giving.issue(TEMPLATE, _without_number([one], "a"))
    (refused,) = giving.issue(TEMPLATE, _without_number([other], "a"))
    (second,) = giving.issue(TEMPLATE, _without_number([one], "b"))
    assert isinstance(first, Issued)
    assert isinstance(again, Issued)
    assert again.entry == first.entry
    assert isinstance(refused, Refused)
    assert isinstance(second, Issued)
    assert second.entry.number != first.entry.number


@pytest.mark.parametrize("key", [5, "x" * 201, ["a"]])
def test_an_idempotency_key_is_a_text_of_some_length(issuer: Issuer, key: object) -> None:
    (row,) = _without_number(births(1))
    wrong = Row(1, {**row.values, "idempotency_key": key})  # type: ignore[dict-item]
    (refused,) = dataclasses.replace(issuer, giving=True).issue(TEMPLATE, [wrong])
    assert isinstance(refused, Refused)
    assert "idempotency_key" in str(refused.why.problems)  # type: ignore[attr-defined]
    assert not issuer.register.pending()


def test_numbers_of_a_family_card_are_not_ours_to_give(issuer: Issuer) -> None:
    giving = dataclasses.replace(issuer, giving=True)
    with pytest.raises(ConfigError):
        list(giving.issue("kartu_keluarga", rows("kartu_keluarga", 1)))


def test_a_row_with_a_number_keeps_it(issuer: Issuer) -> None:
    (row,) = births(1)
    (issued,) = dataclasses.replace(issuer, giving=True).issue(TEMPLATE, [row])
    assert isinstance(issued, Issued)
    assert issued.entry.number == row.values["nomor_akta"]


def test_a_report_is_finished_as_any_document_is(home: Home) -> None:
    with home.issuer("demo", (), reports=True) as issuer:
        row = row_of(friday(issuer.register, Scope.OFFICE, "9971", date(2025, 11, 21)))
        (pending,) = _interrupted(issuer, [row], NAME)
        (one,) = issuer.recover()
        assert isinstance(one.outcome, Entry)
        assert (one.outcome.id, one.outcome.number) == (pending.id, "LJ/9971/21112025")
        report = validate(issuer.register.read_pdf(one.outcome.id), issuer.trust, issuer.now())
        assert report.indication is Indication.TOTAL_PASSED
        (again,) = issuer.issue(NAME, [row])
        assert isinstance(again, Issued)
        assert again.earlier
