"""How wide letters are: advance widths and kerning of the five faces, in 1/1000 em.

`metrics.json` is written by `docs/fonts/build.py` together with the faces, so that a text can be fitted into its box in
this room, where no PDF library is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Metrics:
    """One face. `kerning` maps two letters to what lies between them, mostly negative.

    No pair has a space in it: each word is as wide, and written as it is, wherever it stands.
    """

    widths: Mapping[str, int]
    kerning: Mapping[str, int]

    def advance(self, text: str, *, kern: bool) -> int:
        """The text's width in 1/1000 em, without tracking. KeyError for a letter the face does not have."""
        total = sum(map(self.widths.__getitem__, text))
        if kern:
            moved = self.kerning.get
            total += sum(moved(left + right, 0) for left, right in pairwise(text))
        return total


@cache
def metrics(face: str) -> Metrics:
    """The metrics of one of `tte.template.style.FACES`."""
    table = _tables()[face]
    return Metrics(table["widths"], table["kerning"])


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    tables: Mapping[str, Mapping[str, Mapping[str, int]]] = json.loads(
        Path(__file__).with_name("metrics.json").read_text(encoding="utf-8")
    )
    return tables
