"""Proof files (C2SP tlog-proof): that one entry is in the log, to be verified offline, for ever.

The file has no entry in it: whoever verifies brings the entry. The `extra` line is not authenticated and may carry it,
for the hash of the entry is what is proved.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tte.errors import LogError
from tte.log.checkpoints import Checkpoint, open_checkpoint
from tte.log.hashing import HASH_SIZE, leaf_hash
from tte.log.notes import Note, NoteKey, unbase64
from tte.log.proofs import Proof, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST_PATH = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class OfflineProof:
    """The place of an entry in the log, its audit path, and the signed checkpoint that both lead to."""

    index: int
    path: Proof
    note: Note
    extra: bytes = b""

    @property
    def content(self) -> bytes:
        """The file; its name should end in `.tlog-proof`."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines += [f"index {self.index}", *(base64.b64encode(one).decode() for one in self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.content

    @classmethod
    def parse(cls, content: bytes) -> OfflineProof:
        """LogError if these bytes are no proof file. Says nothing about whether it proves anything."""
        head, blank, rest = content.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        if not blank or len(lines) < 2 or lines.pop(0) != HEADER:
            raise LogError("this is no proof file of a log")
        extra = b""
        if lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0)[6:])
            if not extra:
                raise LogError("the extra line of a proof file is malformed")
        index = _INDEX.fullmatch(lines[0]) if lines else None
        path = tuple(map(unbase64, lines[1:]))
        if index is None or len(path) > LONGEST_PATH or any(len(one) != HASH_SIZE for one in path):
            raise LogError("the index or the path of a proof file is malformed")
        return cls(int(index[1]), path, Note.parse(rest), extra)

    def verify(self, entry: bytes, *, origin: str, keys: Iterable[NoteKey]) -> Checkpoint:
        """The checkpoint under which `entry` is in the log `origin`. LogError if the proof does not show that."""
        checkpoint = open_checkpoint(self.note.content, origin=origin, keys=keys)
        if not verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.path, checkpoint.root):
            raise LogError("the proof does not show that this entry is in the log")
        return checkpoint
