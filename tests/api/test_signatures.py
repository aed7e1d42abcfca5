"""Signing a file over HTTP: seen or not, after others, and what is refused."""

from __future__ import annotations

import httpx
import pytest

from tests.api.conftest import Application, Applications
from tests.minimal_pdf import minimal_pdf
from tte.people import Action, Event
from tte.validation import validate


def signed(who: Application, pdf: bytes, **said: str) -> httpx.Response:
    return who.ask("POST", "/v1/signatures", files={"file": ("surat.pdf", pdf, "application/pdf")}, data=said)


def good(who: Application, answer: httpx.Response, before: bytes, count: int) -> None:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(before)
    report = validate(answer.content, who.service.trust, who.service.now())
    assert [str(one.indication) for one in report.signatures] == ["TOTAL-PASSED"] * count


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"box": "40,40,160,60", "text": "Ditandatangani secara elektronik", "reason": "Disetujui"},
        {"box": "40,40,90,90", "qr": "https://tte.contoh.example/d/x", "page": "-1", "origin": "top-left"},
    ],
)
def test_a_file_comes_back_signed_and_otherwise_as_it_was(siak: Application, said: dict[str, str]) -> None:
    pdf = minimal_pdf()
    answer = signed(siak, pdf, **said)
    good(siak, answer, pdf, 1)
    assert answer.headers["X-TTE-Level"] == "B-B"
    with siak.service.keeping().reading() as rows:
        (event,) = rows.all(Event, what=("upload-signed",))
    assert siak.client
    assert (event.person, event.code) == (siak.client.id, "demo")


def test_a_file_that_was_signed_is_signed_after_it(siak: Application) -> None:
    first = signed(siak, minimal_pdf())
    good(siak, signed(siak, first.content), first.content, 2)


@pytest.mark.parametrize(
    ("pdf", "said", "code"),
    [
        (b"no PDF at all", {}, "not-a-pdf"),
        (minimal_pdf(), {"box": "1,2,3"}, "box"),
        (minimal_pdf(), {"box": "4000,40,10,10", "text": "x"}, "off-the-page"),
        (minimal_pdf(), {"box": "40,40,nan,1e999", "text": "x"}, "off-the-page"),
        (minimal_pdf(), {"box": "40,40,90,90", "page": "99", "text": "x"}, "no-such-page"),
        (minimal_pdf(), {"box": "40,40,90,90", "tag": "#"}, "box"),
    ],
)
def test_what_cannot_be_signed_so_is_refused_by_a_code(
    siak: Application, pdf: bytes, said: dict[str, str], code: str
) -> None:
    answer = signed(siak, pdf, **said)
    assert answer.status_code == 422, answer.text
    kind = answer.json()["type"].rpartition(":")[2]
    assert kind == code


def test_a_request_without_a_file_or_of_another_kind_is_refused(siak: Application) -> None:
    assert siak.ask("POST", "/v1/signatures", files={"other": ("x", b"x")}).status_code == 422
    assert siak.ask("POST", "/v1/signatures", json={}).status_code == 415


def test_an_officials_key_signs_for_no_application(applications: Applications) -> None:
    siak = applications(Action.SIGN_UPLOADS)
    demo = siak.service.home.path / "keys" / "demo.toml"
    text = demo.read_text(encoding="utf-8").replace("unattended = true\n", "")
    (demo.parent / "kadis.toml").write_text(text.replace("file:var/demo.pin", "prompt:"), encoding="utf-8")
    answer = signed(siak, minimal_pdf(), key="kadis")
    assert answer.status_code == 403
    assert signed(applications(Action.ISSUE), minimal_pdf()).status_code == 403
