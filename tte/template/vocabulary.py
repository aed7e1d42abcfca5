"""Reading the drawing vocabulary: from the tables of `[[draw]]` and `[[parts.NAME]]` to elements.

`docs/templates.md` describes every key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tte.template import elements as e
from tte.template import ornament, wording
from tte.template.place import Place, Workshop
from tte.template.reader import Reader


def read_elements(tables: Sequence[object], where: str, shop: Workshop) -> list[e.Element]:
    """All elements of a list, parts put in their place. `where` is the list's name in messages."""
    found: list[e.Element] = []
    for index, table in enumerate(tables, 1):
        here = Reader(table, f"{where}[{index}]", shop.problems)
        if here.has("part"):
            found += _part(here, shop)
        else:
            found.append(_element(Place(here, shop, 0.0, 0.0)))
    return found


def _part(here: Reader, shop: Workshop) -> list[e.Element]:
    name = here.text("part")
    across, down = here.number("across", 0.0), here.number("down", 0.0)
    names, used = here.texts("with"), set[str]()
    here.done()
    tables = shop.parts.get(name)
    if not isinstance(tables, list):
        here.wrong(f"there is no part {name}")
        return []
    readers = [Reader(table, f"parts.{name}[{index}]", shop.problems) for index, table in enumerate(tables, 1)]
    found = [_element(Place(reader, shop, across, down, names, used)) for reader in readers]
    for unused in sorted(names.keys() - used):
        here.wrong(f"with: the part {name} uses no {unused}")
    return found


def _element(at: Place) -> e.Element:
    kind = at.read.choice("kind", tuple(KINDS))
    at.read.where = f"{at.where} {kind}"
    element = KINDS[kind](at)
    at.read.done()
    return element


KINDS: Final[Mapping[str, Callable[[Place], e.Element]]] = {
    "text": wording.read_text,
    "form": wording.read_form,
    "table": wording.read_table,
    "qr": wording.read_qr,
    "signature": wording.read_signature,
    "rule": ornament.read_rule,
    "panel": ornament.read_panel,
    "emblem": ornament.read_emblem,
    "image": ornament.read_image,
    "kawung": ornament.read_kawung,
    "rosette": ornament.read_rosette,
    "waves": ornament.read_waves,
    "frame": ornament.read_frame,
    "braid": ornament.read_braid,
}
