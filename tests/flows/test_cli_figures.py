"""`tte figures`: rows in, corrections beside what they correct, formulas out of CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer
from tte.cli.exits import Exit
from tte.figures.topics import cell

HEAD = "kantor,tanggal,akta_pembilang,akta_pembilang_per,akta_penyebut,akta_penyebut_per,suket,prr"
PROBLEMS = "kantor,nomor,sejak,masalah,sebab,penyelesaian,penanggung_jawab,selesai"
FRIDAY = "2025-07-18"

Tte = Callable[..., Answer]


@pytest.fixture
def take(tte: Tte, tmp_path: Path) -> Callable[..., Answer]:
    """`tte figures import` of a file with these lines."""
    file = tmp_path / "angka.csv"

    def import_(*lines: str, more: tuple[str, ...] = ()) -> Answer:
        file.write_text("\n".join(lines), encoding="utf-8")
        return tte("figures", "import", str(file), *more)

    return import_


def counts(suket: int, prr: int = 1207, day: str = FRIDAY, office: str = "9971") -> str:
    return f"{office},{day},118204,{day},122618,2024-12-31,{suket},{prr}"


def show(tte: Tte, *more: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in tte("figures", "show", "--week", FRIDAY, "--json", *more).out.splitlines()]


def test_bad_rows_are_refused_by_their_number_and_the_others_are_kept(tte: Tte, take: Callable[..., Answer]) -> None:
    answer = take(
        HEAD,
        counts(412),
        counts(-1),
        counts(3, office="0000"),
        f"9971,{FRIDAY},1,{FRIDAY},0,2024-12-31,,",
        "9971,2025-07-17,5,2025-07-17,,,,",
        "9971,2025-07-16,,,,,,",
        "9971,2999-01-01,,,,,1,",
        counts(413, day="2025-07-17"),
    )
    assert answer.code == Exit.REFUSED
    assert answer.out.strip() == "2 new, 0 corrected, 0 same, 6 refused."
    assert [line.split()[1] for line in answer.err.splitlines() if line.startswith("row")] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
    ]
    assert "given together" in answer.err
    assert [one["suket"] for one in show(tte)] == [413, 412]


def test_the_same_row_twice_changes_nothing(tte: Tte, take: Callable[..., Answer]) -> None:
    take(HEAD, counts(412))
    assert take(HEAD, counts(412), counts(412)).out.strip() == "0 new, 0 corrected, 2 same, 0 refused."
    assert len(show(tte, "--history")) == 1


def test_a_correction_keeps_the_older_value_visible_as_superseded(tte: Tte, take: Callable[..., Answer]) -> None:
    take(HEAD, counts(412))
    assert take(HEAD, counts(421)).out.strip() == "0 new, 1 corrected, 0 same, 0 refused."
    assert [one["suket"] for one in show(tte)] == [421]
    assert [(one["suket"], one["superseded"]) for one in show(tte, "--history")] == [(412, True), (421, False)]


def test_an_old_file_read_once_more_does_not_undo_a_correction_unless_asked_to(
    tte: Tte, take: Callable[..., Answer]
) -> None:
    take(HEAD, counts(412))
    take(HEAD, counts(421))
    answer = take(HEAD, counts(412))
    assert answer.code == Exit.REFUSED
    assert "corrected since" in answer.err
    assert [one["suket"] for one in show(tte)] == [421]
    assert take(HEAD, counts(412), more=("--again",)).code == Exit.DONE
    assert [one["suket"] for one in show(tte, "--history")] == [412, 421, 412]


def test_a_mistyped_column_is_refused_once(take: Callable[..., Answer]) -> None:
    answer = take(HEAD.replace("suket", "suktet"), counts(412), counts(413, day="2025-07-17"))
    assert answer.code == Exit.USAGE
    assert "suktet (did you mean suket?)" in answer.err


def test_a_text_that_may_name_a_person_is_refused(take: Callable[..., Answer]) -> None:
    answer = take(PROBLEMS, "9971,M-1,2025-06-02,Berkas 9971014107900001 tertahan,,,,")
    assert answer.code == Exit.REFUSED
    assert "16 digits" in answer.err
    assert "9971014107900001" not in answer.err


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@SUM(A1)"])
def test_exported_cells_are_no_formulas_and_are_read_back_as_they_were(
    tte: Tte, take: Callable[..., Answer], tmp_path: Path, text: str
) -> None:
    take(PROBLEMS, f"9971,M-1,2025-06-02,{text},,,,")
    exported = tte("figures", "show", "--topic", "masalah", "--csv").out
    (row,) = csv.DictReader(io.StringIO(exported))
    assert row["masalah"] == f"'{text}"
    assert take(*exported.splitlines()).out.strip() == "0 new, 0 corrected, 1 same, 0 refused."


def test_every_beginning_of_a_formula_is_made_text() -> None:
    assert [cell(value) for value in ("=A1", "\tx", "\rx", "\nx", "＝A1", "a=b", "", None, -5)] == [
        "'=A1",
        "'\tx",
        "'\rx",
        "'\nx",
        "'＝A1",
        "a=b",
        "",
        "",
        "-5",
    ]


def test_sample_figures_can_be_imported(tte: Tte, tmp_path: Path) -> None:
    assert tte("figures", "sample", str(tmp_path / "contoh"), "--weeks", "3").code == Exit.DONE
    for topic in ("angka", "dokumen", "masalah"):
        answer = tte("figures", "import", str(tmp_path / "contoh" / f"{topic}.csv"))
        assert answer.code == Exit.DONE
        assert answer.out.endswith(" 0 refused.\n")
    assert tte("figures", "show", "--json").out
