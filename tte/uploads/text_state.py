"""Where text stands on a page: the graphics and text state, as far as it says so (ISO 32000-1 §8.4, §9.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast

from tte.uploads.fonts import Font

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
AS_IT_IS: Final[Matrix] = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class State:
    """What the operators so far have set."""

    ctm: Matrix = AS_IT_IS
    font: Font | None = None
    size: float = 0
    letter_spacing: float = 0
    word_spacing: float = 0
    scale: float = 1
    leading: float = 0
    rise: float = 0


def with_set(state: State, operator: str, value: float) -> State:
    """The state after one of Tc, Tw, Tz, TL and Ts."""
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


def matrix(numbers: list[Any]) -> Matrix:
    """Six operands as a matrix; ValueError for another number of them."""
    if len(numbers) != 6:
        raise ValueError("a matrix has six numbers")
    return cast(Matrix, tuple(float(number) for number in numbers))


def times(one: Matrix, other: Matrix) -> Matrix:
    """First `one`, then `other`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def point(matrix: Matrix, x: float, y: float) -> Point:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
