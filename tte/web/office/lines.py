"""Drafts as lists show them: of which kind, about whom, by whom, and since when they wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tte.desk import Draft
from tte.errors import TteError
from tte.people import EVERYWHERE, Action
from tte.template.field import FieldType
from tte.web.office.visits import Visit


@dataclass(frozen=True, slots=True)
class Line:
    """One draft. `about` is the name that it begins with, "" where it says none or who looks may not read it.

    `waits` is a word and a number of minutes, hours or days.
    """

    draft: Draft
    kind: str
    about: str
    by: str
    verifier: str
    own: bool
    waits: tuple[str, int]


def lines(visit: Visit, drafts: Sequence[Draft]) -> Sequence[Line]:
    """The drafts, in their order."""
    names = names_at(visit)
    return [_line(visit, one, names) for one in drafts]


def line(visit: Visit, draft: Draft) -> Line:
    return _line(visit, draft, names_at(visit))


def names_at(visit: Visit) -> Mapping[str, str]:
    """Who and what can have done something at this office, by id: its people, the national ones, applications."""
    people = visit.desk.people
    names = {user.id: user.name for of in (EVERYWHERE, visit.office) for user, _ in people.accounts.all(of)}
    return names | {client.id: client.name for client in people.clients.all(visit.office)}


def since(at: datetime, begun: datetime) -> tuple[str, int]:
    """How long ago, as a word (`ago_…`) and its number."""
    minutes = max(0, int((at - begun).total_seconds() // 60))
    if minutes < 60:
        return "ago_minutes", minutes
    return ("ago_hours", minutes // 60) if minutes < 2880 else ("ago_days", minutes // 1440)


def _line(visit: Visit, draft: Draft, names: Mapping[str, str]) -> Line:
    return Line(
        draft,
        visit.service.kind(draft.template),
        _about(visit, draft),
        names.get(draft.creator, draft.creator),
        names.get(draft.verifier or "", ""),
        draft.creator == visit.person.id,
        since(visit.at, draft.changed),
    )


def _about(visit: Visit, draft: Draft) -> str:
    if draft.values is None or not visit.may(Action.READ_DRAFTS):
        return ""
    with suppress(TteError):
        fields = visit.desk.drafts.template(draft.template).fields
        name = next((name for name, field in fields.items() if field.type is FieldType.NAME), "")
        return str(visit.desk.drafts.row(draft).values.get(name) or "")
    return ""
