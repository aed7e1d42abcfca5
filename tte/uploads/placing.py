"""Where a signature stands on a page, and what is seen there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_LONGEST_TAG: Final = 100


class Origin(StrEnum):
    """The corner of a page that coordinates count from. y grows away from it."""

    BOTTOM_LEFT = "bottom-left"
    TOP_LEFT = "top-left"


@dataclass(frozen=True, slots=True)
class OnPage:
    """A box on a page as it is seen: cut to its crop box, turned by its /Rotate. In points (1/72 inch).

    `x` and `y` are the corner of the box that is nearest to `origin`. `page` counts from 1; -1 is the last one.
    """

    x: float
    y: float
    width: float
    height: float
    page: int = 1
    origin: Origin = Origin.BOTTOM_LEFT


@dataclass(frozen=True, slots=True)
class AtTag:
    """A box of this size in points, its centre on a text of the page, such as `#`; moved so that it lies on the page.

    The first place of the text is taken, in the order in which the pages draw it; in `page` only, if that is given (as
    in `OnPage`). The text does not stay: it is taken out of the page, or, where an earlier signature covers the page,
    painted over in white. One tag character, or several that one operator shows.
    """

    tag: str
    width: float
    height: float
    page: int | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.tag) <= _LONGEST_TAG:
            raise ValueError(f"a tag has 1 to {_LONGEST_TAG} characters")


Placing = OnPage | AtTag


@dataclass(frozen=True, slots=True)
class Mark:
    """What is seen in the box: a picture (PNG or JPEG) or a QR code of a text, and lines of text beside it or alone.

    A picture keeps its proportions, 2 points from the edges, in the middle: as BSrE's ESC draws it.
    """

    image: bytes = b""
    qr: str = ""
    lines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.image and self.qr:
            raise ValueError("a picture or a QR code, not both")
