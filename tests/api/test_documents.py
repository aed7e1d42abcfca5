"""Documents over HTTP: each once, however often and at once it is asked for; listed, fetched, proposed for an end."""

from __future__ import annotations

import hashlib

import pytest

from tests.api.conftest import TEMPLATE, Application, Applications, record
from tests.people_world import OFFICE
from tests.rows import births
from tte.people import Action, Event
from tte.validation import validate


def numbers(siak: Application) -> int:
    register = siak.service.register()
    assert register
    return register.count()


def test_a_document_is_issued_and_its_file_is_genuine(siak: Application) -> None:
    answer = siak.issue(record())
    assert answer.status_code == 201
    said = answer.json()
    assert answer.headers["location"] == f"/v1/documents/{said['id']}"
    assert said["number"] == record()["nomor_akta"]
    pdf = siak.get(f"{answer.headers['location']}/pdf")
    assert hashlib.sha256(pdf.content).hexdigest() == said["pdf_sha256"]
    assert validate(pdf.content, siak.service.trust, siak.service.now()).indication == "TOTAL-PASSED"
    assert siak.get(answer.headers["location"]).json().items() <= said.items()
    assert siak.issue(record()).status_code == 200
    with siak.service.keeping().reading() as rows:
        (event,) = rows.all(Event, document=said["id"], what="issued")
    assert siak.client
    assert (event.what, event.person, event.office) == ("issued", siak.client.id, OFFICE)


def test_the_examples_of_the_description_do_what_they_show(siak: Application) -> None:
    schemas = siak.get("/v1/openapi.json").json()["components"]["schemas"]
    (example,) = schemas["NewDocument"]["examples"]
    answer = siak.ask("POST", "/v1/documents", json=example)
    assert answer.status_code == 201, answer.text
    (changed,) = schemas["Replacement"]["examples"]
    assert siak.ask("POST", f"{answer.headers['location']}/replacements", json=changed).status_code == 202
    assert "ProblemShape" in schemas


@pytest.mark.parametrize("with_key", [True, False])
def test_64_at_once_with_the_same_content_make_one_document(siak: Application, *, with_key: bool) -> None:
    headers = {"Idempotency-Key": "permohonan-1"} if with_key else {}
    body = {"template": TEMPLATE, "record": record()}
    if with_key:  # then the register gives the number
        del body["record"]["nomor_akta"]  # type: ignore[attr-defined]
    answers = siak.at_once([("POST", "/v1/documents", {"json": body, "headers": headers})] * 64)
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert numbers(siak) == 1


def test_64_different_ones_at_once_are_all_issued(siak: Application) -> None:
    wanted = [{"json": {"template": TEMPLATE, "record": dict(row.values)}} for row in births(64)]
    answers = siak.at_once([("POST", "/v1/documents", one) for one in wanted])
    assert {answer.status_code for answer in answers} == {201}
    assert numbers(siak) == 64


def test_a_bad_one_among_many_stops_no_other(siak: Application) -> None:
    wanted = [{"template": TEMPLATE, "record": dict(row.values)} for row in births(8)]
    wanted[3]["record"]["nik"] = "123"  # type: ignore[index]
    answers = siak.at_once([("POST", "/v1/documents", {"json": one}) for one in wanted])
    assert [answer.status_code for answer in answers] == [201] * 3 + [422] + [201] * 4
    assert [one["field"] for one in answers[3].json()["problems"]] == ["nik"]
    assert "123" not in answers[3].text.replace(answers[3].json()["instance"], "")


