"""Findings, for people and as JSON; and files with checkpoints that were kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from tte.cli.console import out, print_json
from tte.errors import ConfigError, LogError
from tte.log import NoteKey

if TYPE_CHECKING:
    from tte.checking import Found


def tell(found: Found, *, as_json: bool, invariant: str | None = None) -> None:
    """One finding."""
    if as_json:
        content = {"invariant": invariant} if invariant else {}
        shape = {"what": found.what, "place": found.place, "message": found.text}
        print_json("finding", {**content, **shape, "first": found.first, "end": found.end})
    else:
        out.print(Text.assemble((f"{found.place}: ", "red"), f"{found.text} ({found.what})"))


def notes_in(files: Sequence[Path]) -> Sequence[bytes]:
    """The checkpoint in each file. ConfigError if one cannot be read."""
    try:
        return [file.read_bytes() for file in files]
    except OSError as why:
        raise ConfigError(f"{why.filename} cannot be read: {why.strerror}") from why


def keys_given(lines: Sequence[str], known: Sequence[NoteKey]) -> Sequence[NoteKey]:
    """The verifier keys that somebody brought with him, else those that the home has."""
    try:
        return [NoteKey.parse(line) for line in lines] or known
    except LogError as why:
        raise ConfigError(str(why), hint="give the whole line that tte register checkpoint shows") from why
