"""Weeks, targets, waits and words of the Friday report; the lines of figures on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests.postgres import Server
from tte.errors import ConfigError, RegisterError
from tte.figures import Kept, Refused, Taken, Topic, take
from tte.figures.friday import Part, Punctual, Scope, Target, in_force, latest_friday, week_of
from tte.figures.gathering import friday
from tte.figures.telling import of_json, shown, to_json
from tte.model import Raw, Row
from tte.office.settings import Settings, parse
from tte.people.events import note
from tte.register import Register, open_register
from tte.register.figures import Line, adding
from tte.register.rows import keeping_of
from tte.reports.friday.words import change, count, excess, percent, place, span

FRIDAY = date(2025, 11, 21)
NOON = datetime(2025, 11, 21, 5, tzinfo=UTC)
OFFICE = "9971"


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """An empty register on either database."""
    if request.param == "sqlite":
        with closing(open_register(f"sqlite:{tmp_path / 'register.sqlite'}")) as opened:
            yield opened
        return
    server: Server = request.getfixturevalue("postgres")
    with (
        server.database(request.getfixturevalue("postgres_template")) as name,
        closing(open_register(server.url(name))) as opened,
    ):
        yield opened


def row(day: date = FRIDAY, **values: Raw) -> Row:
    return Row(1, {"kantor": OFFICE, "tanggal": day.isoformat(), **values})


def said(register: Register, *rows: Row, at: datetime = NOON) -> list[Taken | Refused]:
    return list(take(register, rows, at))


def test_a_week_begins_on_saturday_and_ends_on_friday() -> None:
    assert {week_of(FRIDAY - timedelta(days=back)) for back in range(7)} == {FRIDAY}
    assert week_of(FRIDAY + timedelta(days=1)) == FRIDAY + timedelta(days=7)
    assert {latest_friday(FRIDAY + timedelta(days=on)) for on in range(7)} == {FRIDAY}


def test_the_target_in_force_is_the_last_that_has_begun() -> None:
    targets = [
        Target("akta", date(year, 1, 1), percent) for year, percent in ((2023, 98.0), (2020, 92.0), (2021, 95.0))
    ]
    for day, expected in ((date(2019, 12, 31), []), (date(2020, 1, 1), [92.0]), (date(2022, 12, 30), [95.0])):
        assert [one.percent for one in in_force(targets, day)] == expected


def test_a_home_may_say_its_targets_and_its_deadline() -> None:
    office = {"code": "9971", "name": "Dinas", "region": "Contoh", "address": "Jalan", "town": "Contoh"}
    settings = {"base_url": "https://tte.example", "offices": [office]}
    wanted = {
        "targets": [{"figure": "kia", "from": date(2024, 1, 1), "percent": 75.0}],
        "friday": {"deadline": "16:00"},
    }
    read = parse({**settings, **wanted}, Settings, "tte.toml")
    assert (read.targets[0].percent, read.friday.deadline) == (75.0, time(16))
    with pytest.raises(ConfigError):
        parse({**settings, "targets": [{"figure": "prr", "from": date(2024, 1, 1), "percent": 75.0}]}, Settings, "x")


def test_how_many_are_lacking_is_rounded_up_and_never_less_than_none() -> None:
    assert Part(118204, 122618).lacking(98.0) == 1962
    assert Part(979, 1000).lacking(97.95) == 1
    assert Part(98, 100).lacking(98.0) == Part(106790, 100000).lacking(98.0) == 0


def test_what_is_not_reached_does_not_look_reached() -> None:
    assert percent(97.999) == "97,99 %"
    assert percent(99.96, 1) == "99,9 %"
    assert percent(106.79) == "106,79 %"
    assert percent(100.0) == "100,00 %"


def test_numbers_names_and_spans_are_written_as_in_indonesian() -> None:
    assert (count(1234567), count(None), change(-189), change(12), change(0)) == (
        "1.234.567",
        "–",
        "–189",
        "+12",
        "tetap",
    )
    assert span(40 * 60) == "40 menit"
    assert span(72 * 60) == "1 jam 12 menit"
    assert span(51 * 3600) == "2 hari 3 jam"
    assert place("DAERAH ISTIMEWA YOGYAKARTA") == "Daerah Istimewa Yogyakarta"
    assert place("DKI JAKARTA") == "DKI Jakarta"
    assert "perlu diperiksa" in excess(Part(5, 4))
    assert "lebih baru" in excess(Part(5, 4, date(2025, 1, 2), date(2025, 1, 1)))


def test_lines_are_only_added_and_the_last_one_counts(register: Register) -> None:
    told = said(register, row(suket=1), row(suket=1), row(suket=2))
    assert [one.kept for one in told if isinstance(one, Taken)] == [Kept.NEW, Kept.SAME, Kept.CORRECTED]
    (refused,) = said(register, row(suket=1))
    assert isinstance(refused, Refused)
    assert [(one.values["suket"], one.superseded) for one in shown(register, Topic.ANGKA, history=True)] == [
        (1, True),
        (2, False),
    ]
    with pytest.raises((RegisterError, SQLAlchemyError)), adding(register) as lines:
        lines.add([Line(1, Topic.ANGKA, OFFICE, "2025-11-21", FRIDAY, "{}", NOON, "local")])
    assert len(shown(register, Topic.ANGKA, history=True)) == 2


def test_an_office_of_which_nobody_may_speak_is_refused(register: Register) -> None:
    (told,) = take(register, [row(suket=1)], NOON, by="somebody", offices=["3171"])
    assert isinstance(told, Refused)
    assert not shown(register, Topic.ANGKA)


def test_late_is_by_the_first_figures_of_the_week_and_a_correction_makes_nobody_late(register: Register) -> None:
    said(register, row(suket=1))
    said(register, row(suket=2), at=NOON + timedelta(days=3))
    (one,) = friday(register, Scope.OFFICE, OFFICE, FRIDAY).offices
    assert (one.punctual, one.suket, one.came) == (Punctual.IN_TIME, 2, NOON)
    (one,) = friday(register, Scope.OFFICE, OFFICE, FRIDAY, deadline=time(11, 59)).offices
    assert one.punctual is Punctual.LATE


def test_who_is_missing_is_counted_with_the_last_figures_and_that_is_said(register: Register) -> None:
    said(register, row(FRIDAY - timedelta(days=8), suket=7, prr=0))
    report = friday(register, Scope.OFFICE, OFFICE, FRIDAY)
    (one,) = report.offices
    assert (one.punctual, one.suket, one.day) == (Punctual.MISSING, 7, FRIDAY - timedelta(days=8))
    assert (report.weeks[-1].suket, report.weeks[-1].prr, report.weeks[-1].offices) == (7, 0, 0)
    assert (report.weeks[-2].offices, report.weeks[-3].suket) == (1, None)


def test_problems_are_open_until_they_are_solved_and_then_shown_for_one_week(register: Register) -> None:
    problem = {"kantor": OFFICE, "nomor": "M-1", "sejak": "2025-11-10", "masalah": "Jaringan terputus"}
    said(register, Row(1, problem))
    said(register, Row(1, {**problem, "penyelesaian": "Jalur cadangan", "selesai": "2025-11-20"}))
    solved = [
        [one.solved for one in friday(register, Scope.OFFICE, OFFICE, FRIDAY + timedelta(weeks=on)).troubles]
        for on in (-2, -1, 0, 1)
    ]
    assert solved == [[], [None], [date(2025, 11, 20)], []]


def test_waiting_times_are_taken_from_the_desk(register: Register) -> None:
    with keeping_of(register).change() as rows:
        for hours, draft in enumerate("abcd", start=1):
            note(rows, NOON - timedelta(hours=hours), "drafted", "x", OFFICE, draft=draft)
            note(rows, NOON, "issued", "y", OFFICE, draft=draft)
        note(rows, NOON, "drafted", "x", OFFICE, draft="e")
    waiting = friday(register, Scope.OFFICE, OFFICE, FRIDAY).waiting
    assert waiting is not None
    assert (waiting.count, waiting.median_s, waiting.longest_s) == (4, 9000, 14400)
    assert friday(register, Scope.OFFICE, OFFICE, FRIDAY - timedelta(weeks=1)).waiting is None


def test_a_report_is_told_as_json_and_read_again_as_the_same(register: Register) -> None:
    said(register, row(suket=1, prr=2))
    report = friday(register, Scope.OFFICE, OFFICE, FRIDAY, targets=[Target("akta", date(2023, 1, 1), 98.0)])
    assert of_json(to_json(report)) == report
    assert to_json(of_json(to_json(report))) == to_json(report)
    for text in ("", "{}", "[]", "\x00"):
        with pytest.raises(ValueError, match="not a report"):
            of_json(text)


def test_two_people_can_each_report_their_part_of_a_day(register: Register) -> None:
    told = said(register, row(suket=1, prr=9), row(ktp_rekam=5, ktp_wajib=10), row(suket=2), row(prr=9), row(suket=1))
    assert [one.kept if isinstance(one, Taken) else None for one in told] == [
        Kept.NEW,
        Kept.CORRECTED,
        Kept.CORRECTED,
        Kept.SAME,
        None,
    ]
    (one,) = friday(register, Scope.OFFICE, OFFICE, FRIDAY).offices
    assert (one.suket, one.prr, one.ktp) == (2, 9, Part(5, 10))


def test_documents_signed_elsewhere_are_summed_by_kind_and_a_corrected_count_only_once(register: Register) -> None:
    for day, kind, number in (
        (FRIDAY, "akta_kelahiran", 40),
        (FRIDAY, "akta_kelahiran", 44),
        (FRIDAY - timedelta(days=6), "akta_kelahiran", 5),
        (FRIDAY - timedelta(days=7), "akta_kelahiran", 7),
        (FRIDAY - timedelta(days=7), "kartu_keluarga", 3),
        (FRIDAY, "biodata_penduduk", 0),
        (FRIDAY - timedelta(weeks=12), "suket_ktp", 9),
    ):
        said(register, row(day, jenis=kind, jumlah=number))
    for scope, code in ((Scope.OFFICE, OFFICE), (Scope.PROVINCE, "99")):
        report = friday(register, scope, code, FRIDAY)
        assert {one.kind: one.count for one in report.kinds} == {"akta_kelahiran": 49, "kartu_keluarga": 0}
        assert report.offices[0].kinds == ("akta_kelahiran", "kartu_keluarga")
        assert report.offices[0].documents == 49


def test_a_figure_that_the_last_row_does_not_have_is_the_last_that_was_given(register: Register) -> None:
    said(register, row(FRIDAY - timedelta(days=1), suket=3, prr=4), row(prr=5))
    report = friday(register, Scope.OFFICE, OFFICE, FRIDAY)
    assert (report.offices[0].suket, report.offices[0].prr, report.offices[0].day) == (3, 5, FRIDAY)
    assert (report.weeks[-1].suket, report.weeks[-1].prr) == (3, 5)
