"""What every template must do, as tests. An office that writes its own subclasses the suite and gives one fixture.

    class TestOurLetter(TemplateSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def folder(cls) -> Path:
            return Path("templates/surat_kami")

Besides the sample, it tries records made of the template's own limits: the longest names and texts, the most rows, and
the least of everything. Each must fit, or be refused with the fields' names; no two texts may touch, none may leave
the page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from tte.errors import DoesNotFit
from tte.model import Raw, Record, Row
from tte.rendering import Press, render
from tte.template import PREVIEW, Template, load
from tte.template import elements as e
from tte.template.extents import ASCENT, DESCENT, Box
from tte.template.extents import words as extents_of
from tte.template.field import Field, FieldType
from tte.template.fitting import PT, width
from tte.template.layout import Setting
from tte.template.marks import Line
from tte.template.names import page_names

ID = "7k3m9qxt2r8c5v6w4abcdefgh2"
FIELD = "TandaTangan"

_ONLY_FINDING = "interactive forms (/AcroForm) are not supported"
_LONG_NAME = "MUHAMMAD RADITYA KUSUMAWARDHANA SASTRANEGARA PUTRA WICAKSANA"
_LONG_WORDS = "PERUMAHAN GRIYA CONTOH PERMAI TAHAP III BLOK C 12 NOMOR 7, GANG MAWAR II, SEBELAH UTARA PASAR INDUK, "


class TemplateSuite:
    """For any template folder. Give the fixture `folder`."""

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls) -> Path:
        raise NotImplementedError("give the fixture `folder`: the template under test")

    @pytest.fixture(scope="class")
    @classmethod
    def template(cls, folder: Path) -> Template:
        return load(folder)

    @pytest.fixture(scope="class")
    @classmethod
    def record(cls, template: Template) -> Record:
        return template.check(template.sample, today=date.max)

    @pytest.fixture(scope="class")
    @classmethod
    def pdf(cls, template: Template, record: Record) -> bytes:
        return render(record, template, ID, PREVIEW).pdf

    def test_it_is_named_after_its_folder_and_knows_its_number(self, folder: Path, template: Template) -> None:
        assert template.name == folder.resolve().name
        assert template.number in template.fields
        assert len(template.sha256) == 32
        assert load(folder).sha256 == template.sha256

    def test_the_page_is_pdf_a_2b(self, pdf: bytes) -> None:
        report = pikepdf.pdfa.validate_written(io.BytesIO(pdf), "2b")
        assert all(_ONLY_FINDING in str(finding) for finding in report.findings), report.findings

    def test_a_preview_is_pdf_a_2b_without_exception(self, template: Template, record: Record) -> None:
        report = pikepdf.pdfa.validate_written(io.BytesIO(render(record, template, None, PREVIEW).pdf), "2b")
        assert report.passed, report.findings

    def test_a_certified_page_without_specimen_is_pdf_a_2b_too(self, template: Template, record: Record) -> None:
        imprint = replace(PREVIEW, certified=True, specimen=False)
        report = pikepdf.pdfa.validate_written(io.BytesIO(render(record, template, None, imprint).pdf), "2b")
        assert report.passed, report.findings

    def test_names_with_accents_are_written_as_they_are_and_the_page_is_pdf_a_2b(self, template: Template) -> None:
        values = _stretched(template.fields, template.sample.values, "ÉLODIE ŞAHİN", "")
        record = template.check(replace(template.sample, values=values), today=date.max)
        report = pikepdf.pdfa.validate_written(io.BytesIO(render(record, template, None, PREVIEW).pdf), "2b")
        assert report.passed, report.findings
        said = " ".join(text for text, _ in text_boxes(template, record, "")).upper()
        names = [field for field in template.fields.values() if field.type is FieldType.NAME]
        assert not names or "ÉLODIE ŞAHİN" in said

    def test_every_face_is_embedded_and_can_be_read_back(self, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            fonts = [each for each in file.objects if _is(each, "/Font")]
            assert fonts
            assert all("/FontFile2" in font.FontDescriptor and "/ToUnicode" in font for font in fonts)

    def test_it_is_one_page_with_one_empty_signature_field(self, template: Template, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            (page,) = file.pages
            (field,) = file.Root.AcroForm.Fields
            assert (str(field.T), str(field.FT), int(field.F), "/V" in field) == (FIELD, "/Sig", 132, False)
            assert [each.objgen for each in page.Annots] == [field.objgen]
            assert field.AP.N.read_bytes()
            size = [round(float(edge) * PT) for edge in page.MediaBox]
        assert size == [0, 0, *map(round, template.page)]

    def test_the_signature_field_leaves_the_qr_code_free(self, template: Template) -> None:
        boxes = [extents_of(each)[0].box for each in template.draw if isinstance(each, e.Qr | e.Signature)]
        assert len(boxes) == 2
        assert not boxes[0].overlaps(boxes[1])
        (code,) = [each for each in template.draw if isinstance(each, e.Qr)]
        assert code.size >= 34
        assert code.x + code.size / 2 > template.page[0] / 2
        assert code.y + code.size / 2 > template.page[1] / 2

    def test_a_preview_has_neither_field_nor_id(self, template: Template, record: Record) -> None:
        preview = render(record, template, None, PREVIEW)
        assert preview.id == ""
        with pikepdf.open(io.BytesIO(preview.pdf)) as file:
            assert "/AcroForm" not in file.Root
            assert "/Annots" not in file.pages[0]

    def test_the_same_record_gives_the_same_bytes(self, template: Template, record: Record, pdf: bytes) -> None:
        assert Press(template, PREVIEW).document(record, ID).pdf == pdf

    def test_nothing_about_a_person_is_in_the_metadata(self, record: Record, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            assert "/Info" not in file.trailer
            packet = file.Root.Metadata.read_bytes().decode()
            objects = b"".join(each.unparse(resolved=True) for each in file.objects if not _is_stream(each))
        for value in _texts(record.values):
            assert value not in packet
            assert value.encode() not in objects

    def test_nothing_in_the_file_acts_or_reaches_out(self, pdf: bytes) -> None:
        for name in (b"/JS", b"/JavaScript", b"/Launch", b"/URI", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Trans"):
            with pikepdf.open(io.BytesIO(pdf)) as file:
                assert not any(name + b" " in each.unparse(resolved=True) for each in file.objects)

    def test_no_two_texts_touch_and_none_leaves_the_page(self, template: Template, record: Record) -> None:
        records = [record, *(template.check(row, today=date.max) for row in extreme_rows(template))]
        for each in records:
            for public_id in ("", ID):
                try:
                    boxes = text_boxes(template, each, public_id)
                except DoesNotFit:
                    continue
                _assert_apart(boxes, Box(0, 0, *template.page))

    def test_an_extreme_record_fits_or_is_refused_by_the_names_of_its_fields(self, template: Template) -> None:
        for row in extreme_rows(template):
            record = template.check(row, today=date.max)
            said = _refusal(template, record)
            assert not said or any(name in said for name in template.fields)
            assert not any(value in said for value in _texts(record.values))


def _refusal(template: Template, record: Record) -> str:
    """Why a record is not rendered, or "" if it is."""
    try:
        render(record, template, ID, PREVIEW)
    except DoesNotFit as refused:
        return str(refused)
    return ""


def extreme_rows(template: Template) -> Iterator[Row]:
    """Rows at the limits of a template's own fields: the longest names and most rows, then the longest of everything,
    then the least that is allowed. Numbers and dates stay those of the sample.
    """
    for number, (name, text) in enumerate(((_LONG_NAME, ""), (_LONG_NAME, _LONG_WORDS * 10), ("SITI", "X")), 2):
        values = _stretched(template.fields, template.sample.values, name, text)
        yield Row(number, values)


def text_boxes(template: Template, record: Record, public_id: str) -> Sequence[tuple[str, Box]]:
    """Every line of text on a record's page, with the box its letters fill. DoesNotFit as when it is rendered."""
    setting = Setting({**page_names(PREVIEW, public_id), **record.values}, [])
    lines = [
        mark
        for element in template.draw
        if isinstance(element, e.Words)
        for mark in setting.place(element)
        if isinstance(mark, Line)
    ]
    if setting.misfits:
        raise DoesNotFit(", ".join(setting.misfits))
    return [(line.text, _box(line)) for line in lines]


