"""Rights at the desk: a refusal becomes an error, and what is another office's is not there. And reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tte.desk.rows import Draft
from tte.errors import ConfigError, NoSuchThing, NotAllowed
from tte.people import Action, Answer, Client, Person, Why, may
from tte.register.rows import Rows

LONGEST: Final = 1000
"""Letters of a reason or a remark."""


def need(
    who: Person | Client, action: Action, office: str, at: datetime, *, own: bool = False, reason: str = ""
) -> Answer:
    """Return if it may be done. NoSuchThing for another office, NotAllowed with the reason otherwise."""
    answer = may(who, action, office, at, own=own, reason=reason)
    if answer.why is Why.OTHER_OFFICE:
        raise NoSuchThing("there is nothing of this kind with this id")
    if answer.why is not None:
        raise NotAllowed(answer.why)
    return answer


def draft_for(rows: Rows, id_: str, who: Person | Client, action: Action, at: datetime) -> Draft:
    """The draft, if it may be done with it; errors as `need`."""
    draft = rows.get(Draft, id=id_)
    need(who, action, draft.office, at)
    return draft


def said(reason: str) -> str:
    """A reason or a remark as it is kept. ConfigError without one."""
    text = reason.strip()
    if not 1 <= len(text) <= LONGEST:
        raise ConfigError(f"a reason of 1 to {LONGEST} letters is needed; it names nobody")
    return text
