"""The national report over a year of 514 offices, against sums made in another way; and what becomes of the report."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pypdf
import pytest

from tests.command import Answer, run
from tests.friday_world import ABOVE, CORRECTED, FRIDAY, Country, made
from tte import regions
from tte.cli.exits import Exit
from tte.figures.friday import Friday, Punctual, Scope
from tte.figures.gathering import friday
from tte.figures.topics import PAIRS
from tte.office import Home
from tte.register import open_register
from tte.reports.friday.words import brief, place

Tte = Callable[..., Answer]
WEEK = ("--week", FRIDAY.isoformat())

SUM = """
    WITH stands AS (SELECT *, row_number() OVER (PARTITION BY office, name ORDER BY seq DESC) AS newer
                    FROM figure WHERE topic = 'angka' AND day > ? AND day <= ?),
         latest AS (SELECT *, row_number() OVER (PARTITION BY office ORDER BY day DESC) AS place
                    FROM stands WHERE newer = 1 AND content ->> ? IS NOT NULL)
    SELECT sum(content ->> ?) FROM latest WHERE place = 1
"""
"""Over all offices, the last count of a name that each gave after one day and up to another."""


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    return made(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def national(country: Country) -> Iterator[Friday]:
    register = open_register(f"sqlite:{country.database}")
    yield friday(register, Scope.NATIONAL, "", FRIDAY)
    register.close()


@pytest.fixture
def office(country: Country, home: Home) -> Home:
    """A home that can sign and holds the country's figures."""
    (home.path / "var").mkdir(exist_ok=True)
    shutil.copy(country.database, home.path / "var" / "register.sqlite")
    return home


def pages(pdf: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(pdf).pages]


def test_the_sums_are_those_of_another_calculation(country: Country, national: Friday) -> None:
    first = (FRIDAY - timedelta(weeks=12)).isoformat()

    def summed(name: str, last: date = FRIDAY) -> object:
        return country.ask(SUM, first, last.isoformat(), name, name)[0][0]

    for figure, (part, whole) in PAIRS.items():
        total = national.total(figure)
        assert total is not None
        assert (total.part, total.whole) == (summed(part), summed(whole))
    assert len(national.weeks) == 12
    for week in national.weeks:
        assert (week.suket, week.prr) == (summed("suket", week.friday), summed("prr", week.friday))


def test_documents_by_kind_and_the_offices_that_sign_each_are_counted_right(country: Country, national: Friday) -> None:
    counted: dict[str, int] = {}
    signing: dict[str, set[object]] = {}
    for some in country.entered:  # no document is corrected in this country
        for row in some.rows:
            if "jenis" in row and row["jumlah"]:
                kind = str(row["jenis"])
                signing.setdefault(kind, set()).add(row["kantor"])
                if row["tanggal"] == FRIDAY.isoformat():
                    counted[kind] = counted.get(kind, 0) + int(str(row["jumlah"]))
    assert {one.kind: one.count for one in national.kinds if one.count} == counted
    assert {one.kind: one.offices for one in national.kinds} == {kind: len(some) for kind, some in signing.items()}
    few = {one.code for one in national.offices if one.signs_few}
    assert few == {
        code
        for code in {str(office) for some in signing.values() for office in some}
        if sum(code in some for some in signing.values()) <= 2
    }


def test_who_said_nothing_is_missing_and_who_said_it_too_late_is_late(country: Country, national: Friday) -> None:
    in_time: set[object] = set()
    ever: set[object] = set()
    for some in country.entered:
        for row in some.rows:
            if "jenis" not in row and row.get("tanggal") == FRIDAY.isoformat():
                ever.add(row["kantor"])
                if some.at.date() <= FRIDAY:
                    in_time.add(row["kantor"])
    everyone = {region.code for region in regions.regencies()}
    assert {one.code for one in national.having(Punctual.MISSING)} == everyone - ever
    assert {one.code for one in national.having(Punctual.LATE)} == ever - in_time
    assert len(national.offices) == 514
    assert national.having(Punctual.MISSING)
    assert national.having(Punctual.LATE)


def test_a_correction_counts_and_what_it_corrected_does_not(national: Friday) -> None:
    one = next(one for one in national.offices if one.code == CORRECTED)
    assert (one.suket, one.prr, one.punctual) == (4321, 1234, Punctual.IN_TIME)


def test_the_signed_national_report_is_valid_and_names_every_office(
    office: Home, national: Friday, tmp_path: Path
) -> None:
    file = tmp_path / "nasional.pdf"
    command = ("--home", str(office.path))
    answer = run(*command, "report", "friday", "--national", *WEEK, "--out", str(file))
    assert answer.code == Exit.DONE, answer.err
    verdict = run(*command, "verify", str(file), "--json").objects()[0]
    assert verdict["indication"] == "TOTAL-PASSED"
    report = pikepdf.pdfa.validate_written(io.BytesIO(file.read_bytes()), "2b")
    assert {finding.kind for finding in report.findings} == {"unsupported"}  # it does not look at signatures
    text = pages(file)
    assert text[0].count(f"Halaman 1 dari {len(text)}") == 1
    whole = " ".join(" ".join(text).split())
    for region in regions.regencies():
        assert brief(region.name) in whole
    for region in regions.provinces():
        assert place(region.name) in whole
    missing, late = national.having(Punctual.MISSING), national.having(Punctual.LATE)
    named = whole[whole.index("Belum melapor:") : whole.index("Cakupan di atas 100 %:")]
    assert f"Belum melapor: {len(missing)} kantor" in named
    assert f"Terlambat: {len(late)} kantor" in named
    assert all(brief(one.name) in named for one in (*missing, *late))
    assert "SPECIMEN" in whole


