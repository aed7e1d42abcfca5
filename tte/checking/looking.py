"""What the invariants look at, each thing read once and only if one of them asks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from tte.archive import Archive
from tte.checking.files import FileFacts, facts_of, letters
from tte.checking.history import History, read_history
from tte.errors import RegisterError
from tte.log import NoteKey
from tte.register import Register
from tte.register.evidence import Held
from tte.validation import Trust

Progress = Callable[[str, int], None]

_AT_ONCE: Final = 128
_IN_PROCESSES: Final = 64
"""From so many files on, other processes help: starting them takes a second."""

_LATE: Final = timedelta(seconds=5)
"""Times are kept to the second, and clocks differ by less."""


@dataclass(frozen=True)
class Means:
    """What a register is checked with.

    `validated`: how many of its files are validated, spread over all; None for all of them. `signers`: the offices that
    each certificate (SHA-256) may sign for, as far as the home knows. `secrets` are searched for in the files of
    `folder` but for those that are `meant` to hold them. `trouble`: what the checkpoint beside the register says.
    """

    register: Register
    trust: Trust
    origin: str
    keys: Sequence[NoteKey]
    validated: int | None = None
    signers: Mapping[bytes, frozenset[str]] = field(default_factory=dict)
    secrets: Sequence[bytes] = ()
    folder: Path | None = None
    meant: frozenset[Path] = frozenset()
    archive: Archive | None = None
    trouble: str = ""
    progress: Progress = lambda _, __: None


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was looked at: what it says of itself, and whether its page says the number and the id."""

    facts: FileFacts
    says_number: bool
    says_id: bool


Task = tuple[bytes, datetime, str, str]


class Look:
    """A register being checked."""

    def __init__(self, means: Means) -> None:
        self.means = means

    @cached_property
    def documents(self) -> Sequence[Held]:
        """Every reservation."""
        return list(self.means.register.evidence.documents())

    @cached_property
    def issued(self) -> Sequence[Held]:
        """Those that have an entry."""
        return [held for held in self.documents if held.entry is not None]

    @cached_property
    def history(self) -> History:
        """The log, recomputed."""
        means = self.means
        told = partial(means.progress, "lines of the log")
        return read_history(means.register, origin=means.origin, keys=means.keys, progress=told)

    @cached_property
    def files(self) -> tuple[Sequence[Held], Mapping[int, Seen]]:
        """The documents whose file cannot be read or is not what was issued; and what was seen of others, by place."""
        means, unread, seen = self.means, [], {}
        chosen = self._chosen()
        count: Counter[str] = Counter()

        def tasks() -> Iterator[tuple[Held, Task]]:
            for held in self.issued:
                count["files"] += 1
                means.progress("files", count["files"])
                try:
                    pdf = means.register.read_pdf(held.id)
                except RegisterError:
                    unread.append(held)
                    continue
                if held.place in chosen and held.recorded_at:
                    yield held, (pdf, held.recorded_at + _LATE, held.number, held.id)

        several = len(chosen) >= _IN_PROCESSES and (os.cpu_count() or 1) > 1
        look = partial(look_at, trust=means.trust)
        todo = tasks()
        if not several:
            seen = {held.place: look(task) for held, task in todo}
            return unread, seen
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            while some := list(islice(todo, _AT_ONCE)):
                found = pool.map(look, [task for _, task in some], chunksize=8)
                seen |= {held.place: one for (held, _), one in zip(some, found, strict=True)}
        return unread, seen

    def _chosen(self) -> frozenset[int]:
        """The places of those whose files are validated."""
        places, wanted = [held.place for held in self.issued], self.means.validated
        if wanted is None or wanted >= len(places):
            return frozenset(places)
        return frozenset(places[at * len(places) // wanted] for at in range(wanted))


def look_at(task: Task, trust: Trust) -> Seen:
    """Look at one file; for another process too."""
    pdf, at, number, id_ = task
    facts = facts_of(pdf, trust, at)
    words = facts.words or ""
    return Seen(replace(facts, words=None), letters(number) in words, letters(id_) in words)
