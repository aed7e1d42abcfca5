"""Batches that applications and the command line gave to workers: how far each is, and what became of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from starlette.responses import Response, StreamingResponse

from tte.batches import COLUMNS, Progress, all_progress, outcome_lines, progress_of
from tte.batches.outcomes import csv_line
from tte.errors import NoSuchBatch
from tte.people import Action
from tte.web.office.visits import OFFICE, Pages, Visit

BATCHES: Final = f"{OFFICE}/batch"
RIGHTS: Final = (Action.DRAFT, Action.MANAGE_CLIENTS)
_MOST: Final = 100


def declare(pages: Pages) -> None:
    """`/kantor/{office}/batch`."""

    @pages.get(BATCHES, *RIGHTS)
    def batches(visit: Visit) -> Response:
        ours = visit.service.profiles_of(visit.office)
        found = [one for one in all_progress(visit.service.batches()) if one.profile in ours][:_MOST]
        return visit.show("batches.html", "batches", batches=found, kind=visit.service.kind)

    @pages.get(BATCHES + "/{batch}", *RIGHTS)
    def batch(visit: Visit) -> Response:
        return visit.show("batch.html", "batches", batch=_theirs(visit), kind=visit.service.kind)

    @pages.get(BATCHES + "/{batch}/hasil", *RIGHTS)
    def outcomes(visit: Visit) -> Response:
        found = _theirs(visit)
        headers = {"Content-Disposition": f'attachment; filename="{found.id}.csv"'}
        lines = _outcomes(visit, found.id)
        return StreamingResponse(lines, headers=headers, media_type="text/csv; charset=utf-8")


def _outcomes(visit: Visit, id_: str) -> Iterator[str]:
    yield csv_line(COLUMNS)
    yield from map(csv_line, outcome_lines(visit.service.batches().outcomes(id_)))


def _theirs(visit: Visit) -> Progress:
    """The batch that the address names, if it is signed with a key of this office; else not found."""
    wanted: str = visit.request.path_params["batch"]
    try:
        found = progress_of(visit.service.batches(), wanted)
    except NoSuchBatch:
        raise visit.not_there() from None
    if found.profile not in visit.service.profiles_of(visit.office):
        raise visit.not_there()
    return found
