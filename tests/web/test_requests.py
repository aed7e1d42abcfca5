"""A citizen files, tracks and amends a request in pages, and the office handles it: without scripts or account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.desk_world import Day, office_day
from tests.people_world import OFFICE
from tests.request_files import hostile, photo, png
from tests.rows import births
from tests.strangers_pdfs import plain
from tests.web.conftest import Clock
from tests.web.staff import HERE, browser, csrf_in, signed_in
from tests.web.strict_html import Page
from tte.office import Home
from tte.people import Role
from tte.requests import Contact
from tte.requests.rows import Filed
from tte.web import Service

KIND = "akta_kelahiran"
FORM = f"/ajukan?kantor={OFFICE}&jenis={KIND}"
CHILD = {
    "nama": "KIRANA FIKTIF",
    "jenis_kelamin": "PEREMPUAN",
    "tempat_lahir": "CONTOH KOTA",
    "tanggal_lahir": "05-08-2026",
    "anak_ke": "1",
    "nama_ayah": "BIMA FIKTIF",
    "nama_ibu": "KARTIKA FIKTIF",
    "kewarganegaraan": "INDONESIA",
}
CHANNELS = """
[delivery.smtp]
host = "127.0.0.1"
sender = "tte@dukcapil.example"

[delivery.whatsapp]
url = "https://gerbang.example/pesan"
secret = "file:var/gateway.secret"
"""
PAPERS = {"surat_lahir": ("lahir.pdf", plain()), "kk": ("kk.png", png()), "ktp_orang_tua": ("ktp.jpg", photo())}


@pytest.fixture
def day(home: Home) -> Iterator[Day]:
    with (home.path / "tte.toml").open("a", encoding="utf-8") as file:
        file.write(CHANNELS)
    with office_day(Home(home.path)) as hired:
        yield hired


def form(token: str, **more: str) -> dict[str, str]:
    values = {f"f.{name}": value for name, value in CHILD.items()}
    contact = {"contact.email": "warga@contoh.example", "contact.whatsapp": "0812-3456-7890"}
    return {"token": token, "kantor": OFFICE, "jenis": KIND, "do": "send", **values, **contact, **more}


def files(**papers: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [(f"file.{name}", file) for name, file in {**PAPERS, **papers}.items()]


def filed(text: str) -> dict[str, str]:
    number = re.search(r"data-number>([^<]+)<", text)
    secret = re.search(r"data-secret>([^<]+)<", text)
    assert number, text
    assert secret
    return {"number": number[1], "secret": secret[1]}


def state_in(text: str) -> str:
    found = re.search(r'data-state="(\w+)"', text)
    assert found, text
    return found[1]


def token_in(text: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{32})"', text)
    assert found, text
    return found[1]


def test_a_request_is_filed_returned_amended_drafted_and_signed(desk: Service, day: Day, clock: Clock) -> None:
    citizen = browser(desk)
    assert citizen.get("/ajukan").count("<option") > 20
    token = token_in(citizen.get(FORM))
    wrong = citizen.ask("POST", "/ajukan", data=form(token, **{"f.nama": "", "contact.email": "salah"}))
    assert wrong.status_code == 422
    assert wrong.text.count("Belum dilampirkan.") == 6  # beside each and in the summary
    assert "Belum diisi." in wrong.text
    assert token_in(wrong.text) == token
    sent = citizen.ask("POST", "/ajukan", data=form(token), files=files())
    assert sent.status_code == 200, sent.text
    assert "Tidak dipungut biaya" in sent.text
    again = citizen.ask("POST", "/ajukan", data=form(token), files=files())
    keys = filed(sent.text)
    assert filed(again.text) == keys
    assert "tidak ada yang terkirim dua kali" in again.text
    assert state_in(citizen.ask("POST", "/lacak", data=keys).text) == "diajukan"

    operator = signed_in(desk, day, Role.OPERATOR, clock)
    queue = operator.get(f"{HERE}/permohonan")
    (request,) = re.findall(rf"{HERE}/permohonan/([0-9a-z]{{26}})\"", queue)
    page = f"{HERE}/permohonan/{request}"
    shown = operator.get(page)
    assert "KIRANA FIKTIF" in shown
    assert "+6281234567890" in shown
    attached = re.findall(rf"{page}/lampiran/([0-9a-z]{{26}})\"", shown)
    assert len(attached) == 3
    for one in attached:
        given = operator.ask("GET", f"{page}/lampiran/{one}")
        assert given.headers["content-disposition"].startswith("attachment;")
        assert given.headers["content-security-policy"] == "sandbox"
        drawn = operator.ask("GET", f"{page}/lampiran/{one}/1")
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/jpeg")
        assert operator.ask("GET", f"{page}/lampiran/{one}/{'9' * 30}").status_code == 404
    assert operator.post(f"{page}/periksa", on=page).status_code == 303
    assert "no_no-reason" in operator.post(f"{page}/kembalikan", on=page, reason=" ").headers["location"]
    assert operator.post(f"{page}/kembalikan", on=page, reason="Foto KTP buram").status_code == 303

    shown = citizen.ask("POST", "/lacak", data=keys).text
    assert state_in(shown) == "dikembalikan"
    assert "Foto KTP buram" in shown
    opened = citizen.ask("POST", "/lacak/perbaiki", data=keys).text
    assert 'value="KIRANA FIKTIF"' in opened
    amended = {**form(token_in(opened), **{"f.nama": "KIRANA AYU FIKTIF"}), **keys}
    shown = citizen.ask("POST", "/lacak/perbaiki", data=amended, files=[("file.kk", ("kk.png", png()))]).text
    assert state_in(shown) == "diajukan"
    assert state_in(citizen.ask("POST", "/lacak/perbaiki", data=amended).text) == "diajukan"

    clock.later()
    to_form = operator.post(f"{page}/draf", on=page)
    assert to_form.headers["location"] == f"{HERE}/draf/baru/{KIND}?permohonan={request}"
    draft_form = operator.get(to_form.headers["location"])
    assert 'value="KIRANA AYU FIKTIF"' in draft_form
    assert 'value="CONTOH KOTA"' in draft_form
    values = {name: value for name, value in form("").items() if name.startswith("f.")}
    rest = {
        "f.nama": "KIRANA AYU FIKTIF",
        "f.nik": "9971024508260003",
        "f.nomor_akta": "9971-LU-17082026-0042",
        "f.tempat_terbit": "CONTOH KOTA",
        "f.tanggal_terbit": "17-08-2026",
    }
    action = to_form.headers["location"]
    kept = operator.post(action, on=action, do="save", **{**values, **rest})
    assert kept.headers.get("location", kept.text) == f"{page}?said=request_drafted"
    shown = operator.get(page)
    assert "9971-LU-17082026-0042" in shown
    assert operator.post(f"{page}/draf", on=page).status_code == 409
    assert operator.post(f"{page}/kembalikan", on=page, reason="terlambat").status_code == 409

    (draft,) = day.desk.drafts.all(day.who(Role.OPERATOR), OFFICE, clock.at)
    day.checked([draft])
    official, authorisation = day.authorised([draft])
    day.desk.signing.sign(official, authorisation.id, day.typed(), day.later())
    clock.at = day.later()
    told: list[tuple[str, Contact]] = []
    desk.promise = lambda document_id, contact: told.append((document_id, contact))
    desk.see_to_requests()
    assert [contact.channel for _, contact in told] == ["email", "whatsapp"]
    shown = citizen.ask("POST", "/lacak", data=keys).text
    assert state_in(shown) == "ditandatangani"
    assert "Pejabat penanda tangan" in shown
    desk.requests().following.delivered(told[0][0], clock.later())
    last = citizen.ask("POST", "/lacak", data=keys)
    assert state_in(last.text) == "terkirim"
    for page_ in (last, sent, wrong, citizen.ask("GET", "/ajukan"), citizen.ask("GET", "/lacak")):
        assert Page(page_.text).wrong == []
    trail = signed_in(desk, day, Role.OFFICE_ADMIN, clock).get(f"{HERE}/jejak")
    assert "mengembalikan permohonan" in trail
    assert "KIRANA" not in trail


def test_only_channels_that_the_home_has_are_offered(home: Home) -> None:
    with Service(home) as bare:
        shown = browser(bare).get(FORM)
    assert 'name="contact.' not in shown
    assert "diunduh di sana atau diambil di kantor" in shown
    with (home.path / "tte.toml").open("a", encoding="utf-8") as file:
        file.write(CHANNELS)
    with Service(Home(home.path)) as set_up:
        shown = browser(set_up).get(FORM)
    assert re.findall(r'name="contact\.(\w+)"', shown) == ["email", "whatsapp"]


def test_a_document_that_no_link_leads_to_is_fetched_with_number_and_key(desk: Service, day: Day, clock: Clock) -> None:
    citizen, no_contact = browser(desk), {"contact.email": "", "contact.whatsapp": ""}
    told = filed(citizen.ask("POST", "/ajukan", data=form("a" * 32), files=files()).text)
    asked = filed(citizen.ask("POST", "/ajukan", data=form("b" * 32, **no_contact), files=files()).text)
    assert citizen.ask("POST", "/lacak/unduh", data=asked).status_code == 409
    requests, operator = desk.requests(), day.who(Role.OPERATOR)
    queue = requests.handling.queue(operator, OFFICE, day.at)
    drafts = [
        requests.handling.to_draft(operator, OFFICE, one.id, row.values, day.at)
        for one, row in zip(queue, births(2), strict=True)
    ]
    day.checked(drafts)
    official, authorisation = day.authorised(drafts)
    day.desk.signing.sign(official, authorisation.id, day.typed(), day.later())
    clock.at = day.later()
    desk.see_to_requests()
    assert "/lacak/unduh" not in citizen.ask("POST", "/lacak", data=told).text
    assert citizen.ask("POST", "/lacak/unduh", data=told).status_code == 409
    shown = citizen.ask("POST", "/lacak", data=asked).text
    assert state_in(shown) == "ditandatangani"
    assert "/lacak/unduh" in shown
    assert Page(shown).wrong == []
    assert citizen.ask("GET", "/lacak/unduh").status_code == 405
    assert citizen.ask("POST", "/lacak/unduh", data={**asked, "secret": told["secret"]}).status_code == 404
    elsewhere = citizen.ask("POST", "/lacak/unduh", data=asked, headers={"origin": "https://jahat.example"})
    assert elsewhere.status_code == 403
    document = requests.tracking.standing(asked["number"]).filed.document
    assert document
    fetched_at = clock.later()
    for _ in range(2):
        got = citizen.ask("POST", "/lacak/unduh", data=asked)
        assert got.content == day.register.read_pdf(document)
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["content-disposition"] == f'attachment; filename="{document}.pdf"'
        clock.later()
    steps = requests.tracking.standing(asked["number"]).steps
    assert [(one.state, one.role, one.at) for one in steps if one.state == "terkirim"] == [
        ("terkirim", "citizen", fetched_at)
    ]
    assert state_in(citizen.ask("POST", "/lacak", data=asked).text) == "terkirim"
    day.register.revoke(document, "salah data", clock.later())
    for ended in (citizen.ask("POST", "/lacak/unduh", data=asked), citizen.ask("POST", "/lacak", data=asked)):
        assert "Hubungi kantor" in ended.text
        assert "/lacak/unduh" not in ended.text
    for _ in range(10):
        citizen.ask("POST", "/lacak/unduh", data={**asked, "secret": "2222-2222-2222"})
    assert citizen.ask("POST", "/lacak/unduh", data=asked).status_code == 429


def test_an_unknown_number_and_a_wrong_secret_look_the_same_and_tries_end(desk: Service, clock: Clock) -> None:
    citizen = browser(desk)
    sent = citizen.ask("POST", "/ajukan", data=form("a" * 32), files=files())
    keys = filed(sent.text)
    other = {"number": f"{OFFICE}-2222-2222", "secret": keys["secret"]}
    wrong = {**keys, "secret": "2222-2222-2222"}
    said = {}
    for name, asked in (("unknown", other), ("wrong", wrong)):
        answer = citizen.ask("POST", "/lacak", data=asked)
        assert answer.status_code == 404
        said[name] = answer.text.replace(asked["number"], "")
    assert said["unknown"] == said["wrong"]
    for _ in range(9):
        assert citizen.ask("POST", "/lacak", data=wrong).status_code == 404
    for asked in (wrong, keys):
        assert citizen.ask("POST", "/lacak", data=asked).status_code == 429
    assert citizen.ask("POST", "/lacak/perbaiki", data=keys).status_code == 429
    clock.later(hours=2)
    assert citizen.ask("POST", "/lacak", data=keys).status_code == 200


def test_a_network_files_so_many_in_a_day_and_what_is_sent_again_is_shown_again(day: Day, clock: Clock) -> None:
    settings = day.home.path / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[requests]\nper_net_per_day = 1\n", encoding="utf-8")
    with Service(type(day.home)(day.home.path), clock=clock) as few:
        citizen = browser(few)
        first = citizen.ask("POST", "/ajukan", data=form("a" * 32), files=files())
        more = citizen.ask("POST", "/ajukan", data=form("b" * 32), files=files(kk=("kk.pdf", b"never looked into")))
        assert (more.status_code, more.headers["retry-after"]) == (429, "86400")
        assert "KIRANA FIKTIF" in more.text
        assert Page(more.text).wrong == []
        again = citizen.ask("POST", "/ajukan", data=form("a" * 32), files=files())
        assert filed(again.text) == filed(first.text)
        clock.later(hours=24)
        assert citizen.ask("POST", "/ajukan", data=form("b" * 32), files=files()).status_code == 200


def test_hostile_attachments_and_forms_are_refused_with_words(desk: Service) -> None:
    citizen = browser(desk)
    bad = {name: content for name, content, _ in hostile() if "bomb" not in name and name != "nothing"}
    for name in ("HTML called .pdf", "a PDF that is a ZIP too", "a PDF with JavaScript"):
        answer = citizen.ask("POST", "/ajukan", data=form("b" * 32), files=files(kk=("../../kk.pdf", bad[name])))
        assert answer.status_code == 422
        assert '<a href="#file-kk">' in answer.text
        assert "../" not in answer.text
    many = [("file.kk", (f"{number}.png", png())) for number in range(7)]
    assert citizen.ask("POST", "/ajukan", data=form("c" * 32), files=many).status_code == 422
    large = citizen.ask("POST", "/ajukan", data=form("d" * 32), files=files(kk=("kk.pdf", bytes(5_300_000))))
    assert "lebih dari 5 MB" in large.text
    length = {"content-length": str(1 << 30), "content-type": "multipart/form-data; boundary=x"}
    huge = citizen.ask("POST", "/ajukan", content=b"--x", headers=length)
    assert huge.status_code == 413
    assert "Lampirannya terlalu besar" in huge.text
    elsewhere = citizen.ask("POST", "/ajukan", data=form("e" * 32), headers={"origin": "https://jahat.example"})
    assert elsewhere.status_code == 403
    for path in (f"/ajukan?kantor=3171&jenis={KIND}", f"/ajukan?kantor={OFFICE}&jenis=../x", "/ajukan?jenis=x"):
        assert citizen.ask("GET", path).status_code == 404


def test_a_kind_with_rows_is_filled_in_row_by_row(desk: Service) -> None:
    citizen = browser(desk)
    kind = {"kantor": OFFICE, "jenis": "kartu_keluarga", "token": "f" * 32}
    opened = citizen.get(f"/ajukan?kantor={OFFICE}&jenis=kartu_keluarga")
    assert 'name="f.anggota.0.nama"' in opened
    more = citizen.ask("POST", "/ajukan", data={**kind, "do": "add.anggota", "n.anggota": "1", "f.anggota.0.nama": "A"})
    assert 'name="f.anggota.1.nama"' in more.text
    assert 'value="A"' in more.text
    less = citizen.ask("POST", "/ajukan", data={**kind, "do": "drop.anggota.0", "n.anggota": "2"})
    assert 'name="f.anggota.1.nama"' not in less.text


def test_another_offices_request_is_not_there_and_a_crossed_form_is_refused(
    desk: Service, day: Day, clock: Clock
) -> None:
    citizen = browser(desk)
    citizen.ask("POST", "/ajukan", data=form("a" * 32), files=files())
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    (request,) = re.findall(r"permohonan/([0-9a-z]{26})\"", operator.get(f"{HERE}/permohonan"))
    csrf = csrf_in(operator.get("/akun"))
    with desk.requests().expiring.store.keeping.change() as rows:  # as if it were another office's
        rows.put(replace(rows.get(Filed, id=request), office="1101"))
    page = f"{HERE}/permohonan/{request}"
    for method, path in (
        ("GET", page),
        ("POST", f"{page}/periksa"),
        ("POST", f"{page}/kembalikan"),
        ("POST", f"{page}/draf"),
        ("GET", f"{page}/lampiran/x"),
        ("GET", f"{page}/lampiran/x/1"),
        ("GET", f"{HERE}/draf/baru/{KIND}?permohonan={request}"),
    ):
        answer = operator.ask(method, path, **({"data": {"csrf": csrf, "reason": "x"}} if method == "POST" else {}))
        assert answer.status_code == 404, (method, path)
    assert operator.ask("POST", f"{page}/periksa", data={"csrf": "0" * 32}).status_code == 403


def test_a_home_that_takes_no_requests_has_no_such_pages(day: Day, clock: Clock) -> None:
    settings = day.home.path / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[requests]\nopen = false\n", encoding="utf-8")
    with Service(type(day.home)(day.home.path), clock=clock) as closed:
        citizen = browser(closed)
        for path in ("/ajukan", "/lacak"):
            assert citizen.ask("GET", path).status_code == 404
        assert "/ajukan" not in citizen.get("/")
