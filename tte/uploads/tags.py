"""Finds a text on the pages of a PDF, where it is drawn, and takes it out of the page (ISO 32000-1 §9.4).

Only what one text operator shows is looked at as one text. Text in a form that a page uses (§8.10) is found too, but
not taken out: the form may be used elsewhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import pikepdf
from pikepdf import Array, Dictionary, Operator

from tte.errors import TagNotFound
from tte.pades.revision import Revision
from tte.uploads.fonts import Font, Glyph, font_of
from tte.uploads.opening import unpacked
from tte.uploads.placing import AtTag
from tte.uploads.sight import inherited, page_of

_MOST_CONTENT, _MOST_IN_ALL, _DEEPEST = 2 << 20, 16 << 20, 8
"""Bytes of operators of a page, bytes of all pages looked at, and how deep forms may lie in forms."""
_BELOW, _ABOVE = -0.25, 0.95
"""How far letters reach from their baseline, for a size of 1."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_AS_IT_IS: Final[Matrix] = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the tag stands: the corners of its letters in the coordinates of the page. `rest` are the operators of the
    page without it; None if it cannot be taken out.
    """

    page: Any
    corners: tuple[Point, ...]
    rest: bytes | None

    @property
    def removable(self) -> bool:
        return self.rest is not None


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics and text state, as far as it says where text stands."""

    ctm: Matrix = _AS_IT_IS
    font: Font | None = None
    size: float = 0
    letter_spacing: float = 0
    word_spacing: float = 0
    scale: float = 1
    leading: float = 0
    rise: float = 0


def found_tag(file: pikepdf.Pdf, placing: AtTag) -> Found:
    """The first place of the tag, in the order in which the pages draw. TagNotFound, NoSuchPage."""
    pages = [page_of(file, placing.page)] if placing.page else [page.obj for page in file.pages]
    left = _MOST_IN_ALL
    for page in pages:
        content = _content(page.get("/Contents"))
        if content is None:
            continue
        left -= len(content)
        if left < 0:
            break
        reading = _Reading(placing.tag, page)
        corners = reading.look(content, inherited(page, "/Resources"), _State(), depth=0)
        if corners:
            return Found(page, corners, reading.rest)
    raise TagNotFound(
        "the tag stands on no page that was looked at",
        hint="it must be text, not a picture of text; or give the page and the place in points",
    )


def without(revision: Revision, found: Found) -> None:
    """The page draws all but the tag."""
    content = zlib.compress(found.rest or b"")
    found.page.Contents = revision.stream(Dictionary(Filter=pikepdf.Name.FlateDecode), content)
    revision.changed(found.page)


def _content(value: Any) -> bytes | None:
    """The operators of a page; None if they are too many."""
    streams = [one for one in (value if isinstance(value, Array) else [value]) if isinstance(one, pikepdf.Stream)]
    parts: list[bytes] = []
    for one in streams:
        part = unpacked(one, _MOST_CONTENT - sum(map(len, parts)))
        if part is None:
            return None
        parts.append(part)
    return b"\n".join(parts)


