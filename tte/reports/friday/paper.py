"""The paper of the Friday report: pages with head and foot, headings, a cursor that goes on to the next page."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tte import __version__
from tte.figures.friday import Friday
from tte.model import Imprint
from tte.rendering.folio import Folio
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday.words import day_of, title
from tte.template.style import Ink

LEFT: Final = 20.0
RIGHT: Final = 190.0
WIDTH: Final = RIGHT - LEFT
FOOT: Final = 283.0
"""mm. Nothing but the foot stands below."""
SIGNATURE: Final = 242.0
"""mm. Where the block of the signature begins on the first page."""
ROW: Final = 4.5
"""mm. From line to line in lists and tables."""
NILA: Final = Ink(deep="#1A406C", mid="#7F97B5", mark="#CAD4E2", line="#DBE2EC", tint="#F1F4F9")

BODY: Final = Look("sans", 9.0)
BOLD: Final = Look("sans semibold", 9.0)
SMALL: Final = Look("sans", 7.4)
CELL: Final = Look("sans", 7.6)
CELL_BOLD: Final = Look("sans semibold", 7.6)
SECTION: Final = Look("sans semibold", 11.2, "deep")

_GLOSSARY: Final = "Suket: surat keterangan pengganti KTP-el yang belum dicetak. PRR: print ready record, siap cetak."


class Paper:
    """The pages of one report; `y` is where the next thing on the last page goes."""

    def __init__(self, friday: Friday, imprint: Imprint) -> None:
        self.friday, self.imprint = friday, imprint
        self.folio = Folio(NILA, specimen=imprint.specimen)
        self.y = 0.0
        self.leaf = self._first()

    def page(self) -> Leaf:
        """Go on with a new page."""
        self.leaf = leaf = self.folio.leaf()
        leaf.text(LEFT, 18.0, f"Laporan Jumat · {title(self.friday)}", BOLD, room=120)
        leaf.text(RIGHT, 18.0, day_of(self.friday.friday), BODY, room=60, right=True)
        leaf.rule(LEFT, 21.0, RIGHT, "deep", 0.8)
        self.y = 31.0
        self._foot(leaf)
        return leaf

    def need(self, height: float) -> bool:
        """See to it that there are so many mm left; True if that took a new page."""
        if self.y + height <= FOOT - 4:
            return False
        self.page()
        return True

    def heading(
        self, text: str, note: str = "", *, y: float | None = None, x: float = LEFT, width: float = WIDTH
    ) -> float:
        """A section's title on a rule, with a note at its right; gives the y of what follows."""
        at = self.y if y is None else y
        self.leaf.text(x, at, text, SECTION, room=width)
        taken = self.leaf.width(text, SECTION) + 4
        self.leaf.text(x + width, at, note, SMALL, room=width - taken, right=True)
        self.leaf.rule(x, at + 2.4, x + width, "deep", 0.6)
        if y is None:
            self.y = at + 8.4
        return at + 8.4

    def finish(self) -> None:
        """Say on every page which of how many it is."""
        total = len(self.folio.leaves)
        for place, leaf in enumerate(self.folio.leaves, start=1):
            leaf.text(RIGHT, FOOT + 4.4, f"Halaman {place} dari {total}", SMALL, room=40, right=True)

    def _first(self) -> Leaf:
        leaf, office = self.folio.leaf(), self.imprint.office
        self.folio.emblem(LEFT + 8.4, 22.6, 8.4)
        for y, text, look in ((18.4, f"Pemerintah {office.region}", BODY), (23.2, office.name, BOLD)):
            sizes = (replace(look, size=size) for size in (9.0, 8.2, 7.4, 6.6))
            leaf.text(LEFT + 20.5, y, text, next((one for one in sizes if leaf.width(text, one) <= 78), look), room=78)
        leaf.text(LEFT + 20.5, 28.0, "Laporan mingguan kepada Direktorat Jenderal", BODY, room=78)
        leaf.text(RIGHT, 22.0, "Laporan Jumat", Look("serif semibold", 25, "deep"), room=75, right=True)
        week = f"Pekan {self.friday.friday.isocalendar().week} · {day_of(self.friday.friday)}"
        leaf.text(RIGHT, 28.6, week, BOLD, room=75, right=True)
        leaf.rule(LEFT, 34.4, RIGHT, "deep", 0.8)
        self._foot(leaf)
        return leaf

    def _foot(self, leaf: Leaf) -> None:
        leaf.rule(LEFT, FOOT, RIGHT, "deep", 0.6)
        leaf.text(LEFT, FOOT + 4.4, _GLOSSARY, SMALL, room=130)
        said = f"{self.friday.number} · tte {__version__}"
        leaf.text(LEFT, FOOT + 8.0, said, Look("sans", 6.6), room=130)
