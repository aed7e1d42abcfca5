"""The audit of a register: its log read once from cold storage, recomputed, and held against the tables.

`tte.log.audit` judges lines and checkpoints. Around it stands what only a register has: the rows that lines are in, the
edge in each of them, the hashes of full tiles, and the state that the tables give each document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import tee
from typing import Final

from tte.checking.found import MOST, Found, some, span
from tte.errors import LogError
from tte.log import EMPTY_ROOT, Change, Edge, Kind, NoteKey, Opening, Wrong, audit
from tte.model import State
from tte.register import Register
from tte.register.evidence import Held, Step
from tte.register.logbook import Acknowledged, LogLine

BACKWARDS: Final = timedelta(hours=2)
"""How far the time of a line may lie before that of the line before: clocks are put right, and machines differ."""

ADOPTED: Final = "adopt"
"""The event of lines about what was in a register before it had a log; their time is that of the migration."""

_REMEMBERED: Final = 4096
"""Lines whose openings are kept while they are judged."""


_WIDE: Final = frozenset({"wrong-edge", "wrong-tile"})
"""What is said of many lines, after what is said of one."""


@dataclass(frozen=True, slots=True)
class History:
    """What the log is, recomputed: `size` lines, `root`, and everything that is wrong, the first bad line first."""

    size: int
    root: bytes
    checkpoints: int
    acknowledged: Sequence[Acknowledged]
    found: Sequence[Found]


def read_history(
    register: Register,
    against: Sequence[bytes] = (),
    *,
    origin: str,
    keys: Sequence[NoteKey],
    progress: Callable[[int], None] = lambda _: None,
) -> History:
    """Audit the log `origin` of a register with the checkpoints that it keeps, and with those that others kept.

    `progress` is told how many lines have been read.
    """
    reading = _Reading(register.evidence.tiles(), progress)
    kept = register.log.checkpoints()
    first, second = tee(reading.lines(register.evidence.steps()))
    findings = audit(
        (line.entry for line in first),
        (line.leaf for line in second),
        [*kept, *against],
        origin=origin,
        keys=keys,
        openings=reading.openings,
    )
    lines = [_told(one.wrong, one.place, one.text, one.first, one.end, one.checkpoint, len(kept)) for one in findings]
    found = [*lines, *reading.found, *reading.tiles_left()]
    found.sort(key=lambda one: (one.first is None, one.what in _WIDE, one.first or 0))
    rows = list(some(reading.against(register)))
    return History(reading.size, reading.root, len(kept), register.log.acknowledged(), [*found, *rows])


def _told(wrong: Wrong, place: str, text: str, first: int, end: int, checkpoint: int | None, kept: int) -> Found:
    if checkpoint is not None:
        which = f"checkpoint {checkpoint + 1} of the register" if checkpoint < kept else f"file {checkpoint - kept + 1}"
        place, text = (which if wrong is Wrong.BAD_CHECKPOINT else place), f"{text} ({which})"
    lines = (None, None) if wrong is Wrong.BAD_CHECKPOINT else (first, end)
    return Found(str(wrong), place, text, *lines)


@dataclass(slots=True)
class _Last:
    """What the log says last of a document: how it came to its state, and the file that the line is about.

    `times` are those of the steps to a state that the log saw itself; a level that was raised is no such step.
    """

    seq: int
    kind: Kind
    file: bytes
    times: dict[State, datetime]

    @property
    def state(self) -> State:
        return self.kind.state


@dataclass(slots=True)
class _Reading:
    """Gives the lines once, and looks meanwhile at the rows around them."""

    tiles: dict[tuple[int, int], bytes]
    progress: Callable[[int], None]
    openings: dict[int, Opening] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    size: int = 0
    _edge: Edge = field(default_factory=Edge)
    _stored: Edge | None = None
    _latest: datetime | None = None
    _documents: dict[str, _Last] = field(default_factory=dict)
    _numbers: dict[tuple[str, str, str], _Last] = field(default_factory=dict)
    _shifted: int = 0

    @property
    def root(self) -> bytes:
        return self._edge.root if self.size else EMPTY_ROOT

    def lines(self, steps: Iterator[Step]) -> Iterator[LogLine]:
        for step in steps:
            self._look(step)
            for line in step.lines:
                if line.opening:
                    self.openings[line.seq] = line.opening
                yield line
                self._note(line, damaged=step.damaged)
            if len(self.openings) > 2 * _REMEMBERED:
                for seq in sorted(self.openings)[:-_REMEMBERED]:
                    del self.openings[seq]
            self.progress(self.size)

    def _look(self, step: Step) -> None:
        """The row: where it begins, whether it can be read, its edge, the tiles that became full."""
        begin, end = self.size, self.size + len(step.lines)
        if step.first - begin != self._shifted:
            self._shifted = step.first - begin
            self._add("out-of-place", begin, end, f"the row of the log that begins here is numbered {step.first}")
        if step.damaged:
            self._add("malformed", begin, end, "a row of the log cannot be read")
        leaves = [line.leaf for line in step.lines]
        growth = self._edge.grow(leaves)
        own, given = growth.edge, _loaded(growth.edge.size, step.edge)
        follows = self._stored and self._stored.grow(leaves).edge
        if given != own and (given is None or given != follows):
            self._add("wrong-edge", begin, end, "the edge kept with these lines is not what their hashes give")
        self._stored, self._edge, self.size = given, own, end
        for full in growth.full:
            if self.tiles.pop((full.level, full.index), None) != full.hash:
                width = 256 ** (full.level + 1)
                first = full.index * width
                text = f"the hash kept for tile {full.index} at level {full.level} is not what its lines give"
                self._add("wrong-tile", first, first + width, text)

    def tiles_left(self) -> Iterator[Found]:
        """Hashes of tiles that are not full."""
        for level, index in sorted(self.tiles):
            first = index * 256 ** (level + 1)
            yield Found("wrong-tile", span(first, first + 1), "the hash of a tile is kept that the log has not", first)

    def _note(self, line: LogLine, *, damaged: bool) -> None:
        """What the line says of its document, for the end."""
        if damaged:
            return
        if line.opening is None:
            self._add("lost", line.seq, line.seq + 1, "the register has lost the row that this line is about")
        try:
            change = Change.parse(line.entry)
        except LogError:
            return  # the audit says so
        if self._latest and change.kind.at < self._latest - BACKWARDS:
            self._add("backwards", line.seq, line.seq + 1, "the line is older than the one before, by over two hours")
        self._latest = change.kind.at  # a clock that was ahead is told of once, when it is put right
        if line.opening is None:
            return
        before = self._documents.get(line.opening.name)
        times = {**before.times} if before else {}
        if change.kind.event != ADOPTED and change.kind.prev is not change.kind.state:
            times[change.kind.state] = change.kind.at
        last = _Last(line.seq, change.kind, line.opening.pdf_digest, times)
        number = (change.kind.office, change.kind.template, line.opening.number)
        if line.opening.name:
            self._documents[line.opening.name] = last
            if change.kind.prev is State.RESERVED:
                self._numbers.pop(number, None)
        else:
            self._numbers[number] = last

    def against(self, register: Register) -> Iterator[Found]:
        """Where the tables say something else than the log says last."""
        for held in register.evidence.documents():
            last = self._documents.pop(held.id, None)
            place = f"row {held.place} of reservation"
            if last is None:
                yield Found("not-in-log", place, "the log knows nothing of this document")
            elif last.state is not _state(held):
                text = f"the log says last that this document is {last.state}, and the tables that it is {_state(held)}"
                yield Found("wrong-state", f"{place}, {span(last.seq, last.seq + 1)}", text, last.seq, last.seq + 1)
            elif held.files and last.file != held.files[-1]:
                text = "the present file of this document is not the one that the log says"
                yield Found("wrong-document", f"{place}, {span(last.seq, last.seq + 1)}", text, last.seq, last.seq + 1)
            elif different := _different(held, last):
                text = f"the tables say another {different} of this document than the log"
                yield Found("wrong-document", f"{place}, {span(last.seq, last.seq + 1)}", text, last.seq, last.seq + 1)
        for row, office, template, number, is_void in register.evidence.given():
            given = self._numbers.get((office, template, number))
            if given is not None and (given.state is State.VOID) is not is_void:
                text = "the log and the tables do not agree on whether this number is void"
                yield Found("wrong-state", f"row {row} of allocation", text, given.seq, given.seq + 1)

    def _add(self, what: str, first: int, end: int, text: str) -> None:
        if len(self.found) < MOST:
            self.found.append(Found(what, span(first, end), text, first, end))


def _different(held: Held, last: _Last) -> str:
    """In what the row of a document is not what the log says of it, for a person; "" if it is the same."""
    if held.office != last.kind.office:
        return "office"
    if held.template != last.kind.template:
        return "kind of document"
    said = {State.PREPARED: held.at, State.ISSUED: held.issued_at}
    if held.ended_at is not None:
        said[_state(held)] = held.ended_at
    return next((f"time of being {state}" for state, at in said.items() if at != last.times.get(state, at)), "")


def _state(held: Held) -> State:
    if held.void:
        return State.VOID
    if held.entry is None:
        return State.PREPARED
    if held.ended_at is None:
        return State.ISSUED
    return State.REVOKED if held.successor is None else State.REPLACED


def _loaded(size: int, stored: bytes) -> Edge | None:
    try:
        return Edge.load(size, stored)
    except (LogError, TypeError):
        return None
