"""What the register says of a file: whether it has these very bytes; if not, whether it knows the name in them.

The bytes decide. A name, which anybody can copy, only says which entry to speak of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tte.errors import RegisterError
from tte.model import Entry, Pdf, State

_SPECIMEN = " SPECIMEN"
"""How the name of an office ends under which the documents of a test key are kept."""


class Found(StrEnum):
    """What the register has. Stable codes (docs/json.md)."""

    NO_REGISTER = "none"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    OTHER_BYTES = "other-bytes"
    """An entry goes by the name in the file, and none of its files has these bytes."""
    EXTENDED = "extended"
    """The file begins with a file of the entry, whole; something that the register does not have follows."""
    ISSUED = "issued"
    """Byte for byte a file of the entry."""


@dataclass(frozen=True, slots=True)
class Known:
    """The register's answer. `entry` as it stands now; None unless it is ISSUED, EXTENDED or OTHER_BYTES.

    `present`: these are the bytes of the entry's present file, not of an earlier one.
    """

    found: Found
    entry: Entry | None = None
    present: bool = False

    def __post_init__(self) -> None:
        if (self.entry is None) is (self.found in (Found.ISSUED, Found.EXTENDED, Found.OTHER_BYTES)):
            raise ValueError(f"{self.found} and its entry do not go together")

    @property
    def ours(self) -> bool:
        """Whether the register has these very bytes."""
        return self.found is Found.ISSUED

    @property
    def specimen(self) -> bool:
        """Whether the entry is of a document that a test key signed: it has no legal force."""
        return self.entry is not None and self.entry.office.endswith(_SPECIMEN)

    @property
    def state(self) -> State | None:
        return None if self.entry is None else self.entry.state


NO_REGISTER, UNAVAILABLE, UNKNOWN = Known(Found.NO_REGISTER), Known(Found.UNAVAILABLE), Known(Found.UNKNOWN)


class Lookup(Protocol):
    """The part of a register that is asked."""

    def find_pdf(self, pdf: Pdf) -> Entry | None: ...
    def find_named(self, pdf: Pdf) -> Entry | None: ...


def look_up(register: Lookup | None, pdf: Pdf, sha256: bytes) -> Known:
    """What the register says of a file with this digest. UNAVAILABLE if it cannot be read: no verdict waits for it."""
    if register is None:
        return NO_REGISTER
    try:
        if entry := register.find_pdf(pdf):
            return Known(Found.ISSUED, entry, entry.pdf_sha256 == sha256)
        named = register.find_named(pdf)
    except RegisterError:
        return UNAVAILABLE
    return Known(Found.OTHER_BYTES, named) if named else UNKNOWN


def look_within(register: Lookup | None, pdf: Pdf, known: Known, ends: Iterable[int]) -> Known:
    """EXTENDED if the file up to one of `ends`, which are where signatures end, is a file of the register."""
    if register is None or known.found is not Found.OTHER_BYTES:
        return known
    try:
        for end in sorted({end for end in ends if 0 < end < len(pdf)})[:4]:
            if entry := register.find_pdf(pdf[:end]):
                return Known(Found.EXTENDED, entry)
    except RegisterError:
        return UNAVAILABLE
    return known
