"""Checkpoints (C2SP tlog-checkpoint): the log's origin, size and root in a signed note. What a witness keeps."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tte.errors import LogError
from tte.log.hashing import HASH_SIZE
from tte.log.notes import LogKey, Note, NoteKey, signed, unbase64
from tte.log.proofs import agrees
from tte.log.trees import Tree

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log named `origin` had `size` leaves and this root. `extensions` are lines of others; we write none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """LogError if the text of a note is no checkpoint. Says nothing about signatures."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise LogError("this is no checkpoint: it has fewer than three lines, or an empty one")
        origin, size, encoded, *extensions = lines
        root = unbase64(encoded)
        if not _SIZE.fullmatch(size) or len(root) != HASH_SIZE:
            raise LogError("this is no checkpoint: its size or root is malformed")
        return cls(origin, int(size), root, tuple(extensions))

    def sign(self, keys: Sequence[LogKey]) -> Note:
        """The checkpoint as a note with the signatures of these keys; two while the log's key is being changed."""
        if Checkpoint.parse(self.text) != self:
            raise LogError("this cannot be written as a checkpoint")
        return signed(self.text, keys)


def open_checkpoint(content: bytes, *, origin: str, keys: Iterable[NoteKey]) -> Checkpoint:
    """The checkpoint in a signed note of the log `origin`.

    LogError if it is malformed, of another log, signed by none of `keys`, or one of their signatures fails.
    """
    note = Note.parse(content)
    note.verified(keys)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise LogError("a checkpoint is of another log")
    return checkpoint


def extends(old: Checkpoint, tree: Tree) -> bool:
    """Whether `tree` begins with exactly the leaves that `old` was made of: it grew, and nothing was rewritten.

    False as well if it has fewer leaves. Whether the origin is the same is the caller's to see.
    """
    return agrees(tree, old.size, old.root)
