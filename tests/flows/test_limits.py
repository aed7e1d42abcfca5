"""A key signs no more documents than its profile allows, and nothing that may be signed elsewhere already."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.command import Answer
from tests.rows import births
from tte.augmentation import Reached
from tte.errors import CertificateRevoked, OutcomeUnknown, UsageLimitReached
from tte.issuance import Issued, Issuer, Outcome, Refused
from tte.model import Entry, Goal, Level, Row, Unreadable
from tte.office import Home


@pytest.fixture
def issuer(home: Home) -> Iterator[Issuer]:
    with home.issuer("demo", ("akta_kelahiran",)) as opened:
        yield opened


def until_stopped(issuer: Issuer, rows: Sequence[Row | Unreadable]) -> tuple[list[Outcome], UsageLimitReached | None]:
    told: list[Outcome] = []
    try:
        told.extend(issuer.issue("akta_kelahiran", rows))
    except UsageLimitReached as why:
        return told, why
    return told, None


def new(told: Sequence[Outcome]) -> list[int]:
    return [outcome.row for outcome in told if isinstance(outcome, Issued) and not outcome.earlier]


@pytest.mark.parametrize("chunk", [1, 2, 3, 256])
def test_a_batch_stops_at_its_limit_and_another_goes_on(issuer: Issuer, chunk: int) -> None:
    limited = dataclasses.replace(issuer, per_batch=3, chunk=chunk)
    told, why = until_stopped(limited, births(8))
    assert (new(told), len(told)) == ([1, 2, 3], 3)
    assert why is not None
    assert "one batch" in str(why)
    assert issuer.register.pending() == []
    told, why = until_stopped(limited, births(8))
    assert new(told) == [4, 5, 6]
    assert why is not None
    told, why = until_stopped(limited, births(8))
    assert (new(told), len(told), why) == ([7, 8], 8, None)


def test_as_many_as_the_limit_are_no_reason_to_stop(issuer: Issuer) -> None:
    told, why = until_stopped(dataclasses.replace(issuer, per_batch=3, per_day=3, chunk=2), births(3))
    assert (new(told), why) == ([1, 2, 3], None)


def test_a_day_has_its_limit_over_all_batches(issuer: Issuer) -> None:
    today = dataclasses.replace(issuer, per_day=4, chunk=3)
    assert new(until_stopped(today, births(3))[0]) == [1, 2, 3]
    told, why = until_stopped(today, births(6))
    assert new(told) == [4]
    assert "one day" in str(why)
    assert new(until_stopped(today, births(6))[0]) == []
    tomorrow = dataclasses.replace(today, now=lambda: issuer.now() + timedelta(days=1))
    assert new(until_stopped(tomorrow, births(6))[0]) == [5, 6]


def test_rows_before_the_limit_are_told_and_those_after_it_are_not(issuer: Issuer) -> None:
    one, two, three = births(3)
    bad = {"nik": "12"}
    rows = [
        one,
        Row(2, {**two.values, **bad}),
        Row(3, one.values),
        Row(4, two.values),
        Row(5, {**three.values, **bad}),
        Row(6, two.values),
        Row(7, one.values),
    ]
    told, why = until_stopped(dataclasses.replace(issuer, per_batch=1), rows)
    assert why is not None
    assert [outcome.row for outcome in told] == [1, 2, 3]
    assert [type(outcome) for outcome in told] == [Issued, Refused, Issued]


def test_the_limits_of_a_profile_hold_on_the_command_line(
    home: Home, tte: Callable[..., Answer], births: Path, tmp_path: Path
) -> None:
    profile = home.path / "keys" / "demo.toml"
    profile.write_text("per_batch = 2\nper_day = 2\n" + profile.read_text(encoding="utf-8"), encoding="utf-8")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 4
    assert answer.out.startswith("2 issued, 0 issued earlier, 0 refused")
    assert "as many documents as its profile allows" in answer.err
    assert len(list((tmp_path / "out").iterdir())) == 2
    answer = tte("issue", "akta_kelahiran", str(births))
    assert answer.code == 4
    assert answer.out.startswith("0 issued, 2 issued earlier")
    assert "on one day" in answer.err


def test_what_was_sent_away_and_not_answered_is_refused_and_the_rest_is_issued(issuer: Issuer) -> None:
    with pytest.raises(ZeroDivisionError):  # between reserving and signing
        list(dataclasses.replace(issuer, signing=Broken(issuer)).issue("akta_kelahiran", births(1)))  # type: ignore[arg-type]
    (intent,) = issuer.register.pending()
    issuer.register.dispatch([intent.id], issuer.now())
    refused, issued = issuer.issue("akta_kelahiran", births(2))
    assert isinstance(refused, Refused)
    assert isinstance(refused.why, OutcomeUnknown)
    assert "reconcile" in refused.why.hint
    assert isinstance(issued, Issued)
    issuer.register.dispatch_ended([intent.id], "released", issuer.now())
    (again,) = issuer.issue("akta_kelahiran", births(1))
    assert isinstance(again, Issued)
    assert again.entry.id == intent.id


def test_a_certificate_that_turns_out_to_be_revoked_stops_the_batch_after_telling_what_is_issued(
    issuer: Issuer,
) -> None:
    goal = Goal("demo", Level.B_LT, Level.B_T)

    def raise_all(entries: Sequence[Entry]) -> Iterator[Reached]:
        return iter([Reached(entry, CertificateRevoked("revoked")) for entry in entries])

    told: list[Outcome] = []
    with pytest.raises(CertificateRevoked):
        told.extend(dataclasses.replace(issuer, goal=goal, raise_all=raise_all).issue("akta_kelahiran", births(3)))
    assert new(told) == [1, 2, 3]
    assert all(isinstance(outcome, Issued) and outcome.entry.held and outcome.behind for outcome in told)


def test_an_interrupt_while_levels_are_raised_loses_no_document(issuer: Issuer) -> None:
    def raise_all(entries: Sequence[Entry]) -> Iterator[Reached]:
        raise KeyboardInterrupt

    told: list[Outcome] = []
    goal = Goal("demo", Level.B_LT, Level.B_T)
    with pytest.raises(KeyboardInterrupt):
        told.extend(dataclasses.replace(issuer, goal=goal, raise_all=raise_all).issue("akta_kelahiran", births(3)))
    assert [outcome.entry for outcome in told if isinstance(outcome, Issued)] == list(issuer.register.entries())
    assert len(told) == 3


class Broken:
    """A signing station that falls apart when it is to begin."""

    def __init__(self, issuer: Issuer) -> None:
        self.identity, self.prepare = issuer.signing.identity, issuer.signing.prepare

    def begin(self, _: object) -> object:
        raise ZeroDivisionError
