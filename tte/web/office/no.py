"""When the desk says no: an error becomes a page that says what happened and what to do, with nothing of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from tte.errors import NoSuchThing, NotAllowed, QueueFull, RegisterError, TteError, WrongState
from tte.people import Why
from tte.web.refusals import Cause, Refusal

if TYPE_CHECKING:
    from tte.web.office.visits import Visit


def no(visit: Visit, why: TteError) -> Response:
    """The page for an error. What is another office's is not there (404); a register that is away is raised on."""
    match why:
        case NoSuchThing():
            raise Refusal(Cause.NOT_FOUND)
        case QueueFull():
            raise Refusal(Cause.BUSY, 60)
        case RegisterError():
            raise why
        case NotAllowed(why=Why.SECOND_FACTOR) if visit.request.method == "GET":
            return RedirectResponse(f"/akun/kode?lanjut={visit.request.url.path}", 303)
        case NotAllowed(why=code):
            return visit.show("no.html", status=403, head="no_h", text=f"no_{code}", hint="")
        case WrongState():
            return visit.show("no.html", status=409, head="changed_h", text="changed_p", hint="")
        case _:
            return visit.show("no.html", status=422, head="wrong_h", text="", hint=str(why))
