"""Where each province lies among the tiles of the map, and what it is called there.

A place is a column and a row of the grid in `static/figures.css`, from 1; neighbours lie beside each other as far as
squares allow. `tests/web/test_country.py` holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHORT: Final[Mapping[str, tuple[str, int, int]]] = {
    "11": ("Aceh", 1, 1),
    "12": ("Sumut", 2, 1),
    "13": ("Sumbar", 2, 2),
    "14": ("Riau", 3, 2),
    "15": ("Jambi", 3, 3),
    "16": ("Sumsel", 4, 3),
    "17": ("Bengkulu", 2, 3),
    "18": ("Lampung", 4, 4),
    "19": ("Babel", 5, 3),
    "21": ("Kepri", 4, 2),
    "31": ("Jakarta", 5, 5),
    "32": ("Jabar", 5, 6),
    "33": ("Jateng", 6, 5),
    "34": ("DIY", 6, 6),
    "35": ("Jatim", 7, 5),
    "36": ("Banten", 4, 5),
    "51": ("Bali", 8, 5),
    "52": ("NTB", 9, 5),
    "53": ("NTT", 10, 5),
    "61": ("Kalbar", 6, 2),
    "62": ("Kalteng", 7, 2),
    "63": ("Kalsel", 7, 3),
    "64": ("Kaltim", 8, 2),
    "65": ("Kaltara", 8, 1),
    "71": ("Sulut", 11, 1),
    "72": ("Sulteng", 10, 2),
    "73": ("Sulsel", 9, 3),
    "74": ("Sultra", 10, 3),
    "75": ("Gorontalo", 10, 1),
    "76": ("Sulbar", 9, 2),
    "81": ("Maluku", 12, 3),
    "82": ("Malut", 12, 2),
    "91": ("Papua", 15, 2),
    "92": ("Papua Brt", 14, 2),
    "93": ("Papua Sel", 15, 4),
    "94": ("Papua Tgh", 14, 3),
    "95": ("Papua Peg", 15, 3),
    "96": ("Papua BD", 13, 2),
}
"""By the code of a province: what its tile says, its column and its row."""


def css() -> str:
    """The places as the style sheet has them."""
    return "".join(f"  .p{code} {{ grid-area: {row} / {column}; }}\n" for code, (_, column, row) in SHORT.items())
