"""The operator's room: the form made of a template's fields, the lists, the page beside the form."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.desk_world import Day
from tests.people_world import OFFICE, held, hired
from tests.rows import rows
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, csrf_in, signed_in
from tests.web.strict_html import Page
from tte.desk import State
from tte.people import Role
from tte.web import Service

NEW = f"{HERE}/draf/baru/akta_kelahiran"


@pytest.fixture
def operator(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.OPERATOR, clock)


def typed(template: str, seed: int = 1, /, **changed: str) -> dict[str, str]:
    """A fictional record as the form's fields."""
    (row,) = rows(template, 1, seed=seed)
    form: dict[str, str] = {}
    for name, value in row.values.items():
        if isinstance(value, list):
            form[f"n.{name}"] = str(len(value))
            for k, inner in enumerate(value):
                assert isinstance(inner, dict)
                form |= {f"f.{name}.{k}.{column}": str(cell) for column, cell in inner.items()}
        else:
            form[f"f.{name}"] = str(value)
    return form | {f"f.{name}": value for name, value in changed.items()}


def test_every_page_of_the_room_is_well_formed_in_both_languages(operator: Browser, day: Day, desk: Service) -> None:
    mine = day.drafted(2)
    paths = [f"{HERE}/draf", f"{HERE}/draf/baru", f"{HERE}/draf/{mine[0].id}"]
    paths += [f"{HERE}/draf/baru/{name}" for name in desk.home.template_names()]
    for path in paths:
        for language in ("id", "en"):
            assert Page(operator.get(f"{path}?lang={language}")).wrong == [], path


