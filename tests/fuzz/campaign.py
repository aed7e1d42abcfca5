"""Alters files by the thousand and asks what they are worth. Only the file, or what shows the same, may be ok."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.fuzz.mutants import altered
from tests.fuzz.oracle import why_harmless
from tests.fuzz.seeds import trust
from tests.fuzz.updates import updated
from tests.signed_pdfs import NOW
from tte.model import Integrity
from tte.validation import validate

SLOW_S = 5.0


@dataclass
class Tally:
    """What came of it. `wrong` is empty if all is well: (seed, kind, random state, what is wrong)."""

    mutants: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    harmless: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, int, str]] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: str = ""

    @property
    def peak_bytes(self) -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def mutant(pdf: bytes, number: int) -> tuple[str, bytes]:
    """The mutant of a file with this number: always the same."""
    rng = random.Random(number)
    if rng.random() < 0.45 and (made := updated(pdf, rng)):
        kind, changed = made
        if rng.random() < 0.1:
            more, changed = altered(changed, rng)
            kind = f"{kind}, {more}"
        return kind, changed
    return altered(pdf, rng)


def run(seeds: Mapping[str, bytes], numbers: Sequence[int]) -> Tally:
    """Judge one mutant for each number; the files take turns by chance."""
    tally = Tally()
    names = list(seeds)
    for number in numbers:
        name = names[random.Random(f"seed {number}").randrange(len(names))]
        _judge(tally, name, seeds[name], number)
    return tally


def _judge(tally: Tally, name: str, pdf: bytes, number: int) -> None:
    kind, changed = mutant(pdf, number)
    tally.mutants += 1
    tally.kinds[kind.split(",")[0]] += 1
    began = time.process_time()
    try:
        report = validate(changed, trust(), NOW)
    except Exception as why:
        tally.wrong.append((name, kind, number, f"raised {type(why).__name__}: {why}"))
        return
    took = time.process_time() - began
    if took > tally.slowest_s:
        tally.slowest_s, tally.slowest = took, f"{name}, {kind}, {number}"
    if took > SLOW_S:
        tally.wrong.append((name, kind, number, f"took {took:.1f} s"))
    tally.verdicts[str(report.integrity)] += 1
    if report.integrity is not Integrity.OK:
        return
    try:
        why_so = why_harmless(pdf, changed)
    except Exception as why:
        why_so = None
        kind += f" (oracle: {type(why).__name__}: {why})"
    if why_so:
        tally.harmless[why_so] += 1
    else:
        tally.wrong.append((name, kind, number, "said to be in order"))
