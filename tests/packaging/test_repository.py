"""What must hold for the text of the repository."""

from __future__ import annotations

import re

import pytest

from tests.command import run
from tests.packaging import ROOT, tracked

README = ROOT / "README.md"


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in tracked("requirements*.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in text
        for requirement in re.split(r"(?m)^(?=[a-z0-9])", text)[1:]:
            assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_no_private_key_is_in_the_tree() -> None:
    for file in map(ROOT.joinpath, tracked()):
        assert file.suffix not in {".p12", ".pfx", ".key", ".jks"}, file
        assert not re.search(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}", file.read_bytes()), file


def _documented_commands() -> list[tuple[str, ...]]:
    """Every `tte …` line in a console block of the README and the guides, without its arguments."""
    commands = set()
    for page in (README, *map(ROOT.joinpath, tracked("docs/*.md"))):
        for words in re.findall(
            r"(?m)^\s*(?:\$ )?(?:\.venv/bin/)?tte(?: --home \S+)?((?: [a-z][a-z-]*)+)", page.read_text(encoding="utf-8")
        ):
            commands.add(tuple(words.split())[:2])
    return sorted(commands)


@pytest.mark.parametrize("words", _documented_commands(), ids=" ".join)
def test_documented_commands_exist(words: tuple[str, ...]) -> None:
    group = words if words[0] in {"template", "register", "key"} else words[:1]
    assert run(*group, "-h").code == 0


def test_the_readme_shows_the_help_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    shown = re.search(r"```text\n\$ tte -h\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert shown, "the README shows the output of tte -h"
    assert _squeezed(run("-h").out) == _squeezed(shown[1])


def _squeezed(text: str) -> list[str]:
    """The words of a help page, without its box drawing and however wide the terminal was."""
    return re.sub(r"[─│╭╮╰╯]", " ", text).split()


def test_no_place_was_left_to_be_filled_in() -> None:
    for page in (README, *map(ROOT.joinpath, tracked("docs/*.md"))):
        assert not re.search(r"@[A-Z]+@|\bTODO\b|\bXXX\b", page.read_text(encoding="utf-8")), page


def test_every_make_target_that_is_documented_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in (README, *map(ROOT.joinpath, tracked("docs/*.md"))):
        for target in re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8")):
            assert re.search(rf"(?m)^{target}:", makefile), (page, target)
