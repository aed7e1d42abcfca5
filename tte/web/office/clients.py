"""Applications that use /v1 for an office: what each may do, until when; its key is shown once, and works from when
a second admin has confirmed it: another one of the office, or a national one.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from tte.people import Action
from tte.people.rights import CLIENTS
from tte.web.office.lines import names_at
from tte.web.office.visits import OFFICE, Pages, Visit, day_of

APPLICATIONS: Final = f"{OFFICE}/aplikasi"


def declare(pages: Pages) -> None:
    """`/kantor/{office}/aplikasi`."""

    @pages.get(APPLICATIONS, Action.MANAGE_CLIENTS, Action.CONFIRM_CLIENTS)
    def clients(visit: Visit) -> Response:
        found = visit.desk.people.clients.all(visit.office)
        return visit.show(
            "clients.html",
            "clients",
            clients=found,
            actions=sorted(CLIENTS),
            names=names_at(visit),
            adds=visit.may(Action.MANAGE_CLIENTS),
        )

    @pages.post(APPLICATIONS, Action.MANAGE_CLIENTS)
    def add(visit: Visit) -> Response:
        actions = [Action(one) for one in visit.form.getlist("action") if one in set(CLIENTS)]
        until = day_of(visit.typed("until")) or visit.at
        row, key = visit.desk.people.clients.add(
            visit.typed("name", 200), visit.office, actions, until, visit.at, by=visit.person
        )
        return visit.show("secret.html", "clients", word="secret_key", whose=row.name, secret=key, back="/aplikasi")

    @pages.post(APPLICATIONS + "/{client}/sahkan", Action.CONFIRM_CLIENTS)
    def confirm(visit: Visit) -> Response:
        visit.desk.people.clients.confirm(_asked(visit), visit.at, by=visit.person)
        return visit.go("/aplikasi", said="client_confirmed")

    @pages.post(APPLICATIONS + "/{client}/nonaktif", Action.MANAGE_CLIENTS, Action.CONFIRM_CLIENTS)
    def disable(visit: Visit) -> Response:
        visit.desk.people.clients.disable(_asked(visit), visit.at, by=visit.person)
        return visit.go("/aplikasi", said="disabled")


def _asked(visit: Visit) -> str:
    """The application that the address names, if it is one of this office."""
    wanted: str = visit.request.path_params["client"]
    if all(one.id != wanted for one in visit.desk.people.clients.all(visit.office)):
        raise visit.not_there()
    return wanted
