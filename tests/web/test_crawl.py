"""Public pages name nobody. The long one is `make crawl`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawl import Persons, crawl


def test_no_public_page_of_200_documents_names_anybody(tmp_path: Path) -> None:
    done = crawl(tmp_path / "home", 200)
    assert done.asked > 600
    assert done.statuses[200] >= 600
    assert not [status for status in done.statuses if status >= 500]
    assert done.names > 200
    assert done.not_looked_for < 5
    assert done.found == []


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<b>1271016801240001</b>", "a number of 16 digits"),
        ('<input value="1271016801240001">', "a number of 16 digits"),
        ("1271 0168 0124 0001", "a number with spaces"),
        ("1271.0168-01240001", "a number with spaces"),
        ("Nomor 9971-LU-08022024-0001.", "a number"),
        ("lahir 28-01-2024", "a birth date"),
        ("lahir 2024-01-28T00:00", "a birth date"),
        ("lahir 28 Januari 2024", "a birth date"),
        ("born 28 January&#32;2024", "a birth date"),
        ("<td>Desmawati</td><td>Ilyas</td>", "a name"),
        ("/d/x?n=DESMAWATI+ILYAS", "a name"),
        ('<a title="desmawáti, ilyas">', "a name"),
        ("Desmawati <b>&#73;lyas</b>", "a name"),
    ],
)
def test_the_search_finds_what_a_page_would_say(page: str, what: str) -> None:
    persons = Persons()
    number = "9971-LU-08022024-0001"
    persons.add({"nomor_akta": number, "nik": "1271016801240001", "nama": "DESMAWATI ILYAS"})
    persons.add({"anggota": [{"tanggal_lahir": "2024-01-28"}]})
    assert what in persons.found(page)


def test_the_search_lets_pass_what_a_page_may_show() -> None:
    persons = Persons()
    persons.add({"nomor_akta": "9971-LU-08022024-0001", "nama": "DESMAWATI ILYAS", "tanggal_lahir": "2024-01-28"})
    assert persons.found("D*** I*** · 9971-LU-********-**01 · 24 November 2026 · Ilyas") == []
