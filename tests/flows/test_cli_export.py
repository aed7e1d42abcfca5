"""`tte issue` without files, `tte register export`, `tte bench`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command import Answer
from tte.office import Home

Tte = Callable[..., Answer]


@pytest.fixture
def issued(tte: Tte, births: Path) -> list[dict[str, Any]]:
    """What was told of three documents that are in the register only."""
    *rows, _ = tte("issue", "akta_kelahiran", str(births), "--json").objects()
    return rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "out"


def _digests(folder: Path) -> set[str]:
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_issue_without_out_writes_no_file_and_says_how_to_get_them(
    tte: Tte, births: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    answer = tte("issue", "akta_kelahiran", str(births))
    assert answer.code == 0, answer.err
    assert answer.out.startswith("3 issued, 0 issued earlier, 0 refused; tte register export DIR")
    assert list(tmp_path.rglob("*.pdf")) == []
    assert list((tmp_path / "here").iterdir()) == []


def test_json_says_that_there_is_no_file(issued: list[dict[str, Any]]) -> None:
    assert [(row["kind"], row["file"]) for row in issued] == [("issued", None)] * 3


def test_export_writes_all_and_twice_is_fine(tte: Tte, issued: list[dict[str, Any]], folder: Path) -> None:
    first = tte("register", "export", str(folder))
    assert first.code == 0, first.err
    assert first.out.startswith("3 files in ")
    assert _digests(folder) == {row["pdf_sha256"] for row in issued}
    before = {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in folder.iterdir()}
    assert tte("register", "export", str(folder)).code == 0
    assert {file: (file.stat().st_mtime_ns, file.stat().st_ino) for file in folder.iterdir()} == before


def test_export_gives_the_same_files_as_issue(
    tte: Tte, births: Path, issued: list[dict[str, Any]], folder: Path, tmp_path: Path
) -> None:
    tte("issue", "akta_kelahiran", str(births), "--out", str(tmp_path / "issued"))
    tte("register", "export", str(folder))
    one, two = ({f.name: f.read_bytes() for f in place.iterdir()} for place in (folder, tmp_path / "issued"))
    assert one == two


def test_export_by_number_and_by_id(tte: Tte, issued: list[dict[str, Any]], folder: Path) -> None:
    one, two, _ = issued
    assert tte("register", "export", str(folder), one["number"]).code == 0
    assert _digests(folder) == {one["pdf_sha256"]}
    as_printed = " ".join(two["id"].upper()[at : at + 4] for at in range(0, 26, 4))
    assert tte("register", "export", str(folder), one["number"], as_printed).code == 0
    assert _digests(folder) == {one["pdf_sha256"], two["pdf_sha256"]}


def test_an_unknown_number_is_told_and_the_others_are_written(
    tte: Tte, issued: list[dict[str, Any]], folder: Path
) -> None:
    one, two, _ = issued
    answer = tte("register", "export", str(folder), one["number"], "9999-LU-01012026-0001", two["id"])
    assert answer.code == 1
    assert "tidak tercatat (not in this register): 9999-LU-01012026-0001" in answer.err
    assert _digests(folder) == {one["pdf_sha256"], two["pdf_sha256"]}


def test_export_after_an_entry_writes_the_later_ones(tte: Tte, issued: list[dict[str, Any]], folder: Path) -> None:
    (first,) = tte("register", "show", issued[0]["id"], "--json").objects()
    assert tte("register", "export", str(folder), "--after", str(first["seq"])).code == 0
    assert _digests(folder) == {row["pdf_sha256"] for row in issued[1:]}


def test_export_json_tells_each_file(tte: Tte, issued: list[dict[str, Any]], folder: Path) -> None:
    told = tte("register", "export", str(folder), "--json").objects()
    assert [line["kind"] for line in told] == ["file"] * 3
    assert [(line["id"], line["number"], line["pdf_sha256"]) for line in told] == [
        (row["id"], row["number"], row["pdf_sha256"]) for row in issued
    ]
    for line in told:
        assert hashlib.sha256(Path(line["file"]).read_bytes()).hexdigest() == line["pdf_sha256"]


def test_a_file_with_other_content_stays_and_the_new_one_carries_the_id(
    tte: Tte, issued: list[dict[str, Any]], folder: Path
) -> None:
    one = issued[0]
    (line,) = tte("register", "export", str(folder), one["id"], "--json").objects()
    victim = Path(line["file"])
    victim.write_bytes(b"somebody's own file")
    for _ in range(2):
        (line,) = tte("register", "export", str(folder), one["id"], "--json").objects()
        assert Path(line["file"]).name == f"akta_kelahiran-{one['id']}.pdf"
    assert victim.read_bytes() == b"somebody's own file"
    assert len(list(folder.iterdir())) == 2


def test_export_without_a_register_says_how_one_comes(tte: Tte, folder: Path) -> None:
    answer = tte("register", "export", str(folder))
    assert answer.code == 2
    assert "no register yet" in answer.err
    assert not folder.exists()


def test_bench_measures_and_leaves_nothing_behind(
    tte: Tte, issued: list[dict[str, Any]], home: Home, folder: Path
) -> None:
    def entries() -> set[Path]:
        """What lies in var/ but for the database's own files and what was drawn, which serves the next start."""
        passing = ("-wal", "-shm", ".drawn")
        return {file for file in (home.path / "var").rglob("*") if not file.name.endswith(passing)}

    before = entries()
    answer = tte("bench", "--count", "100", "--json")
    assert answer.code == 0, answer.err
    (found,) = answer.objects()
    measured = (
        "raw_key_per_s",
        "render_sign_per_s",
        "issue_per_s",
        "validate_per_s",
        "render_sign_x_raw",
        "issue_x_raw",
    )
    assert all(found[name] > 0 for name in measured)
    assert (found["kind"], found["key"], found["template"], found["count"]) == ("bench", "demo", "akta_kelahiran", 100)
    assert entries() == before
    tte("register", "export", str(folder))
    assert _digests(folder) == {row["pdf_sha256"] for row in issued}


def test_bench_refuses_a_key_whose_signatures_count(tte: Tte, home: Home) -> None:
    profile = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8")
    lines = ["test = false" if line.startswith("test ") else line for line in profile.splitlines()]
    (home.path / "keys" / "sah.toml").write_text("\n".join(lines), encoding="utf-8")
    before = set((home.path / "var").rglob("*"))
    answer = tte("bench", "--count", "100", "--key", "sah", "--json")
    assert answer.code == 2
    assert "test = true" in answer.err
    assert answer.out == ""
    assert set((home.path / "var").rglob("*")) == before
