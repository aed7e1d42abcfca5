"""Citizens' requests at the office: the queue, one request with its attachments, and what becomes of it.

Attachments are strangers' files. Pages of them are drawn where nothing can be reached and shown as pictures; the file
itself is only ever given to be saved, in a frame that runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import RedirectResponse, Response

from tte.errors import AttachmentRefused, ConfigError, RecordError, WrongState
from tte.model import Raw
from tte.people import Action
from tte.requests import DONE, AttachmentStanding, Standing, State
from tte.requests.asked import Paper, asked_of, begun
from tte.requests.unfit import MOST_PAGES
from tte.web.answering import WIB, language_of
from tte.web.office.filling import tongue_of
from tte.web.office.lines import since
from tte.web.office.saying import values_said
from tte.web.office.visits import OFFICE, Pages, Visit, place_of

HERE: Final = f"{OFFICE}/permohonan"
PER_PAGE: Final = 50
_LISTS: Final[dict[str, tuple[State, ...]]] = {
    State.SUBMITTED: (State.SUBMITTED,),
    State.EXAMINED: (State.EXAMINED,),
    State.RETURNED: (State.RETURNED,),
    "selesai": DONE,
}
_TONES: Final = {State.SUBMITTED: "info", State.EXAMINED: "info", State.RETURNED: "care"}
_PAPER: Final = Paper(label="Dokumen pendukung", english="Supporting document")
_TYPES: Final = {"pdf": "application/pdf", "jpeg": "image/jpeg"}


def declare(pages: Pages) -> None:
    """`/kantor/{office}/permohonan`."""

    @pages.get(HERE, Action.READ_REQUESTS)
    def queue(visit: Visit) -> Response:
        which = visit.asked("keadaan", 20)
        which = which if which in _LISTS else State.SUBMITTED
        handling, after = visit.service.requests().handling, visit.asked("setelah", 26)
        counts = handling.counts(visit.person, visit.office, visit.at)
        found = handling.queue(
            visit.person, visit.office, visit.at, states=_LISTS[which], after=after or None, most=PER_PAGE + 1
        )
        return visit.show(
            "requests.html",
            "requests",
            which=which,
            lists=[(name, sum(counts.get(state, 0) for state in states)) for name, states in _LISTS.items()],
            lines=[(one, visit.service.kind(one.kind), _waits(visit, one)) for one in found[:PER_PAGE]],
            more=found[PER_PAGE - 1].id if len(found) > PER_PAGE else "",
            first=not after,
            tones=_TONES,
        )

    @pages.get(f"{HERE}/{{request}}", Action.READ_REQUESTS)
    def one(visit: Visit) -> Response:
        return _one(visit)

    @pages.post(f"{HERE}/{{request}}/periksa", Action.HANDLE_REQUESTS)
    def examine(visit: Visit) -> Response:
        visit.service.requests().handling.examine(visit.person, visit.office, _id(visit), visit.at)
        return visit.go(f"/permohonan/{_id(visit)}", said="request_taken")

    @pages.post(f"{HERE}/{{request}}/kembalikan", Action.HANDLE_REQUESTS)
    def send_back(visit: Visit) -> Response:
        handling = visit.service.requests().handling
        handling.get(visit.person, visit.office, _id(visit), visit.at)
        if not visit.typed("reason").strip():
            return visit.go(f"/permohonan/{_id(visit)}", said="no_no-reason")
        handling.send_back(visit.person, visit.office, _id(visit), visit.typed("reason"), visit.at)
        return visit.go("/permohonan", said="request_returned")

    @pages.post(f"{HERE}/{{request}}/draf", Action.HANDLE_REQUESTS)
    def to_draft(visit: Visit) -> Response:
        """At once where nothing is missing; else the form, with what there is."""
        handling, id_ = visit.service.requests().handling, _id(visit)
        kind = handling.get(visit.person, visit.office, id_, visit.at).kind
        form = f"{visit.here}/draf/baru/{kind}?permohonan={id_}"
        try:
            handling.to_draft(visit.person, visit.office, id_, values_begun(visit, kind, id_), visit.at)
        except (RecordError, ConfigError):
            return RedirectResponse(form, 303)
        except WrongState as why:
            if "this number" not in str(why):
                raise
            return RedirectResponse(form, 303)
        return visit.go(f"/permohonan/{id_}", said="request_drafted")

    @pages.get(f"{HERE}/{{request}}/lampiran/{{attachment}}", Action.READ_REQUESTS)
    def attachment(visit: Visit) -> Response:
        kind, content = _attachment(visit)
        name = f"{visit.request.path_params['attachment']}.{'jpg' if kind == 'jpeg' else kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
        return Response(content, headers=headers, media_type=_TYPES.get(kind, "application/octet-stream"))

    @pages.get(f"{HERE}/{{request}}/lampiran/{{attachment}}/{{page}}", Action.READ_REQUESTS)
    def picture(visit: Visit) -> Response:
        page = place_of(str(visit.request.path_params["page"]))
        if page is None or not 1 <= page <= MOST_PAGES:
            raise visit.not_there()
        kind, content = _attachment(visit)
        try:
            drawn = visit.service.attachments.drawn(kind, content, page - 1)
        except AttachmentRefused:
            raise visit.not_there() from None
        return Response(drawn, headers={"Content-Security-Policy": "sandbox"}, media_type="image/jpeg")


def values_begun(visit: Visit, kind: str, request: str) -> dict[str, Raw]:
    """What the draft of a request begins with. NoSuchThing if it is another office's, or another kind's."""
    reading = visit.service.requests().handling.read(visit.person, visit.office, request, visit.at)
    if reading.filed.kind != kind:
        raise visit.not_there()
    template, office = visit.desk.drafts.template(kind), visit.service.home.settings.office(visit.office)
    values = reading.content.values if reading.content else {}
    return begun(visit.service.asking, template, office, values, visit.at.astimezone(WIB).date())


def _one(visit: Visit) -> Response:
    reading = visit.service.requests().handling.read(visit.person, visit.office, _id(visit), visit.at)
    filed, content = reading.filed, reading.content
    template = visit.service.template(filed.kind)
    asked = asked_of(visit.service.asking, template) if template else None
    said = values_said(asked, content.values, tongue_of(visit, template)) if asked and content else None
    waiting = filed.state in (State.SUBMITTED, State.EXAMINED) and filed.forgotten is None
    return visit.show(
        "request.html",
        "requests",
        filed=filed,
        kind=visit.service.kind(filed.kind),
        content=content,
        said_by=said,
        remark=reading.remark,
        steps=reading.steps,
        papers=_papers(visit, reading.attachments),
        waits=since(visit.at, filed.made),
        tone=_TONES.get(State(filed.state), "good"),
        draft=visit.desk.drafts.get(visit.person, filed.draft, visit.at) if filed.draft else None,
        handles=waiting and visit.may(Action.HANDLE_REQUESTS),
    )


def _papers(visit: Visit, attachments: Sequence[AttachmentStanding]) -> Sequence[tuple[AttachmentStanding, str]]:
    papers, indonesian = visit.service.asking.papers, language_of(visit.request.scope) == "id"
    found = [(one, papers.get(one.purpose, _PAPER)) for one in attachments]
    return [(one, paper.label if indonesian else paper.english) for one, paper in found]


def _attachment(visit: Visit) -> tuple[str, bytes]:
    attachment = str(visit.request.path_params["attachment"])
    handling = visit.service.requests().handling
    return handling.attachment(visit.person, visit.office, _id(visit), attachment, visit.at)


def _waits(visit: Visit, one: Standing) -> tuple[str, int]:
    return since(visit.at, one.made)


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["request"])
