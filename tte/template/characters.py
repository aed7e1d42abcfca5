"""Which characters a record may hold: what is said on paper must be what is stored, letter for letter.

Text is brought to one form (Unicode NFC, blanks folded and trimmed) and then held against a short list of what is
allowed. Nothing that steers, hides or reorders text passes: a signed page reads the same to a person and to a machine.
Refusals name the kind of character and its code point, never the text around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import category, normalize

from tte.model import Scalar

_RAW_LETTERS = 4096
"""No field comes near this; beyond it a text is refused before any work is done on it."""

_BLANKS = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01bf\u01c4-\u024f\u1e00-\u1eff"
_APOSTROPHES = "'\u2019\u2018\u02bc\u02bb`\u00b4"
_PLAIN_TEXT = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z'`.,-]+(?: [A-Za-z'`.,-]+)*")
_NOT_IN_TEXT = re.compile(
    f"[^ -~\u00a1-\u00ac\u00ae-\u00ff{_LATIN}\u2010-\u2015\u2018-\u201f\u2022\u2026\u2030\u02bb\u02bc]"
)
_NOT_IN_NAME = re.compile(rf"[^{_LATIN}{_APOSTROPHES} .,-]")
_LETTER = re.compile(f"[{_LATIN}]")

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CATEGORIES = {
    "Cc": "a control character",
    "Cf": "an invisible character",
    "Cs": "half of a character (a lone surrogate)",
    "Co": "a private-use character",
    "Cn": "a character that Unicode does not define",
    "Zl": "a line break",
    "Zp": "a line break",
    "Mn": "a combining mark that belongs to no Latin letter",
    "Mc": "a combining mark that belongs to no Latin letter",
    "Me": "a combining mark that belongs to no Latin letter",
}


class Verdict(NamedTuple):
    """What is said of one given text: the value to keep, or the problem it is refused for. A warning stops nothing."""

    value: Scalar = ""
    problem: str = ""
    warning: str = ""


def read_text(raw: str) -> Verdict:
    """Any printable Latin text in one line, folded: `<b>%s(\\)` is text like any other."""
    if _PLAIN_TEXT.fullmatch(raw):
        return Verdict(raw)
    return _read(raw, _NOT_IN_TEXT, "is not a Latin letter, a digit or a common sign")


def read_name(raw: str) -> Verdict:
    """A person's name, folded: Latin letters, blanks, apostrophes, hyphens, full stops and commas, with a letter in it.

    Permendagri 73/2022 art. 4: readable, Latin letters; digits and signs are not part of a name.
    """
    verdict = Verdict(raw) if _PLAIN_NAME.fullmatch(raw) else _read(raw, _NOT_IN_NAME, "has no place in a name")
    if not verdict.problem and not _LETTER.search(str(verdict.value)):
        return Verdict(problem="a name needs a letter")
    return verdict


def folded(raw: str) -> str:
    """NFC, runs of blanks as one, none at the ends. Line breaks and tabs are no blanks: they stay, to be refused."""
    return raw if _PLAIN_TEXT.fullmatch(raw) else _BLANKS.sub(" ", normalize("NFC", raw)).strip(" ")


def _read(raw: str, refused: re.Pattern[str], reason: str) -> Verdict:
    if len(raw) > _RAW_LETTERS:
        return Verdict(problem=f"longer than {_RAW_LETTERS} letters")
    text = folded(raw)
    found = refused.search(text)
    return Verdict(problem=_named(found.group(), reason)) if found else Verdict(text)


def _named(character: str, reason: str) -> str:
    """Why this character is refused, said so that a person can find it."""
    point = f"U+{ord(character):04X}"
    if character in "\n\r\v\f\x85":
        return f"holds a line break ({point}): write it in one line"
    if character == "\t":
        return f"holds a tab ({point}): use a blank"
    if character in _TURNING:
        return f"holds an invisible character that turns the direction of writing ({point}): type the text anew"
    if kind := _CATEGORIES.get(category(character)):
        return f"holds {kind} ({point}): type the text anew"
    return f"holds a character ({point}) that {reason}"
