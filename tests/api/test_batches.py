"""A file of rows from its upload to its outcomes, worked on by the service's own worker."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import pytest

from tests.api.conftest import TEMPLATE, Application
from tests.rows import births
from tte.intake import Format
from tte.samples import sample_rows, write

PARAMS = {"template": TEMPLATE}


def file(count: int, format_: Format) -> bytes:
    out = io.BytesIO()
    write(sample_rows(TEMPLATE, count=count, seed=5), format_, out)
    return out.getvalue()


def submit(siak: Application, content: bytes, kind: str = "text/csv", **more: Any) -> dict[str, Any]:
    answer = siak.ask("POST", "/v1/batches", content=content, headers={"content-type": kind}, params=PARAMS | more)
    assert answer.status_code == 202, answer.text
    said: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/batches/{said['id']}"
    return said


def done(siak: Application, id_: str) -> dict[str, Any]:
    last = time.monotonic() + 90
    while (said := siak.get(f"/v1/batches/{id_}").json())["ended_at"] is None:
        assert time.monotonic() < last, said
        time.sleep(0.2)
    return dict(said)


def test_a_batch_goes_from_its_file_to_its_outcomes_by_itself(siak: Application) -> None:
    content = file(3, Format.CSV) + b"bad," * 12 + b"bad\r\n"
    batch = submit(siak, content)
    assert submit(siak, content)["id"] == batch["id"]
    events = siak.get(f"/v1/batches/{batch['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    last = events.text.strip().split("\n\n")[-1].splitlines()
    assert last[0] == "event: end"
    ended = json.loads(last[1].removeprefix("data: "))
    assert (ended["state"], ended["issued"], ended["refused"]) == ("done", 3, 1)
    told = list(csv.DictReader(io.StringIO(siak.get(f"/v1/batches/{batch['id']}/outcomes").text)))
    assert [one["outcome"] for one in told] == ["issued"] * 3 + ["refused"]
    assert {one["id"] for one in siak.get("/v1/documents").json()["items"]} == {one["id"] for one in told[:3]}
    assert [one["id"] for one in siak.get("/v1/batches").json()["items"]] == [batch["id"]]


@pytest.mark.parametrize(
    ("kind", "format_"), [("application/x-ndjson", Format.NDJSON), ("application/json", Format.JSON)]
)
def test_json_and_ndjson_are_taken_as_well(siak: Application, kind: str, format_: Format) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # nobody works on it here
    assert submit(siak, file(2, format_), kind)["rows"] == 2


def test_a_batch_that_is_cancelled_begins_nothing_more(siak: Application) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # nobody works on it here
    batch = submit(siak, file(3, Format.CSV))
    assert siak.ask("DELETE", f"/v1/batches/{batch['id']}").json()["state"] == "cancelled"
    assert "event: end" in siak.get(f"/v1/batches/{batch['id']}/events").text
    assert submit(siak, file(3, Format.CSV))["id"] != batch["id"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2\n", b"nomor_akta\n", b"\x00" * 100])
def test_a_file_that_cannot_be_read_is_refused_at_once(siak: Application, content: bytes) -> None:
    answer = siak.ask("POST", "/v1/batches", content=content, headers={"content-type": "text/csv"}, params=PARAMS)
    assert answer.status_code == 422
    assert siak.get("/v1/batches").json()["items"] == []


def test_pages_of_batches_follow_each_other(siak: Application) -> None:
    siak.service.work = lambda: None  # type: ignore[method-assign]  # nobody works on it here
    rows = [json.dumps([dict(row.values)]).encode() for row in births(3)]
    ids = [submit(siak, one, "application/json")["id"] for one in rows]
    first = siak.get("/v1/batches?limit=2")
    second = siak.get(first.links["next"]["url"])
    assert [one["id"] for page in (first, second) for one in page.json()["items"]] == ids[::-1]
    assert "next" not in second.links
