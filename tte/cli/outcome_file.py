"""The outcome file: a line for each row as soon as it is settled, and a name that says whether it is whole.

Until the last row it is called `NAME.part`, so that `NAME` is always the whole outcome of a run, this one's or an
earlier one's. Every run writes it anew: rows issued before are told again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tte.batches.outcomes import COLUMNS, Told, csv_line
from tte.cli.files import OutputError
from tte.durable import sync_folder


class OutcomeFile:
    """A CSV file of outcomes that is being written; use `outcome_file`."""

    def __init__(self, target: Path) -> None:
        self.target, self.part = target, target.with_name(f"{target.name}.part")
        with _translated(target):
            self._stream: TextIO = self.part.open("w", encoding="utf-8", newline="")
            self._stream.write(csv_line(COLUMNS))

    def add(self, told: Iterable[Told]) -> None:
        """Write these lines and hand them to the system. OutputError."""
        with _translated(self.target):
            self._stream.writelines(csv_line(one) for one in told)
            self._stream.flush()

    def whole(self) -> None:
        """The last line is written: make the file durable and give it its name. OutputError."""
        with _translated(self.target):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self.part.replace(self.target)
            sync_folder(self.target.parent)

    def close(self) -> None:
        """Let go of the file; it is kept as it is."""
        self._stream.close()


@contextmanager
def outcome_file(target: Path | None) -> Iterator[OutcomeFile | None]:
    """An outcome file for the length of a block, or None where none is wanted. OutputError if it cannot be made."""
    if target is None:
        yield None
        return
    file = OutcomeFile(target)
    try:
        yield file
    finally:
        file.close()


@contextmanager
def _translated(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise OutputError(
            f"the outcome file {target} cannot be written: {why.strerror}",
            hint="make room or choose another place; the same command again tells what is issued by now",
        ) from why
