"""The colours of a verdict: green only for what may be accepted as it is."""

from __future__ import annotations

from typing import Final

from tte.template.style import Ink
from tte.verdict import Code, Verdict

_TEXT, _SOFT, _LINE = "#1B2333", "#515A6C", "#D9D0BF"

_GOOD: Final = ("#17663F", "#E5F3EA")
_CARE: Final = ("#7D4A00", "#FDF2DC")
_STOP: Final = ("#A1261F", "#FCE9E6")
_UNSURE: Final = ("#46536B", "#EAEEF4")
_TONES: Final = {
    Code.IN_FORCE: _GOOD,
    Code.REPLACED: _CARE,
    Code.REVOKED: _STOP,
    Code.FOREIGN: _CARE,
    Code.ALTERED: _STOP,
    Code.INVALID: _STOP,
    Code.UNSURE: _UNSURE,
}


def ink_of(verdict: Verdict) -> Ink:
    """deep and tint are the verdict's own; mark is the colour of texts, mid of lesser ones, line of rules."""
    tone = _TONES[verdict.code]
    if (verdict.specimen or verdict.seal_disagrees) and tone is _GOOD:
        tone = _CARE
    return Ink(deep=tone[0], mid=_SOFT, mark=_TEXT, line=_LINE, tint=tone[1])
