"""What the checks say, in Indonesian."""

from __future__ import annotations

import pytest

from tests.rows import rows
from tte.errors import RecordError
from tte.model import Raw, Row
from tte.office import Home
from tte.web.words.problems import in_english, in_indonesian

BAD: list[Raw] = [
    "",
    None,
    7,
    True,
    [],
    [1],
    "x" * 5000,
    "x" * 200,
    "\u202e",
    "\u0410",
    "a\nb",
    "a\tb",
    "a\u200bb",
    "12345",
    "1,23E+15",
    "9971015811260000",
    "9971019911260001",
    "9971-XX-01012026-0001",
    "9971-LU-01012026-0000",
    "9971-LU-31022026-0001",
    "9971-lu-0101202-1",
    "!!",
    "--",
    "2199-12-31",
    "1850-01-01",
    "0001-01-01",
    "31-02-2026",
    "999",
    [{"nama": "A"}] * 20,
]


@pytest.mark.parametrize(
    "name", ["akta_kelahiran", "akta_kematian", "kartu_keluarga", "suket_ktp", "surat_keterangan_pindah"]
)
def test_every_problem_of_a_record_is_said_in_indonesian(home: Home, name: str) -> None:
    template = home.template(name)
    (row,) = rows(name, 1)
    labels = {field: each.label for field, each in template.fields.items()}
    seen = set()
    for field in template.fields:
        for bad in BAD:
            try:
                template.check(Row(1, {**row.values, field: bad}))
            except RecordError as why:
                seen |= {problem.message for problem in why.problems}
    assert len(seen) > 10
    assert [message for message in seen if in_indonesian(message, labels) == message] == []


def test_the_names_of_fields_become_their_labels_and_other_messages_stay() -> None:
    labels = {"tanggal_lahir": "Tanggal Lahir"}
    assert in_indonesian("lies before tanggal_lahir", labels) == "Lebih awal daripada Tanggal Lahir."
    assert in_english("lies before tanggal_lahir", labels) == "Lies before Tanggal Lahir."
    assert in_indonesian("something new", labels) == "something new"
