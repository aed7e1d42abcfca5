"""The five faces, known to reportlab, and how one page's letters are written in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import add
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tte.template.metrics import Metrics, metrics

FOLDER: Final = Path(__file__).with_name("fonts")

_ESCAPED: Final = {code: b"\\" + bytes([code]) for code in b"()\\"} | {0x0D: b"\\r", 0x0A: b"\\n"}


KEPT: Final = 4096
"""How many words of a face are remembered."""


class OutsideSubset(KeyError):
    """A letter that is not among those embedded in this file."""


class _Codes(dict[str, bytes]):
    def __missing__(self, letter: str) -> bytes:
        raise OutsideSubset


class _Words(dict[str, tuple[bytes, int]]):
    """For a word, what is written inside a PDF string's brackets, kerned, and how wide that is in 1/1000 em.

    Names and dates are made of few words that come up all the time. Kerning never reaches across a space.
    """

    def __init__(self, codes: Mapping[str, bytes], face: Metrics) -> None:
        super().__init__()
        self.codes, self.face = codes, face
        self.written: dict[str, bytes] = {}  # for two letters, what is written for the second
        self.widths: dict[str, int] = {}  # and how much wider the text gets by it

    def __missing__(self, word: str) -> tuple[bytes, int]:
        found = self._written(word)
        if word.isalpha():  # a number does not come again
            if len(self) >= KEPT:
                self.clear()
            self[word] = found
        return found

    def _written(self, word: str) -> tuple[bytes, int]:
        if not word:
            return b"", 0
        if word.isdigit():  # all equally wide, and never kerned
            return b"".join(map(self.codes.__getitem__, word)), self.face.widths["0"] * len(word)
        first, pairs = word[0], list(map(add, word, word[1:]))
        try:
            width = sum(map(self.widths.__getitem__, pairs))
        except KeyError:
            self._learn(pairs)
            width = sum(map(self.widths.__getitem__, pairs))
        written = b"".join(map(self.written.__getitem__, pairs))
        return self.codes[first] + written, self.face.widths[first] + width

    def _learn(self, pairs: Iterable[str]) -> None:
        for pair in pairs:
            code, kern = self.codes[pair[1]], self.face.kerning.get(pair)
            self.written[pair] = code if kern is None else b")%d(%b" % (-kern, code)
            self.widths[pair] = self.face.widths[pair[1]] + (kern or 0)


class Face:
    """One face as embedded in one file: its resource name, and for each letter the bytes inside a PDF string."""

    def __init__(self, name: str, resource: bytes, codes: Mapping[str, bytes]) -> None:
        self.name, self.resource, self.codes = name, resource, _Codes(codes)
        self._metrics = metrics(name)
        self._words = _Words(self.codes, self._metrics)

    def shown(self, text: str, *, kern: bool) -> bytes:
        """The operator that shows a text. OutsideSubset if a letter is missing."""
        return self.shower(kern=kern)(text)[0]

    def shower(self, *, kern: bool) -> Callable[[str], tuple[bytes, int]]:
        """Gives for a text the operator that shows it, and how wide that is in 1/1000 em. OutsideSubset as above."""
        code, width, word = self.codes.__getitem__, self._metrics.widths.__getitem__, self._words.__getitem__
        space, space_width = code(" "), width(" ")

        def plain(text: str) -> tuple[bytes, int]:
            return b"(%b) Tj" % b"".join(map(code, text)), sum(map(width, text))

        def kerned(text: str) -> tuple[bytes, int]:
            if " " not in text:
                written, wide = word(text)
                return b"[(%b)] TJ" % written, wide
            words = list(map(word, text.split(" ")))
            written = space.join([each for each, _ in words])
            return b"[(%b)] TJ" % written, sum([wide for _, wide in words]) + space_width * (len(words) - 1)

        return kerned if kern else plain

    def __reduce__(self) -> tuple[object, ...]:
        return Face, (self.name, self.resource, dict(self.codes))


@cache
def register(name: str) -> TTFont:
    """Make a face known to reportlab, once in a process."""
    # asciiReadable would put all of ASCII into every subset, wanted or not.
    pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf"), asciiReadable=False))
    font = pdfmetrics.getFont(name)
    if not isinstance(font, TTFont):
        raise TypeError(name)
    return font


def reserve(canvas: Canvas, name: str, letters: set[str]) -> Face:
    """Put these letters into the embedded subset of a face, used or not, and return how they are written.

    The same letters give the same codes, so words set later need neither the canvas nor reportlab.
    """
    font = register(name)
    document = canvas._doc  # type: ignore[attr-defined]  # the fonts keep their subsets by document
    codes = {}
    for letter in sorted(letters):
        ((subset, code),) = font.splitString(letter, document)
        if subset:
            raise ValueError(f"{name}: more letters than one subset holds")
        codes[letter] = b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in code)
    return Face(name, font.getSubsetInternalName(0, document).encode(), codes)
