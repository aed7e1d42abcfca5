"""The Friday report as a page: coverage against target, backlog with its trend, problems, documents by kind, waits.

The same page for an office at its own place and, for who sees the country, for any office. Files of it: a preview as
PDF, the signed report where the register has one, CSV and JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import orjson
from starlette.responses import Response

from tte.errors import NoSuchThing
from tte.figures.friday import WEEKS, Friday, Part, Punctual, Scope, week_of
from tte.figures.here import here
from tte.figures.kinds import KINDS
from tte.figures.telling import offices_csv, told
from tte.model import Entry, Imprint, State
from tte.people import Action
from tte.reports.friday import NAME, preview
from tte.web import charts
from tte.web.answering import language_of
from tte.web.office.figures.days import csv_file
from tte.web.office.figures.speaking import speech
from tte.web.office.figures.standing import register_of, today_of
from tte.web.office.figures.weeks import profile_of, specimen_of, week_asked, week_shown
from tte.web.office.visits import OFFICE, Pages, Visit, day_of
from tte.web.words import short_day

REPORT: Final = f"{OFFICE}/laporan"


def declare(pages: Pages) -> None:
    """`/kantor/{office}/laporan`."""

    @pages.get(REPORT, Action.SEE_FIGURES)
    def report(visit: Visit) -> Response:
        friday = week_shown(visit, Scope.OFFICE, visit.office, week_asked(visit))
        return visit.show("figures/week.html", "friday", base=f"{visit.here}/laporan", **office_week(visit, friday))

    @pages.get(REPORT + "/{file}", Action.SEE_FIGURES)
    def file(visit: Visit) -> Response:
        return file_of(visit, Scope.OFFICE, visit.office)


def office_week(visit: Visit, friday: Friday) -> dict[str, Any]:
    """What the page of one office's week is made of."""
    last, code = friday.friday, friday.offices[0].code
    specimen = specimen_of(visit.service, code)
    ours = here(register_of(visit), code, last - timedelta(days=6), last, specimen=specimen)
    return {"office": friday.offices[0], "ours": ours, **shown_week(visit, friday)}


def shown_week(visit: Visit, friday: Friday) -> dict[str, Any]:
    """What pages of any week have in common."""
    last, today = friday.friday, today_of(visit)
    return {
        "friday": friday,
        "signed": signed_report(visit, friday),
        "before": last - timedelta(weeks=1),
        "after": last + timedelta(weeks=1) if last < week_of(today) else None,
        "running": last > today,
        "weeks": WEEKS,
        "all_kinds": len(KINDS),
        "charts": charts,
        "drawn_trend": trend_of(visit, friday),
        **speech(visit),
        "as_of": as_of(visit, friday),
        "above": above,
        "Punctual": Punctual,
    }


def file_of(visit: Visit, scope: Scope, code: str) -> Response:
    """The week of the address as PDF, CSV or JSON; `pdf` is the signed report, `pratinjau.pdf` never is."""
    week, _, form = str(visit.request.path_params["file"]).partition(".")
    day = day_of(week)
    if day is None or form not in ("pdf", "pratinjau.pdf", "csv", "json"):
        raise NoSuchThing("there is no file of this name")
    friday = week_shown(visit, scope, code, min(week_of(day.date()), week_of(today_of(visit))))
    name = f"laporan-jumat-{code or 'nasional'}-{friday.friday:%Y%m%d}"
    if form == "csv":
        return csv_file(offices_csv(friday), f"{name}.csv")
    if form == "json":
        return _file(orjson.dumps(told(friday), option=orjson.OPT_INDENT_2), f"{name}.json", "application/json")
    if form == "pdf":
        entry = signed_report(visit, friday)
        if entry is None:
            raise NoSuchThing("there is no signed report of this week")
        return _file(register_of(visit).read_pdf(entry.id), f"{name}.pdf", "application/pdf")
    profile = profile_of(visit.service, code if scope is Scope.OFFICE else "")
    if profile is None:
        raise NoSuchThing("there is no key profile by which a report is made")
    office = visit.service.home.settings.office(profile.office)
    pdf = preview(friday, Imprint(office, profile.as_official(), "", "", False, profile.test))
    return _file(pdf, f"{name}-pratinjau.pdf", "application/pdf")


def signed_report(visit: Visit, friday: Friday) -> Entry | None:
    """The report of this week and place that the register has, in force and not held back."""
    found = register_of(visit).find_number(friday.number)
    fit = [one for one in found if one.template == NAME and one.state is State.ISSUED and not one.held]
    return fit[-1] if fit else None


def trend_of(visit: Visit, friday: Friday) -> Callable[[int], object]:
    """What draws the backlog over the weeks at a width."""
    which = 0 if language_of(visit.request.scope) == "id" else 1
    weeks = [short_day(week.friday, which) for week in friday.weeks]
    lines = [
        charts.Series("PRR", [week.prr for week in friday.weeks], "thick"),
        charts.Series("suket", [week.suket for week in friday.weeks], "thin"),
    ]
    number = (lambda value: f"{value:,}".replace(",", ".")) if which == 0 else (lambda value: f"{value:,}")
    return lambda width: charts.trend(lines, weeks, number, width=width)


def as_of(visit: Visit, friday: Friday) -> list[tuple[str, date, date]]:
    """For numerator and denominator of the coverage of akta: the oldest and the newest day for which they hold."""
    parts = [one.akta for one in friday.offices if one.akta]
    found = []
    for word, name in (("numerator", "part_per"), ("denominator", "whole_per")):
        days = sorted(day for part in parts if (day := getattr(part, name)))
        if days:
            found.append((word, days[0], days[-1]))
    return found


def above(part: Part | None) -> str:
    """The word for why a coverage is above 100 %; "" if it is not."""
    if part is None or part.percent <= 100:
        return ""
    newer = part.part_per and part.whole_per and part.part_per > part.whole_per
    return "above_newer" if newer else "above_check"


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(content, headers=headers, media_type=kind)
