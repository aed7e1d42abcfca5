"""Every route of /v1, asked by everybody: nobody, an application with the right, one without it, another office's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi.routing import APIRoute

from tests.api.conftest import OTHER, TEMPLATE, Application, Applications, record
from tests.minimal_pdf import minimal_pdf
from tests.request_files import photo
from tte.issuance import now
from tte.people import Action
from tte.people.rights import CLIENTS
from tte.people.rows import ClientRow
from tte.web import Service
from tte.web.api import router
from tte.web.api.calls import ANYBODY, CLIENT
from tte.web.api.requests import EXAMPLE as REQUEST
from tte.web.app import routes
from tte.web.journal import Figures

_CSV = {"content": b"a,b\n1,2\n", "headers": {"content-type": "text/csv"}}
_HOOK = {"url": "https://receiver.example/tte", "events": ["document.issued"]}
BODIES: dict[str, dict[str, Any]] = {
    "validate": {"content": b"%PDF", "headers": {"content-type": "application/pdf"}},
    "issue_document": {"json": {"template": TEMPLATE, "record": record(7)}},
    "propose_withdrawal": {"json": {"reason": "salah"}},
    "propose_replacement": {"json": {"record": record(1) | {"nama_ibu": "LAIN"}, "reason": "dibetulkan"}},
    "add_draft": {"json": {"template": TEMPLATE, "record": record(9)}},
    "change_draft": {"json": {"record": record(8)}},
    "submit_batch": {**_CSV, "params": {"template": TEMPLATE}},
    "add_webhook": {"json": _HOOK},
    "file_request": {
        "data": {"request": json.dumps(REQUEST)},
        "files": [(name, (name, photo(), "image/jpeg")) for name in ("surat_lahir", "kk", "ktp_orang_tua")],
        "headers": {"idempotency-key": "1"},
    },
    "sign_upload": {"files": {"file": ("surat.pdf", minimal_pdf(), "application/pdf")}},
}


@dataclass(frozen=True)
class Asked:
    name: str
    method: str
    path: str
    rights: tuple[Action | str, ...]

    def by(self, who: Application, ids: dict[str, str]) -> int:
        path = re.sub(r"\{(\w+)(:path)?\}", lambda found: ids[f"{self.room} {found[1]}"], self.path)
        return who.ask(self.method, path, **BODIES.get(self.name, {})).status_code

    @property
    def room(self) -> str:
        return "documents" if "documents/{id}" in self.path else self.path.split("/")[2]


def every_route(service: Service) -> Iterator[Asked]:
    for route in router(service, Figures()).routes:
        assert isinstance(route, APIRoute), route
        (method,) = route.methods or {""}
        yield Asked(route.endpoint.__name__, method, route.path, route.endpoint.__dict__["rights"])


@pytest.fixture
def ids(siak: Application) -> dict[str, str]:
    """Something of the office for every id that a path has. There is no other way to tell that another's is hidden."""
    document = siak.issue(record(1)).json()["id"]
    draft = siak.ask("POST", "/v1/drafts", json={"template": TEMPLATE, "record": record(8)}).json()["id"]
    rows = ",".join(record(3)) + "\n" + ",".join(str(value) for value in record(3).values()) + "\n"
    csv = {"content": rows.encode(), "headers": {"content-type": "text/csv"}, "params": {"template": TEMPLATE}}
    batch = siak.ask("POST", "/v1/batches", **csv).json()["id"]
    hook = siak.ask("POST", "/v1/webhooks", json=_HOOK).json()["id"]
    request = siak.ask("POST", "/v1/requests", **BODIES["file_request"]).json()["id"]
    siak.get(f"/v1/register/documents/{document}/proof")
    return {
        "requests id": request,
        "documents id": document,
        "drafts id": draft,
        "batches id": batch,
        "webhooks id": hook,
        "templates name": TEMPLATE,
        "register level": "entries",
        "register place": "000.p/1",
    }


def test_no_route_was_forgotten(service: Service) -> None:
    known = {(one.method.lower(), re.sub(":path", "", one.path)) for one in every_route(service)}
    described = routes(service, Figures()).openapi()["paths"]
    assert {(method, path) for path, said in described.items() for method in said} == known
    for one in every_route(service):
        assert one.rights
        assert {*one.rights} <= {*CLIENTS} or one.rights in ((ANYBODY,), (CLIENT,))
        assert one.method in ("GET", "DELETE") or one.name in BODIES


def test_each_route_goes_by_its_rights(
    service: Service, siak: Application, applications: Applications, ids: dict[str, str]
) -> None:
    nobody, stranger = Application(service, siak.app), Application(service, siak.app, f"{siak.key[:-1]}!")
    foreign = applications(office=OTHER)
    with_right = {action: applications(action) for action in CLIENTS}
    without = {one.rights: applications(*CLIENTS - {*one.rights}) for one in every_route(service)}
    asked = sorted(every_route(service), key=lambda one: one.method == "DELETE")
    for one in asked:
        if one.rights == (ANYBODY,):
            assert one.by(nobody, ids) == 200, one
            assert one.by(stranger, ids) == 200, one
            continue
        assert one.by(nobody, ids) == 401, one
        assert one.by(stranger, ids) == 401, one
        if one.rights != (CLIENT,):
            assert one.by(without[one.rights], ids) == 403, one
        if "{id}" in one.path:
            assert one.by(foreign, ids) == 404, one
    theirs = {"get_request", "change_draft", "discard_draft", "get_webhook", "remove_webhook", "rotate_webhook_secret"}
    for one in asked:  # what is done is done last
        for right in one.rights:
            who = siak if one.name in theirs or right not in with_right else with_right[Action(right)]
            assert one.by(who, ids) in (200, 201, 202, 204, 409, 422), one


def test_another_office_sees_and_signs_nothing_of_ours(applications: Applications, ids: dict[str, str]) -> None:
    foreign = applications(office=OTHER)
    for path in ("/v1/documents", "/v1/drafts", "/v1/batches", "/v1/webhooks"):
        assert foreign.get(path).json()["items"] == []
    body = {"template": TEMPLATE, "record": record(5)}
    for key in ("demo", "nobody", None):
        answer = foreign.ask("POST", "/v1/documents", json={**body, "key": key})
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:tte:problem:not-unattended"


def test_a_key_that_asks_a_person_is_not_for_applications(siak: Application) -> None:
    profile = siak.service.home.path / "keys" / "demo.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("unattended = true\n", ""), encoding="utf-8")
    assert siak.issue(record()).json()["type"] == "urn:tte:problem:not-unattended"


def test_a_client_that_is_disabled_is_nobody_from_then_on(siak: Application) -> None:
    siak.get("/v1/documents")
    assert siak.client
    with siak.service.keeping().change() as rows:
        rows.put(replace(rows.get(ClientRow, id=siak.client.id), disabled=now()))
    siak.get("/v1/documents", 401)
