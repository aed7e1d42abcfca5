"""The operator's room: the form made of a template's fields, the lists, the page beside the form."""

from __future__ import annotations

import html

import pytest

from tests.desk_world import Day
from tests.rows import rows
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, signed_in
from tests.web.strict_html import Page
from tte.desk import State
from tte.people import Role
from tte.web import Service

NEW = f"{HERE}/draf/baru/akta_kelahiran"


@pytest.fixture
def operator(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.OPERATOR, clock)


def typed(template: str, *, seed: int = 1, **changed: str) -> dict[str, str]:
    """A fictional record as the form's fields."""
    (row,) = rows(template, 1, seed=seed)
    form: dict[str, str] = {}
    for name, value in row.values.items():
        if isinstance(value, list):
            form[f"n.{name}"] = str(len(value))
            for k, inner in enumerate(value):
                assert isinstance(inner, dict)
                form |= {f"f.{name}.{k}.{column}": str(cell) for column, cell in inner.items()}
        else:
            form[f"f.{name}"] = str(value)
    return form | {f"f.{name}": value for name, value in changed.items()}


def test_every_page_of_the_room_is_well_formed_in_both_languages(operator: Browser, day: Day, desk: Service) -> None:
    mine = day.drafted(2)
    paths = [f"{HERE}/draf", f"{HERE}/draf/baru", f"{HERE}/draf/{mine[0].id}"]
    paths += [f"{HERE}/draf/baru/{name}" for name in desk.home.template_names()]
    for path in paths:
        for language in ("id", "en"):
            assert Page(operator.get(f"{path}?lang={language}")).wrong == [], path


def test_a_draft_is_made_and_stands_in_the_list(operator: Browser, day: Day) -> None:
    form = typed("akta_kelahiran")
    answer = operator.post(NEW, on=NEW, do="save", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/draf?said=drafted")
    page = operator.get(f"{HERE}/draf?said=drafted")
    assert "Draf disimpan" in page
    assert html.escape(form["f.nama"]) in page
    assert form["f.nik"] not in page
    assert day.states() == [State.DRAFT]
