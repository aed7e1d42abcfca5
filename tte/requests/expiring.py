"""What citizens sent is deleted when its time is over: content, remark, attachments. What is left names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tte.desk import Draft
from tte.desk import State as DraftState
from tte.office.settings import RetentionSettings
from tte.register.rows import Before, Rows
from tte.requests.rows import DONE, OPEN, AttachmentRow, Filed, Standing
from tte.requests.store import Store

_UNSAID = RetentionSettings.model_validate({"from": date(2000, 1, 1), "days": 30, "idle_days": 90})
_OVER = (DraftState.DISCARDED, DraftState.WITHDRAWN)
"""An open request whose draft was issued is still to be followed, and its contacts to be promised the document."""


def in_force(rules: Sequence[RetentionSettings], day: date) -> RetentionSettings:
    """The rule of a day: the last that has begun; 30 and 90 days if none has."""
    return max((one for one in rules if one.begins <= day), key=lambda one: one.begins, default=_UNSAID)


@dataclass(frozen=True, slots=True)
class Expiring:
    """Deletes by the rules of the home."""

    store: Store
    rules: Sequence[RetentionSettings]

    def due(self, at: datetime) -> Sequence[Standing]:
        """The requests whose content is to be deleted by now. One with a draft under way is not among them."""
        rule = in_force(self.rules, at.date())
        with self.store.keeping.reading() as rows:
            done = rows.all(Standing, forgotten=None, state=DONE, changed=Before(at - timedelta(rule.days)))
            idle = rows.all(Standing, forgotten=None, state=OPEN, changed=Before(at - timedelta(rule.idle_days)))
            return [*done, *(one for one in idle if not _under_way(rows, one))]

    def expire(self, at: datetime) -> int:
        """Delete what is due; of how many requests. Each on its own, so that an end between two loses nothing."""
        emptied = 0
        for one in self.due(at):
            with self.store.keeping.change() as rows:
                filed = rows.get(Filed, id=one.id)
                if filed.changed == one.changed and not (filed.state in OPEN and _under_way(rows, filed)):
                    rows.drop(AttachmentRow, request=filed.id)
                    rows.put(replace(filed, content=None, remark=None, forgotten=at))
                    emptied += 1
        return emptied


def _under_way(rows: Rows, request: Standing | Filed) -> bool:
    return request.draft is not None and rows.count(Draft, id=request.draft) > rows.count(
        Draft, id=request.draft, state=_OVER
    )
