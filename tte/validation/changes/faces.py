"""Which fonts' letters are sure to stay near their line: those every reader brings along (ISO 32000-2 §9.6.2.2).

How wide they are is asked of nobody: readers differ, and what is said of it may be false. A font program in the
file may draw its letters anywhere, and move them by its own instructions, so no program is believed.
"""

from __future__ import annotations

from tte.validation.revision import entries, get, name_of

_FACES = ("", "-Bold", "-Oblique", "-BoldOblique")
_STANDARD = frozenset(
    {
        *(f"/{family}{face}" for family in ("Helvetica", "Courier") for face in _FACES),
        *("/Times-Roman", "/Times-Bold", "/Times-Italic", "/Times-BoldItalic", "/Symbol", "/ZapfDingbats"),
    }
)
_MAY_HAVE = frozenset(
    {*("/Type", "/Subtype", "/Name", "/BaseFont", "/Encoding"), *("/FirstChar", "/LastChar", "/Widths", "/ToUnicode")}
)


class Unclear(Exception):
    """What is drawn cannot be bounded."""


def check_font(font: object) -> None:
    """Unclear of all but the standard 14, without a program and a description of their own."""
    standard = name_of(get(font, "/Subtype")) == "/Type1" and name_of(get(font, "/BaseFont")) in _STANDARD
    if not standard or not entries(font).keys() <= _MAY_HAVE:
        raise Unclear
