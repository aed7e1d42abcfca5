"""`tte batch` and `tte worker` through the shell, and `tte issue --outcome`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer

Tte = Callable[..., Answer]


def _submitted(tte: Tte, file: Path, *words: str) -> str:
    answer = tte("batch", "submit", "akta_kelahiran", str(file), *words)
    assert answer.code == 0, answer.err
    return answer.out.strip()


def _spoilt(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    number = lines[2].split(",")[0]
    lines[2] = lines[2].replace(number, f"{number}=RAHASIA")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _outcomes(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_file_is_submitted_worked_on_and_waited_for(tte: Tte, births: Path, tmp_path: Path) -> None:
    id_ = _submitted(tte, births)
    assert _submitted(tte, births) == id_
    (before,) = tte("batch", "status", id_, "--json").objects()
    assert (before["kind"], before["state"], before["rows"], before["done"]) == ("batch", "queued", 3, 0)
    assert tte("worker", "--until-done").code == 0
    answer = tte("batch", "wait", id_)
    assert (answer.code, answer.out) == (0, "3 issued, 0 issued earlier, 0 refused.\n")
    target = tmp_path / "outcome.csv"
    assert tte("batch", "outcome", id_, "--out", str(target)).code == 0
    told = _outcomes(target.read_text(encoding="utf-8"))
    assert [(one["row"], one["outcome"]) for one in told] == [("2", "issued"), ("3", "issued"), ("4", "issued")]
    assert tte("register", "show", told[0]["id"]).code == 0
    again = _submitted(tte, births, "--again", "--chunk", "2")
    assert again != id_
    assert tte("worker", "--until-done").code == 0
    assert tte("batch", "wait", again).out == "0 issued, 3 issued earlier, 0 refused.\n"
    assert [line.split()[0] for line in tte("batch", "list").out.splitlines()[1:]] == [again, id_]


def test_rows_that_are_not_right_are_told_by_wait_and_in_the_outcome(tte: Tte, births: Path) -> None:
    _spoilt(births)
    id_ = _submitted(tte, births)
    assert tte("worker", "--until-done").code == 0
    assert tte("batch", "wait", id_).code == 1
    answer = tte("batch", "outcome", id_)
    refused = _outcomes(answer.out)[1]
    assert (refused["row"], refused["number"], refused["outcome"]) == ("3", "", "refused")
    assert "nomor_akta" in refused["reason"]
    assert "RAHASIA" not in answer.out


def test_a_cancelled_batch_is_told_and_its_outcome_lacks_rows(tte: Tte, births: Path) -> None:
    id_ = _submitted(tte, births)
    assert tte("batch", "cancel", id_).out == "cancelled: 0 issued, 0 issued earlier, 0 refused, 3 not begun.\n"
    assert tte("batch", "wait", id_).code == 1
    answer = tte("batch", "outcome", id_)
    assert answer.out == "row,number,id,outcome,reason\r\n"
    assert "3 of 3 rows are not in it" in answer.err


@pytest.mark.parametrize("verb", ["status", "wait", "cancel", "outcome"])
def test_a_batch_that_is_not_there_is_told(verb: str, tte: Tte) -> None:
    answer = tte("batch", verb, "nosuchbatch")
    assert answer.code == 2
    assert "there is no batch with this id" in answer.err


def test_a_worker_is_for_key_profiles_that_exist(tte: Tte) -> None:
    answer = tte("worker", "--queues", "demo,hsm", "--until-done")
    assert answer.code == 2
    assert "hsm" in answer.err


def test_issue_writes_what_became_of_each_row(tte: Tte, births: Path, tmp_path: Path) -> None:
    _spoilt(births)
    target = tmp_path / "outcome.csv"
    assert tte("issue", "akta_kelahiran", str(births), "--outcome", str(target)).code == 1
    text = target.read_text(encoding="utf-8")
    assert [one["outcome"] for one in _outcomes(text)] == ["issued", "refused", "issued"]
    assert "RAHASIA" not in text
    assert not (tmp_path / "outcome.csv.part").exists()
    assert tte("issue", "akta_kelahiran", str(births), "--outcome", str(target)).code == 1
    assert [one["outcome"] for one in _outcomes(target.read_text(encoding="utf-8"))] == [
        "earlier",
        "refused",
        "earlier",
    ]


def test_an_outcome_of_a_run_that_broke_off_is_marked_as_a_part(tte: Tte, tmp_path: Path) -> None:
    rows = tte("sample", "akta_kelahiran", "--count", "2", "--format", "json").out
    file, target = tmp_path / "rows.json", tmp_path / "outcome.csv"
    file.write_text(rows.rstrip().removesuffix("]") + ", {", encoding="utf-8")
    target.write_text("of an earlier run", encoding="utf-8")
    answer = tte("issue", "akta_kelahiran", str(file), "--outcome", str(target))
    assert answer.code == 2
    assert "outcome.csv.part has what was settled" in answer.err.replace("\n", " ")
    assert target.read_text(encoding="utf-8") == "of an earlier run"
    part = tmp_path / "outcome.csv.part"
    assert [one["outcome"] for one in _outcomes(part.read_text(encoding="utf-8"))] == ["issued", "issued"]


def test_a_mistyped_column_is_refused_for_the_file_and_nothing_is_issued(tte: Tte, births: Path) -> None:
    births.write_text(births.read_text(encoding="utf-8").replace("nama_ayah", "nama_aya", 1), encoding="utf-8")
    for words in (("issue",), ("batch", "submit")):
        answer = tte(*words, "akta_kelahiran", str(births))
        assert answer.code == 2
        assert answer.err.count("did you mean nama_ayah?") == 1
    assert tte("batch", "list").out == "no batches\n"


def test_a_batch_can_give_numbers_and_replace_what_is_issued(tte: Tte, births: Path) -> None:
    lines = births.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("nomor_akta")
    bare = births.with_name("bare.csv")
    without = [",".join(cell for n, cell in enumerate(line.split(",")) if n != place) for line in lines]
    bare.write_text("\n".join(without) + "\n", encoding="utf-8")
    given = _submitted(tte, bare, "--give-numbers")
    assert tte("worker", "--until-done").code == 0
    numbers = [one["number"] for one in _outcomes(tte("batch", "outcome", given).out)]
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003"]
    changed = births.with_name("changed.csv")
    text = births.read_text(encoding="utf-8")
    for line, number in zip(lines[1:], numbers, strict=True):
        text = text.replace(line.split(",")[place], number)
    changed.write_text(text.replace("PUTRI", "PUTERI").replace("PUTRA", "PUTERA"), encoding="utf-8")
    id_ = _submitted(tte, changed, "--replacing", "the spelling was corrected")
    assert tte("worker", "--until-done").code == 0
    assert tte("batch", "wait", id_).code == 0
