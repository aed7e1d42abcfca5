"""A file gains a revision or a value in a gap; no byte of it that is signed is touched (see `tte.pades.revision`).

A file that has a cross-reference table and a stream at once is refused, as readers differ about it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pikepdf

from tte.errors import LintError, Problem
from tte.pades.augmentation.reading import place_of_table
from tte.pades.revision import Before, Revision


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A file that waits for a document time-stamp: all of its bytes, and where the token goes, `<` and `>` included."""

    pdf: bytes
    gap: tuple[int, int]

    @property
    def room(self) -> int:
        """How many bytes the token may have."""
        return (self.gap[1] - self.gap[0] - 2) // 2

    def digest(self) -> bytes:
        """SHA-256 of all bytes but the gap."""
        hashed = hashlib.sha256(memoryview(self.pdf)[: self.gap[0]])
        hashed.update(memoryview(self.pdf)[self.gap[1] :])
        return hashed.digest()

    def stamped(self, token: bytes) -> bytes:
        """The file with this token, which is no longer than `room`."""
        return filled(self.pdf, self.gap, token)


def filled(pdf: bytes, gap: tuple[int, int], value: bytes) -> bytes:
    """The file with this value in a gap, filled up with zeros; in capitals if what stood there had any."""
    start, end = gap
    digits = value.hex().encode().ljust(end - start - 2, b"0")
    if len(digits) != end - start - 2:
        raise ValueError("longer than its place")
    if any(letter in pdf[start:end] for letter in b"ABCDEF"):
        digits = digits.upper()
    return b"".join((pdf[: start + 1], digits, pdf[end - 1 :]))


def revision_after(pdf: bytes, file: pikepdf.Pdf) -> Revision:
    """A revision in the making, after `pdf`, which is open as `file`. LintError for a hybrid file."""
    if b"/XRefStm" in pdf:
        raise LintError(
            "the file cannot be raised", [Problem("file", "has two cross-reference sections at once (hybrid)")]
        )
    table = place_of_table(pdf)
    return Revision(file, Before(len(pdf), table, pdf.startswith(b"xref", table), pdf.endswith((b"\n", b"\r"))))


def awaiting(pdf: bytes, revision: Revision, room: int) -> Unstamped:
    """The file with this revision, whose one signature has `room` bytes at most."""
    made = revision.unsigned(room)
    start = len(pdf) + len(made.head)
    return Unstamped(b"".join((pdf, made.head, b"<", b"00" * room, b">", made.tail)), (start, start + 2 * room + 2))
