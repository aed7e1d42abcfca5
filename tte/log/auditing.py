"""The audit: recompute the whole log from its entries and say where it is not what it was.

What it can see depends on what it is given. Entries alone show what a careless hand dropped, swapped or inserted.
Hashes kept elsewhere (tiles in a folder or at a mirror) show the very line that was altered. Checkpoints kept by others
show every rewriting, even by somebody who has the register and the log's key, as lying between two checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from tte.errors import LogError
from tte.log.changes import Change, Opening
from tte.log.checkpoints import Checkpoint, open_checkpoint
from tte.log.findings import Finding, Wrong
from tte.log.growing import Edge
from tte.log.hashing import leaf_hash
from tte.log.notes import NoteKey
from tte.model import State

MOST_FINDINGS = 1000
_STEP = 1024

Held = tuple[int, Checkpoint]
"""A checkpoint that was opened, and its place in the list it came in."""


def audit(
    entries: Iterable[bytes],
    leaves: Iterable[bytes],
    checkpoints: Sequence[bytes],
    *,
    origin: str,
    keys: Sequence[NoteKey],
    openings: Mapping[int, Opening] | None = None,
) -> Sequence[Finding]:
    """Everything that is wrong with the log `origin`, the first bad line first; empty if nothing is.

    `entries` and their hashes `leaves` in the order of the log, each read once; `checkpoints` are signed notes from
    anywhere, in any order; `openings` by the entry's number, as far as the register still has them. At most
    `MOST_FINDINGS` lines are reported. Never raises for what it is given.
    """
    held, findings = _opened(checkpoints, origin, keys)
    lines = _Lines({} if openings is None else openings)  # it may be filled while lines are read
    ours, theirs = _Growing(), _Growing()
    judge = _Judge(held)
    for place, (entry, leaf) in enumerate(zip_longest(entries, leaves)):
        if entry is not None:
            ours.add(leaf_hash(entry))
        if leaf is not None:
            theirs.add(leaf)
        lines.look(place, entry, leaf)
        judge.look(place + 1, ours, theirs)
    findings += [*lines.findings, *judge.findings, *judge.missing(ours), *_forks(held, judge.good)]
    return sorted(findings, key=lambda one: (one.wrong is Wrong.BAD_CHECKPOINT, one.first, one.end))


def _opened(checkpoints: Sequence[bytes], origin: str, keys: Sequence[NoteKey]) -> tuple[list[Held], list[Finding]]:
    held: list[Held] = []
    bad: list[Finding] = []
    for number, note in enumerate(checkpoints):
        try:
            held.append((number, open_checkpoint(note, origin=origin, keys=keys)))
        except LogError as error:
            bad.append(Finding(0, 0, Wrong.BAD_CHECKPOINT, str(error), number))
    return sorted(held, key=lambda one: one[1].size), bad


class _Growing:
    """A tree that grows by one leaf at a time, hashed in steps."""

    def __init__(self) -> None:
        self._edge = Edge()
        self._waiting: list[bytes] = []

    @property
    def size(self) -> int:
        return self._edge.size + len(self._waiting)

    def add(self, leaf: bytes) -> None:
        self._waiting.append(leaf)
        if len(self._waiting) == _STEP:
            self._settle()

    @property
    def root(self) -> bytes:
        self._settle()
        return self._edge.root

    def _settle(self) -> None:
        self._edge, self._waiting = self._edge.grow(self._waiting).edge, []


class _Judge:
    """Holds the tree, as it grows, against each checkpoint of its size."""

    def __init__(self, held: Sequence[Held]) -> None:
        self._waiting = list(reversed(held))
        self.good = [0]
        self.findings: list[Finding] = []
        while self._waiting and not self._waiting[-1][1].size:
            number, checkpoint = self._waiting.pop()
            if checkpoint.root != Edge().root:
                self.findings.append(Finding(0, 0, Wrong.REWRITTEN, "an empty log has another root", number))

    def look(self, size: int, ours: _Growing, theirs: _Growing) -> None:
        while self._waiting and self._waiting[-1][1].size == size and size in {ours.size, theirs.size}:
            number, checkpoint = self._waiting.pop()
            roots = [tree.root for tree in (ours, theirs) if tree.size == size]
            if checkpoint.root in roots:
                self.good.append(size)
            else:
                text = f"the entries do not give the root that the checkpoint of size {size} says"
                self.findings.append(Finding(_since(self.good, size), size, Wrong.REWRITTEN, text, number))

    def missing(self, ours: _Growing) -> list[Finding]:
        """What checkpoints promise beyond the end of the log."""
        size, sure = ours.size, self.good[-1]
        return [
            Finding(
                size,
                one.size,
                Wrong.TRUNCATED,
                f"the log has {size} entries and had {one.size}; from line {sure} on no checkpoint confirms the rest",
                number,
            )
            for number, one in self._waiting
        ]


class _Lines:
    """Looks at each line for itself, its place, and what the lines before said of its document."""

    def __init__(self, openings: Mapping[int, Opening]) -> None:
        self._openings = openings
        self._states: dict[tuple[str, str, str, str], State] = {}
        self._shift = 0
        self.findings: list[Finding] = []

    def look(self, place: int, entry: bytes | None, leaf: bytes | None) -> None:
        if entry is None:
            self._found(place, Wrong.ENTRY_MISSING, "there is a hash and no entry")
            return
        try:
            change = Change.parse(entry)
        except LogError:
            change = None
        if change is not None and change.seq - place != self._shift:
            self._shift = change.seq - place
            self._found(place, Wrong.OUT_OF_PLACE, f"the entry is numbered {change.seq} and stands at {place}")
        elif leaf is None:
            self._found(place, Wrong.HASH_MISSING, "there is an entry and no hash")
        elif not self._shift and leaf != leaf_hash(entry):
            self._found(place, Wrong.ALTERED, "the entry is not what its hash was made from")
        elif change is None:
            self._found(place, Wrong.MALFORMED, "the entry is not in the form that entries have")
        if change is not None:
            self._open(place, change)

    def _open(self, place: int, change: Change) -> None:
        opening = self._openings.get(change.seq)
        if opening is None:
            return
        if not opening.opens(change.doc):
            self._found(
                place, Wrong.WRONG_DOCUMENT, "the entry is not about the number and file that the register says"
            )
        document = (change.kind.office, change.kind.template, opening.number, opening.name)
        before = self._states.get(document)
        if before is None and change.kind.prev is State.RESERVED:  # the number was given before it had a document
            before = self._states.pop((*document[:3], ""), None)
        if before is not change.kind.prev:
            said, is_ = change.kind.prev or "not there", before or "not there"
            self._found(place, Wrong.WRONG_STATE, f"the entry says its document was {said}; it was {is_}")
        self._states[document] = change.kind.state

    def _found(self, place: int, wrong: Wrong, text: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(place, place + 1, wrong, text))


def _since(good: Sequence[int], size: int) -> int:
    """The largest size below `size` that a checkpoint confirmed."""
    return max((one for one in good if one < size), default=0)


def _forks(held: Sequence[Held], good: Sequence[int]) -> list[Finding]:
    """Checkpoints of one size with different roots, each against the first of its size."""
    first: dict[int, Held] = {}
    found: list[Finding] = []
    for number, checkpoint in held:
        size = checkpoint.size
        earlier, other = first.setdefault(size, (number, checkpoint))
        if other.root != checkpoint.root:
            text = (
                f"checkpoints {earlier} and {number} say the same size, {size}, and two roots: two histories were shown"
            )
            found.append(Finding(_since(good, size), size, Wrong.FORK, text, number))
    return found
