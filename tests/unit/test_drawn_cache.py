"""What was drawn, kept for the next start: the same bytes without drawing, and never anything worse than no cache."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tte.model import Imprint, Record, Row
from tte.rendering import Press, press
from tte.rendering import cache as drawn_cache
from tte.rendering.compiling import Drawn, draw
from tte.template import PREVIEW, Template, load
from tte.template.letters import COMMON, LETTERS

TEMPLATES = Path(__file__).parents[2] / "templates"
ID = "7k3m9qxt2r8c5v6w4abcdefgh2"


@cache
def template() -> Template:
    return load(TEMPLATES / "akta_kelahiran")


@cache
def drawn() -> Drawn:
    """Drawn once for all these tests."""
    return draw(template(), PREVIEW, signed=True, letters=COMMON)


def record() -> Record:
    return template().check(Row(1, template().sample.values), today=date(2026, 12, 31))


@cache
def expected() -> bytes:
    return Press(template(), PREVIEW).document(record(), ID).pdf


def printed(folder: Path) -> bytes:
    """The document as a new start prints it."""
    return Press(template(), PREVIEW, kept=folder).document(record(), ID).pdf


def place(folder: Path) -> Path:
    return drawn_cache.place(folder, template(), PREVIEW, signed=True, letters=COMMON)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The letters of each drawing that a press asked for."""
    asked: list[str] = []
    expected()  # draws, too

    def counted(kind: Template, imprint: Imprint, *, signed: bool, letters: str) -> Drawn:
        asked.append(letters)
        return drawn()

    monkeypatch.setattr(press, "draw", counted)
    return asked


def test_the_second_start_draws_nothing_and_prints_the_same_bytes(tmp_path: Path, drawings: list[str]) -> None:
    assert printed(tmp_path / "cache") == expected()
    assert drawings == [COMMON]
    assert printed(tmp_path / "cache") == expected()
    assert drawings == [COMMON]
    assert [file.name for file in (tmp_path / "cache").iterdir()] == [place(tmp_path).name]


def test_all_that_was_drawn_comes_back(tmp_path: Path) -> None:
    drawn_cache.save(place(tmp_path), drawn())
    found = drawn_cache.load(place(tmp_path))
    assert found is not None
    assert (found.letters, found.codes) == (drawn().letters, drawn().codes)
    for name in ("objects", "offsets", "words", "root"):
        assert getattr(found.frame, name) == getattr(drawn().frame, name)


@pytest.mark.parametrize(("signed", "letters"), [(False, COMMON), (True, LETTERS)])
def test_previews_and_rare_letters_are_kept_as_well(
    signed: bool, letters: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Press(template(), PREVIEW, signed=signed, kept=tmp_path).compiled(letters)
    monkeypatch.delattr(press, "draw")
    second = Press(template(), PREVIEW, signed=signed, kept=tmp_path).compiled(letters)
    public_id = ID if signed else ""
    assert first.frame.objects == second.frame.objects
    assert bytes(first.words(record(), public_id)) == bytes(second.words(record(), public_id))


def _flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        _flipped,
        lambda whole: bytes([whole[0] ^ 1]) + whole[1:],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:64],
        lambda whole: whole + b"\n",
        lambda whole: b"",
        lambda whole: b"this is not a cache\n",
        lambda whole: hashlib.sha256(b"not packed").hexdigest().encode() + b"\nnot packed",
    ],
    ids=["flipped", "digest", "half", "only-digest", "longer", "empty", "text", "not-packed"],
)
def test_a_damaged_file_is_drawn_anew_and_replaced(
    damage: Callable[[bytes], bytes], tmp_path: Path, drawings: list[str]
) -> None:
    printed(tmp_path)
    whole = place(tmp_path).read_bytes()
    place(tmp_path).write_bytes(damage(whole))
    assert printed(tmp_path) == expected()
    assert len(drawings) == 2
    assert place(tmp_path).read_bytes() == whole
    assert len(list(tmp_path.iterdir())) == 1


def _packed(text: str) -> bytes:
    packed = zlib.compress(text.encode())
    return hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed


def _plain(**changes: Any) -> str:
    return json.dumps({**drawn_cache._plain(drawn()), **changes})


