"""A template made ready for one office and key: all that is the same on every page, done once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from tte.errors import DoesNotFit
from tte.frame import Frame, Words
from tte.model import Record
from tte.rendering.pen import Pen
from tte.rendering.plan import Misfit, Plan, Planner, Write
from tte.rendering.qr import Codes, drawing
from tte.rendering.seal_code import sealed_code
from tte.template import elements as e
from tte.template.layout import Setting
from tte.template.text import Names, is_set

_ID: Final = re.compile(r"[0-9a-z]{26}\Z")
_SEAL: Final = "document.seal"
_CASES: Final = 64
"""How many cases of a page are kept planned."""


@dataclass(frozen=True)
class Compiled:
    """What it takes to write the words of a record, and the frame they go into.

    `fixed` are the names whose values are the same on every page, `unique` those of which hardly two say the same.
    `codes` is None for a page without an id.
    """

    frame: Frame
    elements: tuple[e.Words, ...]
    pen: Pen
    fixed: Names
    codes: Codes | None
    unique: frozenset[str]
    _plans: dict[tuple[object, ...], Plan] = field(default_factory=dict, init=False, repr=False, compare=False)
    _asked: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _tables: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """It travels without its plans; they are quickly made again."""
        return Compiled, (self.frame, self.elements, self.pen, self.fixed, self.codes, self.unique)

    def __post_init__(self) -> None:
        asked = {name for element in self.elements for name in conditions(element)} - self.fixed.keys()
        tables = [element.rows for element in self.elements if isinstance(element, e.Table)]
        object.__setattr__(self, "_asked", tuple(sorted(asked - {"document.id"})))
        object.__setattr__(self, "_tables", tuple(tables))

    def words(self, record: Record, public_id: str, seal: str = "") -> Words:
        """The words of a record: same record, id and seal, same bytes. `seal` is the text of the code, or "".

        OutsideSubset if the frame's faces lack a letter. DoesNotFit names every field that is too long.
        """
        if bool(public_id) is (self.codes is None) or (public_id and not _ID.match(public_id)):
            raise ValueError("an id is 26 small letters and digits")
        values: dict[str, Any] = {**self.fixed, **record.values, "document.id": public_id, _SEAL: seal}
        case = (
            bool(seal),
            *[is_set(values[name]) for name in self._asked],
            *[len(values[name]) for name in self._tables],
        )
        try:
            plan = self._plans.get(case) or self._plan(case, values)
            return plan.filled(values)
        except Misfit:
            raise self.refusal(record, public_id) from None

    def _plan(self, case: tuple[object, ...], values: Names) -> Plan:
        if len(self._plans) >= _CASES:
            self._plans.clear()
        plan = Planner(self.pen, values, self.fixed, self.unique).plan(
            self.elements, self._code(sealed=bool(values[_SEAL]))
        )
        self._plans[case] = plan
        return plan

    def _code(self, *, sealed: bool) -> Mapping[str, tuple[bytes, str, Write, bytes]]:
        if self.codes is None:
            return {}
        (place,) = (element for element in self.elements if isinstance(element, e.Qr))
        if sealed:
            return {place.where: (b"", _SEAL, partial(sealed_code, place, self.pen.height), b"")}
        before, after = drawing(place, self.pen.height, self.codes.side)
        return {place.where: (before, "document.id", self.codes.symbol, after)}

    def refusal(self, record: Record, public_id: str) -> DoesNotFit:
        """Why these words cannot be set: the whole page once more, to name all that does not fit."""
        setting = Setting({**self.fixed, **record.values, "document.id": public_id}, [])
        for element in self.elements:
            setting.place(element)
        if setting.misfits:
            return misfit(setting.misfits)
        return DoesNotFit(
            "the page's faces lack a letter that this record needs",
            hint="the template promised fewer letters than it uses: report it, with the template",
        )


def misfit(names: Sequence[str]) -> DoesNotFit:
    """The refusal that names each of these once."""
    return DoesNotFit(
        f"too long for the page: {', '.join(dict.fromkeys(names))}",
        hint="shorten it in the record, or give its style a smaller last step in the template",
    )


def conditions(element: e.Words) -> set[str]:
    """Every name that decides whether something of an element is drawn."""
    asked = list(element.conditions)
    if isinstance(element, e.Form):
        asked += [condition for line in element.lines for condition in line.conditions]
    if isinstance(element, e.Signature):
        asked += [condition for word in element.words for condition in word.conditions]
    return {name for name, _ in asked}
