"""Finds a text on the pages of a PDF, where it is drawn, and takes it out of the page (ISO 32000-1 §9.4).

Only what one text operator shows is looked at as one text. Text in a form that a page uses (§8.10) is found too, but
not taken out: the form may be used elsewhere.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Operator

from tte.errors import TagNotFound
from tte.pades.revision import Revision
from tte.uploads.fonts import Font, font_of
from tte.uploads.opening import unpacked
from tte.uploads.placing import AtTag
from tte.uploads.showing import without_tag
from tte.uploads.sight import inherited, page_of
from tte.uploads.text_state import AS_IT_IS, Point, State, matrix, times, with_set

_MOST_CONTENT, _MOST_IN_ALL, _DEEPEST = 2 << 20, 16 << 20, 8
"""Bytes of operators of a page, bytes of all pages looked at, and how deep forms may lie in forms."""


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
        corners = reading.look(content, inherited(page, "/Resources"), State(), depth=0)
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

    def look(self, content: bytes, resources: Any, state: State, *, depth: int) -> tuple[Point, ...] | None:
        """The corners of the tag in these operators, or None. Sets `rest` where it can be taken out."""
        self._left -= len(content)
        if self._left < 0 or depth > _DEEPEST:
            return None
        scratch = pikepdf.new()
        instructions = list(pikepdf.parse_content_stream(pikepdf.Stream(scratch, content)))
        stack: list[State] = []
        text = line = AS_IT_IS
        for place, instruction in enumerate(instructions):
            operands: list[Any] = list(instruction.operands)
            match str(instruction.operator):
                case "q":
                    stack.append(state)
                case "Q":
                    state = stack.pop() if stack else state
                case "cm":
                    state = replace(state, ctm=times(matrix(operands), state.ctm))
                case "BT":
                    text = line = AS_IT_IS
                case "Tm":
                    text = line = matrix(operands)
                case "Td" | "TD" as operator:
                    text = line = times((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
                    if operator == "TD":
                        state = replace(state, leading=-float(operands[1]))
                case "T*":
                    text = line = times((1, 0, 0, 1, 0, -state.leading), line)
                case "Tf":
                    font = self._font(resources, str(operands[0]))
                    state = replace(state, font=font, size=float(operands[1]))
                case "Tc" | "Tw" | "Tz" | "TL" | "Ts" as operator:
                    state = with_set(state, operator, float(operands[0]))
                case "Tj" | "TJ" | "'" | '"' as operator:
                    before: list[Any] = []
                    if operator in {"'", '"'}:
                        text = line = times((1, 0, 0, 1, 0, -state.leading), line)
                        before = [([], Operator("T*"))]
                    if operator == '"':
                        state = replace(state, word_spacing=float(operands[0]), letter_spacing=float(operands[1]))
                        before += [([operands[0]], Operator("Tw")), ([operands[1]], Operator("Tc"))]
                    shown = list(operands[0]) if operator == "TJ" else [operands[-1]]
                    corners, moved, kept = without_tag(shown, state, text, self._tag)
                    if corners:
                        if depth == 0:
                            changed = [*before, ([Array(kept)], Operator("TJ"))]
                            self.rest = pikepdf.unparse_content_stream(
                                [*instructions[:place], *changed, *instructions[place + 1 :]]
                            )
                        return corners
                    text = times((1, 0, 0, 1, moved, 0), text)
                case "Do":
                    if corners := self._form(resources, str(operands[0]), state, depth):
                        return corners
        return None

    def _form(self, resources: Any, name: str, state: State, depth: int) -> tuple[Point, ...] | None:
        form = _resource(resources, "/XObject", name)
        if not isinstance(form, pikepdf.Stream) or form.get("/Subtype") != "/Form":
            return None
        own = matrix(list(form.Matrix)) if "/Matrix" in form else AS_IT_IS
        inside = replace(state, ctm=times(own, state.ctm))
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


def _resource(resources: Any, kind: str, name: str) -> Any:
    table = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    return table.get(name) if isinstance(table, pikepdf.Dictionary) else None
