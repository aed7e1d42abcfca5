"""All offices on one page: right sums by another calculation, who is missing and late named, found and ordered."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.desk_world import Day
from tests.figures_home import filled
from tests.web.conftest import Clock
from tests.web.staff import Browser, signed_in
from tests.web.test_figures import text_of
from tte import regions
from tte.figures import take
from tte.figures.country import FILTERS, ORDERS, bands_of, found, provinces
from tte.figures.friday import WIB, Friday, Scope, latest_friday
from tte.figures.gathering import friday as gathered
from tte.model import Raw, Row
from tte.people import Role
from tte.reports.friday.words import brief
from tte.web import Service
from tte.web.answering import STATIC
from tte.web.office.figures.tiles import SHORT, css

ABOVE = "1571"


@pytest.fixture
def last(clock: Clock) -> date:
    """A Friday that is over, so that late is late."""
    return latest_friday(clock.at.astimezone(WIB).date() - timedelta(days=4))


@pytest.fixture
def country(desk: Service, day: Day, last: date) -> Friday:
    """Four weeks of 514 offices and one with 106.79 %."""
    filled(day.register, last, weeks=4)
    counts: dict[str, Raw] = {"akta_pembilang": 106790, "akta_pembilang_per": last.isoformat()}
    counts |= {"akta_penyebut": 100000, "akta_penyebut_per": "2017-12-31"}
    row = Row(1, {"kantor": ABOVE, "tanggal": last.isoformat(), **counts})
    list(take(day.register, [row], datetime.combine(last, time(8), UTC)))
    return gathered(day.register, Scope.NATIONAL, "", last, specimen=True)


@pytest.fixture
def national(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.NATIONAL_ADMIN, clock)


def dots(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def test_the_page_of_the_country(desk: Service, day: Day, national: Browser, country: Friday, last: date) -> None:
    page = national.get(f"/nasional?pekan={last}")
    said = text_of(page)
    exported = national.get(f"/nasional/unduh/{last}.csv").removeprefix("\ufeff")
    rows = [*csv.DictReader(io.StringIO(exported))]
    assert len(rows) == 514
    for name in ("suket", "prr", "dokumen_tte"):  # summed again, from the offices one by one
        assert dots(sum(int(row[name]) for row in rows if row[name])) in said
    missing = [row["nama"] for row in rows if row["status"] == "belum melapor"]
    late = [row["nama"] for row in rows if row["status"] == "terlambat"]
    for word, names in (("belum", missing), ("terlambat", late)):
        listed = text_of(national.get(f"/nasional?pekan={last}&hanya={word}"))
        assert f"{len(names)} kantor" in listed
        assert all(brief(name) in listed for name in names)
    assert len(re.findall(r'<li class="p\d\d">', page)) == 38
    above = text_of(national.get(f"/nasional?pekan={last}&cari={ABOVE}"))
    assert "106,79 %" in above
    assert "106.790" in above
    assert "31-12-2017" in above
    office = text_of(national.get(f"/nasional/kantor/{ABOVE}?pekan={last}"))
    assert "106,79 %" in office
    assert "Angka tidak dipotong" in office
    few = [row for row in rows if row["jenis_tte"] and int(row["jenis_tte"]) <= 2]
    assert f"Menandatangani dua jenis atau kurang {len(few)} " in said
    totals = json.loads(national.get(f"/nasional/unduh/{last}.json"))["totals"]
    assert totals["akta"]["part"] == sum(int(row["akta_pembilang"]) for row in rows if row["akta_pembilang"])
    one_province(national, country, last, "34")
    ordered(country)


def one_province(national: Browser, country: Friday, last: date, code: str) -> None:
    """A province is seen alone, and its sums are its own."""
    page = text_of(national.get(f"/nasional?pekan={last}&provinsi={code}"))
    offices = [one for one in country.offices if one.code.startswith(code)]
    assert all(brief(one.name) in page for one in offices)
    assert dots(sum(one.suket or 0 for one in offices)) in page
    (told,) = [one for one in provinces(country) if one.code == code]
    assert (told.offices, told.suket) == (len(offices), sum(one.suket or 0 for one in offices))


def ordered(country: Friday) -> None:
    """Offices are found and ordered, and who gave nothing comes last."""
    for order, key in ORDERS.items():
        for down in (False, True):
            values = [key(one) for one in found(country.offices, order=order, down=down)]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=down)
            assert len(values) == 514
            assert values[: len(known)] == known
    assert [one.code for one in found(country.offices, text=ABOVE)] == [ABOVE]
    assert all("BANDUNG" in one.name for one in found(country.offices, text="bandung"))
    for name, fits in FILTERS.items():
        assert [*map(fits, found(country.offices, only=name))] == [True] * sum(map(fits, country.offices))
    assert sum(bands_of(country.offices)) == 514
    assert sum(one.offices for one in provinces(country)) == 514


def test_an_odd_address_shows_the_country_and_a_place_that_does_not_exist_is_not_there(national: Browser) -> None:
    odd = ("provinsi=99", "provinsi=x", "urut=x", "hanya=x", "ukuran=x", "hal=9999", "hal=-1", "cari=%00", "pekan=x")
    for one in odd:
        assert national.ask("GET", f"/nasional?{one}").status_code == 200
    for path in ("/nasional/kantor/0000", "/nasional/kantor/x", "/nasional/unduh/x.csv", "/nasional/kantor/3171/x"):
        assert national.ask("GET", path).status_code == 404


def test_what_an_office_says_now_is_on_the_page_at_once(
    desk: Service, day: Day, clock: Clock, national: Browser, last: date
) -> None:
    path = f"/nasional/kantor/3171?pekan={last}"
    assert "4.321" not in national.get(path)
    list(take(day.register, [Row(1, {"kantor": "3171", "tanggal": last.isoformat(), "suket": 4321})], clock.at))
    assert "4.321" in national.get(path)


def test_the_map_has_a_place_for_every_province() -> None:
    assert {*SHORT} == {one.code for one in regions.provinces()}
    assert len({place[1:] for place in SHORT.values()}) == 38
    assert css() in (STATIC / "figures.css").read_text(encoding="utf-8")
