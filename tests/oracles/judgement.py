"""All oracles at once on one issued document: what Proof 2 of "first light" asks of every PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tests.oracles import poppler, qpdf, qr
from tests.oracles.eu_dss import EuDss
from tte.model import Entry, Indication, Record
from tte.validation import Trust, validate


def complaints(
    pdf: Path, *, record: Record, entry: Entry, trust: Trust, at: datetime, base_url: str, dss: EuDss
) -> Iterator[str]:
    """Everything that somebody finds wrong with a document; nothing if all are content."""
    report = validate(pdf.read_bytes(), trust, at)
    if report.indication is not Indication.TOTAL_PASSED:
        yield f"tte: {report.indication} {report.sub_indication} {report.reasons}"
    seen = poppler.signatures(pdf)
    if len(seen) != 1 or not (seen[0].valid and seen[0].whole_document):
        yield f"pdfsig: {seen}"
    found = dss.validate(pdf, seconds=240)
    if len(found) != 1 or found[0].format != "PAdES-BASELINE-B" or not (found[0].intact and found[0].valid):
        yield f"EU DSS: {found}"
    if problems := qpdf.problems(pdf):
        yield f"qpdf: {problems}"
    if loose := poppler.fonts_not_embedded(pdf):
        yield f"pdffonts: not embedded: {loose}"
    if (codes := qr.read(pdf)) != [f"{base_url}/d/{entry.id}"]:
        yield f"QR: {len(codes)} codes, not the register's id"
    missing = missing_values(record, poppler.text(pdf))
    if missing:
        yield f"text: not on the page: {missing}"


_NOT_PRINTED_AS_THEY_ARE = {"jenis_kelamin", "anak_ke"}
"""Fields that pages say in other words; the unit tests of the words cover them."""


def missing_values(record: Record, text: str) -> list[str]:
    """Fields of the record whose value cannot be found on the page, in capitals and without regard to line breaks."""
    page = _letters(text)
    missing = []
    for name, value in record.values.items():
        rows = value if isinstance(value, tuple) else ({name: value},)
        for row in rows:
            missing += [
                field
                for field, item in row.items()
                if isinstance(item, str) and field not in _NOT_PRINTED_AS_THEY_ARE and _letters(item) not in page
            ]
    return missing


def _letters(text: str) -> str:
    """Letters and digits only, in capitals: what remains of a text however it was broken, spaced or hyphenated."""
    return re.sub(r"[\W_]+", "", text).upper()
