"""Loading a template: everything wrong with it is said at once, and nothing outside its folder is read."""

from __future__ import annotations

import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pikepdf.pdfa
import pytest
from PIL import Image

from tte.errors import RecordError, TemplateError
from tte.model import Row
from tte.rendering import render
from tte.template import PREVIEW, Template, load, vocabulary
from tte.template import elements as e
from tte.template.filters import FILTERS
from tte.template.lint import PAGE_KINDS

TEMPLATES = Path(__file__).parents[2] / "templates"
ANYWHERE = date(2026, 12, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of suket_ktp beside what it shares, to be spoilt."""
    shutil.copytree(TEMPLATES / "_bersama", tmp_path / "templates" / "_bersama")
    return shutil.copytree(TEMPLATES / "suket_ktp", tmp_path / "templates" / "suket_ktp")


def change(folder: Path, *changes: tuple[str, str]) -> Path:
    """The folder with these texts of its template.toml replaced, each of which must be there."""
    file = folder / "template.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> str:
    """All that is said to be wrong with it."""
    with pytest.raises(TemplateError) as refused:
        load(folder)
    return "\n".join(map(str, refused.value.problems))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"{nik}"', '"{nick}"', "nick is not a declared field"),
        ('"{nik}"', '"{nik|shout}"', "unknown filter shout"),
        ("{tanggal_terbit|tanggal}", "{tanggal_terbit}", "tanggal_terbit is date and cannot stand in a text as it is"),
        ("{nama|upper}", "{nama|tanggal}", "nama: tanggal takes date, not text"),
        ('"{nik}"', '"{nik"', "a lone {"),
        ('style = "judul_surat"', 'style = "judul_besar"', "unknown style judul_besar"),
        ('part = "kaki"', 'part = "kepala"', "there is no part kepala"),
        ('ink     = "nila"', 'ink     = "merah"', "there is no ink merah"),
        ('number  = "nomor_surat"', 'number  = "nama"', "number must name a field of type number or kk"),
        ('page    = "A4"', 'page    = "A5"', "page must be one of A4, A4 landscape"),
        ("margins = [24, 186]", "margins = [186, 24]", "margins must be the left and the right edge"),
        ("y     = 53\n", 'y     = "53"\n', "y must be a number"),
        ("y     = 53\n", "", "y is missing: a number"),
        ("y     = 53\n", "y     = 53\nwarna = 1\n", "unknown key warna"),
        ('kind  = "text"\ny     = 53', 'kind  = "teks"\ny     = 53', "kind must be one of text, form, table"),
        ("y     = 53\n", "y     = 400\n", "may reach off the page"),
        ("y     = 59.4\n", "y     = 56\n", "may overlap"),
        ("x           = 30\n", "x           = 10\nwhen = 'nihil'\n", "nihil is not a declared field"),
        ('part = "tanda_tangan"', 'part = "tanda_tangan"\nacross = 40', "may reach off the page"),
        ('part = "tanda_tangan"', 'part = "tanda_tangan"\ndown = -30', "may overlap"),
        ('part = "tanda_tangan"', 'part = "kaki"', "a template has one signature, this one has 0"),
        ('"{nik}"', '"{nik} \\u5370"', "holds a letter that the faces do not have"),
        ('use = ["../_bersama/tinta.toml"', 'use = ["../../../etc/passwd"', "lies outside the folder of all templates"),
        ('use = ["../_bersama/tinta.toml"', 'use = ["../_bersama/cat.toml"', "there is no file ../_bersama/cat.toml"),
        ('type  = "nik"', 'type  = "nyik"', "fields.nik"),
        ('text  = "Nomor {nomor_surat}"', 'text  = "{tanggal_lahir|terbilang}"', "terbilang takes integer, not date"),
        ("[template]", "[template]\nwarna = 1", "unknown key warna"),
        ("pitch       = 6.5", "pitch       = 0", "pitch must be 0.1 mm at least"),
        ("pitch       = 6.5", "pitch       = nan", "pitch must be a number"),
        ("height = 16", "height = -4", "height must be 0.1 mm at least"),
        ("[template]", "[kop]\n[template]", "kop: is no part of a template"),
        ('part = "kaki"', 'part = "kaki"\nwith = { nama = "nik" }', "with: the part kaki uses no nama"),
        ('part = "kaki"', 'part = "kaki"\nwith = { nama = 1 }', "with must be a table of texts"),
        ("[template]", "[template", "is not TOML"),
    ],
)
def test_a_mistake_is_named(folder: Path, old: str, new: str, said: str) -> None:
    assert said in problems(change(folder, (old, new)))


def test_all_mistakes_are_said_at_once(folder: Path) -> None:
    change(folder, ('"{nik}"', '"{nick}"'), ('ink     = "nila"', 'ink     = "merah"'), ("y     = 59.4", "y = 500"))
    said = problems(folder)
    assert "nick is not a declared field" in said
    assert "there is no ink merah" in said
    assert "off the page" in said


def test_a_part_says_the_fields_that_are_put_for_its_own(folder: Path) -> None:
    shared = folder.parent / "_bersama" / "bagian.toml"
    words = (
        '[[parts.nama]]\nkind = "text"\nwhen = "nama"\ny = 224\nwidth = 40\nstyle = "tt_kecil"\ntext = "dari {nama}"\n'
    )
    shared.write_text(f"{shared.read_text(encoding='utf-8')}\n{words}", encoding="utf-8")
    use = '[[draw]]\npart = "nama"\nwith = {{ nama = "{}" }}\n\n[[draw]]\npart = "kaki"'
    draw = load(change(folder, ('[[draw]]\npart = "kaki"', use.format("pekerjaan")))).draw
    (text,) = [each for each in draw if isinstance(each, e.Text) and each.y == 224]
    assert (text.text.fill({"pekerjaan": "GURU"}), text.conditions) == ("dari GURU", (("pekerjaan", True),))
    assert "bidang is not a declared field" in problems(change(folder, ('"pekerjaan" }', '"bidang" }')))


def test_fields_can_be_shared_and_the_template_s_own_go_before_them(folder: Path) -> None:
    own = '[fields.rt]\ntype  = "text"\nlabel = "RT"\nmax   = 5\n'
    shared = folder.parent / "_bersama" / "huruf.toml"
    before = shared.read_text(encoding="utf-8")
    shared.write_text(f'{own}\n[fields.rw]\ntype = "text"\nmax = 2\n\n{before}', encoding="utf-8")
    template = load(change(folder, (own, "")))
    assert list(template.fields)[:3] == ["rt", "rw", "nomor_surat"]
    assert (template.fields["rt"].max, template.fields["rw"].max) == (5, 5)


def test_a_missing_asset_is_named(folder: Path) -> None:
    picture = '[[draw]]\nkind = "image"\nfile = "lambang.png"\nx = 24\ny = 14\nwidth = 20\n\n[[draw]]\npart = "kaki"'
    assert "there is no file lambang.png" in problems(change(folder, ('[[draw]]\npart = "kaki"', picture)))


def test_an_office_can_put_its_own_arms_on_the_page(folder: Path) -> None:
    (folder / "assets").mkdir()
    Image.new("RGBA", (40, 60), (200, 30, 30, 128)).save(folder / "assets" / "lambang.png")
    picture = '[[draw]]\nkind = "image"\nfile = "lambang.png"\nx = 170\ny = 44\nwidth = 12\n\n[[draw]]\npart = "kaki"'
    template = load(change(folder, ('[[draw]]\npart = "kaki"', picture)))
    pdf = render(template.check(template.sample, today=ANYWHERE), template, None, PREVIEW).pdf
    assert pikepdf.pdfa.validate_written(io.BytesIO(pdf), "2b").passed
    assert b"/SMask" not in pdf


def test_a_picture_that_is_none_is_named(folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "assets" / "lambang.png").write_bytes(b"GIF89a")
    picture = '[[draw]]\nkind = "image"\nfile = "lambang.png"\nx = 170\ny = 44\nwidth = 12\n\n[[draw]]\npart = "kaki"'
    said = problems(change(folder, ('[[draw]]\npart = "kaki"', picture)))
    assert "lambang.png: is neither a PNG nor a JPEG file" in said


def test_a_sample_that_is_no_record_is_refused(folder: Path) -> None:
    sample = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    (folder / "sample.json").write_text(json.dumps(sample | {"nik": "12"}), encoding="utf-8")
    assert "sample.json nik" in problems(folder)


def test_a_sample_that_does_not_fit_is_refused_by_its_field(folder: Path) -> None:
    sample = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    (folder / "sample.json").write_text(json.dumps(sample | {"status_perkawinan": "W" * 40}), encoding="utf-8")
    change(folder, ('label = "Status Perkawinan"\ntext', 'label = "Status Perkawinan"\nstyle = "judul"\ntext'))
    said = problems(folder)
    assert "status_perkawinan" in said or "may overlap" in said


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_missing_or_broken_sample_is_named(folder: Path, content: str) -> None:
    (folder / "sample.json").write_text(content, encoding="utf-8")
    assert "sample.json" in problems(folder)
    (folder / "sample.json").unlink()
    assert "sample.json: is missing" in problems(folder)


def test_a_folder_without_a_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="holds no template"):
        load(tmp_path)


def test_the_hash_is_over_all_that_is_drawn_and_checked_and_not_over_the_sample(folder: Path) -> None:
    before = load(folder).sha256
    sample = folder / "sample.json"
    sample.write_text(sample.read_text(encoding="utf-8").replace("ISLAM", "HINDU"), encoding="utf-8")
    assert load(folder).sha256 == before
    shared = folder.parent / "_bersama" / "bagian.toml"
    shared.write_text(shared.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert load(folder).sha256 != before


def test_a_row_is_checked_for_letters_that_cannot_be_printed(folder: Path) -> None:
    template = load(folder)
    row = Row(7, {**template.sample.values, "alamat": "JALAN ǅ"})
    with pytest.raises(RecordError) as refused:
        template.check(row, today=ANYWHERE)
    assert [problem.field for problem in refused.value.problems] == ["alamat"]
    assert "ǅ" not in str(refused.value)


def test_a_record_carries_its_template_and_number(folder: Path) -> None:
    template = load(folder)
    record = template.check(template.sample, today=ANYWHERE)
    assert (record.template, record.number) == ("suket_ktp", "470/0412/KTP-EL/2026")
    assert template.grouping is None


def test_the_rows_of_a_family_card_are_grouped_by_its_number() -> None:
    grouping = load(TEMPLATES / "kartu_keluarga").grouping
    assert grouping is not None
    assert (grouping.by, grouping.into) == ("nomor_kk", "anggota")
    assert {"nama", "nik", "nama_ibu"} <= grouping.columns


def test_a_line_that_does_not_apply_takes_no_room() -> None:
    template = load(TEMPLATES / "akta_kelahiran")
    assert isinstance(template, Template)
    sample = dict(template.sample.values)
    sample.pop("nama_ayah")
    record = template.check(Row(1, sample), today=ANYWHERE)
    assert record.values["nama_ayah"] == ""
    assert record.values["kewarganegaraan"] == "INDONESIA"


def test_the_guide_describes_every_kind_filter_and_value() -> None:
    guide = (TEMPLATES.parent / "docs" / "templates.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z_.]+)`|\b(waves|braid|emblem|kawung|rosette)\b", guide))
    told = {word for pair in words for word in pair}
    assert set(vocabulary.KINDS) <= told
    assert set(FILTERS) <= told
    for name in PAGE_KINDS:
        space, _, value = name.partition(".")
        assert {name, f".{value}"} & told or f"`{space}.{value}`" in guide, name
