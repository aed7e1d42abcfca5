"""The citizen's pages."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import UTC, datetime

import httpx
import pytest

from tests.minimal_pdf import minimal_pdf
from tests.web.conftest import Office, asking
from tests.web.strict_html import Page
from tte.office import Home
from tte.web import Service
from tte.web.tries import LOCKED, MOST, Tries


def one(client: httpx.AsyncClient, method: str, path: str, **how: object) -> httpx.Response:
    async def ask() -> httpx.Response:
        return await client.request(method, path, **how)  # type: ignore[arg-type]

    return asyncio.run(ask())


def checked(client: httpx.AsyncClient, pdf: bytes, *, lang: str = "id") -> str:
    answer = one(client, "POST", f"/?lang={lang}", files={"file": ("akta.pdf", pdf)})
    assert answer.status_code == 200
    return answer.text


def test_a_genuine_document_is_said_to_be_one_and_a_specimen_too(client: httpx.AsyncClient, office: Office) -> None:
    text = checked(client, office.pdf)
    assert "SPECIMEN · ASLI DAN BERLAKU" in text
    assert "tidak mempunyai kekuatan hukum" in text
    assert office.entry.number in text
    assert "SPECIMEN · GENUINE AND IN FORCE" in checked(client, office.pdf, lang="en")


def test_every_kind_of_file_gets_its_word(client: httpx.AsyncClient, office: Office) -> None:
    changed = office.pdf.replace(b"/Lang (id-ID)", b"/Lang (id-IX)", 1)
    assert changed != office.pdf
    text = checked(client, changed)
    assert "DIUBAH SETELAH DITANDATANGANI" in text or "TIDAK SAH" in text, text
    assert "TIDAK ADA TANDA TANGAN ELEKTRONIK" in checked(client, minimal_pdf())
    assert "BERKAS INI BUKAN PDF" in checked(client, b"hello")


def test_what_the_register_says_later_is_on_the_page(service: Service, office: Office) -> None:
    with office.home.open_to_write() as register:
        register.revoke(office.entry.id, "rahasia kantor", datetime.now(UTC).replace(microsecond=0))
    client = asking(service)
    assert "SPECIMEN · ASLI, DICABUT" in checked(client, office.pdf)
    status = one(client, "GET", f"/d/{office.entry.id}").text
    assert "Tercatat, sudah dicabut" in status
    answer = one(client, "POST", "/v1/validations", files={"file": ("a.pdf", office.pdf)})
    assert answer.json()["register"]["status"] == "REVOKED"
    for text in (status, checked(client, office.pdf), answer.text):
        assert "rahasia kantor" not in text


def test_every_page_is_well_formed(client: httpx.AsyncClient, office: Office) -> None:
    code = f"/d/{office.entry.id}"
    for lang in ("id", "en"):
        answers = [one(client, "GET", f"{path}?lang={lang}") for path in ("/", "/d", code, "/d/none", "/nowhere")]
        answers += [
            one(client, "POST", f"/?lang={lang}", files={"file": ("a.pdf", pdf)})
            for pdf in (office.pdf, b"x", minimal_pdf(), office.pdf + b"\n%more")
        ]
        answers.append(one(client, "POST", f"{code}?lang={lang}", data={"what": "nama", "typed": "ORANG LAIN"}))
        for answer in answers:
            page = Page(answer.text)
            assert page.wrong == []
            assert page.lang == lang


def test_what_a_file_is_called_is_text_and_nothing_else(client: httpx.AsyncClient, office: Office) -> None:
    name = "../<script>alert(1)</script>\u202e.pdf"
    text = one(client, "POST", "/", files={"file": (name, office.pdf)}).text
    assert "<script>alert" not in text
    assert "&lt;" in text or "script&gt;" in text
    assert "\u202e" not in text


def receipt(text: str) -> str:
    found = re.search(r'name="receipt" value="([^"]+)"', text)
    assert found
    return html.unescape(found[1])


def test_a_report_can_be_downloaded_without_the_file(client: httpx.AsyncClient, office: Office) -> None:
    carried = receipt(checked(client, office.pdf))
    begins = {"pdf": b"%PDF-", "xml": b"<?xml", "json": b'{"v":1'}
    for want, first in begins.items():
        answer = one(client, "POST", "/report", data={"receipt": carried, "want": want})
        assert answer.status_code == 200
        assert answer.content.startswith(first)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"] == "sandbox"
    assert "GENUINE" in one(client, "POST", "/result", data={"receipt": carried, "want": "en"}).text


def test_a_result_that_this_process_did_not_give_is_refused(client: httpx.AsyncClient, office: Office) -> None:
    carried = receipt(checked(client, office.pdf))
    middle = len(carried) // 2
    forged = carried[:middle] + ("A" if carried[middle] != "A" else "B") + carried[middle + 1 :]
    for text in (forged, "", "é", "AAAA", "=" * 50):
        answer = one(client, "POST", "/report", data={"receipt": text, "want": "pdf"})
        assert answer.status_code == 410


def test_a_code_shows_nothing_that_names_a_person(client: httpx.AsyncClient, office: Office) -> None:
    text = one(client, "GET", f"/d/{office.entry.id}").text
    assert "SPECIMEN · Tercatat dan berlaku" in text
    for field in ("nama", "nik", "nama_ibu"):
        assert str(office.row.values[field]) not in text
    assert office.entry.number not in text
    assert not re.search(r"(?<![0-9])[0-9]{16}(?![0-9])", text)
    assert "*** " in text


def test_an_unknown_code_and_none_at_all_get_the_same_answer(client: httpx.AsyncClient, office: Office) -> None:
    paths = ("/d/" + "b" * 26, "/d/x", "/d/" + office.entry.id.upper(), "/d/%00", "/d/" + "é" * 26)
    answers = [one(client, "GET", path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert one(client, "POST", paths[0], data={"what": "nomor", "typed": "1"}).text == answers[0].text


def compared(client: httpx.AsyncClient, office: Office, what: str, typed: str) -> str:
    text = one(client, "POST", f"/d/{office.entry.id}", data={"what": what, "typed": typed}).text
    found = re.search(r'role="status">.*?<b>([^<]+)</b>', text, re.DOTALL)
    assert found
    return found[1]


def test_the_paper_is_compared_field_by_field(client: httpx.AsyncClient, office: Office) -> None:
    values = {name: str(value) for name, value in office.row.values.items()}
    assert compared(client, office, "nama", values["nama"].lower()) == "Cocok"
    assert compared(client, office, "nomor", office.entry.number) == "Cocok"
    assert compared(client, office, "lahir", values["tanggal_lahir"]) == "Cocok"
    assert compared(client, office, "nama", values["nama_ibu"]) == "Tidak cocok"
    assert compared(client, office, "lahir", "31-12-1999") == "Tidak cocok"
    assert compared(client, office, "nama", values["nama"]) == "Pencocokan ditutup"


def test_what_cannot_be_compared_is_refused(client: httpx.AsyncClient, office: Office) -> None:
    for what, typed in (("nik", "1"), ("nama", " ")):
        answer = one(client, "POST", f"/d/{office.entry.id}", data={"what": what, "typed": typed})
        assert answer.status_code == 400


def test_a_locked_document_opens_again_after_a_day() -> None:
    tries, at = Tries(), datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert [tries.take("a", at) for _ in range(MOST)] == [None] * MOST
    assert tries.take("a", at) == at + LOCKED
    assert tries.take("b", at) is None
    assert tries.take("a", at + LOCKED / 2) == at + LOCKED
    assert tries.take("a", at + LOCKED) is None


def test_a_code_is_found_however_it_is_typed(client: httpx.AsyncClient, office: Office) -> None:
    code = office.entry.id
    for typed in (code, code.upper(), f"https://tte.contoh.example/d/{code}", " ".join((code[:13], code[13:]))):
        answer = one(client, "POST", "/d", data={"code": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/d/{code}")


def test_the_language_is_remembered(client: httpx.AsyncClient) -> None:
    async def ask() -> tuple[str, str]:
        first = await client.get("/?lang=en")
        return first.headers["set-cookie"], (await client.get("/d", headers={"cookie": "lang=en"})).text

    cookie, text = asyncio.run(ask())
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "Type the document" in text


def test_a_home_without_a_register_still_answers(made_home: object, tmp_path: object) -> None:
    with Service(Home(tmp_path / "nowhere")) as service:  # type: ignore[operator]
        client = asking(service)
        assert one(client, "GET", "/readyz").json()["register"] == "none"
        assert one(client, "GET", "/d/" + "b" * 26).status_code == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_use_up_the_tries(client: httpx.AsyncClient, office: Office, site: str) -> None:
    answer = one(
        client,
        "POST",
        f"/d/{office.entry.id}",
        data={"what": "nomor", "typed": "1"},
        headers={"sec-fetch-site": site},
    )
    assert answer.status_code == 403
