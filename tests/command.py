"""The `tte` command, called as the shell calls it, but in this process."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tte.cli import main


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """Standard output read as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*words: str, stdin: bytes = b"") -> Answer:
    """Run `tte` with these words."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    with _given(words, stdin), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return Answer(code, out.buffer.getvalue().decode("utf-8"), err.getvalue())


@contextlib.contextmanager
def _given(words: tuple[str, ...], stdin: bytes) -> Iterator[None]:
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["tte", *words], io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        yield
    finally:
        sys.argv, sys.stdin = before
