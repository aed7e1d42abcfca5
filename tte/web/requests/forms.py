"""A citizen's form: what it asks for, what was typed and attached, and what is wrong, each beside its field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from tte.errors import AttachmentRefused, Problem
from tte.model import Raw
from tte.requests import Contact, Content
from tte.requests.asked import Asked
from tte.web.answering import WIB, language_of, page, remember
from tte.web.office.filling import blank_row, filling, tongue_of, typed, without_blank_rows
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service
from tte.web.uploading import InMemory
from tte.web.words import WORDS

_FIELDS: Final = 2000
_NOTE: Final = 1000
_TOKEN: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Guest:
    """A citizen's request of a page; nobody is signed in."""

    service: Service
    request: Request
    form: FormData = field(default_factory=FormData, repr=False)

    def typed(self, name: str, most: int = 1000) -> str:
        """What was typed into a field, cut; "" if it is not there."""
        given = self.form.get(name, "")
        return given[:most] if isinstance(given, str) else ""

    def say(self, word: str, **fill: object) -> str:
        return WORDS[word][0 if language_of(self.request.scope) == "id" else 1].format(**fill)

    def show(self, name: str, here: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page, which remembers the language that was asked for."""
        language = language_of(self.request.scope)
        common = {"host": self.service.host, "asks": True, "here": here}
        answer = page(name, language, {**common, **values}, status=status)
        if self.request.query_params.get("lang") == language:
            remember(answer, language, secure=self.service.secure)
        return answer

    @property
    def token(self) -> str:
        """What the form is known by when it is sent twice."""
        given = self.typed("token", 32)
        return given if _TOKEN.fullmatch(given) else secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says. `wrong`: what it is called, where it stands, and what is wrong with it."""

    content: Content
    files: Sequence[tuple[str, bytes]]
    problems: Sequence[Problem]
    wrong: Sequence[tuple[str, str, str]]


async def form_in(request: Request, *, files: int) -> FormData:
    """The form, out of a body that is in memory. Refusal 415, 400."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        form = await FormParser(request.headers, request.stream()).parse()
    elif kind == "multipart/form-data":
        parser = InMemory(
            request.headers, request.stream(), max_files=files, max_fields=_FIELDS, max_part_size=64 * 1024
        )
        try:
            form = await parser.parse()
        except (MultiPartException, UnicodeDecodeError, ValueError):
            raise Refusal(Cause.TOO_MANY_FILES) from None
    else:
        raise Refusal(Cause.MEDIA_TYPE)
    if len(form.multi_items()) > _FIELDS:
        raise Refusal(Cause.BAD_REQUEST)
    return form


def sent(guest: Guest, asked: Asked, *, kept: Iterable[str] = ()) -> Sent:
    """What was sent, and all that is wrong with it. `kept` are papers that are there already."""
    values = without_blank_rows(asked, typed(guest, asked))
    files = _files(guest, asked)
    today = guest.service.now().astimezone(WIB).date()
    problems = asked.problems(values, today)
    wrong: list[tuple[str, str, str]] = []
    contacts = []
    for channel in guest.service.channels:
        if given := guest.typed(f"contact.{channel}", 300).strip():
            if contact := Contact.of(channel, given):
                contacts.append(contact)
            else:
                wrong.append((guest.say(f"contact_{channel}"), f"contact-{channel}", guest.say("contact_wrong")))
    have = dict.fromkeys((*kept, *(name for name, _ in files)), True)
    papers = {one.name: one for one in asked.papers}
    for problem in asked.missing(have):
        wrong.append(
            (label_of(guest, papers[problem.field].paper), f"file-{problem.field}", guest.say("paper_missing"))
        )
    content = Content(values, tuple(contacts), guest.typed("note", _NOTE).strip())
    return Sent(content, files, problems, wrong)


def unfit(guest: Guest, asked: Asked, why: AttachmentRefused) -> tuple[str, str, str]:
    """What is wrong with a file, as `Sent.wrong` has it."""
    limits = guest.service.home.settings.requests
    said = guest.say(f"unfit_{why.why}", n=limits.attachments, mb=limits.attachment_mb, all=limits.together_mb)
    paper = next((one for one in asked.papers if one.name == why.purpose), None)
    return (
        (label_of(guest, paper.paper), f"file-{why.purpose}", said) if paper else (guest.say("papers"), "papers", said)
    )


def shown(
    guest: Guest,
    asked: Asked,
    values: Mapping[str, Raw],
    problems: Sequence[Problem] = (),
    wrong: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """What the page of a form needs: its parts, the problems, the papers, what was typed besides the fields."""
    filled = filling(asked, values, tongue_of(guest, asked), problems)
    return {
        "asked": asked,
        "filling": filled,
        "summary": [*filled.summary, *wrong],
        "wrong_at": {id_: said for _, id_, said in wrong},
        "papers": [(one, label_of(guest, one.paper)) for one in asked.papers],
        "contacts": [(channel, guest.typed(f"contact.{channel}", 300)) for channel in guest.service.channels],
        "note": guest.typed("note", _NOTE),
        "limits": guest.service.home.settings.requests,
    }


def rows_changed(guest: Guest, asked: Asked, values: dict[str, Raw]) -> str:
    """Add or drop a row, if that is what the button says: where the page then begins; "" if it is not."""
    do, _, rest = guest.typed("do", 80).partition(".")
    name, _, place = rest.partition(".")
    rows = values.get(name)
    if do not in ("add", "drop") or not isinstance(rows, list):
        return ""
    if do == "add" and len(rows) < asked.fields[name].max:
        rows.append(blank_row(asked.fields[name]))
    elif do == "drop" and place.isascii() and place.isdigit():
        del rows[int(place) : int(place) + 1]
    return f"f-{name}-{len(rows) - 1}" if do == "add" else f"f-{name}"


def label_of(guest: Guest, paper: Any) -> str:
    """A paper as people call it, in the reader's language."""
    return str(paper.label if language_of(guest.request.scope) == "id" else paper.english)


def _files(guest: Guest, asked: Asked) -> Sequence[tuple[str, bytes]]:
    found = []
    for one in asked.papers:
        for given in guest.form.getlist(f"file.{one.name}"):
            if isinstance(given, UploadFile) and (given.filename or given.size):
                with given.file:
                    found.append((one.name, given.file.read()))
    return found
