"""What applications send is read strictly, and refused in the same shape, whatever is wrong with it."""

from __future__ import annotations

import pytest

from tests.api.conftest import TEMPLATE, Application
from tests.web.conftest import parts

JSON = {"content-type": "application/json"}


def refused(siak: Application, content: bytes | str, status: int) -> str:
    body = content.encode() if isinstance(content, str) else content
    answer = siak.ask("POST", "/v1/drafts", content=body, headers=JSON)
    assert answer.status_code == status, (content[:60], answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert {*said} - {"problems"} == {"type", "title", "status", "detail", "instance"}
    assert said["status"] == status
    return answer.text


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1,]",
        b'{"template": "\xff"}',
        '{"template": NaN}',
        '{"template": -Infinity}',
        '{"template": "a", "template": "b"}',
        '{"record": {"a": 1, "a": 2}}',
        f'{{"template": {"9" * 19}}}',
        f'{{"template": {"9" * 5000}}}',
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
    ],
)
def test_what_is_no_plain_json_is_400(siak: Application, content: bytes | str) -> None:
    refused(siak, content, 400)


@pytest.mark.parametrize(
    "content",
    [
        "null",
        "[]",
        "1e400",
        '"x"',
        "{}",
        f'{{"template": "{TEMPLATE}"}}',
        f'{{"template": "{TEMPLATE}", "record": {{}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{}}, "more": 1}}',
        f'{{"template": "{TEMPLATE}", "record": {{"a": 1.5}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{"a": true}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{"a": [[1]]}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{"a": "\\ud800"}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{"\\ud800": "a"}}}}',
        f'{{"template": "{TEMPLATE}", "record": {{"nik": "\\u0000"}}}}',
        '{"template": "../keys", "record": {"a": "b"}}',
        '{"template": "nowhere", "record": {"a": "b"}}',
        f'{{"template": "{TEMPLATE}", "record": {"[" * 900 + "]" * 900}}}',
    ],
)
def test_json_that_is_not_what_is_wanted_is_422(siak: Application, content: str) -> None:
    refused(siak, content, 422)


def test_another_kind_of_body_is_415(siak: Application) -> None:
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
        answer = siak.ask("POST", "/v1/drafts", content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 415, kind
    packed = JSON | {"content-encoding": "gzip"}
    assert siak.ask("POST", "/v1/drafts", content=b"x", headers=packed).status_code == 415
    query = {"params": {"template": TEMPLATE}, "headers": {"content-type": "text/plain"}}
    assert siak.ask("POST", "/v1/batches", content=b"a", **query).status_code == 415


def test_a_body_over_32_mb_is_413_and_a_strangers_over_256_kb(siak: Application) -> None:
    stranger = Application(siak.service, siak.app)
    for who, size in ((siak, 34_000_000), (stranger, 300_000)):
        content = bytes(size)
        assert who.ask("POST", "/v1/drafts", content=content, headers=JSON).status_code == 413
        assert who.ask("POST", "/v1/drafts", content=parts(content), headers=JSON).status_code == 413


def test_the_key_is_looked_at_before_the_body(siak: Application) -> None:
    stranger = Application(siak.service, siak.app, "tte_0123456789ab_guess")
    answer = stranger.ask("POST", "/v1/drafts", content=b"{", headers=JSON)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("id_", ["x", "a" * 26, "..%2f..", "%00", "A" * 26, "é", "a" * 500])
def test_what_is_not_there_is_404_whatever_it_is_called(siak: Application, id_: str) -> None:
    for room in ("documents", "drafts", "batches", "webhooks", "templates"):
        siak.get(f"/v1/{room}/{id_}", 404)


def test_another_method_is_405_and_says_which_there_are(siak: Application) -> None:
    answer = siak.ask("PUT", "/v1/documents")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "allow" in answer.headers


def test_what_is_left_is_said_and_an_application_is_counted_for_itself(siak: Application) -> None:
    siak.get("/v1/templates")
    headers = siak.get("/v1/templates").headers
    assert headers["ratelimit-policy"].startswith('"known"')
    assert "r=" in headers["ratelimit"]