def test_a_number_or_a_key_with_other_content_is_refused_and_nothing_is_issued(siak: Application) -> None:
    siak.issue(record(), **{"Idempotency-Key": "a"})
    other = siak.issue(record() | {"nama_ibu": "LAIN"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:tte:problem:already-issued")
    reused = siak.issue(record(2), **{"Idempotency-Key": "a"})
    assert (reused.status_code, reused.json()["type"]) == (422, "urn:tte:problem:idempotency-key-reused")
    assert siak.issue(record(), **{"Idempotency-Key": "a"}).status_code == 200
    assert numbers(siak) == 1


def test_the_key_of_another_application_is_another_key(siak: Application, applications: Applications) -> None:
    another = applications(Action.ISSUE)
    assert siak.issue(record(), **{"Idempotency-Key": "a"}).status_code == 201
    assert another.issue(record(2), **{"Idempotency-Key": "a"}).status_code == 201


def test_without_a_number_and_without_a_key_nothing_is_issued(siak: Application) -> None:
    bare = {name: value for name, value in record().items() if name != "nomor_akta"}
    answer = siak.issue(bare)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:tte:problem:idempotency-key-missing")
    assert siak.issue(bare | {"idempotency_key": "x"}).status_code in (400, 422)
    assert siak.issue(record() | {"idempotency_key": "x"}).status_code == 422


def test_pages_follow_each_other_to_the_end(siak: Application) -> None:
    wanted = [{"json": {"template": TEMPLATE, "record": dict(row.values)}} for row in births(7)]
    siak.at_once([("POST", "/v1/documents", one) for one in wanted])
    seen, path = [], "/v1/documents?limit=3&state=ISSUED"
    for _ in range(3):
        page = siak.get(path)
        seen += [one["number"] for one in page.json()["items"]]
        path = page.links.get("next", {}).get("url", "")
    assert path == ""
    assert sorted(seen) == sorted(str(row.values["nomor_akta"]) for row in births(7))
    prefix = seen[0]
    assert [one["number"] for one in siak.get(f"/v1/documents?number={prefix}").json()["items"]] == [prefix]
    assert siak.get("/v1/documents?state=REVOKED").json()["items"] == []
    for wrong in ("!!", "YQ", "w6k", "-1"):
        siak.get(f"/v1/documents?cursor={wrong}", 422)


def test_an_end_is_only_proposed(siak: Application) -> None:
    here = siak.issue(record()).headers["location"]
    proposed = siak.ask(
        "POST", f"{here}/replacements", json={"record": record() | {"nama_ibu": "IBU LAIN"}, "reason": "x"}
    )
    assert proposed.status_code == 202
    draft = siak.get(proposed.headers["location"]).json()
    assert (draft["kind"], draft["state"], draft["record"]["nama_ibu"]) == ("replace", "draft", "IBU LAIN")
    assert siak.ask("POST", f"{here}/withdrawals", json={"reason": "x"}).status_code == 409
    assert siak.ask("DELETE", proposed.headers["location"]).status_code == 204
    assert siak.ask("POST", f"{here}/withdrawals", json={"reason": "x"}).status_code == 202
    assert siak.get(here).json()["state"] == "ISSUED"


def test_the_file_of_what_is_withdrawn_is_not_given(siak: Application) -> None:
    here = siak.issue(record()).headers["location"]
    register = siak.service.register()
    assert register
    with register.turn():
        register.revoke(here.rpartition("/")[2], "salah", siak.service.now())
    assert siak.get(f"{here}/pdf", 409).json()["type"] == "urn:tte:problem:not-delivered"
    assert siak.get(here).json()["state"] == "REVOKED"


def test_a_key_that_cannot_be_opened_is_503_and_tells_nobody_why(siak: Application) -> None:
    (siak.service.home.path / "var" / "demo.pin").write_text("wrong", encoding="ascii")
    answer = siak.issue(record())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "demo" not in answer.text
    assert siak.issue(record()).status_code == 503


def test_what_was_answered_is_there_when_the_service_is_opened_again(siak: Application) -> None:
    ids = {siak.issue(record(number)).json()["id"] for number in (1, 2, 3)}
    with siak.service.home.open_register() as register:
        assert {entry.id for entry in register.entries()} == ids
