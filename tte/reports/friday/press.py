"""The Friday report as a kind of document that an `Issuer` issues: its record is the report as JSON, its page is drawn.

A template folder is data for one page of texts; it has no charts and no tables over pages. So this kind is code. All
else is the way of every document: number, reservation, key, our own validation, register, levels, replacement.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from tte.errors import Problem, RecordError
from tte.figures.friday import Friday, Scope
from tte.figures.telling import of_json, to_json
from tte.model import Document, Imprint, Record, Row
from tte.reports.friday.attention import attention
from tte.reports.friday.paper import Paper
from tte.reports.friday.signing import signature
from tte.reports.friday.summary import summary
from tte.reports.friday.tables import offices, provinces
from tte.reports.friday.troubles import troubles

NAME: Final = "laporan_jumat"
TITLE: Final = "Laporan Jumat"
_NUMBER, _SAID = "nomor", "laporan"


class FridayKind:
    """What an `Issuer` asks of a template."""

    name: Final = NAME
    title: Final = TITLE
    number: Final = _NUMBER
    gives_numbers: Final = False
    seal: Final = None
    sha256: Final = hashlib.sha256(b"laporan_jumat 1").digest()

    def check(self, row: Row) -> Record:
        """The row of a report as its record. RecordError if it is none."""
        said = row.values.get(_SAID)
        try:
            friday = of_json(said if isinstance(said, str) else "")
        except ValueError:
            raise RecordError(f"no record of {NAME}", [Problem(_SAID, "is not a report of figures")]) from None
        return Record(NAME, friday.number, {_NUMBER: friday.number, _SAID: to_json(friday)})

    def made_number(self, region: str, day: date, serial: int) -> str:
        """None is given: office and week are the number."""
        raise ValueError(f"the number of a {NAME} follows from what it says")


class FridayPress:
    """Prints reports for one office and official."""

    def __init__(self, imprint: Imprint) -> None:
        self.imprint = imprint

    def document(self, record: Record, id: str, seal: str = "") -> Document:  # noqa: A002  the noun of the model
        """The document of a record: same record and id, same bytes."""
        paper = _drawn(of_json(str(record.values[_SAID])), self.imprint)
        frame, words = paper.folio.bound(TITLE, *signature(paper, id))
        return Document(id, record, frame, words)


def row_of(friday: Friday) -> Row:
    """The report as the one row of a batch."""
    return Row(1, {_SAID: to_json(friday)})


def preview(friday: Friday, imprint: Imprint) -> bytes:
    """The pages as a file that nobody signed, and that says so."""
    paper = _drawn(friday, imprint)
    record = Record(NAME, friday.number, {})
    frame, words = paper.folio.bound(TITLE, *signature(paper, None))
    return Document("", record, frame, words).pdf


def _drawn(friday: Friday, imprint: Imprint) -> Paper:
    paper = Paper(friday, imprint)
    summary(paper)
    if friday.scope is Scope.OFFICE:
        troubles(paper)
    else:
        if friday.scope is Scope.NATIONAL:
            provinces(paper)
        attention(paper)
        troubles(paper)
        offices(paper)
    paper.finish()
    return paper
