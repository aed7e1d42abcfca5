"""The fast way gives the page of the plain way: words by a plan, codes by a table, two subsets of the same faces."""

from __future__ import annotations

import html
import pickle
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracles import qr
from tte.errors import DoesNotFit, RecordError
from tte.frame import Words
from tte.model import Document, Record, Row, Value
from tte.rendering import Press
from tte.rendering.compiled import Compiled
from tte.rendering.faces import OutsideSubset
from tte.rendering.qr import ALPHABET, codes, drawing
from tte.samples import sample_rows
from tte.template import PREVIEW, Template, load
from tte.template import elements as e
from tte.template.field import Field, FieldType
from tte.template.layout import Setting
from tte.template.letters import COMMON, LETTERS
from tte.testing.templates import extreme_rows

TEMPLATES = Path(__file__).parents[2] / "templates"
ALL = sorted(folder.parent.name for folder in TEMPLATES.glob("[!_]*/template.toml"))
KINDS = [
    *("akta_kelahiran", "akta_kematian", "akta_perkawinan_istri", "biodata_penduduk", "kartu_keluarga", "suket_ktp"),
    *("suket_pindah_luar_negeri", "surat_keterangan_pindah"),
]
"""Every way that pages are put together: forms whose lines come and go, values in labels, parts under other names, a
table with slots, tables that grow, both papers. The others are made of the same: planned once, and at their extremes.
"""
ID = "7k3m9qxt2r8c5v6w4abcdefgh2"
TODAY = date(2027, 12, 31)
BOTH = pytest.mark.parametrize("letters", [COMMON, LETTERS], ids=["common", "all"])

ACCENTS = str.maketrans("AEIOSGUY", "ÀÉİÖŞĞŰŸ")


@cache
def press_of(name: str, *, signed: bool = True) -> Press:
    return Press(load(TEMPLATES / name), PREVIEW, signed=signed)


def template_of(name: str) -> Template:
    return press_of(name).template


@cache
def records_of(name: str, letters: str = COMMON, *, count: int = 40, seed: int = 11) -> tuple[Record, ...]:
    """The first sample records that are made of these letters; some names have others, such as ZOË."""
    rows = sample_rows(name, count=2 * count, seed=seed)
    records = (template_of(name).check(Row(number, row), today=TODAY) for number, row in enumerate(rows, 1))
    found = tuple(islice((record for record in records if _letters(record.values) <= set(letters)), count))
    assert len(found) == count
    return found


def _letters(values: Mapping[str, Value]) -> set[str]:
    """All letters of a record, and their capitals."""
    found: set[str] = set()
    for value in values.values():
        if isinstance(value, tuple):
            found.update(*map(_letters, value))
        else:
            found.update(str(value), str(value).upper())
    return found


def ids() -> Iterator[str]:
    rng = Random(5)
    while True:
        yield "".join(rng.choices(ALPHABET, k=26))


def plain(ready: Compiled, record: Record, public_id: str) -> bytes:
    """The words of a record without any plan: laid out, then written, element by element. DoesNotFit, OutsideSubset."""
    setting = Setting({**ready.fixed, **record.values, "document.id": public_id}, [])
    written = b""
    for element in ready.elements:
        written += ready.pen.write(setting.place(element))
        if isinstance(element, e.Qr) and public_id:
            side, digits = symbol(PREVIEW.office.base_url, public_id)
            before, after = drawing(element, ready.pen.height, side)
            written += before + digits + after
    if setting.misfits:
        raise DoesNotFit(", ".join(dict.fromkeys(setting.misfits)))
    return written


