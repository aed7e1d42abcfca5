"""`/v1/requests`: an application files for a citizen, once, and sees how it stands."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.api.conftest import Application, Applications
from tests.request_files import photo, png
from tests.strangers_pdfs import plain
from tte.people import Action
from tte.web.api.requests import EXAMPLE

PAPERS = {"surat_lahir": plain(), "kk": png(), "ktp_orang_tua": photo()}


def filed(who: Application, *, key: str = "1", body: Any = EXAMPLE, **papers: bytes) -> httpx.Response:
    files = [(name, (f"../{name}", content)) for name, content in {**PAPERS, **papers}.items()]
    return who.ask(
        "POST", "/v1/requests", data={"request": json.dumps(body)}, files=files, headers={"idempotency-key": key}
    )


def test_a_request_is_filed_once_and_seen_by_whoever_filed_it(applications: Applications) -> None:
    desk, other = applications(Action.FILE_REQUESTS), applications(Action.FILE_REQUESTS)
    first, again = filed(desk), filed(desk)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    said = first.json()
    assert {**said, "again": True} == again.json()
    assert (said["state"], said["steps"][0]["role"], said["holds"][0]["holder"]) == (
        "diajukan",
        "application",
        "operator",
    )
    address = first.headers["location"]
    stands = desk.get(address).json()
    assert stands == {name: said[name] for name in stands}
    assert "secret" not in stands
    other.get(address, 404)
    assert filed(other).json()["id"] != said["id"]
    reused = filed(desk, body={**EXAMPLE, "note": "lain"})
    assert (reused.status_code, reused.json()["type"]) == (422, "urn:tte:problem:idempotency-key-reused")
    assert EXAMPLE["record"]["nama"] not in first.text


def test_what_cannot_be_filed_says_why_and_repeats_nothing(siak: Application) -> None:
    wrong = {**EXAMPLE, "record": {"nama": "SITI <b>"}, "contacts": [{"channel": "sms", "address": "12x"}]}
    answer = siak.ask("POST", "/v1/requests", json=wrong, headers={"idempotency-key": "a"})
    fields = {one["field"] for one in answer.json()["problems"]}
    assert answer.status_code == 422
    assert fields >= {"jenis_kelamin", "contacts[0]", "surat_lahir", "kk", "ktp_orang_tua"}
    assert "<b>" not in answer.text
    for papers, code in (
        ({"kk": b"<html>"}, "attachment-wrong-type"),
        ({"kk": plain() + b"<script>"}, "attachment-two-types"),
        ({"asing": png()}, "request"),
    ):
        answer = filed(siak, key="b", **papers)
        assert (answer.status_code, answer.json()["type"]) == (422, f"urn:tte:problem:{code}")
    assert filed(siak, key="b").status_code == 201  # a key is used up only by what could be filed
    odd: list[Any] = [{**EXAMPLE, "kind": "x"}, {**EXAMPLE, "extra": 1}, []]
    for body in odd:
        assert filed(siak, key="c", body=body).status_code == 422
    assert siak.ask("POST", "/v1/requests", json=EXAMPLE).status_code == 422  # no key
    assert siak.ask("POST", "/v1/requests", content=b"x", headers={"idempotency-key": "d"}).status_code == 415
    huge = {"content-length": str(1 << 30), "content-type": "application/json", "idempotency-key": "e"}
    assert siak.ask("POST", "/v1/requests", content=b"{", headers=huge).status_code == 413
