"""A template and an imprint, ready to print documents: compiled when first needed, for common letters and for all."""

from __future__ import annotations

from pathlib import Path

from tte.model import Document, Imprint, Record
from tte.rendering import cache
from tte.rendering.compiled import Compiled
from tte.rendering.compiling import Drawn, compiled, draw
from tte.rendering.faces import OutsideSubset
from tte.template import Template
from tte.template.letters import COMMON, LETTERS


class Press:
    """Prints the documents of one template for one office and official. `signed` is false for previews.

    What is slow to draw is kept in the folder `kept`, if one is given.
    """

    def __init__(self, template: Template, imprint: Imprint, *, signed: bool = True, kept: Path | None = None) -> None:
        self.template, self.imprint, self.signed, self.kept = template, imprint, signed, kept
        self._compiled: dict[str, Compiled] = {}

    def document(self, record: Record, id: str, seal: str = "") -> Document:  # noqa: A002 (the house's word)
        """The document of a record: same record, id and seal, same bytes. DoesNotFit names all fields too long for it.

        `seal` is the text that its code is to say; without one it says the document's address.
        """
        if record.template != self.template.name:
            raise ValueError(f"a record of {record.template} cannot be set with {self.template.name}")
        try:
            ready = self._compiled.get(COMMON) or self.compiled(COMMON)
            return Document(id, record, ready.frame, ready.words(record, id, seal))
        except OutsideSubset:
            return self._with_all_letters(record, id, seal)

    def compiled(self, letters: str) -> Compiled:
        """The template compiled for values of these letters. Costs some 200 ms the first time."""
        found = self._compiled.get(letters)
        if found is None:
            found = self._compiled[letters] = compiled(self.template, self.imprint, self._drawn(letters))
        return found

    def _drawn(self, letters: str) -> Drawn:
        if self.kept is None:
            return draw(self.template, self.imprint, signed=self.signed, letters=letters)
        file = cache.place(self.kept, self.template, self.imprint, signed=self.signed, letters=letters)
        drawn = cache.load(file)
        if drawn is None:
            drawn = draw(self.template, self.imprint, signed=self.signed, letters=letters)
            cache.save(file, drawn)
        return drawn

    def _with_all_letters(self, record: Record, id: str, seal: str) -> Document:  # noqa: A002
        ready = self.compiled(LETTERS)
        try:
            return Document(id, record, ready.frame, ready.words(record, id, seal))
        except OutsideSubset:
            raise ready.refusal(record, id) from None
