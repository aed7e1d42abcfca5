"""What an office's figures stand at, and how a form adds to them: never over what somebody else said meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tte.errors import RegisterError
from tte.figures import Refused, Topic, take
from tte.figures.friday import WIB
from tte.figures.telling import Shown, shown
from tte.model import Raw, Row
from tte.register import Register
from tte.web.answering import language_of
from tte.web.office.filling import Tongue
from tte.web.office.visits import Visit, day_of
from tte.web.words import WORDS
from tte.web.words.problems import in_english, in_indonesian

_NAMES: Final = ("kantor", "tanggal", "nomor", "jenis")


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under a name: the number of its line, 0 if there is none, and what it says."""

    seq: int
    values: Mapping[str, Any]


NOTHING: Final = Standing(0, {})


def register_of(visit: Visit) -> Register:
    """The register, made if there is none. RegisterError."""
    register = visit.service.register(make=True)
    if register is None:
        raise RegisterError("the register could not be read a moment ago")
    return register


def today_of(visit: Visit) -> date:
    """The day that it is in Jakarta."""
    return visit.at.astimezone(WIB).date()


def day_asked(visit: Visit, text: str) -> date:
    """A day as a date field sends it, of the past or today; today for anything else."""
    found, today = day_of(text), today_of(visit)
    return min(found.date(), today) if found else today


def standing(visit: Visit, topic: Topic, name: str, day: date | None = None) -> Standing:
    """What stands under a name of this office."""
    listed = shown(register_of(visit), topic, offices=[visit.office], first=day, last=day)
    return next((_of(one) for one in listed if one.line.name == name), NOTHING)


def standing_by_kind(visit: Visit, day: date) -> Mapping[str, int]:
    """How many documents of each kind the office said it signed elsewhere on a day."""
    listed = shown(register_of(visit), Topic.DOKUMEN, offices=[visit.office], first=day, last=day)
    return {str(one.values["jenis"]): int(one.values["jumlah"]) for one in listed}


def kept(visit: Visit, rows: Sequence[Mapping[str, Raw]]) -> Sequence[Refused]:
    """Keep what a form says; those rows that are refused, by their place in the form from 1."""
    made = [Row(place, {"kantor": visit.office, **row}) for place, row in enumerate(rows, 1)]
    told = take(register_of(visit), made, visit.at, by=visit.person.id, offices=[visit.office], again=True)
    return [one for one in told if isinstance(one, Refused)]


def label(visit: Visit, name: str) -> str:
    """What a column is called on our pages; its own name where it is not ours."""
    words = WORDS.get(f"fig_{name}")
    return words[0 if language_of(visit.request.scope) == "id" else 1] if words else name


def tongue(visit: Visit) -> Tongue:
    """What says a check's message in the visitor's language, columns by their labels."""
    say = in_indonesian if language_of(visit.request.scope) == "id" else in_english
    labels = {
        name.removeprefix("fig_"): label(visit, name.removeprefix("fig_")) for name in WORDS if name[:4] == "fig_"
    }
    return lambda message: say(message, labels)


def _of(one: Shown) -> Standing:
    return Standing(one.line.seq, {name: value for name, value in one.values.items() if name not in _NAMES})
