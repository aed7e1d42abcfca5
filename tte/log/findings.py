"""What an audit finds: which line, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """What is wrong at a place in the log."""

    MALFORMED = "malformed"
    """The line is no entry of ours, or not in the one form it can have, or its state cannot follow what it says."""
    OUT_OF_PLACE = "out-of-place"
    """The line has another number than its place: something before it was dropped, inserted or swapped."""
    ALTERED = "altered"
    """The line is not what its hash was made from."""
    ENTRY_MISSING = "entry-missing"
    """There is a hash and no line for it."""
    HASH_MISSING = "hash-missing"
    """There is a line and no hash for it."""
    WRONG_DOCUMENT = "wrong-document"
    """The line's commitment is not to the number and file that the register has for it."""
    WRONG_STATE = "wrong-state"
    """The line says that its document was in another state than the lines before left it in."""
    REWRITTEN = "rewritten"
    """The lines up to a checkpoint do not give its root: one since the checkpoint before is another."""
    TRUNCATED = "truncated"
    """There are fewer lines than a checkpoint says: the end was cut off, or an old state was put back."""
    FORK = "fork"
    """Two checkpoints say the same size and another root: two histories were shown."""
    BAD_CHECKPOINT = "bad-checkpoint"
    """A checkpoint is malformed, of another log, or not signed by a key of this log."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the log. `first`: the first line, from 0, it is about; `end`: the line after the last.

    `checkpoint` is the place, in the list given, of the checkpoint that shows it, if one does.
    """

    first: int
    end: int
    wrong: Wrong
    text: str
    checkpoint: int | None = None

    @property
    def place(self) -> str:
        """The line or lines, for people, counted from 0 as in the entries."""
        if self.wrong is Wrong.BAD_CHECKPOINT:
            return f"checkpoint {self.checkpoint}"
        if self.end - self.first > 1:
            return f"lines {self.first} to {self.end - 1}"
        return f"line {self.first}"
