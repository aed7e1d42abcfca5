"""Figures from a file: each right row is kept, each wrong one named by its number and column, never by its value."""

from __future__ import annotations

from collections import Counter
from typing import Final

from starlette.responses import Response

from tte.errors import IntakeError
from tte.figures import Refused, Topic, take
from tte.figures.topics import FIELDS
from tte.people import Action
from tte.web.office.figures.days import FIGURES
from tte.web.office.figures.entering import problems_of
from tte.web.office.figures.standing import label, register_of, tongue
from tte.web.office.importing import SHOWN, Fault, download, faults_csv, rows_sent
from tte.web.office.visits import Pages, Visit

MOST_ROWS: Final = 20_000


def declare(pages: Pages) -> None:
    """`/kantor/{office}/angka/unggah`."""

    @pages.get(FIGURES + "/unggah", Action.REPORT_FIGURES)
    def choose(visit: Visit) -> Response:
        return _choose(visit)

    @pages.post(FIGURES + "/unggah", Action.REPORT_FIGURES, files=1)
    def keep(visit: Visit) -> Response:
        try:
            rows = rows_sent(visit, MOST_ROWS)
            told = list(take(register_of(visit), rows, visit.at, by=visit.person.id, offices=[visit.office]))
        except IntakeError as why:
            return _choose(visit, wrong=tongue(visit)(str(why)))
        say = tongue(visit)
        refused = [one for one in told if isinstance(one, Refused)]
        faults = [
            Fault(one.row, each.field, label(visit, each.field), say(each.message), stops=True)
            for one in refused
            for each in problems_of(one.why)
        ]
        tally = Counter(str(one.kept) for one in told if not isinstance(one, Refused))
        return visit.show(
            "figures/uploaded.html",
            "figures",
            total=len(told),
            tally=tally,
            refused=len(refused),
            faults=faults[:SHOWN],
            more=max(0, len(faults) - SHOWN),
            csv=faults_csv(visit, faults),
        )


def _choose(visit: Visit, *, wrong: str = "") -> Response:
    heads = {topic: download(",".join(FIELDS[topic]) + "\r\n") for topic in Topic}
    status = 422 if wrong else 200
    return visit.show("figures/upload.html", "figures", status=status, heads=heads, wrong=wrong, most=MOST_ROWS)
