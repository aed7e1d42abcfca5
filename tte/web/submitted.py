"""Which batches applications submitted: so that their webhooks hear of the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tte.people.events import note
from tte.register.rows import Keeping


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch of an application. `told`: its end was noted for the webhooks."""

    TABLE: ClassVar[str] = "api_batch"
    id: str
    client: str
    office: str
    at: datetime
    told: bool


def keep(keeping: Keeping, batch: Submitted) -> None:
    """Keep who submitted a batch first; it stands in the trail as well."""
    with keeping.change() as rows:
        if rows.one(Submitted, id=batch.id) is None:
            rows.add(batch)
            note(rows, batch.at, "batch-submitted", batch.client, batch.office, code=batch.id)