def test_a_coverage_of_106_79_percent_is_shown_and_explained_and_never_clipped(office: Home, tmp_path: Path) -> None:
    file = tmp_path / "kantor.pdf"
    command = ("--home", str(office.path), "report", "friday", "--office", ABOVE, *WEEK)
    run(*command, "--out", str(file), "--unsigned")
    (text,) = (" ".join(page.split()) for page in pages(file))
    assert "106,79 %" in text
    assert "pembilang (per 21 November 2025) lebih baru daripada penyebut (per 31 Desember 2017)" in text
    assert "Kurang" not in text
    (told,) = run(*command, "--json").objects()
    assert told["totals"]["akta"] == {"part": 106790, "whole": 100000, "percent": 106.79}
    (row,) = csv.DictReader(io.StringIO(run(*command, "--csv").out))
    assert (row["kantor"], row["akta_persen"], row["status"]) == (ABOVE, "106.79", "tepat waktu")


def test_the_same_figures_give_the_same_report_and_others_one_that_replaces_it(office: Home, tmp_path: Path) -> None:
    command = ("--home", str(office.path))
    report = (*command, "report", "friday", "--province", "31", *WEEK, "--out")
    one, same, other = (tmp_path / name for name in ("1.pdf", "2.pdf", "3.pdf"))
    assert run(*report, str(one)).code == Exit.DONE
    again = run(*report, str(same))
    assert "issued earlier" in again.out
    assert one.read_bytes() == same.read_bytes()
    late = tmp_path / "angka.csv"
    late.write_text(f"kantor,tanggal,suket\n3172,{FRIDAY},5\n", encoding="utf-8")
    assert run(*command, "figures", "import", str(late)).code == Exit.DONE
    refused = run(*report, str(other))
    assert refused.code == Exit.REFUSED
    assert "--replacing REASON" in refused.err
    assert not other.exists()
    assert run(*report, str(other), "--replacing", "angka Jakarta Barat dibetulkan").code == Exit.DONE
    entries = run(*command, "register", "show", f"LJ/31/{FRIDAY:%d%m%Y}", "--json").objects()
    assert [entry["state"] for entry in entries] == ["REPLACED", "ISSUED"]


def test_a_preview_says_so_and_is_not_in_the_register(office: Home, tmp_path: Path) -> None:
    file = tmp_path / "pratinjau.pdf"
    command = ("--home", str(office.path))
    assert run(*command, "report", "friday", *WEEK, "--out", str(file), "--unsigned").code == Exit.DONE
    (text,) = pages(file)
    assert "PRATINJAU, BELUM DITANDATANGANI" in text
    assert "Belum melapor pekan ini; tidak ada angka dalam dua belas pekan" in " ".join(text.split())
    with pikepdf.open(file) as pdf:
        assert "/AcroForm" not in pdf.Root
    assert pikepdf.pdfa.validate_written(io.BytesIO(file.read_bytes()), "2b").passed
    assert run(*command, "verify", str(file)).code != Exit.DONE
    assert "tidak tercatat" in run(*command, "register", "show", f"LJ/9971/{FRIDAY:%d%m%Y}").out


def test_what_this_register_signed_is_counted_with_what_was_signed_elsewhere(
    tte: Tte, births: Path, tmp_path: Path
) -> None:
    tte("issue", "akta_kelahiran", str(births))
    today = json.loads(tte("report", "friday", "--json").out)["deadline"][:10]
    elsewhere = tmp_path / "dokumen.csv"
    rows = [f"9971,{today},akta_kelahiran,40", f"9971,{today},kartu_keluarga,7"]
    elsewhere.write_text("\n".join(["kantor,tanggal,jenis,jumlah", *rows]), encoding="utf-8")
    assert tte("figures", "import", str(elsewhere)).code == Exit.DONE
    # What was issued now may belong to the week after the last Friday: both together hold all of it.
    after = (date.fromisoformat(today) + timedelta(days=3)).isoformat()
    weeks = [json.loads(tte("report", "friday", "--json", "--week", day).out) for day in (today, after)]
    counted = [(one["kind"], one["count"]) for week in weeks for one in week["kinds"]]
    births_, cards = (
        sum(count for kind, count in counted if kind == wanted) for wanted in ("akta_kelahiran", "kartu_keluarga")
    )
    assert (births_, cards) == (43, 7)


def test_one_report_is_of_one_place(tte: Tte) -> None:
    answer = tte("report", "friday", "--national", "--office", "3171", "--json")
    assert answer.code == Exit.USAGE
    assert tte("report", "friday", "--office", "0001", "--json").code == Exit.USAGE
    assert tte("report", "friday").code == Exit.USAGE
