"""`tte issue`, `tte sample`, `tte register show`: an office's file through the shell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer
from tte.office import Home

Tte = Callable[..., Answer]


def _edited(file: Path, row: int, **changes: str) -> None:
    """Change fields of a row (1 is the first after the header)."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[row - 1] |= changes
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8", newline="")


def test_a_file_of_rows_becomes_a_folder_of_documents(tte: Tte, births: Path, tmp_path: Path) -> None:
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    assert answer.out.startswith("3 issued, 0 issued earlier, 0 refused")
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 3
    assert all(file.read_bytes().startswith(b"%PDF-") for file in files)


def test_running_it_again_writes_the_same_files_and_signs_nothing(tte: Tte, births: Path, tmp_path: Path) -> None:
    tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "one"))
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "two"))
    assert answer.out.startswith("0 issued, 3 issued earlier")
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


def test_a_file_that_is_there_is_never_overwritten(tte: Tte, births: Path, tmp_path: Path) -> None:
    tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path))
    (victim, *_) = tmp_path.glob("*.pdf")
    victim.write_bytes(b"somebody's own file")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path))
    assert answer.code == 0
    assert victim.read_bytes() == b"somebody's own file"
    assert len(list(tmp_path.glob("*.pdf"))) == 4


def test_bad_rows_are_refused_by_row_and_field_without_their_values(tte: Tte, births: Path, tmp_path: Path) -> None:
    _edited(births, 2, nik="3171234567890RAHASIA", tanggal_lahir="31-02-2026")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 1
    assert "2 issued, 0 issued earlier, 1 refused" in answer.out
    assert "row 3 refused" in answer.err
    assert "nik" in answer.err
    assert "tanggal_lahir" in answer.err
    assert "RAHASIA" not in answer.err + answer.out


def test_json_tells_each_row_and_a_summary(tte: Tte, births: Path, tmp_path: Path) -> None:
    _edited(births, 1, anak_ke="nol")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"), "--json")
    refused, issued, _, summary = answer.objects()
    assert (refused["kind"], refused["row"], refused["code"]) == ("refused", 2, "record")
    assert [problem["field"] for problem in refused["problems"]] == ["anak_ke"]
    assert issued["kind"] == "issued"
    assert Path(issued["file"]).exists()
    assert summary == {"v": 1, "kind": "summary", "issued": 2, "earlier": 0, "refused": 1, "held": 0, "complete": True}


def test_standard_input_and_ndjson_are_read(tte: Tte, tmp_path: Path, home: Home) -> None:
    from tests.command import run

    rows = tte("sample", "kartu_keluarga", "--count", "2", "--format", "ndjson").out.encode()
    words = ("issue", "kartu_keluarga", "-", "--format", "ndjson", "--out", str(tmp_path / "out"))
    answer = run("--home", str(home.path), *words, stdin=rows)
    assert answer.code == 0, answer.err
    names = [file.name for file in (tmp_path / "out").iterdir()]
    assert len(names) == 2
    assert not any(part.isdigit() for name in names for part in name.removesuffix(".pdf").split("-"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("issue", "akta_kelahiran", "nowhere.csv", "--out", "out"), "nowhere.csv cannot be read"),
        (("issue", "akta_kelahiran", "rows.xlsx", "--out", "out"), "does not say its format"),
        (("issue", "akta_nikah", "rows.csv", "--out", "out"), "there is no template akta_nikah"),
        (("issue", "akta_kelahiran", "rows.csv", "--out", "out", "--key", "hsm"), "there is no key profile hsm"),
    ],
)
def test_wrong_usage_is_told_with_a_remedy(
    words: tuple[str, ...], told: str, tte: Tte, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("nik\n", encoding="utf-8")
    answer = tte(*words)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_a_file_in_the_wrong_encoding_is_refused_by_name(tte: Tte, births: Path, tmp_path: Path) -> None:
    births.write_bytes(births.read_text(encoding="utf-8").encode("utf-16"))
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 2
    assert "UTF-16" in answer.err


def test_an_output_folder_that_cannot_be_made_is_told(tte: Tte, births: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert answer.code == 2
    assert "cannot be written" in answer.err


def test_register_show_finds_by_number_and_by_id(tte: Tte, births: Path, tmp_path: Path) -> None:
    issued, *_ = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"), "--json").objects()
    as_printed = " ".join(issued["id"].upper()[at : at + 4] for at in range(0, 26, 4))
    for word in (issued["number"], issued["id"], as_printed):
        (entry,) = tte("register", "show", word, "--json").objects()
        assert entry["pdf_sha256"] == issued["pdf_sha256"]
    unknown = tte("register", "show", "9999-LU-01012026-0001")
    assert unknown.code == 1
    assert "tidak tercatat" in unknown.out


def test_a_number_of_the_older_kind_is_one_number_however_it_is_typed(tte: Tte, births: Path, tmp_path: Path) -> None:
    for number, told in (("123/IST/2005", "3 issued"), ("123 / ist / 2005", "0 issued, 3 issued earlier")):
        _edited(births, 1, nomor_akta=number)
        assert told in tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out")).out


def test_a_file_without_rows_is_told(tte: Tte, births: Path, tmp_path: Path) -> None:
    births.write_text(births.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    answer = tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert "The file holds no rows" in answer.err


def test_nothing_is_pending_after_a_whole_batch(tte: Tte, births: Path, tmp_path: Path) -> None:
    tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "out"))
    assert tte("register", "pending").out == "nothing is pending\n"


def test_register_show_without_a_register_says_how_one_comes(tte: Tte) -> None:
    answer = tte("register", "show", "1")
    assert answer.code == 2
    assert "no register yet" in answer.err
