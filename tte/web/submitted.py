"""Which batches applications submitted: so that their webhooks hear of the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

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


def note(keeping: Keeping, batch: Submitted) -> None:
    """Keep who submitted a batch first."""
    with keeping.change() as rows:
        if rows.one(Submitted, id=batch.id) is None:
            rows.add(batch)
