"""The page: what is written is what the record says, in reading order, and nothing in a record is more than text."""

from __future__ import annotations

import hashlib
import io
import pickle
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase import pdfmetrics

from tte.errors import DoesNotFit, RecordError
from tte.model import Record, Row
from tte.rendering import Press, render
from tte.rendering.faces import FOLDER, register
from tte.samples import sample_rows
from tte.template import PREVIEW, Template, load
from tte.template.letters import COMMON, LETTERS
from tte.template.metrics import metrics
from tte.template.style import FACES

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = sorted(folder.parent.name for folder in TEMPLATES.glob("[!_]*/template.toml"))
ID = "7k3m9qxt2r8c5v6w4abcdefgh2"
TODAY = date(2026, 12, 31)


@cache
def template_of(name: str) -> Template:
    return load(TEMPLATES / name)


def sample_of(template: Template, **values: str) -> Record:
    return template.check(Row(1, {**template.sample.values, **values}), today=TODAY)


def pdftotext(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


@dataclass(frozen=True, slots=True)
class Word:
    """One word as poppler sees it, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Word) -> bool:
        """True if the letters meet. Boxes are as high as the face; letters fill the middle half."""
        inset, theirs = (self.bottom - self.top) / 4, (other.bottom - other.top) / 4
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom - inset, other.bottom - theirs) - max(self.top + inset, other.top + theirs)
        return across > 0.5 and down > 0.5


def words(pdf: bytes) -> Iterator[Word]:
    number = r'="([\d.-]+)"'
    pattern = rf"<word xMin{number} yMin{number} xMax{number} yMax{number}>(.*?)</word>"
    for left, top, right, bottom, text in re.findall(pattern, pdftotext(pdf, "-bbox")):
        yield Word(text, float(left), float(top), float(right), float(bottom))


@pytest.mark.parametrize("name", ALL)
def test_words_do_not_touch_and_lie_on_the_page(name: str) -> None:
    template = template_of(name)
    width, height = (side * 72 / 25.4 for side in template.page)
    for values in sample_rows(name, count=2, seed=3):
        pdf = render(template.check(Row(1, values), today=TODAY), template, ID, PREVIEW).pdf
        found = list(words(pdf))
        assert len(found) > 80
        assert all(word.left > 0 and word.right < width and word.top > 0 and word.bottom < height for word in found)
        assert not [(one.text, other.text) for one, other in combinations(found, 2) if one.touches(other)]


@pytest.mark.parametrize("name", ALL)
def test_the_values_of_a_record_are_extracted_as_they_stand(name: str) -> None:
    template = template_of(name)
    record = sample_of(template)
    said = " ".join(pdftotext(render(record, template, ID, PREVIEW).pdf, "-raw").split())
    for field, value in record.values.items():
        if isinstance(value, str) and template.fields[field].type != "choice":
            assert value.upper() in said.upper(), field
        elif isinstance(value, tuple):
            assert all(str(row["nama"]) in said and str(row["nik"]) in said for row in value)
    assert record.number in said


def test_label_and_value_are_read_together() -> None:
    template = template_of("suket_ktp")
    said = pdftotext(render(sample_of(template), template, ID, PREVIEW).pdf, "-raw")
    for line in ("NIK : 9971021203910001", "Nama : BIMA ADITYA NUGRAHA", "Jenis Kelamin : LAKI-LAKI"):
        assert line in re.sub(r"\s*:\s*", " : ", said)


@pytest.mark.parametrize(
    "value",
    [
        '<b>x</b> <img src="/etc/passwd"/>',
        "%s %(nik)s {nik} {{",
        "(( \\ ) \\n ) Tj ET",
        "/JS << /URI (x) >> endstream endobj",
        "D'ANGELO “O’BRIEN” – ÉÀÖ",
    ],
)
def test_a_hostile_value_is_plain_text(value: str) -> None:
    template = template_of("suket_ktp")
    record = sample_of(template, alamat=value)
    pdf = render(record, template, ID, PREVIEW).pdf
    assert value.upper() in " ".join(pdftotext(pdf, "-raw").split())
    harmless = render(sample_of(template), template, ID, PREVIEW).pdf
    assert _objects(pdf) == _objects(harmless)
    assert _operators(pdf) == _operators(harmless)


FREE = st.sampled_from(
    [
        *(("suket_ktp", field) for field in ("alamat", "agama", "pekerjaan", "tempat_lahir")),
        *(("akta_kelahiran", field) for field in ("tempat_lahir", "tempat_terbit")),
        ("biodata_penduduk", "alamat"),
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    free=FREE,
    text=st.text(st.sampled_from(LETTERS), min_size=1, max_size=60) | st.from_regex(r"[()<>\[\]{}/% TJ\\]{1,40}"),
)
def test_no_text_in_a_free_field_yields_other_objects_or_operators(free: tuple[str, str], text: str) -> None:
    """Any printable Latin letters, and those that mean something in PDF more often."""
    name, field = free
    template = template_of(name)
    try:
        pdf = render(sample_of(template, **{field: text}), template, ID, PREVIEW).pdf
    except (RecordError, DoesNotFit):
        return
    assert _objects(pdf) == _objects(_harmless(name))
    assert _operators(pdf) == _operators(_harmless(name))


@cache
def _harmless(name: str) -> bytes:
    template = template_of(name)
    return render(sample_of(template), template, ID, PREVIEW).pdf


def _objects(pdf: bytes) -> list[str]:
    """What the file holds, by kind; how large its faces are depends on the letters."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [f"{type(each).__name__} {sorted(each.keys())}" for each in file.objects]


def _operators(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {str(each.operator) for each in pikepdf.parse_content_stream(file.pages[0])}


@pytest.mark.parametrize("name", ["akta_kelahiran", "kartu_keluarga"])
def test_the_qr_code_leads_to_the_documents_address(name: str, tmp_path: Path) -> None:
    template = template_of(name)
    pdf = render(sample_of(template), template, ID, PREVIEW).pdf
    (tmp_path / "page.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", str(tmp_path / "page.pdf"), str(tmp_path / "page")], check=True
    )
    with Image.open(tmp_path / "page.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture)
        assert code.text == f"https://tte.contoh.example/d/{ID}"
        assert code.position.top_left.x > picture.width / 2
        assert code.position.top_left.y > picture.height / 2
    assert "7K3M 9QXT 2R8C 5V6W 4ABC DEFG H2" in " ".join(pdftotext(pdf, "-raw").split())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("letter", ["w", "m", "i", "7"])
def test_every_id_has_room(name: str, letter: str) -> None:
    template = template_of(name)
    assert render(sample_of(template), template, letter * 26, PREVIEW).id == letter * 26


def test_a_preview_has_no_qr_code_and_says_so(tmp_path: Path) -> None:
    template = template_of("akta_kelahiran")
    pdf = render(sample_of(template), template, None, PREVIEW).pdf
    (tmp_path / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "page.pdf", "page"], check=True, cwd=tmp_path)
    with Image.open(tmp_path / "page.png") as picture:
        assert zxingcpp.read_barcodes(picture) == []
    said = " ".join(pdftotext(pdf, "-raw").split())
    assert "Belum ditandatangani" in said
    assert "QR terbit setelah dokumen ini ditandatangani" in said
    assert "Ditandatangani secara elektronik oleh" not in said


@pytest.mark.parametrize("name", ALL)
def test_a_page_that_is_not_signed_never_says_that_it_is(name: str) -> None:
    template = template_of(name)
    certified = replace(PREVIEW, certified=True, issuer="BSrE-BSSN", specimen=False)
    said = " ".join(pdftotext(render(sample_of(template), template, None, certified).pdf, "-raw").split())
    assert "Belum ditandatangani" in said
    assert "telah ditandatangani" not in said


def test_the_signature_says_whether_it_is_certified() -> None:
    template = template_of("akta_kelahiran")
    record = sample_of(template)
    plain = " ".join(pdftotext(render(record, template, ID, PREVIEW).pdf, "-raw").split())
    assert "Ditandatangani secara elektronik oleh Dra. WULAN SEKAR ARUM, M.Si. NIP 19790312 200501 2 004" in plain
    assert (
        "diterbitkan oleh CA Contoh. Tanda tangan elektronik ini tidak tersertifikasi (PP 71/2019 Pasal 60)." in plain
    )
    certified = replace(PREVIEW, certified=True, issuer="BSrE-BSSN", specimen=False)
    said = " ".join(pdftotext(render(record, template, ID, certified).pdf, "-raw").split())
    assert "menggunakan sertifikat elektronik yang diterbitkan oleh BSrE-BSSN." in said
    assert "tersertifikasi" not in said


def test_only_a_specimen_says_specimen() -> None:
    template = template_of("kartu_keluarga")
    record = sample_of(template)
    assert pdftotext(render(record, template, ID, PREVIEW).pdf).count("SPECIMEN") == 2
    assert "SPECIMEN" not in pdftotext(render(record, template, ID, replace(PREVIEW, specimen=False)).pdf)


def test_the_trailer_names_the_document_by_a_hash_of_its_id() -> None:
    template = template_of("suket_ktp")
    pdf = render(sample_of(template), template, ID, PREVIEW).pdf
    with pikepdf.open(io.BytesIO(pdf)) as file:
        first, second = (bytes(part) for part in file.trailer.ID)
    assert first == second == hashlib.sha256(ID.encode()).digest()[:16]


def test_a_text_that_is_too_long_is_refused_by_its_field_and_not_repeated() -> None:
    template = template_of("akta_kelahiran")
    record = sample_of(template, nama="W" * 60, nama_ibu="M" * 60)
    with pytest.raises(DoesNotFit, match="too long for the page: nama, nama_ibu") as refused:
        render(record, template, ID, PREVIEW)
    assert "WWW" not in str(refused.value)


@pytest.mark.parametrize("name", ["akta_kelahiran", "akta_kematian"])
def test_the_longest_dates_fit(name: str) -> None:
    """29 September 1999 has the longest words of all days there are, in both languages."""
    template = template_of(name)
    dates = dict.fromkeys(("tanggal_lahir", "tanggal_meninggal", "tanggal_terbit"), "1999-09-29")
    values = {field: value for field, value in dates.items() if field in template.fields}
    record = sample_of(template, **values, nik="9971026909990003", jenis_kelamin="P")
    said = " ".join(pdftotext(render(record, template, ID, PREVIEW).pdf, "-raw").split())
    assert "dua puluh sembilan September seribu sembilan ratus sembilan puluh sembilan" in said
    assert "the twenty-ninth of September, one thousand nine hundred and ninety-nine" in said


def test_a_text_that_is_too_long_in_a_row_is_refused_by_row_and_field() -> None:
    template = template_of("kartu_keluarga")
    (*rows,) = sample_rows("kartu_keluarga", count=3, seed=1)
    record = template.check(Row(1, rows[2]), today=TODAY)
    members = record.values["anggota"]
    assert isinstance(members, tuple)
    long = replace(record, values={**record.values, "anggota": (*members[:2], {**members[2], "agama": "W" * 40})})
    with pytest.raises(DoesNotFit, match=re.escape("too long for the page: anggota[3].agama")):
        render(long, template, ID, PREVIEW)


def test_an_official_whose_name_is_too_long_is_refused() -> None:
    template = template_of("suket_ktp")
    official = replace(PREVIEW.official, name="W" * 90)
    with pytest.raises(DoesNotFit, match=re.escape("official.name")):
        render(sample_of(template), template, ID, replace(PREVIEW, official=official))


def test_a_record_of_another_template_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be set with suket_ktp"):
        render(sample_of(template_of("akta_kematian")), template_of("suket_ktp"), ID, PREVIEW)


@pytest.mark.parametrize("wrong", ["short", "A" * 26, "a" * 25 + "/", "a" * 25, "a" * 27, "a" * 26 + "\n"])
def test_an_id_is_small_letters_and_digits(wrong: str) -> None:
    template = template_of("suket_ktp")
    with pytest.raises(ValueError, match="an id is 26 small letters and digits"):
        render(sample_of(template), template, wrong, PREVIEW)


def test_a_press_for_previews_makes_no_documents_and_the_other_way_round() -> None:
    template = template_of("suket_ktp")
    for signed, public_id in ((True, ""), (False, ID)):
        with pytest.raises(ValueError, match="an id is"):
            Press(template, PREVIEW, signed=signed).document(sample_of(template), public_id)


def test_a_compiled_template_travels_to_another_process_and_gives_the_same_page() -> None:
    template = template_of("kartu_keluarga")
    record = sample_of(template)
    press = Press(template, PREVIEW)
    for used in (press, press.compiled(COMMON)):  # as it was made, and after it has made a page
        travelled = pickle.loads(pickle.dumps(used))  # noqa: S301 (our own bytes)
        made = travelled.words(record, ID) if used is not press else travelled.document(record, ID).words
        assert bytes(made) == bytes(render(record, template, ID, PREVIEW).words)
        press.document(record, ID)
    elsewhere = pickle.loads(pickle.dumps(press)).document(record, ID)  # noqa: S301 (our own bytes)
    assert elsewhere.pdf == render(record, template, ID, PREVIEW).pdf
    assert pickle.loads(pickle.dumps(template)) == template  # noqa: S301 (our own bytes)


@pytest.mark.parametrize("face", FACES.values())
def test_a_face_holds_the_letters_and_measures_as_the_template_room_says(face: str) -> None:
    with TTFont(FOLDER / f"{face}.ttf") as font:
        assert {chr(code) for code in font.getBestCmap()} == set(LETTERS)
        family = font["name"].getDebugName(1)
    assert family.startswith("Lontar")  # "Source" is a reserved font name
    register(face)
    for text in (LETTERS, "AISYAH KIRANA PUTRI", "0123456789"):
        assert metrics(face).advance(text, kern=False) == pytest.approx(pdfmetrics.stringWidth(text, face, 1000))


def test_figures_are_as_wide_as_each_other() -> None:
    for face in FACES.values():
        assert len({metrics(face).widths[figure] for figure in "0123456789"}) == 1
