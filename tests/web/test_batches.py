"""Batches in the browser: how far, what became of the rows, and whose."""

from __future__ import annotations

import io

from tests.desk_world import TEMPLATE, Day
from tests.people_world import OFFICE
from tests.rows import births
from tests.web.conftest import Clock
from tests.web.staff import HERE, signed_in
from tests.web.strict_html import Page
from tte.batches import submit
from tte.intake import Format
from tte.model import Raw
from tte.people import Role
from tte.web import Service


def file_of(count: int) -> io.BytesIO:
    values: list[dict[str, Raw]] = [dict(row.values) for row in births(count)]
    lines = [",".join(values[0]), *(",".join(f'"{cell}"' for cell in one.values()) for one in values)]
    return io.BytesIO("\n".join(lines).encode())


def test_a_batch_is_seen_with_its_rows_and_no_names(desk: Service, day: Day, clock: Clock) -> None:
    content = file_of(3)
    id_ = submit(desk.batches(), day.home.template(TEMPLATE), content, Format.CSV, profile="demo", size=8)
    own = signed_in(desk, day, Role.OPERATOR, clock)
    listed, page = own.get(f"{HERE}/batch"), own.get(f"{HERE}/batch/{id_}")
    assert Page(listed).wrong == []
    assert Page(page).wrong == []
    assert "0 dari 3 baris" in page
    assert "http-equiv" in page
    outcomes = own.get(f"{HERE}/batch/{id_}/hasil")
    assert outcomes.startswith("row,")
    assert not any(str(row.values["nama"]) in listed + page + outcomes for row in births(3))


def test_a_batch_of_another_offices_key_is_not_there(desk: Service, day: Day, clock: Clock) -> None:
    id_ = submit(desk.batches(), day.home.template(TEMPLATE), file_of(1), Format.CSV, profile="gone", size=8)
    own = signed_in(desk, day, Role.OPERATOR, clock)
    assert id_ not in own.get(f"{HERE}/batch")
    for path in (id_, f"{id_}/hasil", "x"):
        assert own.ask("GET", f"/kantor/{OFFICE}/batch/{path}").status_code == 404
