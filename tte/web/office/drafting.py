"""The form that makes a draft or changes one, with the page beside it.

A form is sent back as often as wanted (another row, a look at the page) and saved by one button. What is typed is in no
address, and forgotten unless it is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from tte.desk import Draft, Kind, State
from tte.errors import ConfigError, DoesNotFit, NoSuchThing, Problem, RecordError, WrongState
from tte.model import Entry, Raw, Row
from tte.people import Action
from tte.template import Template
from tte.web.answering import WIB
from tte.web.office.filling import blank_row, empty, filling, label_of, misfits, tongue_of, typed, without_blank_rows
from tte.web.office.lines import line
from tte.web.office.pictures import drawn, fitting, picture_of, unfinished
from tte.web.office.requests import values_begun
from tte.web.office.saying import odd, said
from tte.web.office.visits import OFFICE, Pages, Visit
from tte.web.office.wanted import asked_draft, asked_template, is_issued, replaced


@dataclass(frozen=True, slots=True)
class Form:
    """What a form is for: a new draft of a template, perhaps instead of an entry, or of a citizen's request; or `draft`
    with other values.
    """

    template: Template
    draft: Draft | None = None
    replaced: Entry | None = None
    request: str = ""

    @property
    def path(self) -> str:
        if self.draft:
            return f"/draf/{self.draft.id}"
        if self.request:
            return f"/draf/baru/{self.template.name}?permohonan={self.request}"
        return f"/draf/baru/{self.template.name}" + (f"?mengganti={self.replaced.id}" if self.replaced else "")


def declare(pages: Pages) -> None:
    """`/draf/baru/{template}`, `/draf/pratinjau` and `/draf/{draft}`."""

    @pages.get(f"{OFFICE}/draf/baru/{{template}}", Action.DRAFT)
    def blank(visit: Visit) -> Response:
        form = _new(visit)
        values = empty(form.template)
        if form.request:
            values |= values_begun(visit, form.template.name, form.request)
        if form.replaced:
            values[form.template.number] = form.replaced.number
        return _form(visit, form, values)

    @pages.post(f"{OFFICE}/draf/baru/{{template}}", Action.DRAFT)
    def make(visit: Visit) -> Response:
        return _sent(visit, _new(visit))

    @pages.post(f"{OFFICE}/draf/pratinjau", Action.DRAFT)
    def preview(visit: Visit) -> Response:
        template = asked_template(visit, visit.typed("template", 64))
        picture, wrong = _picture(visit, template, without_blank_rows(template, typed(visit, template)))
        return JSONResponse({"picture": picture, "said": wrong}, headers={"Cache-Control": "no-store"})

    @pages.get(f"{OFFICE}/draf/{{draft}}", Action.READ_DRAFTS)
    def one(visit: Visit) -> Response:
        draft = asked_draft(visit)
        if not _changeable(visit, draft):
            return visit.show(
                "draft.html",
                "drafts",
                one=line(visit, draft),
                said_by=said(visit, draft),
                picture=picture_of(visit, draft),
            )
        template = visit.desk.drafts.template(draft.template)
        return _form(visit, Form(template, draft), visit.desk.drafts.row(draft).values, looked=True)

    @pages.post(f"{OFFICE}/draf/{{draft}}", Action.DRAFT)
    def change(visit: Visit) -> Response:
        draft = asked_draft(visit)
        return _sent(visit, Form(visit.desk.drafts.template(draft.template), draft))


def _sent(visit: Visit, form: Form) -> Response:
    """What the button says: another row, a look at the page, or keep it."""
    values, template = typed(visit, form.template), form.template
    do, _, rest = visit.typed("do", 80).partition(".")
    name, _, place = rest.partition(".")
    rows = values.get(name)
    if do in ("add", "drop") and isinstance(rows, list):
        if do == "add" and len(rows) < template.fields[name].max:
            rows.append(blank_row(template.fields[name]))
        elif do == "drop" and place.isascii() and place.isdigit():
            del rows[int(place) : int(place) + 1]
        return _form(visit, form, values, focus=f"f-{name}-{len(rows) - 1}" if do == "add" else f"f-{name}")
    if do not in ("save", "save-next"):
        return _form(visit, form, values, looked=True)
    values = without_blank_rows(template, values)
    if problems := _problems(visit, form, values):
        return _form(visit, form, values, problems)
    try:
        _keep(visit, form, values)
    except WrongState as why:
        if "this number" not in str(why):
            raise
        return _form(visit, form, values, [Problem(template.number, str(why))])
    except ConfigError as why:
        return _form(visit, form, values, [Problem("", str(why))])
    if form.request:
        return visit.go(f"/permohonan/{form.request}", said="request_drafted")
    return visit.go(f"/draf/baru/{template.name}" if do == "save-next" else "/draf", said="drafted")


def _keep(visit: Visit, form: Form, values: Mapping[str, Raw]) -> Draft:
    drafts = visit.desk.drafts
    if form.draft:
        return drafts.change(visit.person, form.draft.id, values, visit.at)
    if form.request:
        return visit.service.requests().handling.to_draft(visit.person, visit.office, form.request, values, visit.at)
    replaces, reason = (form.replaced.id, visit.typed("reason")) if form.replaced else (None, "")
    return drafts.add(
        visit.person, visit.office, form.template.name, values, visit.at, replaces=replaces, reason=reason
    )


def _problems(visit: Visit, form: Form, values: Mapping[str, Raw]) -> Sequence[Problem]:
    """Everything that stands against keeping these values."""
    problems: list[Problem] = []
    try:
        fitting(visit, form.template)(unfinished(form.template, values))
    except DoesNotFit as why:
        problems += misfits(str(why))
    try:
        record = form.template.check(Row(1, values))
    except RecordError as why:
        return (*why.problems, *problems)
    if problems:
        return problems
    replacing = form.replaced or (form.draft and form.draft.document)
    if not replacing and is_issued(visit, form.template, record.number):
        return [Problem(form.template.number, "is issued already")]
    return ()


def _form(
    visit: Visit,
    form: Form,
    values: Mapping[str, Raw],
    problems: Sequence[Problem] = (),
    *,
    looked: bool = False,
    focus: str = "",
) -> Response:
    template = form.template
    warnings = _warnings(template, values) if looked and not problems else ()
    picture, wrong = _picture(visit, template, values)
    today = visit.at.astimezone(WIB).date()
    values_now: dict[str, Any] = {
        "form": form,
        "one": line(visit, form.draft) if form.draft else None,
        "filling": filling(template, values, tongue_of(visit, template), problems, warnings),
        "reason": visit.typed("reason"),
        "picture": picture,
        "wrong": wrong,
        "focus": focus,
        "example": template.made_number(visit.office, today, 42) if template.gives_numbers else "",
    }
    return visit.show("draft_form.html", "drafts", status=422 if problems else 200, **values_now)


def _warnings(template: Template, values: Mapping[str, Raw]) -> Sequence[Problem]:
    try:
        record = template.check(Row(1, values))
    except RecordError:
        return ()
    return (*record.warnings, *odd(record.values))


def _picture(visit: Visit, template: Template, values: Mapping[str, Raw]) -> tuple[str, str]:
    """The page with what is right so far, and what does not fit on it."""
    try:
        return drawn(visit, template, unfinished(template, values)), ""
    except DoesNotFit as why:
        wrong = misfits(str(why))
    names = [label_of(template, problem.field) for problem in wrong]
    said = f"{', '.join(names)}: {tongue_of(visit, template)('does not fit on the page')}"
    too_long = {problem.field.partition("[")[0] for problem in wrong}
    try:
        rest = {name: value for name, value in values.items() if name not in too_long}
        return drawn(visit, template, unfinished(template, rest)), said
    except DoesNotFit:
        return "", said


def _changeable(visit: Visit, draft: Draft) -> bool:
    kept = draft.state in (State.DRAFT, State.CHECKED, State.RETURNED) and draft.kind != Kind.WITHDRAW
    return kept and draft.creator == visit.person.id and visit.may(Action.DRAFT)


def _new(visit: Visit) -> Form:
    template, request = asked_template(visit, str(visit.request.path_params["template"])), visit.asked("permohonan", 26)
    form = Form(template, None, None if request else replaced(visit), request)
    if form.replaced and form.replaced.template != form.template.name:
        raise NoSuchThing("there is no such document of this kind")
    return form
