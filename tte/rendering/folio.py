"""Pages that belong together and can be signed: leaves with a signature field, a QR code and an emblem.

The first page's words are what the frame lacks (`tte.frame`), as in every document; those of the pages after it stand
in the frame. So a report is prepared, signed and validated as any other document is.
"""

from __future__ import annotations

from collections.abc import Sequence

import segno

from tte.frame import Frame, Words
from tte.rendering.artwork import SPECIMEN_FACE, draw_specimen
from tte.rendering.emblem import emblem
from tte.rendering.leaf import A4, Leaf, pen_for
from tte.rendering.pen import artifact, number
from tte.rendering.qr import address
from tte.rendering.sheet import Sheet
from tte.rendering.skeleton import skeleton
from tte.rendering.units import MM
from tte.template import elements as e
from tte.template.extents import Box
from tte.template.marks import Line
from tte.template.style import FACES, Ink


class Folio:
    """A4 pages, one after the other: what is drawn belongs to the last one, words can be added to any of them.

    With `specimen` each of them says so, as documents do.
    """

    def __init__(self, ink: Ink, *, specimen: bool) -> None:
        self.ink, self._specimen = ink, specimen
        self.sheet = Sheet(A4, ink, FACES["sans"] if not specimen else SPECIMEN_FACE)
        self.leaves: list[Leaf] = []
        self._codes: list[bytes] = []

    def leaf(self) -> Leaf:
        """A new page."""
        if self.leaves:
            self.sheet.turn()
        if self._specimen:
            draw_specimen(self.sheet)
        self.leaves.append(Leaf(self.ink, self.sheet))
        return self.leaves[-1]

    def emblem(self, x: float, y: float, radius: float) -> None:
        """The neutral emblem, around this point of the last page."""
        emblem(self.sheet, e.Emblem("", x, y, radius))

    def code(self, x: float, y: float, size: float, base_url: str, id: str) -> None:  # noqa: A002  the noun of the model
        """The QR code of a document on the first page: `size` mm of modules, its top left corner here."""
        made = segno.make(address(base_url, id), error="m", boost_error=False, micro=False, mode="byte")
        rows = ["".join("1" if module & 1 else "0" for module in row) for row in made.matrix]
        side = len(rows)
        digits = "".join(f"{int(row.ljust(-(-side // 8) * 8, '0'), 2):0{-(-side // 8) * 2}x}" for row in rows)
        place = b" ".join(number(each) for each in (size * MM, 0, 0, size * MM, x * MM, (A4[1] - y - size) * MM))
        image = b"0 g %b cm BI /W %d /H %d /BPC 1 /IM true /D [1 0] /F /AHx ID %b> EI"
        self._codes.append(artifact(image % (place, side, side, digits.encode())))

    def bound(self, title: str, field: Box | None, appearance: Sequence[Line] = ()) -> tuple[Frame, Words]:
        """The pages as a frame and the words of the first one; with a signature field that shows these lines, or none.

        Nothing can be drawn after that.
        """
        lines = [line for leaf in self.leaves for line in leaf.lines]
        pen = pen_for(self.sheet, self.ink, [*lines, *appearance])
        first, *following = (b"".join(pen.line(line) for line in leaf.lines) for leaf in self.leaves)
        seen = b"".join(pen.line(line) for line in appearance)
        frame = skeleton(self.sheet.save(), title, field=field, appearance=seen, following=following)
        return frame, Words((first + b"".join(self._codes),), ())
