"""The page of a draft as a picture."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image
from starlette.requests import Request

from tests.desk_world import Day
from tests.people_world import OFFICE
from tests.rows import rows
from tte.errors import DoesNotFit
from tte.model import Row
from tte.people import Role
from tte.web import Service
from tte.web.office.pictures import drawn, picture_of, unfinished
from tte.web.office.visits import Visit

SCOPE = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}


@pytest.fixture
def visit(desk: Service, day: Day) -> Visit:
    return Visit(desk, desk.desk(), Request(SCOPE), day.who(Role.VERIFIER), OFFICE, day.at, "")


def picture(address: str) -> Image.Image:
    kind, _, content = address.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_the_picture_of_a_draft_is_a_bounded_png_in_colours_of_the_page(visit: Visit, day: Day) -> None:
    (draft,) = day.drafted(1)
    found = picture(picture_of(visit, draft))
    assert found.width <= 1000
    assert found.height <= 1500
    assert len(picture_of(visit, draft)) < 500_000
    assert len(found.convert("RGB").getcolors(100_000) or []) > 10


def test_there_is_no_picture_of_what_is_forgotten(visit: Visit, day: Day) -> None:
    (draft,) = day.drafted(1)
    assert picture_of(visit, replace(draft, values=None)) == ""
    assert picture_of(visit, replace(draft, template="no_such_thing")) == ""


@pytest.mark.parametrize("kind", ["akta_kelahiran", "kartu_keluarga", "surat_keterangan_pindah"])
def test_an_unfinished_form_is_drawn_with_blanks(visit: Visit, kind: str) -> None:
    template = visit.desk.drafts.template(kind)
    (row,) = rows(kind, 1)
    for values in ({}, dict.fromkeys(template.fields, "\u202e"), {**row.values, "nama": "\u0410"}):
        assert picture(drawn(visit, template, unfinished(template, values))).width


def test_what_does_not_fit_is_named_and_not_drawn(visit: Visit, day: Day) -> None:
    template = visit.desk.drafts.template("akta_kelahiran")
    (row,) = rows("akta_kelahiran", 1)
    record = template.check(Row(1, {**row.values, "nama_ibu": "W" * 60}))
    with pytest.raises(DoesNotFit, match="nama_ibu"):
        drawn(visit, template, record)
