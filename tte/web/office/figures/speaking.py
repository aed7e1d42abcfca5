"""How pages of figures write percentages, spans of time, days and names, in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tte.figures.kinds import title_of
from tte.reports.friday.words import brief, place
from tte.web.answering import language_of
from tte.web.office.visits import Visit
from tte.web.words import days as day_in_words


def speech(visit: Visit) -> dict[str, Any]:
    """What templates call: `percent`, `half`, `span`, `date_in`, `place`, `brief`, `title_of`."""
    return {
        "percent": _percent_in(visit),
        "half": lambda value: f"{value:g}".replace(".", "," if language_of(visit.request.scope) == "id" else "."),
        "span": _span_in(visit),
        "date_in": _day_in(visit),
        "place": place,
        "brief": brief,
        "title_of": title_of,
    }


def _percent_in(visit: Visit) -> Callable[..., str]:
    """Percentages in the visitor's language, rounded down: what is not reached does not look reached."""
    comma = language_of(visit.request.scope) == "id"

    def percent(value: float, places: int = 2) -> str:
        step = 10**places
        text = f"{int(value * step + 1e-9) / step:.{places}f}"
        return f"{text.replace('.', ',')} %" if comma else f"{text}%"

    return percent


def _span_in(visit: Visit) -> Callable[[float], str]:
    """How long something took, in two units at most."""
    units = ("hari", "jam", "menit") if language_of(visit.request.scope) == "id" else ("d", "h", "min")

    def span(seconds: float) -> str:
        minutes = round(seconds / 60)
        parts = [minutes // 1440, minutes // 60 % 24, minutes % 60]
        first = next((place for place, part in enumerate(parts) if part), 2)
        shown = [(place, parts[place]) for place in (first, first + 1) if place < 3]
        return " ".join(f"{part} {units[place]}" for place, part in shown if part or place == first)

    return span


def _day_in(visit: Visit) -> Callable[[date], str]:
    """A day in words."""
    which = 0 if language_of(visit.request.scope) == "id" else 1
    return lambda day: day_in_words(day, which)
