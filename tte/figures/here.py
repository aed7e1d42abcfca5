"""What `tte` knows itself of an office: documents that this register holds, and how long they waited at the desk.

Nobody enters it. Pages show it apart from what an office says, so that nobody enters it a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median

from tte.figures.friday import Waiting, days
from tte.figures.kinds import NO_DOCUMENTS, kind_of
from tte.register import Register
from tte.register.figures import FigureLines, reading

Kinds = dict[str, dict[str, int]]
"""How many documents of each kind, by office."""


@dataclass(frozen=True, slots=True)
class Here:
    """Of one office, from one day to another: documents by kind, and the waits of those that the desk issued."""

    kinds: Mapping[str, int]
    waiting: Waiting | None


def here(register: Register, office: str, first: date, last: date, *, specimen: bool = False) -> Here:
    """What was signed here from the first day to the last. `specimen`: those of test keys, else only real ones."""
    with reading(register) as lines:
        signed = signed_here(lines, first, last, specimen=specimen)
        waits = lines.waits(*days(first, last))
    return Here(signed.get(office, {}), waited([seconds for code, seconds in waits if code == office]))


def signed_here(lines: FigureLines, first: date, last: date, *, specimen: bool) -> Kinds:
    """Of every office what it signed with this register."""
    found: Kinds = {}
    for office, template, count in lines.signed(*days(first, last), specimen=specimen):
        if template not in NO_DOCUMENTS:
            kinds, kind = found.setdefault(office, {}), kind_of(template)
            kinds[kind] = kinds.get(kind, 0) + count
    return found


def waited(seconds: Sequence[float]) -> Waiting | None:
    """Waits in seconds as what a report says of them; None if there are none."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return Waiting(len(ordered), median(ordered), ordered[ceil(0.9 * len(ordered)) - 1], ordered[-1])
