"""What can stand on a page: the drawing vocabulary, read from TOML by `vocabulary`.

Positions and sizes are millimetres from the top left corner of the paper; y of a text is its baseline. Line weights are
points. Elements that hold words depend on the record; all others are artwork, the same on every page of a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tte.template.style import Style
from tte.template.text import Expression

Condition = tuple[str, bool]
"""A name, and whether it must be set (`when`) or must not (`unless`) for the element to be drawn."""

Conditions = tuple[Condition, ...]

ALIGNS: Final = ("left", "centre", "right")
GROWS: Final = ("down", "up", "both")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a box `width` wide. `grow` says where further lines go, seen from the baseline y of a single one."""

    where: str
    conditions: Conditions
    x: float
    y: float
    width: float
    align: str
    grow: str
    style: Style
    text: Expression


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line of a form: what is asked and what is answered, each with its translation below or none."""

    conditions: Conditions
    label: Expression
    text: Expression
    english: Expression
    text_english: Expression
    style: Style
    value_x: float
    grow: str
    height: float


@dataclass(frozen=True, slots=True)
class Form:
    """Lines below one another. A line whose condition is not met takes no room; the others move up.

    `ruled` draws a hairline under label and value; a translation hangs `drop` mm below the baseline. `separator` stands
    between the two, right before the value.
    """

    where: str
    conditions: Conditions
    x: float
    y: float
    right: float
    label_style: Style
    english_style: Style
    separator: Expression
    ruled: bool
    drop: float
    lines: tuple[FormLine, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. Neighbours with the same `group` stand under one common head."""

    width: float
    head: Expression
    number: Expression
    group: Expression
    text: Expression
    align: str
    style: Style


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a field of rows. With `slots` that many rows are drawn, and those that stay empty are crossed out."""

    where: str
    conditions: Conditions
    x: float
    y: float
    rows: str
    most: int
    slots: int
    row_height: float
    head_height: float
    number_height: float
    head_style: Style
    number_style: Style
    columns: tuple[Column, ...]

    @property
    def width(self) -> float:
        return sum(column.width for column in self.columns)

    @property
    def head(self) -> float:
        """The height of everything above the first row."""
        return self.head_height + self.number_height


@dataclass(frozen=True, slots=True)
class Qr:
    """The square kept for the QR code: `code` mm of modules in the middle of `size` mm that stay white.

    Before signing a dashed box with the words of `unsigned` stands there.
    """

    where: str
    conditions: Conditions
    x: float
    y: float
    size: float
    code: float
    unsigned: Expression
    style: Style


@dataclass(frozen=True, slots=True)
class Signature:
    """The box of the signature field, and the words inside it, which are placed on the page like all others."""

    where: str
    conditions: Conditions
    x: float
    y: float
    width: float
    height: float
    words: tuple[Text, ...]


Words = Text | Form | Table | Qr | Signature
"""Elements that are drawn for each record."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or plumb."""

    where: str
    x: float
    y: float
    x2: float
    y2: float
    weight: float
    ink: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle, filled, stroked or both; "" for neither."""

    where: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    ink: str
    weight: float


@dataclass(frozen=True, slots=True)
class Emblem:
    """The neutral emblem, until the office puts an image of its own arms there. x, y is its middle."""

    where: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG or JPEG file of the template's own `assets/`, scaled to `width`; its height follows."""

    where: str
    x: float
    y: float
    width: float
    height: float
    file: str


@dataclass(frozen=True, slots=True)
class Kawung:
    """The four-leaved figure of kawung batik, as an ornament."""

    where: str
    x: float
    y: float
    radius: float
    ink: str


@dataclass(frozen=True, slots=True)
class Rosette:
    """Wreaths of looped lines around a point: the guilloche's middle."""

    where: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Waves:
    """A field of crossing waves."""

    where: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A woven border around the page, `edge` mm from the paper's edge."""

    where: str
    edge: float
    width: float


@dataclass(frozen=True, slots=True)
class Braid:
    """A woven band, level."""

    where: str
    x: float
    y: float
    width: float
    height: float


Artwork = Rule | Panel | Emblem | Image | Kawung | Rosette | Waves | Frame | Braid
"""Elements that do not depend on the record."""

Element = Words | Artwork
