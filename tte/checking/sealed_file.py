"""The seal in a signed PDF, and whether the two say the same.

What the code says stands in the page's operators, inside the signed bytes; so a PDF whose signature holds vouches for
its seal, and this finds out whether the seal vouches for the PDF: it must be of this very file, and what it seals must
be what the page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tte.checking.files import FileFacts, facts_of, letters
from tte.frame import name_of
from tte.seal import Claim, Reading
from tte.template import last_day
from tte.validation import Trust

_SEAL: Final = re.compile(
    rb"/Artifact <</TTE_Seal \((?P<text>[!-'*-\[\]-~]{1,1200})\)>> BDC "
    rb"[^B]{1,200}BI /W (?P<side>\d{1,3}) /H (?P=side) /BPC 1 /IM true /D \[1 0\] /F /AHx ID (?P<digits>[0-9a-f]+)> EI"
)
_NAME: Final = re.compile(rb"/ID \[<([0-9a-f]{32})>")
_EPOCH_DAY: Final = 719163

_PRINTED: Final = (
    *(Claim.NUMBER, Claim.NAME, Claim.NAME2, Claim.PLACE, Claim.TO_PLACE),
    *(Claim.COUNTRY, Claim.DEED),
)
"""Facts that stand on the page word for word."""


@dataclass(frozen=True, slots=True)
class SealInPdf:
    """What the code of a page says, and its modules: `side` rows, column by column, 1 for dark."""

    text: str
    side: int
    modules: bytes


def seal_in(pdf: bytes) -> SealInPdf | None:
    """The seal of a file of ours; None if it has none, or several."""
    found = list(_SEAL.finditer(pdf))
    if len(found) != 1:
        return None
    text, side, digits = found[0]["text"].decode("ascii"), int(found[0]["side"]), found[0]["digits"]
    if len(digits) != 2 * side * ((side + 7) // 8):
        return None
    return SealInPdf(text, side, bytes.fromhex(digits.decode("ascii")))


@dataclass(frozen=True, slots=True)
class Agreement:
    """What validation says of the file, and where seal and file differ: empty if they agree."""

    file: FileFacts
    differences: tuple[str, ...]


def agreement(pdf: bytes, reading: Reading, trust: Trust, at: datetime) -> Agreement:
    """Whether a signed file and the seal in it say the same. Validates the file, as of `at`; never raises."""
    file = facts_of(pdf, trust, at)
    return Agreement(file, tuple(_differences(pdf, reading, file)))


def _differences(pdf: bytes, reading: Reading, file: FileFacts) -> Iterator[str]:
    yield from sealed_otherwise(pdf, reading, file.claimed_at)
    for claim in _PRINTED if reading.facts else ():
        fact = (reading.facts or {}).get(claim)
        if isinstance(fact, str) and letters(fact) not in (file.words or ""):
            yield f"the page does not say what the seal says: {claim.name.lower()}"


def sealed_otherwise(pdf: bytes, reading: Reading, claimed_at: datetime | None) -> Iterator[str]:
    """Where a seal and the file around it differ, without a look at the page. `claimed_at`: of the signature.

    A day more or less is no difference: a seal is made when the document is reserved, and some services sign by a
    clock of their own, or after midnight.
    """
    if reading.facts is None:
        yield "nothing that the seal says can be believed"
        return
    named = _NAME.search(pdf)
    if named is None or bytes.fromhex(named[1].decode()) != name_of(reading.id):
        yield "the seal is that of another document"
    sealed, signed = reading.facts[Claim.ISSUED], last_day(claimed_at).toordinal() - _EPOCH_DAY if claimed_at else None
    if not isinstance(sealed, int) or (signed is not None and abs(signed - sealed) > 1):
        yield "the seal was made on another day than the signature"