def symbol(base_url: str, public_id: str) -> tuple[int, bytes]:
    """The side of a QR code in modules, and its modules as hex digits: segno's own, of the whole address."""
    make = partial(segno.make, error="m", boost_error=False, micro=False, mode="byte")
    chosen = make(f"{base_url}/d/{'a' * 26}")
    made = make(f"{base_url}/d/{public_id}", version=chosen.version, mask=chosen.mask, encoding="latin-1")
    side = len(made.matrix)
    spare = -side % 8
    rows = (int("".join(str(int(module == 1)) for module in row) + "0" * spare, 2) for row in made.matrix)
    return side, b"".join(b"%0*x" % ((side + spare) // 4, row) for row in rows)


def spelled_alike(words: bytes) -> bytes:
    """The same operators, with the places of texts written as the plain way writes them: `163`, not `163.00`."""
    return re.sub(rb"(?<= Tf )(-?\d+)(?:\.0+|(\.\d*?)0+)(?= )", rb"\1\2", words)


def without_blank_lines(words: bytes) -> bytes:
    """The operators without those that show nothing: the plain way leaves an empty line out."""
    return re.sub(rb"(?m)^.*?(\[\(\)\] TJ|\(\) Tj).*\n", b"", words)


def boxes(pdf: bytes) -> str:
    command = ["pdftotext", "-bbox", "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def picture(pdf: bytes) -> bytes:
    return subprocess.run(["pdftoppm", "-r", "60", "-"], input=pdf, capture_output=True, check=True).stdout


def assert_same_page(one: Document, other: Document) -> None:
    assert boxes(one.pdf) == boxes(other.pdf)
    assert picture(one.pdf) == picture(other.pdf)


def assert_as_plain(ready: Compiled, record: Record, public_id: str) -> None:
    """The words of a plan and those of the plain way show the same, or are refused by the same names."""
    try:
        expected = plain(ready, record, public_id)
    except DoesNotFit as refused:
        with pytest.raises(DoesNotFit, match=re.escape(str(refused)) + r"\Z"):
            ready.words(record, public_id)
        return
    made = bytes(ready.words(record, public_id))
    if spelled_alike(made) != expected:
        assert without_blank_lines(spelled_alike(made)) == expected
        assert_same_page(*(Document(public_id, record, ready.frame, Words((one,), ())) for one in (made, expected)))


@BOTH
@pytest.mark.parametrize("name", ALL)
def test_a_plan_writes_what_layout_and_pen_write(name: str, letters: str) -> None:
    ready, records = press_of(name).compiled(letters), records_of(name, letters)
    for record, public_id in zip(records, ids(), strict=False):
        assert_as_plain(ready, record, public_id)


@pytest.mark.parametrize("name", KINDS)
def test_what_poppler_sees_is_the_same_page(name: str) -> None:
    """The same comparison without trust in equal bytes, for a few records of the forty."""
    ready = press_of(name).compiled(COMMON)
    for record, public_id in zip(records_of(name)[::20], ids(), strict=False):
        expected = Words((plain(ready, record, public_id),), ())
        made = ready.words(record, public_id)
        assert_same_page(*(Document(public_id, record, ready.frame, words) for words in (made, expected)))


@pytest.mark.parametrize("name", KINDS)
def test_what_a_plan_remembers_changes_nothing(name: str) -> None:
    """A new plan for every record, one plan for all, and the same records once more the other way round."""
    records = [*records_of(name), *records_of(name, count=10, seed=4)]
    alone = [pickle.loads(pickle.dumps(press_of(name).compiled(COMMON))).words(record, ID) for record in records]  # noqa: S301
    ready = pickle.loads(pickle.dumps(press_of(name).compiled(COMMON)))  # noqa: S301 made on this line
    assert [ready.words(record, ID) for record in records] == alone
    assert [ready.words(record, ID) for record in reversed(records)] == alone[::-1]


@pytest.mark.parametrize("name", KINDS)
def test_a_preview_is_planned_too(name: str) -> None:
    ready = press_of(name, signed=False).compiled(COMMON)
    for record in records_of(name)[:10]:
        assert_as_plain(ready, record, "")


@BOTH
@pytest.mark.parametrize("name", KINDS)
def test_every_case_of_a_page_is_planned_alike(name: str, letters: str) -> None:
    """Each optional field left out alone, all of them, and rows from the fewest to the most."""
    template, ready = template_of(name), press_of(name).compiled(letters)
    for record in records_of(name)[:3]:
        optional = [field for field in template.fields.values() if not field.required]
        for left_out in ([], optional, *([field] for field in optional)):
            values = {**record.values, **{field.name: field.default for field in left_out}}
            assert_as_plain(ready, replace(record, values=values), ID)
        for field in (field for field in template.fields.values() if field.type is FieldType.ROWS):
            rows = record.values[field.name]
            assert isinstance(rows, tuple)
            for count in range(1, field.max + 1):
                many = (rows * count)[:count]
                assert_as_plain(ready, replace(record, values={**record.values, field.name: many}), ID)


@BOTH
@pytest.mark.parametrize("name", ALL)
def test_extreme_records_are_set_or_refused_alike(name: str, letters: str) -> None:
    template, ready = template_of(name), press_of(name).compiled(letters)
    for row in extreme_rows(template):
        assert_as_plain(ready, template.check(row, today=date.max), ID)


@pytest.mark.parametrize("name", KINDS)
def test_texts_of_every_length_are_set_or_refused_alike(name: str) -> None:
    """From one word to the field's limit, through smaller steps and further lines; in rows as well."""
    ready, record = press_of(name).compiled(COMMON), records_of(name)[0]
    words = "KAMPUNG BARU RAYA IV, BLOK WM 7/12 – TAMAN SARI INDAH PERMAI, " * 8
    sizes: set[bytes] = set()
    for index, field in enumerate(_free(template_of(name).fields)):
        for length in range(1 + index % 7, field.max + 1, 7):
            made = _with(template_of(name), record, field, words[:length].strip())
            assert_as_plain(ready, made, ID)
            try:
                sizes |= set(re.findall(rb"(\S+) Tf", bytes(ready.words(made, ID))))
            except DoesNotFit:
                break
    assert len(sizes) > len(set(re.findall(rb"(\S+) Tf", bytes(ready.words(record, ID)))))


def _free(fields: Mapping[str, Field]) -> Iterator[Field]:
    for field in fields.values():
        if field.type in (FieldType.TEXT, FieldType.NAME):
            yield field
        yield from _free(field.fields)


def _with(template: Template, record: Record, field: Field, text: str) -> Record:
    """The record with this text in a field, in the last row if it is one of a table's."""
    values: dict[str, Value] = dict(record.values)
    for name, outer in template.fields.items():
        rows = values[name]
        if outer is field:
            values[name] = text
        elif field in outer.fields.values() and isinstance(rows, tuple):
            values[name] = (*rows[:-1], {**rows[-1], field.name: text})
    return replace(record, values=values)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(ALL),
    place=st.integers(0, 39),
    which=st.integers(0, 99),
    text=st.text(st.sampled_from(LETTERS + " " * 40 + "\n"), max_size=120),
)
def test_any_text_in_any_field_is_set_or_refused_alike(name: str, place: int, which: int, text: str) -> None:
    fields = list(_free(template_of(name).fields))
    record = _with(template_of(name), records_of(name)[place], fields[which % len(fields)], text)
    assert_as_plain(press_of(name).compiled(LETTERS), record, ID)


@pytest.mark.parametrize("name", KINDS)
def test_every_day_is_written_as_the_plain_way_writes_it(name: str) -> None:
    """Parts of a date are remembered for days that are alike in them; no two days may be taken for one."""
    ready, record, rng = press_of(name).compiled(COMMON), records_of(name)[0], Random(name)
    fields = [field.name for field in template_of(name).fields.values() if field.type is FieldType.DATE]
    days = [date(2024, 2, 29), date(2000, 2, 29), date(1900, 2, 28), date(2024, 12, 31), date(2025, 1, 1)]
    days += [date.fromordinal(rng.randrange(date(1900, 1, 1).toordinal(), TODAY.toordinal())) for _ in range(80)]
    for day in days:
        others = dict(zip(fields, rng.sample(days, len(fields)), strict=True))
        assert_as_plain(ready, replace(record, values={**record.values, **others, rng.choice(fields): day}), ID)


@pytest.mark.parametrize("name", KINDS)
def test_both_variants_of_a_frame_give_the_same_page(name: str) -> None:
    press = press_of(name)
    for record, public_id in zip(records_of(name)[::15], ids(), strict=False):
        made = [
            Document(public_id, record, ready.frame, ready.words(record, public_id))
            for ready in map(press.compiled, (COMMON, LETTERS))
        ]
        assert made[0].frame is not made[1].frame
        assert_same_page(*made)
        assert press.document(record, public_id).pdf == made[0].pdf


@pytest.mark.parametrize("name", KINDS)
def test_a_record_with_accented_letters_has_the_frame_with_all_letters(name: str) -> None:
    press, template = press_of(name), template_of(name)
    for record in records_of(name)[:5]:
        accented = replace(record, values=_accented(template.fields, record.values))
        assert accented.values != record.values
        with pytest.raises(OutsideSubset):
            press.compiled(COMMON).words(accented, ID)
        made = press.document(accented, ID)
        assert made.frame is press.compiled(LETTERS).frame
        assert_as_plain(press.compiled(LETTERS), accented, ID)
        assert press.document(record, ID).frame is press.compiled(COMMON).frame
        said = html.unescape(boxes(made.pdf)).upper()
        names = [field.name for field in template.fields.values() if field.type is FieldType.NAME]
        assert all(f">{word}</WORD>" in said for each in names for word in str(accented.values[each]).upper().split())


def _accented(fields: Mapping[str, Field], values: Mapping[str, Value]) -> dict[str, Value]:
    """The values with accents on the names: ÀÏŞYAH."""
    changed = dict(values)
    for name, field in fields.items():
        value = changed[name]
        if field.type is FieldType.NAME and isinstance(value, str):
            changed[name] = value.upper().translate(ACCENTS)
        elif isinstance(value, tuple):
            changed[name] = tuple(_accented(field.fields, row) for row in value)  # type: ignore[misc]
    return changed


def test_every_letter_is_the_same_in_both_variants() -> None:
    """All that the small faces hold stands where it does in the large ones, kerning and all."""
    press, template = press_of("suket_ktp"), template_of("suket_ktp")
    rng = Random(2)
    for _ in range(10):
        text = "".join(rng.sample(COMMON.replace(" ", ""), 24)) + " " + "".join(rng.sample(COMMON, 20)).strip()
        record = _with(template, records_of("suket_ktp")[0], template.fields["alamat"], text)
        made = [
            Document(ID, record, ready.frame, ready.words(record, ID))
            for ready in map(press.compiled, (COMMON, LETTERS))
        ]
        assert_same_page(*made)


def test_a_letter_that_no_face_has_is_refused_by_its_field() -> None:
    """Checking a row rules it out; a record that was not checked must not end in anything else."""
    press, template = press_of("suket_ktp"), template_of("suket_ktp")
    for text in ("印", "印 A", "A印", "DESA 印A", "ǅ"):
        with pytest.raises(RecordError):
            template.check(Row(1, {**template.sample.values, "alamat": text}), today=TODAY)
        record = _with(template, records_of("suket_ktp")[0], template.fields["alamat"], text)
        with pytest.raises(DoesNotFit, match="alamat"):
            press.document(record, ID)


def test_a_column_can_name_what_stands_outside_its_rows(tmp_path: Path) -> None:
    """Such as the number of the card in each line, with filters and beside the row's own values."""
    for part in ("_bersama", "kartu_keluarga"):
        shutil.copytree(TEMPLATES / part, tmp_path / part)
    file = tmp_path / "kartu_keluarga" / "template.toml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("{agama|upper}", "{desa_kelurahan|upper}"),
        ("{pendidikan|upper}", "{row.no}/{provinsi|upper}"),
        ("{jenis_kelamin}", "{jenis_kelamin}/{rt}"),
        ("{kewarganegaraan}", "{office.code}"),
        ("{status_hubungan}", "{anggota|count}"),
    ):
        assert f'"{old}"' in text
        text = text.replace(f'"{old}"', f'"{new}"', 1)
    file.write_text(text, encoding="utf-8")
    template = load(file.parent)
    press = Press(template, PREVIEW)
    record = template.check(template.sample, today=TODAY)
    assert_as_plain(press.compiled(COMMON), record, ID)


@pytest.mark.parametrize("base_url", [PREVIEW.office.base_url, "https://a.id", "https://" + "x" * 60 + ".example/tte"])
def test_the_code_of_any_id_is_the_one_segno_makes(base_url: str) -> None:
    table = codes(base_url + "/", 26)
    for public_id in ("a" * 26, "z" * 26, "0" * 26, *islice(ids(), 200)):
        assert (table.side, table.symbol(public_id)) == symbol(base_url, public_id)


@pytest.mark.parametrize("wrong", ["a" * 25, "a" * 27, "", "A" * 26, "a" * 25 + "/"])
def test_there_is_no_code_for_what_is_no_id(wrong: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        codes(PREVIEW.office.base_url, 26).symbol(wrong)


@pytest.mark.parametrize("name", KINDS)
def test_a_phone_reads_the_code_of_any_id(name: str, tmp_path: Path) -> None:
    for public_id in islice(ids(), 5):
        pdf = press_of(name).document(records_of(name)[0], public_id).pdf
        (tmp_path / "page.pdf").write_bytes(pdf)
        assert qr.read(tmp_path / "page.pdf") == [f"{PREVIEW.office.base_url}/d/{public_id}"]
