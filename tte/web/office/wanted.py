"""What an address or a form names: a draft, a template, a document; and nothing of another office."""

from __future__ import annotations

from tte.desk import Draft
from tte.errors import NoSuchThing
from tte.model import Entry
from tte.model import State as Stands
from tte.template import Template
from tte.web.office.visits import Visit


def asked_draft(visit: Visit) -> Draft:
    """The draft of the address. NoSuchThing if it is not this office's."""
    draft = visit.desk.drafts.get(visit.person, str(visit.request.path_params["draft"]), visit.at)
    if draft.office != visit.office:
        raise NoSuchThing("there is nothing of this kind with this id")
    return draft


def asked_template(visit: Visit, name: str) -> Template:
    """The template of this name. NoSuchThing if there is none."""
    if name not in visit.service.home.template_names():
        raise NoSuchThing("there is no template of this name")
    return visit.desk.drafts.template(name)


def replaced(visit: Visit) -> Entry | None:
    """The document that is to be replaced, if the address names one."""
    id_ = visit.asked("mengganti", 64)
    if not id_:
        return None
    entry = visit.service.find(id_)
    if entry is None or entry.office.split()[0] != visit.office:
        raise NoSuchThing("there is no such document")
    return entry


def is_issued(visit: Visit, template: Template, number: str) -> bool:
    """Whether a document of this kind and number is in force: it can only be replaced."""
    register = visit.service.register()
    for entry in register.find_number(number) if register else ():
        ours = entry.office.split()[0] == visit.office and entry.template == template.name
        if ours and entry.state is Stands.ISSUED:
            return True
    return False
