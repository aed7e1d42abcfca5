"""Numbers, secrets, contacts, and what a kind asks for: the small parts of a request."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tte.errors import ConfigError
from tte.office import Home
from tte.requests import Channel, Contact, Content
from tte.requests.asked import FILE, Asking, asked_of, asking_of, begun
from tte.requests.numbers import LETTERS, new_number, secret_of, typed_number, typed_secret

HERE = Home(Path(__file__).parents[2])
DAY = date(2026, 11, 25)


def test_a_number_and_a_secret_are_read_however_they_are_typed() -> None:
    number, secret = new_number("9971"), secret_of(bytes(range(32)))
    for spelling in (str.lower, lambda text: text.replace("-", " "), lambda text: f" {text.replace('-', '')}."):
        assert typed_number(spelling(number)) == number
        assert typed_secret(spelling(secret)) == secret
    assert secret_of(bytes(range(32))) == secret != secret_of(bytes(32))
    assert len({new_number("9971") for _ in range(1000)}) == 1000
    assert not {*"01ILOU"} & {*LETTERS}


@pytest.mark.parametrize(
    "text", ["", "9971", "9971-0000-0000", "99A1-7K3M-QX2D", "9971-7K3M-QX2D-2", "\u0669971-7K3M", "x" * 999]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert typed_number(text) == ""


@pytest.mark.parametrize(
    ("channel", "typed", "address"),
    [
        ("email", " warga@contoh.example ", "warga@contoh.example"),
        ("whatsapp", "0812-3456-7890", "+6281234567890"),
        ("sms", "62 812 3456 7890", "+6281234567890"),
        ("sms", "+6598765432", "+6598765432"),
        ("email", "warga", None),
        ("email", "a@b.example\r\nBcc: c@d.example", None),
        ("email", "a" * 250 + "@contoh.example", None),
        ("sms", "123", None),
        ("whatsapp", "+62812abc", None),
        ("fax", "+6281234567890", None),
    ],
)
def test_a_contact_is_an_address_in_one_form_or_none(channel: str, typed: str, address: str | None) -> None:
    found = Contact.of(channel, typed)
    assert (found.address if found else None) == address
    assert address is None or address not in repr(found)


def test_content_comes_back_as_it_was() -> None:
    content = Content({"nama": "É", "anggota": [{"nik": "1"}]}, (Contact(Channel.SMS, "+6281234567890"),), "catatan")
    assert Content.unpacked(content.packed()) == content


def test_each_kind_of_the_sample_office_asks_for_what_the_citizen_knows() -> None:
    asking = asking_of(HERE)
    assert {*asking.kinds} <= {*HERE.template_names()}
    for name in HERE.template_names():
        template = HERE.template(name)
        asked = asked_of(asking, template)
        assert template.number not in asked.fields
        assert not {"tempat_terbit", "tanggal_terbit"} & {*asked.fields}
        assert asked.papers
    asked = asked_of(asking, HERE.template("akta_kelahiran"))
    assert "nik" not in asked.fields
    assert [one.name for one in asked.papers if one.needed] == ["surat_lahir", "kk", "ktp_orang_tua"]
    assert {one.field for one in asked.problems({"tanggal_lahir": "2999-01-01"}, DAY)} >= {"nama", "tanggal_lahir"}
    office = HERE.settings.office("9971")
    draft = begun(asking, HERE.template("akta_kelahiran"), office, {"nama": "A", "asing": "x"}, DAY)
    assert draft == {"nama": "A", "tempat_terbit": "CONTOH KOTA", "tanggal_terbit": "25-11-2026"}


def test_a_home_without_the_file_asks_for_everything_but_the_number(tmp_path: Path) -> None:
    asked = asked_of(asking_of(Home(tmp_path)), HERE.template("akta_kematian"))
    template = HERE.template("akta_kematian")
    assert {*asked.fields} == {*template.fields} - {template.number}
    assert [(one.name, one.needed) for one in asked.papers] == [("lain", False)]
    assert asking_of(Home(tmp_path)) == Asking()


def test_a_paper_that_is_not_described_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text('[kinds.akta_kelahiran]\nneeds = ["kk"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="not described: kk"):
        asking_of(Home(tmp_path))