def _box(line: Line) -> Box:
    em = line.size * PT
    right = line.x + width(line.text, line.style, line.size)
    return Box(line.x, line.y - ASCENT * em, right, line.y + DESCENT * em)


def _assert_apart(boxes: Sequence[tuple[str, Box]], page: Box) -> None:
    for text, box in boxes:
        assert box.inside(page), text
    for (one, here), (other, there) in combinations(boxes, 2):
        touching = here.overlaps(there) and min(here.bottom, there.bottom) - max(here.top, there.top) > 0.2
        assert not touching, (one, other)


def _stretched(fields: Mapping[str, Field], sample: Mapping[str, Raw], name: str, text: str) -> dict[str, Raw]:
    """The sample with every name and text replaced, rows repeated as often as allowed, or once for the least."""
    values = dict(sample)
    least = text == "X"
    for field in fields.values():
        if least and not field.required:
            values.pop(field.name, None)
        elif field.type is FieldType.NAME:
            values[field.name] = name[: field.max]
        elif field.type is FieldType.TEXT and text:
            values[field.name] = text[: field.max].strip(" ,")
        elif field.type is FieldType.INTEGER:
            values[field.name] = field.min if least else field.max
        elif field.type is FieldType.ROWS:
            rows = sample.get(field.name)
            first = rows[0] if isinstance(rows, list) and isinstance(rows[0], dict) else {}
            row = _stretched(field.fields, first, name, text)
            count = max(field.min, 1) if least else field.max
            values[field.name] = [_numbered(field.fields, row, each) for each in range(1, count + 1)]
    return values


def _numbered(fields: Mapping[str, Field], row: Mapping[str, Raw], number: int) -> dict[str, Raw]:
    """A row of its own: every NIK in it with this serial number."""
    serial = f"{number:04d}"
    return {
        name: f"{str(value)[:12]}{serial}" if name in fields and fields[name].type is FieldType.NIK else value
        for name, value in row.items()
    }


def _texts(values: Mapping[str, object]) -> Iterator[str]:
    """The texts of a record that are long enough to be somebody's."""
    for value in values.values():
        if isinstance(value, str) and len(value) > 4:
            yield value
        elif isinstance(value, tuple):
            for row in value:
                yield from _texts(row)


def _is(each: pikepdf.Object, kind: str) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Type") == pikepdf.Name(kind)


def _is_stream(each: pikepdf.Object) -> bool:
    return isinstance(each, pikepdf.Stream)
