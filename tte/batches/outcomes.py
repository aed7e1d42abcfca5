"""What became of each row, as an office can work with it: a CSV of row, number, id, outcome and reason.

No personal data but what the office's own numbers say; a row that was refused is named by its place alone. A cell that
a spreadsheet would take for a formula is made text (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tte.batches.rows import squeezed
from tte.issuance import Issued, Outcome
from tte.register.batches import Counts

COLUMNS = ("row", "number", "id", "outcome", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Told(NamedTuple):
    """One line of the file. `outcome` is issued, earlier, refused, or held: issued, and kept back below its level."""

    row: int
    number: str
    id: str
    outcome: str
    reason: str


def told_of(outcome: Outcome) -> Told:
    """What is told of a row. The reason of one that was issued are its warnings."""
    if not isinstance(outcome, Issued):
        return Told(outcome.row, "", "", "refused", str(outcome.why))
    entry = outcome.entry
    reasons = [str(outcome.behind)] if outcome.behind else []
    reasons += [str(warning) for warning in outcome.warnings]
    word = "held" if entry.held else "earlier" if outcome.earlier else "issued"
    return Told(outcome.row, entry.number, entry.id, word, "; ".join(reasons))


def counted(outcomes: Sequence[Outcome]) -> Counts:
    """How many rows came to what."""
    issued = [one for one in outcomes if isinstance(one, Issued)]
    earlier = sum(one.earlier for one in issued)
    return Counts(
        issued=len(issued) - earlier,
        earlier=earlier,
        refused=len(outcomes) - len(issued),
        held=sum(one.entry.held for one in issued),
    )


def kept(told: Iterable[Told]) -> bytes:
    """What is told of a chunk, as it is kept."""
    return squeezed(list(told))


def outcome_lines(contents: Iterable[bytes]) -> Iterator[Told]:
    """What is told of the rows of these chunks, in their order."""
    for content in contents:
        yield from (Told(*line) for line in json.loads(zlib.decompress(content)))


def csv_line(cells: Iterable[object]) -> str:
    """One line of a CSV file (RFC 4180), every cell harmless to a spreadsheet."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