SHAPES: dict[str, Callable[[], str]] = {
    "null": lambda: "null",
    "list": lambda: "[]",
    "text": lambda: '"drawn"',
    "nothing": lambda: "{}",
    "not-json": lambda: "{",
    "deep": lambda: "[" * 100_000,
    "objects": lambda: _plain(objects="%%%"),
    "objects-number": lambda: _plain(objects=7),
    "offsets": lambda: _plain(offsets=7),
    "words": lambda: _plain(words="many"),
    "words-endless": lambda: _plain(words=float("inf")),
    "letters": lambda: _plain(letters=[]),
    "letters-short": lambda: _plain(letters={"Face": ["only one"]}),
    "codes": lambda: _plain(codes=[1, "zz", []]),
    "codes-short": lambda: _plain(codes=[1]),
    "codes-number": lambda: _plain(codes=7),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_another_shape_under_a_right_digest_is_drawn_anew_and_replaced(
    shape: str, tmp_path: Path, drawings: list[str]
) -> None:
    place(tmp_path).write_bytes(_packed(SHAPES[shape]()))
    assert printed(tmp_path) == expected()
    assert len(drawings) == 1
    assert drawn_cache.load(place(tmp_path)) is not None


def test_whatever_has_a_say_in_a_page_has_a_say_in_the_file(tmp_path: Path) -> None:
    def named(**other: Any) -> str:
        said = {"kind": template(), "imprint": PREVIEW, "signed": True, "letters": COMMON, **other}
        return drawn_cache.place(tmp_path, **said).name

    others = [
        named(kind=replace(template(), sha256=bytes(32))),
        named(imprint=replace(PREVIEW, specimen=not PREVIEW.specimen)),
        named(imprint=replace(PREVIEW, certified=not PREVIEW.certified)),
        named(imprint=replace(PREVIEW, signer="another")),
        named(imprint=replace(PREVIEW, office=replace(PREVIEW.office, base_url="https://another.example"))),
        named(imprint=replace(PREVIEW, official=replace(PREVIEW.official, title=("another",)))),
        named(letters=LETTERS),
        named(signed=False),
    ]
    assert named() == place(tmp_path).name
    assert len({named(), *others}) == 1 + len(others)


def test_a_file_in_place_of_the_folder_is_left_alone(tmp_path: Path, drawings: list[str]) -> None:
    (tmp_path / "cache").write_text("somebody's own file", encoding="utf-8")
    assert printed(tmp_path / "cache") == expected()
    assert (tmp_path / "cache").read_text(encoding="utf-8") == "somebody's own file"


def test_a_folder_in_place_of_the_file_is_left_alone(tmp_path: Path, drawings: list[str]) -> None:
    place(tmp_path).mkdir()
    assert printed(tmp_path) == expected()
    assert list(tmp_path.iterdir()) == [place(tmp_path)]


def test_a_folder_that_cannot_be_made_does_without(drawings: list[str]) -> None:
    assert printed(Path("/proc/cache")) == expected()


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        (OSError(28, "the disk is full"), ("write_bytes",)),
        (PermissionError(13, "may be entered, not written"), ("write_bytes", "replace")),
        (PermissionError(13, "may not even be entered"), ("write_bytes", "replace", "unlink")),
        (OSError(30, "the file system is read-only"), ("write_bytes", "replace", "unlink")),
    ],
    ids=["full", "not-written", "not-entered", "read-only"],
)
def test_a_folder_that_cannot_be_written_does_without(
    why: OSError, changes: tuple[str, ...], tmp_path: Path, drawings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played, because root may write everywhere."""

    def refuse(*_: object, **__: object) -> None:
        raise why

    for change in changes:
        monkeypatch.setattr(Path, change, refuse)
    assert printed(tmp_path) == expected()
    assert list(tmp_path.iterdir()) == []


def test_the_64_files_used_last_are_kept(tmp_path: Path, drawings: list[str]) -> None:
    for age in range(70):
        old = tmp_path / f"old-{age}.drawn"
        old.touch()
        os.utime(old, (1_000_000_000 - age, 1_000_000_000 - age))
    (tmp_path / "note.txt").touch()
    printed(tmp_path)
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"note.txt", place(tmp_path).name} | {f"old-{age}.drawn" for age in range(63)}