def test_a_draft_is_made_and_stands_in_the_list(operator: Browser, day: Day) -> None:
    form = typed("akta_kelahiran")
    answer = operator.post(NEW, on=NEW, do="save", **form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/draf?said=drafted")
    page = operator.get(f"{HERE}/draf?said=drafted")
    assert "Draf disimpan" in page
    assert html.escape(form["f.nama"]) in page
    assert form["f.nik"] not in page
    assert day.states() == [State.DRAFT]


def test_each_problem_stands_beside_its_field_and_what_was_typed_is_kept(operator: Browser, day: Day) -> None:
    changed = {"nik": "123", "tanggal_terbit": "31-02-2026", "nama_ibu": "W" * 60, "tempat_lahir": ""}
    answer = operator.post(NEW, on=NEW, do="save", **typed("akta_kelahiran", **changed))
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.wrong == []
    for field, said in (
        ("nik", "harus tepat 16 angka"),
        ("tanggal_terbit", "tidak ada di kalender"),
        ("nama_ibu", "Tidak muat"),
        ("tempat_lahir", "Belum diisi"),
    ):
        assert re.search(rf'id="f-{field}-wrong">[^<]*{said}', answer.text), field
        assert f'href="#f-{field}"' in answer.text
    assert 'value="123"' in answer.text
    assert "4 isian belum benar" in answer.text
    assert day.states() == []
    english = operator.post(f"{NEW}?lang=en", on=NEW, do="save", **typed("akta_kelahiran", **changed))
    assert "Has 3 digits and needs 16" in english.text


def test_a_number_can_be_drafted_once_and_not_again_once_it_is_issued(operator: Browser, day: Day) -> None:
    form = typed("akta_kelahiran")
    assert operator.post(NEW, on=NEW, do="save-next", **form).headers["location"] == f"{NEW}?said=drafted"
    twice = operator.post(NEW, on=NEW, do="save", **form)
    assert twice.status_code == 422
    assert "Sudah ada draf terbuka" in twice.text
    (draft,) = day.desk.drafts.all(day.who(Role.OPERATOR), OFFICE, day.at)
    who, given = day.authorised(day.checked([draft]))
    assert day.desk.signing.sign(who, given.id, day.typed(), day.at).issued == 1
    again = operator.post(NEW, on=NEW, do="save", **form)
    assert "Nomor ini sudah terbit" in again.text
    issued = day.desk.drafts.get(who, draft.id, day.at).issued
    replacing = f"{NEW}?mengganti={issued}"
    assert operator.ask("GET", f"{HERE}/draf/baru?mengganti={issued}").headers["location"] == replacing
    page = operator.get(replacing)
    assert Page(page).wrong == []
    assert form["f.nomor_akta"] in page
    silent = operator.post(replacing, on=replacing, do="save", reason="", **form)
    assert "Tulis alasannya" in silent.text
    same = operator.post(replacing, on=replacing, do="save", reason="Salah ketik.", **form)
    assert same.status_code == 422  # nothing would come of it
    form |= {"f.nama_ibu": "IBU YANG BENAR"}
    made = operator.post(replacing, on=replacing, do="save", reason="Salah ketik.", **form)
    assert made.status_code == 303
    (new,) = day.desk.drafts.all(day.who(Role.OPERATOR), OFFICE, day.at)
    assert (new.document, new.reason) == (issued, "Salah ketik.")
    assert operator.ask("GET", f"{HERE}/draf/baru/kartu_keluarga?mengganti={issued}").status_code == 404


def test_rows_are_added_and_removed_by_buttons_and_nothing_typed_is_lost(operator: Browser, day: Day) -> None:
    path, form = f"{HERE}/draf/baru/kartu_keluarga", typed("kartu_keluarga")
    count = int(form["n.anggota"])
    more = operator.post(path, on=path, do="add.anggota", **form).text
    assert f'name="n.anggota" value="{count + 1}"' in more
    assert re.search(rf'id="f-anggota-{count}-nama"[^>]* autofocus', more)
    for value in form.values():
        assert value in html.unescape(more)
    fewer = operator.post(path, on=path, do="drop.anggota.0", **form).text
    assert f'name="n.anggota" value="{count - 1}"' in fewer
    for odd in ("add.nothing", "drop.anggota.x", "drop.anggota.99", "add.nik", "."):
        assert operator.post(path, on=path, do=odd, **form).status_code == 200
    blank = {f"f.anggota.{count}.nama": "  "}
    saved = operator.post(path, on=path, do="save", **{**form, **blank, "n.anggota": str(count + 1)})
    assert saved.status_code == 303, saved.text
    assert len(day.states()) == 1


def test_the_picture_follows_what_is_typed(operator: Browser) -> None:
    form = {**typed("akta_kelahiran"), "template": "akta_kelahiran"}
    whole = operator.post(f"{HERE}/draf/pratinjau", on=NEW, **form)
    assert whole.headers["cache-control"] == "no-store"
    assert whole.json()["picture"].startswith("data:image/png;base64,")
    half = operator.post(f"{HERE}/draf/pratinjau", on=NEW, template="akta_kelahiran", **{"f.nama": "W" * 60}).json()
    assert half["picture"] != whole.json()["picture"]
    assert operator.post(f"{HERE}/draf/pratinjau", on=NEW, template="../../etc").status_code == 404
    looked = operator.post(NEW, on=NEW, do="preview", **form)
    assert whole.json()["picture"] in looked.text


def test_a_draft_is_changed_found_and_discarded_by_who_made_it(operator: Browser, day: Day) -> None:
    (draft,) = day.drafted(1)
    path = f"{HERE}/draf/{draft.id}"
    form = typed("akta_kelahiran", tempat_lahir="TEMPAT LAIN")
    assert operator.post(path, on=path, do="save", **form).status_code == 303
    assert "TEMPAT LAIN" in operator.get(path)
    found = operator.post(f"{HERE}/draf", on=f"{HERE}/draf", nomor=f" {draft.number.lower()} ")
    assert Page(found.text).wrong == []
    assert path in found.text
    assert "Tidak ada draf" in operator.post(f"{HERE}/draf", on=f"{HERE}/draf", nomor="0000").text
    assert operator.post(f"{path}/buang", on=path).status_code == 303
    gone = operator.get(path)
    assert Page(gone).wrong == []
    assert form["f.nik"] not in gone


def test_nobody_else_drafts_or_changes_a_draft(desk: Service, day: Day, clock: Clock) -> None:
    (draft,) = day.drafted(1)
    path = f"{HERE}/draf/{draft.id}"
    phone = hired(day.desk.people, "operator-dua", day.at, held(Role.OPERATOR, day.at))
    clock.at = day.later()
    for role in (Role.VERIFIER, Role.AUDITOR):
        own = signed_in(desk, day, role, clock)
        csrf = csrf_in(own.get("/akun"))
        for method, where in (("GET", NEW), ("POST", NEW), ("POST", path), ("POST", f"{path}/buang")):
            data = {"csrf": csrf, "do": "save", **typed("akta_kelahiran", 9)} if method == "POST" else None
            assert own.ask(method, where, data=data).status_code == 403, (role, where)
        assert own.ask("GET", path).status_code == (200 if role is Role.VERIFIER else 403)
    day.phones[Role.OPERATOR] = phone
    other = signed_in(desk, day, Role.OPERATOR, clock)
    csrf = csrf_in(other.get(path))
    for where in (path, f"{path}/buang"):
        data = {"csrf": csrf, "do": "save", **typed("akta_kelahiran", tempat_lahir="LAIN")}
        assert other.ask("POST", where, data=data).status_code == 403
    assert other.ask("POST", NEW, data={"csrf": "0" * 32, "do": "save", **typed("akta_kelahiran")}).status_code == 403


def test_hostile_values_are_text_and_nothing_of_a_person_is_in_an_address_or_the_journal(
    operator: Browser, day: Day, capfd: pytest.CaptureFixture[str]
) -> None:
    nasty = "<script>alert(1)</script>{{7*7}}&lt;"
    form = typed("akta_kelahiran", tempat_lahir=nasty, nama="KI\u202eRA", nama_ibu="=cmd|", nama_ayah='" onfocus="x')
    answer = operator.post(NEW, on=NEW, do="save", **form)
    assert Page(answer.text).wrong == []
    assert "<script>alert" not in answer.text
    assert html.escape(nasty) in answer.text
    assert "U+202E" in answer.text
    assert 'value="=cmd|"' in answer.text
    (draft,) = day.drafted(1)
    values: dict[str, Any] = dict(day.desk.drafts.row(draft).values)
    for path in (f"{HERE}/draf", f"{HERE}/draf/{draft.id}"):
        page = operator.get(path)
        for address in re.findall(r'(?:href|action|formaction)="([^"]*)"', page):
            assert values["nik"] not in address
            assert values["nama"].split()[0] not in address
    operator.post(f"{HERE}/draf", on=f"{HERE}/draf", nomor=values["nik"])
    written = "".join(capfd.readouterr())
    assert values["nik"] not in written
    assert values["nama"] not in written
