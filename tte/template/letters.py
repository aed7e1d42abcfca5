"""The letters an office can print: what the five faces in `tte/rendering/fonts/` hold, and nothing more.

Everything a document says is made of these. A face that is embedded as one subset holds at most 224 characters, and a
page whose faces are one subset each can be compiled once for all records, so the set ends at 223. Names in Indonesian
registers are Latin letters (Permendagri 73/2022 art. 4); the accented ones are for foreign parents and spouses.
"""

from __future__ import annotations

from typing import Final

DIGITS: Final = "0123456789"
ASCII: Final = "".join(map(chr, range(0x20, 0x7F)))
ACCENTED: Final = "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7)) + (
    "ĀāĂăĄąĆćČčĐđĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŒœŘřŚśŞşŠšŪūŮůŰűŸŹźŻżŽž"
)
MARKS: Final = "–—‘’“”·°"
LETTERS: Final = ASCII + ACCENTED + MARKS
CAPITALS: Final = "".join(sorted(set(LETTERS.upper()).intersection(LETTERS)))
"""What an upper-cased text can hold."""
_RARE: Final = '!"#$%*;<=>?@[\\]^_`{|}~+' + ACCENTED
COMMON: Final = "".join(sorted(set(LETTERS).difference(_RARE)))
"""The letters of nearly all records. Faces with no more than these make a smaller file."""


def foreign(text: str) -> bool:
    """True if the text holds a letter that no face has. Line breaks are not letters; they end a line."""
    return not _PRINTABLE.issuperset(text)


_PRINTABLE: Final = frozenset(LETTERS + "\n")
