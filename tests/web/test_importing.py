"""Drafts from a file: right rows become drafts, wrong ones are named without their values."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Sequence

import pytest

from tests.desk_world import Day
from tests.rows import rows
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, signed_in
from tests.web.strict_html import Page
from tte.intake import Format
from tte.model import Raw
from tte.people import Role
from tte.samples import write
from tte.web import Service
from tte.web.office import importing

IMPORT = f"{HERE}/draf/impor"


@pytest.fixture
def operator(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.OPERATOR, clock)


def births(count: int) -> list[dict[str, Raw]]:
    return [dict(row.values) for row in rows("akta_kelahiran", count, seed=6)]


def as_csv(values: Sequence[dict[str, Raw]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(values[0]))
    writer.writeheader()
    writer.writerows(values)
    return out.getvalue().encode()


def sent(own: Browser, content: bytes, *, do: str = "make", template: str = "akta_kelahiran", status: int = 200) -> str:
    answer = own.post(IMPORT, on=IMPORT, do=do, template=template, files={"file": ("data.csv", content)})
    assert answer.status_code == status, answer.text
    assert Page(answer.text).wrong == []
    return answer.text


def test_right_rows_become_drafts_and_wrong_ones_are_named_without_their_values(operator: Browser, day: Day) -> None:
    values = births(8)
    values[1]["nik"] = "12345"
    values[3]["tanggal_lahir"] = "31-02-2025"
    values[4]["nama_ibu"] = "W" * 60
    values[5]["nama"] = "\u202eRAHASIA"
    values[7]["nomor_akta"] = values[6]["nomor_akta"]
    looked = sent(operator, as_csv(values), do="look")
    assert day.states() == []
    made = sent(operator, as_csv(values))
    assert day.states() == ["draft"] * 3
    for page in (looked, made):
        assert re.findall(r"<b>(\d+)</b>", page)[:2] == ["3", "5"]
        for secret in ("12345", "31-02-2025", "RAHASIA", "WWWW", *(str(one["nik"]) for one in values)):
            assert secret not in page
        listed = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
        assert listed
        table = list(csv.reader(io.StringIO(base64.b64decode(listed[1]).decode("utf-8-sig"))))
        assert [(row[0], row[1]) for row in table[1:] if row[3]] == [
            ("3", "nik"),
            ("5", "tanggal_lahir"),
            ("6", "nama_ibu"),
            ("7", "nama"),
            ("9", "nomor_akta"),
        ]
    again = sent(operator, as_csv(values[:1]))
    assert "Sudah ada draf terbuka" in again


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_json_and_ndjson_are_taken_too(operator: Browser, day: Day, form: str) -> None:
    values = births(2)
    content = json.dumps(values) if form == "json" else "\n".join(map(json.dumps, values))
    sent(operator, content.encode())
    assert len(day.states()) == 2


def test_a_family_is_one_draft_of_several_lines(operator: Browser, day: Day, desk: Service) -> None:
    out = io.BytesIO()
    families = [row.values for row in rows("kartu_keluarga", 3)]
    write(families, Format.CSV, out, grouping=desk.desk().drafts.template("kartu_keluarga").grouping)
    sent(operator, out.getvalue(), template="kartu_keluarga")
    assert len(day.states()) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04 rest", "Excel"),
        (b"\xff\xfea\x00", "UTF-8"),
        (b"nama;nik\n", "Kolomnya tidak sesuai"),
        (b"[{]", "rusak"),
        (b"a\tb\n", "tab"),
    ],
)
def test_a_file_that_cannot_be_read_makes_nothing_and_says_why(
    operator: Browser, day: Day, content: bytes, said: str
) -> None:
    page = sent(operator, content, status=422)
    assert said in page
    assert day.states() == []


def test_a_file_with_too_many_rows_is_refused_as_a_whole(
    operator: Browser, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    assert "Lebih dari 3 baris" in sent(operator, as_csv(births(4)), status=422)
    assert day.states() == []
