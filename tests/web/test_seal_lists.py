"""The published lists of seals, and the page that reads them."""

from __future__ import annotations

from dataclasses import replace

import httpx

from tests.one_seal import OneSeal
from tests.rows import births
from tests.web.conftest import PLENTY, Office, asking
from tests.web.strict_html import Page
from tests.web.test_pages import one
from tte.issuance import Issued
from tte.issuance.sealing import day_of
from tte.seal import period_of, read_key_list, read_status_list
from tte.web import Service
from tte.web.answering import edition

KEYS, STATUS = "/.well-known/tte/keys", "/.well-known/tte/status/"


def test_the_lists_are_served_as_readers_want_them(service: Service, office: Office) -> None:
    seals = office.home.seals("9971")
    seals.make_key(service.now())
    client, period = asking(service), period_of(day_of(service.now()))
    keys, status = one(client, "GET", KEYS), one(client, "GET", f"{STATUS}{period}")
    for answer in (keys, status):
        assert answer.headers["content-type"] == "application/cose"
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert answer.headers["access-control-allow-origin"] == "*"
    again = one(client, "GET", KEYS, headers={"if-none-match": f'W/"x", {keys.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", keys.headers["etag"])
    assert one(client, "GET", KEYS, headers={"if-none-match": '"x"'}).status_code == 200
    assert read_status_list(status.content, read_key_list(keys.content, seals.root()), period).period == period
    assert one(client, "GET", f"{STATUS}{period}").content == status.content
    assert f'data-root="9971:{seals.root().xy.hex()}"' in one(client, "GET", "/periksa").text


def test_lists_are_counted_apart_from_pages(service: Service) -> None:
    client = asking(service, replace(PLENTY, per_minute=1, lists_per_minute=3))
    assert [one(client, "GET", KEYS).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert [one(client, "GET", "/d").status_code for _ in range(2)] == [200, 429]


def test_what_is_no_period_and_an_office_without_keys_are_not_found(client: httpx.AsyncClient) -> None:
    paths = [KEYS, *(STATUS + some for some in ("649", "0649", "-1", "x", "\u0661", "1" * 400))]
    assert {one(client, "GET", path).status_code for path in paths} == {404}


def test_only_the_page_that_scans_may_use_the_camera(client: httpx.AsyncClient, office: Office) -> None:
    allowed = [
        path
        for path in ("/", "/d", f"/d/{office.entry.id}", "/periksa")
        if "camera=(self)" in one(client, "GET", path).headers["permissions-policy"]
    ]
    assert allowed == ["/periksa"]


def test_the_pages_are_strict_html_in_both_languages(client: httpx.AsyncClient, office: Office) -> None:
    for path in ("/periksa", f"/d/{office.entry.id}", f"/d/{'b' * 26}"):
        for lang in ("id", "en"):
            assert Page(one(client, "GET", f"{path}?lang={lang}").text).wrong == []


def test_scripts_travel_packed_to_who_can_unpack_them(client: httpx.AsyncClient) -> None:
    name = f"/static/{edition()}/zxing-reader.wasm"
    packed = one(client, "GET", name, headers={"accept-encoding": "br, gzip"})
    plain = one(client, "GET", name, headers={"accept-encoding": "gzip;q=0, identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert packed.content == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert plain.headers["content-type"] == "application/wasm"
    assert int(packed.headers["content-length"]) < 450_000 < len(plain.content) < 1_000_000


def test_a_result_says_whether_the_seal_agrees_also_when_its_reader_brings_it_back(
    service: Service, office: Office
) -> None:
    office.home.seals("9971").make_key(service.now(), test=True)
    with office.home.issuer("demo", ("akta_kelahiran",)) as issuer:
        wrong = replace(issuer, sealing=OneSeal(issuer.sealing))
        issued, other = wrong.issue("akta_kelahiran", births(2, seed=5))
        assert isinstance(issued, Issued)
        assert isinstance(other, Issued)
        sealed, differs = (issuer.register.read_pdf(each.entry.id) for each in (issued, other))
    client = asking(service)
    answer = one(client, "POST", "/", files={"file": ("a.pdf", sealed)}).text
    assert "Segel pada kode QR<span>Sesuai dengan berkas ini" in answer
    assert Page(answer).wrong == []
    receipt = answer.partition('name="receipt" value="')[2].partition('"')[0]
    report = one(client, "POST", "/report", data={"receipt": receipt, "want": "json"}).json()
    assert report["seal"] == {"verdict": "SPECIMEN", "id": issued.entry.id, "differences": []}
    answer = one(client, "POST", "/", files={"file": ("a.pdf", differs)}).text
    assert "Segel pada kode QR<span>BERBEDA dari berkas ini" in answer
    assert "TIDAK sesuai dengan berkas ini" in answer
    assert Page(answer).wrong == []
    receipt = answer.partition('name="receipt" value="')[2].partition('"')[0]
    report = one(client, "POST", "/report", data={"receipt": receipt, "want": "json"}).json()
    assert (report["verdict"], report["verdict_reasons"][-1]) == ("ASLI_DAN_BERLAKU", "seal-disagrees")
    assert "Segel pada kode QR" not in one(client, "POST", "/", files={"file": ("a.pdf", office.pdf)}).text
