"""What a page draws, as boxes that are rather too large: enough to say that nothing stands in a place (ISO 32000-2 §8).

Deny by default. Clips, colours and visibility are left out of account, so white paint and hidden layers count as drawn.
`Unclear` for whatever is not bounded here: shadings, fonts but the standard 14, slanted writing, pictures in line, what
is no token, operators nobody knows or in a place where readers differ over them. Of words only the line is believed on
which they stand, all across the page: no width, no spacing, no move along it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot, inf, isfinite

import pikepdf

from tte.validation.changes.faces import Unclear, check_font
from tte.validation.revision import get, name_of

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in the units of the page."""
Matrix = tuple[float, float, float, float, float, float]
AS_IT_IS: Matrix = (1, 0, 0, 1, 0, 0)

_MOST_OPERATORS, _MOST_BYTES, _DEEPEST = 100_000, 2 << 20, 8
_FARTHEST = 32767
"""Beyond it readers count too coarsely to be followed (ISO 32000-1, annex C)."""
_MOST_MOVES = 500
"""One upon another: each may be rounded, and together they are to stay below the margin of marks."""
_BELOW, _ABOVE = -0.6, 1.4
"""How far letters may reach from their base line, in letters' heights."""
_POINTS = {"m": 1, "l": 1, "c": 3, "v": 2, "y": 2}
_PAINT = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_QUIET = frozenset(
    "d i j J ri CS cs SC SCN sc scn G g RG rg K k MP DP BMC BDC EMC W W* h".split()  # noqa: SIM905  as the norm does
)
_ALONE = _PAINT | {"q", "Q", "n", "BT", "ET", "T*", "h", "W", "W*", "EMC"}
"""Operators without operands."""
_PLACING = frozenset("Td TD Tm T* Tj TJ ' \" ET".split())  # noqa: SIM905
"""Operators only of texts."""
_STEPS = frozenset({"Td", "TD", "T*", "'", '"'})
_WITHIN_TEXT = _PLACING | (_QUIET - {"W", "W*", "h"}) | {"Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "w", "M", "gs"}
_WITHIN_PATH = frozenset({*_POINTS, *_PAINT, "re", "h", "W", "W*", "n"})
_STATE = frozenset({"/LW", "/ML", "/Font"})


@dataclass(frozen=True, slots=True)
class _State:
    ctm: Matrix
    straight: bool = True
    """Whether no matrix was slanted, so that lines of words are level or upright to the last digit."""
    moves: int = 0
    size: float | None = None
    leading: float = 0
    rise: float = 0
    line: float = 1
    miter: float = 10
    stroked: bool = False

    @property
    def pen(self) -> float:
        """How far a line may reach from where it is drawn, corners too."""
        return self.line * max(hypot(*self.ctm[:2]), hypot(*self.ctm[2:4])) * max(1.5, self.miter) / 2


def drawn_on(content: object, resources: object) -> list[Box]:
    """A box around everything that a page's /Contents may draw. Unclear, or what pikepdf raises of a broken stream."""
    streams = content if isinstance(content, pikepdf.Array) else [] if content is None else [content]
    return list(_Ink().of([_unpacked(one) for one in streams], resources, _State(AS_IT_IS), depth=0))


class _Ink:
    def __init__(self) -> None:
        self._left, self._bytes = _MOST_OPERATORS, _MOST_BYTES
        self._mark = f"/T{secrets.token_hex(8)}"
        self._end = b"\n%b MP\n" % self._mark.encode()

    def of(self, parts: Sequence[bytes], resources: object, state: _State, *, depth: int) -> Iterator[Box]:
        """`parts` are read as one. A part that ends within a string, a list or a picture would hide what comes after it
        from us, and not from every reader: so each ends in a mark that must be met.
        """
        content = b"".join(part + self._end for part in parts)
        self._bytes -= len(content)
        met = 0
        if depth > _DEEPEST or self._bytes < 0:
            raise Unclear
        stack: list[_State] = []
        path: list[tuple[float, float]] = []
        line = AS_IT_IS
        within, moves = False, 0
        scratch = pikepdf.new()  # to be kept as long as the stream is
        for instruction in pikepdf.parse_content_stream(pikepdf.Stream(scratch, content)):
            self._left -= 1
            if self._left < 0:
                raise Unclear
            name, given = str(instruction.operator), list[object](instruction.operands)
            if any(one is None for one in given) or (given and name in _ALONE):
                raise Unclear  # something that is no token stood there
            if not (within or path) and name in _PLACING:
                raise Unclear
            if (within and name not in _WITHIN_TEXT) or (
                path and name not in _WITHIN_PATH and not self._is_mark(name, given)
            ):
                raise Unclear  # readers differ over what it does there
            match name:
                case "q":
                    stack.append(state)
                case "Q":
                    if not stack:
                        raise Unclear
                    state = stack.pop()
                case "cm":
                    state = _moved(state, matrix(given))
                case "w":
                    state = replace(state, line=abs(_number(given)))
                case "M":
                    state = replace(state, miter=abs(_number(given)))
                case "gs":
                    state = _with_graphics(state, _resource(resources, "/ExtGState", given))
                case "m" | "l" | "c" | "v" | "y":
                    path += [_at(state.ctm, *pair) for pair in _pairs(given, _POINTS[name])]
                case "re":
                    (x, y), (width, height) = _pairs(given, 2)
                    path += [_at(state.ctm, x + dx, y + dy) for dx in (0, width) for dy in (0, height)]
                case "n":
                    path = []
                case "BT":
                    line, within, moves = AS_IT_IS, True, 0
                case "ET":
                    within = False
                case "Tm":
                    line, moves = matrix(given), 0
                case "Td" | "TD":
                    ((x, y),) = _pairs(given, 1)
                    line = times((1, 0, 0, 1, x, y), line)
                    state = replace(state, leading=-y) if name == "TD" else state
                case "T*":
                    line = times((1, 0, 0, 1, 0, -state.leading), line)
                case "Tf":
                    check_font(_resource(resources, "/Font", given[:1]))
                    state = replace(state, size=_number(given[1:]))
                case "Tr":
                    state = replace(state, stroked=_number(given) not in (0, 3, 7))
                case "Tc" | "Tw" | "Tz":
                    _number(given)
                case "TL":
                    state = replace(state, leading=_number(given))
                case "Ts":
                    state = replace(state, rise=_number(given))
                case "Tj" | "TJ" | "'" | '"':
                    if name in {"'", '"'}:
                        line = times((1, 0, 0, 1, 0, -state.leading), line)
                    yield _line(state, line)
                case _ if self._is_mark(name, given):
                    met += 1
                case "Do":
                    yield from self._object(_resource(resources, "/XObject", given), resources, state, depth)
                case _ if name in _PAINT:
                    if path:
                        yield _around(path, state.pen)
                    path = []
                case _ if name not in _QUIET:  # pictures in line too: readers differ over where they end
                    raise Unclear
            if within and name in _PLACING:
                times(line, state.ctm)
                moves = _more(moves) if name in _STEPS else moves
        if met != len(parts) or within or path:
            raise Unclear

    def _is_mark(self, name: str, given: Sequence[object]) -> bool:
        return name == "MP" and len(given) == 1 and name_of(given[0]) == self._mark

    def _object(self, found: object, resources: object, state: _State, depth: int) -> Iterator[Box]:
        if name_of(get(found, "/Subtype")) == "/Image":
            yield _around([_at(state.ctm, x, y) for x in (0, 1) for y in (0, 1)])
            return
        if name_of(get(found, "/Subtype")) != "/Form" or get(found, "/Ref") is not None:
            raise Unclear
        own = matrix(list(get(found, "/Matrix") or AS_IT_IS))  # type: ignore[call-overload]
        if state.rise or state.leading:  # not every reader hands them on
            raise Unclear
        inside = replace(_moved(state, own), size=None)
        yield from self.of([_unpacked(found)], get(found, "/Resources") or resources, inside, depth=depth + 1)


def _moved(state: _State, by: Matrix) -> _State:
    return replace(
        state, ctm=times(by, state.ctm), straight=state.straight and _is_straight(by), moves=_more(state.moves)
    )


def _more(moves: int) -> int:
    if moves >= _MOST_MOVES:
        raise Unclear
    return moves + 1


def _is_straight(by: Matrix) -> bool:
    a, b, c, d, _, _ = by
    return (b == c == 0 and a != 0 != d) or (a == d == 0 and b != 0 != c)


def _line(state: _State, line: Matrix) -> Box:
    """Around a line of words from one side of the page to the other, for nobody can say where on it they stand."""
    if state.size is None or not state.straight or not _is_straight(line):
        raise Unclear
    whole = times(line, state.ctm)
    if whole[0] == whole[1]:  # both are naught: too small to be told
        raise Unclear
    heights = [_at(whole, 0, state.rise + part * state.size) for part in (_BELOW, _ABOVE)]
    left, bottom, right, top = _around(heights, state.pen if state.stroked else 0)
    return (-inf, bottom, inf, top) if whole[1] == 0 else (left, -inf, right, inf)


def _with_graphics(state: _State, found: object) -> _State:
    if not isinstance(found, pikepdf.Dictionary) or any(key in found for key in _STATE):
        raise Unclear
    return state


def _resource(resources: object, kind: str, name: Sequence[object]) -> object:
    found = get(get(resources, kind), name_of(name[0])) if len(name) == 1 else None
    if found is None:
        raise Unclear
    return found


def _unpacked(stream: object) -> bytes:
    if not isinstance(stream, pikepdf.Stream):
        raise Unclear
    content = stream.read_bytes()  # within the limits of qpdf
    if len(content) > _MOST_BYTES:
        raise Unclear
    return content


def _number(given: Sequence[object]) -> float:
    if len(given) != 1 or not abs(value := float(given[0])) <= _FARTHEST:  # type: ignore[arg-type]
        raise Unclear
    return value


def _pairs(given: Sequence[object], count: int) -> list[tuple[float, float]]:
    if len(given) != 2 * count:
        raise Unclear
    numbers = [_number([one]) for one in given]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def matrix(given: Sequence[object]) -> Matrix:
    """Six numbers; Unclear for anything else."""
    (a, b), (c, d), (e, f) = _pairs(given, 3)
    return a, b, c, d, e, f


def times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    made = (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
    if not max(map(abs, (*made, e * g, f * i, e * h, f * j))) <= _FARTHEST:
        raise Unclear
    return made


def _at(by: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def _around(points: Sequence[tuple[float, float]], more: float = 0) -> Box:
    left = bottom = inf
    right = top = -inf
    for x, y in points:
        left, bottom, right, top = min(left, x), min(bottom, y), max(right, x), max(top, y)
    if not all(map(isfinite, (left, bottom, right, top, more))):
        raise Unclear
    return left - more, bottom - more, right + more, top + more
