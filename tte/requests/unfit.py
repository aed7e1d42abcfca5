"""Why a file is not taken as an attachment: codes that pages and applications make words of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MOST_PAGES: Final = 20


class Unfit(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    TOO_LARGE_TOGETHER = "too-large-together"
    WRONG_TYPE = "wrong-type"
    """Neither PDF, JPEG nor PNG, by what is in it: what it is called does not count."""
    TWO_TYPES = "two-types"
    """It can be read as something else as well."""
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY_PAGES = "too-many-pages"
    DAMAGED = "damaged"
    LOCKED = "locked"
    """A PDF with a password."""
    ACTS = "acts"
    """A PDF that holds a program, another file, or something that starts by itself."""
    TOO_COSTLY = "too-costly"
    """It needed more time or memory than any honest file."""
