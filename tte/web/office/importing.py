"""Drafts from a file: each right row becomes one, each wrong one is named by its number and column, never by its value.

The file is read in memory and never kept. "Only look" makes no draft of it.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from tte.desk.rows import OPEN
from tte.errors import DoesNotFit, IntakeError, Problem, RecordError, TteError
from tte.intake import Format, read
from tte.model import Row, Unreadable
from tte.people import Action
from tte.template import Template
from tte.template.fields import Field, Grouping
from tte.web.answering import language_of
from tte.web.office.filling import label_of, misfits, tongue_of
from tte.web.office.pictures import fitting
from tte.web.office.saying import odd
from tte.web.office.visits import OFFICE, Pages, Visit
from tte.web.office.wanted import asked_template, is_issued
from tte.web.words import WORDS

MOST_ROWS: Final = 2000
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong or doubtful in a row."""

    row: int
    column: str
    label: str
    said: str
    stops: bool


def declare(pages: Pages) -> None:
    """`/draf/impor`."""

    @pages.get(f"{OFFICE}/draf/impor", Action.DRAFT)
    def choose(visit: Visit) -> Response:
        return _choose(visit)

    @pages.post(f"{OFFICE}/draf/impor", Action.DRAFT, files=1)
    def take(visit: Visit) -> Response:
        template = asked_template(visit, visit.typed("template", 64))
        try:
            rows = _rows(visit, template)
        except IntakeError as why:
            return _choose(visit, wrong=tongue_of(visit, template)(str(why)), status=422)
        make = visit.typed("do", 10) == "make"
        good, faults = _sorted(visit, template, rows)
        faults += (_made if make else _taken)(visit, template, good)
        faults.sort(key=lambda fault: (not fault.stops, fault.row))
        refused = {fault.row for fault in faults if fault.stops}
        return visit.show(
            "import_done.html",
            "drafts",
            kind=template,
            made=make,
            total=len(rows),
            ready=len(rows) - len(refused),
            refused=len(refused),
            doubtful=len({fault.row for fault in faults} - refused),
            faults=faults[:SHOWN],
            more=max(0, len(faults) - SHOWN),
            csv=faults_csv(visit, faults),
        )


def _choose(visit: Visit, *, wrong: str = "", status: int = 200) -> Response:
    kinds = [found for name in visit.service.home.template_names() if (found := visit.service.template(name))]
    heads = {one.name: download(",".join(_columns(one)) + "\r\n") for one in kinds}
    values = {"kinds": kinds, "heads": heads, "wrong": wrong, "chosen": visit.typed("template", 64), "most": MOST_ROWS}
    return visit.show("import.html", "drafts", status=status, **values)


def _rows(visit: Visit, template: Template) -> Sequence[Row | Unreadable]:
    return rows_sent(visit, MOST_ROWS, grouping=template.grouping, fields=template.fields)


def rows_sent(
    visit: Visit, most: int, *, grouping: Grouping | None = None, fields: Mapping[str, Field] | None = None
) -> Sequence[Row | Unreadable]:
    """The rows of the file that was sent. IntakeError if it is no file of rows, or has more than `most`."""
    given = visit.form.get("file")
    content = given.file.read() if isinstance(given, UploadFile) else b""
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise IntakeError("the file is a workbook, not text")
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    form = {b"[": Format.JSON, b"{": Format.NDJSON}.get(start, Format.CSV)
    rows = list(islice(read(io.BytesIO(content), form, grouping=grouping, fields=fields), most + 1))
    if len(rows) > most:
        raise IntakeError(f"the file has more than {most} rows")
    if not rows:
        raise IntakeError("the file has no rows")
    return rows


def _sorted(visit: Visit, template: Template, rows: Sequence[Row | Unreadable]) -> tuple[list[Row], list[Fault]]:
    """The rows of which documents can be made, and what is wrong with the others or doubtful in these."""
    good: list[Row] = []
    faults: list[Fault] = []
    fault, fit = _faults(visit, template), fitting(visit, template)
    for row in rows:
        if isinstance(row, Unreadable):
            faults += fault(row.number, [row.problem])
            continue
        try:
            record = template.check(row)
            fit(record)
        except RecordError as why:
            faults += fault(row.number, why.problems)
        except DoesNotFit as why:
            faults += fault(row.number, misfits(str(why)))
        else:
            if is_issued(visit, template, record.number):
                faults += fault(row.number, [Problem(template.number, "is issued already")])
                continue
            faults += fault(row.number, (*record.warnings, *odd(record.values)), stops=False)
            good.append(row)
    return good, faults


def _made(visit: Visit, template: Template, rows: Sequence[Row]) -> list[Fault]:
    """Keep a draft of each; what stood against some."""
    fault, faults = _faults(visit, template), []
    for number, made in visit.desk.drafts.add_all(visit.person, visit.office, template.name, rows, visit.at):
        if isinstance(made, TteError):
            faults += fault(number, [Problem(template.number, str(made))])
    return faults


def _taken(visit: Visit, template: Template, rows: Sequence[Row]) -> list[Fault]:
    """What would stand against keeping them: a number that an open draft has, or an earlier row."""
    fault, faults = _faults(visit, template), []
    seen: set[str] = set()
    for row in rows:
        number = template.check(row).number
        known = visit.desk.drafts.of_number(visit.person, visit.office, number, visit.at)
        if number in seen or any(one.template == template.name and one.state in OPEN for one in known):
            faults += fault(row.number, [Problem(template.number, "there is an open draft of this number")])
        seen.add(number)
    return faults


def _faults(visit: Visit, template: Template) -> Callable[..., list[Fault]]:
    """What makes faults of problems, in the words of the visitor."""
    tongue = tongue_of(visit, template)

    def fault(row: int, problems: Sequence[Problem], *, stops: bool = True) -> list[Fault]:
        return [Fault(row, one.field, label_of(template, one.field), tongue(one.message), stops) for one in problems]

    return fault


def _columns(template: Template) -> Sequence[str]:
    grouping = template.grouping
    names: list[str] = []
    for name, field in template.fields.items():
        names += field.fields if grouping and name == grouping.into else [name]
    return names


def faults_csv(visit: Visit, faults: Sequence[Fault]) -> str:
    """Every fault as an address to download: rows, columns and words, no value."""
    if not faults:
        return ""
    out = io.StringIO()
    writer = csv.writer(out)
    which = 0 if language_of(visit.request.scope) == "id" else 1
    writer.writerow(WORDS[f"csv_{name}"][which] for name in ("row", "column", "problem", "refused"))
    writer.writerows((one.row, one.column, one.said, "x" if one.stops else "") for one in faults)
    return download(out.getvalue())


def download(text: str) -> str:
    """CSV as an address, for a link."""
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(b"\xef\xbb\xbf" + text.encode()).decode("ascii")