class _Reading:
    """One page being looked through."""

    def __init__(self, tag: str, page: Any) -> None:
        self._tag, self._page = tag, page
        self._fonts: dict[Any, Font] = {}
        self._left = _MOST_CONTENT
        self.rest: bytes | None = None

    def look(self, content: bytes, resources: Any, state: _State, *, depth: int) -> tuple[Point, ...] | None:
        """The corners of the tag in these operators, or None. Sets `rest` where it can be taken out."""
        self._left -= len(content)
        if self._left < 0 or depth > _DEEPEST:
            return None
        scratch = pikepdf.new()
        instructions = list(pikepdf.parse_content_stream(pikepdf.Stream(scratch, content)))
        stack: list[_State] = []
        text = line = _AS_IT_IS
        for place, instruction in enumerate(instructions):
            operands: list[Any] = list(instruction.operands)
            match str(instruction.operator):
                case "q":
                    stack.append(state)
                case "Q":
                    state = stack.pop() if stack else state
                case "cm":
                    state = replace(state, ctm=_times(_matrix(operands), state.ctm))
                case "BT":
                    text = line = _AS_IT_IS
                case "Tm":
                    text = line = _matrix(operands)
                case "Td" | "TD" as operator:
                    text = line = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
                    if operator == "TD":
                        state = replace(state, leading=-float(operands[1]))
                case "T*":
                    text = line = _times((1, 0, 0, 1, 0, -state.leading), line)
                case "Tf":
                    font = self._font(resources, str(operands[0]))
                    state = replace(state, font=font, size=float(operands[1]))
                case "Tc" | "Tw" | "Tz" | "TL" | "Ts" as operator:
                    state = _set(state, operator, float(operands[0]))
                case "Tj" | "TJ" | "'" | '"' as operator:
                    before: list[Any] = []
                    if operator in {"'", '"'}:
                        text = line = _times((1, 0, 0, 1, 0, -state.leading), line)
                        before = [([], Operator("T*"))]
                    if operator == '"':
                        state = replace(state, word_spacing=float(operands[0]), letter_spacing=float(operands[1]))
                        before += [([operands[0]], Operator("Tw")), ([operands[1]], Operator("Tc"))]
                    shown = list(operands[0]) if operator == "TJ" else [operands[-1]]
                    corners, moved, kept = self._shown(shown, state, text)
                    if corners:
                        if depth == 0:
                            changed = [*before, ([Array(kept)], Operator("TJ"))]
                            self.rest = pikepdf.unparse_content_stream(
                                [*instructions[:place], *changed, *instructions[place + 1 :]]
                            )
                        return corners
                    text = _times((1, 0, 0, 1, moved, 0), text)
                case "Do":
                    if corners := self._form(resources, str(operands[0]), state, depth):
                        return corners
        return None

    def _form(self, resources: Any, name: str, state: _State, depth: int) -> tuple[Point, ...] | None:
        form = _resource(resources, "/XObject", name)
        if not isinstance(form, pikepdf.Stream) or form.get("/Subtype") != "/Form":
            return None
        matrix = _matrix(list(form.Matrix)) if "/Matrix" in form else _AS_IT_IS
        inside = replace(state, ctm=_times(matrix, state.ctm))
        content = unpacked(form, max(self._left, 0))
        if not content:
            return None
        return self.look(content, form.get("/Resources", resources), inside, depth=depth + 1)

    def _font(self, resources: Any, name: str) -> Font | None:
        value = _resource(resources, "/Font", name)
        if not isinstance(value, pikepdf.Dictionary):
            return None
        key = value.objgen if value.is_indirect else (id(resources), name)
        if key not in self._fonts:
            self._fonts[key] = font_of(value)
        return self._fonts[key]

    def _shown(
        self, shown: list[Any], state: _State, text: Matrix
    ) -> tuple[tuple[Point, ...] | None, float, list[Any]]:
        """The corners of the tag in what is shown, how far it moves on, and what is shown without the tag."""
        if state.font is None:
            return None, 0, shown
        items = [state.font.glyphs(bytes(one)) if isinstance(one, pikepdf.String) else float(one) for one in shown]
        if self._tag not in "".join(glyph.text for item in items if isinstance(item, list) for glyph in item):
            return None, _width(items, state), shown
        at, written = 0.0, ""
        glyphs: list[tuple[float, float, Glyph] | float] = []
        starts: dict[int, int] = {}
        for item in items:
            if isinstance(item, float):
                at -= item / 1000 * state.size * state.scale
                glyphs.append(item)
                continue
            for glyph in item:
                advance = glyph.width * state.size + state.letter_spacing + glyph.blank * state.word_spacing
                starts[len(written)] = len(glyphs)
                glyphs.append((at, advance, glyph))
                written += glyph.text
                at += advance * state.scale
        starts[len(written)] = len(glyphs)
        place = next((one for one in _places(written, self._tag) if {one, one + len(self._tag)} <= starts.keys()), None)
        if place is None or not state.size:
            return None, at, shown
        first, last = starts[place], starts[place + len(self._tag)]
        inside = [one for one in glyphs[first:last] if isinstance(one, tuple)]
        left, right = inside[0][0], inside[-1][0] + inside[-1][2].width * state.size * state.scale
        trm = _times(text, state.ctm)
        low, high = _BELOW * state.size + state.rise, _ABOVE * state.size + state.rise
        corners = tuple(_point(trm, x, y) for x in (left, right) for y in (low, high))
        kept: list[Any] = []
        for index, one in enumerate(glyphs):
            if isinstance(one, float):
                kept.append(one)
            elif first <= index < last:
                kept.append(-one[1] * 1000 / state.size)
            else:
                kept.append(one[2].code)
        return corners, at, _joined(kept)


def _width(items: list[list[Glyph] | float], state: _State) -> float:
    """How far these move on."""
    moved = 0.0
    for item in items:
        if isinstance(item, float):
            moved -= item / 1000 * state.size
        else:
            moved += sum(glyph.width for glyph in item) * state.size + len(item) * state.letter_spacing
            moved += sum(glyph.blank for glyph in item) * state.word_spacing
    return moved * state.scale


def _joined(items: list[Any]) -> list[Any]:
    """Codes that follow each other as one string."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += item
        else:
            found.append(item)
    return [pikepdf.String(one) if isinstance(one, bytes) else round(one, 3) for one in found]


def _places(text: str, tag: str) -> Iterator[int]:
    at = text.find(tag)
    while at >= 0:
        yield at
        at = text.find(tag, at + 1)


def _resource(resources: Any, kind: str, name: str) -> Any:
    table = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    return table.get(name) if isinstance(table, pikepdf.Dictionary) else None


def _set(state: _State, operator: str, value: float) -> _State:
    match operator:
        case "Tc":
            return replace(state, letter_spacing=value)
        case "Tw":
            return replace(state, word_spacing=value)
        case "Tz":
            return replace(state, scale=value / 100)
        case "TL":
            return replace(state, leading=value)
    return replace(state, rise=value)


def _matrix(numbers: list[Any]) -> Matrix:
    if len(numbers) != 6:
        raise ValueError("a matrix has six numbers")
    return cast(Matrix, tuple(float(number) for number in numbers))


def _times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _point(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
