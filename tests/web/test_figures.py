"""An office's figures by form and by file, its problems, and its Friday report as a page."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from datetime import date, timedelta

import pypdf
import pytest

from tests.desk_world import Day
from tests.figures_home import filled
from tests.people_world import OFFICE
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, signed_in
from tte.figures import Topic, take
from tte.figures.friday import WIB, latest_friday
from tte.figures.telling import shown
from tte.model import Row
from tte.people import Role
from tte.web import Service

FORM = f"{HERE}/angka/isi"
PROBLEM = f"{HERE}/angka/masalah/isi"
FILE = f"{HERE}/angka/unggah"


@pytest.fixture
def today(clock: Clock) -> date:
    return clock.at.astimezone(WIB).date()


@pytest.fixture
def operator(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.OPERATOR, clock)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def entered(who: Browser, day: date, seen: str = "", **counts: str) -> int:
    """The form of a day sent with these counts; what it had seen is looked up unless it is given."""
    path = f"{FORM}?tanggal={day}"
    seen = seen or hidden(who.get(path), "seen")
    return who.post(FORM, on=path, tanggal=day.isoformat(), seen=seen, **counts).status_code


def test_counts_are_kept_and_a_correction_leaves_the_earlier_line_to_be_seen(
    desk: Service, day: Day, clock: Clock, operator: Browser, today: date
) -> None:
    per = today.isoformat()
    akta = {"akta_pembilang": "106790", "akta_pembilang_per": per, "akta_penyebut": "100000"}
    assert entered(operator, today, suket="412", prr="1207", akta_penyebut_per="2025-12-31", **akta) == 303
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    assert 'value="412"' in admin.get(FORM)
    assert entered(admin, today, suket="421", prr="") == 303
    lines = shown(day.register, Topic.ANGKA, history=True)
    assert [(one.values["suket"], one.values["prr"], one.superseded) for one in lines] == [
        (412, 1207, True),
        (421, 1207, False),
    ]
    ids = {role: day.phones[role].id for role in (Role.OPERATOR, Role.OFFICE_ADMIN)}
    assert [one.line.by for one in lines] == list(ids.values())
    page = operator.get(f"{HERE}/angka")
    assert page.count('class="old"') == 1
    assert "106,79 %" in page
    for name in ("Orang-Operator", "Orang-Office-Admin", "digantikan", "421", "412"):
        assert name in text_of(page)
    report = text_of(operator.get(f"{HERE}/laporan?pekan={per}"))
    assert "106,79 %" in report
    assert "Angka tidak dipotong" in report
    assert "Kurang" not in report


def test_nobody_writes_over_what_somebody_else_said_meanwhile(
    desk: Service, day: Day, clock: Clock, operator: Browser, today: date
) -> None:
    seen = hidden(operator.get(FORM), "seen")
    assert entered(signed_in(desk, day, Role.OFFICE_ADMIN, clock), today, suket="7") == 303
    answer = operator.post(FORM, on=FORM, tanggal=today.isoformat(), seen=seen, suket="9")
    assert answer.status_code == 409
    assert 'value="9"' in answer.text
    assert [one.values["suket"] for one in shown(day.register, Topic.ANGKA)] == [7]
    assert entered(operator, today, seen=hidden(answer.text, "seen"), suket="9") == 303


def test_what_is_wrong_with_an_entry_stands_beside_its_field(operator: Browser, day: Day, today: date) -> None:
    answer = operator.post(FORM, on=FORM, tanggal=today.isoformat(), seen="0", suket="1.234", ktp_rekam="5")
    assert answer.status_code == 422
    said = text_of(answer.text)
    assert "Tulis bilangan bulat dengan angka." in said
    assert "diisi bersama" in said
    assert 'value="1.234"' in answer.text
    assert operator.post(FORM, on=FORM, tanggal=today.isoformat(), seen="0").status_code == 422
    assert not shown(day.register, Topic.ANGKA)


def test_documents_signed_elsewhere_are_entered_beside_what_tte_counted(
    operator: Browser, day: Day, today: date
) -> None:
    path = f"{HERE}/angka/dokumen"
    sent = {"tanggal": today.isoformat(), "was.akta_kelahiran": "", "k.akta_kelahiran": "40"}
    assert operator.post(path, on=path, **sent).status_code == 303
    stale = operator.post(path, on=path, **{**sent, "k.akta_kelahiran": "50"})
    assert stale.status_code == 409
    again = {**sent, "was.akta_kelahiran": "40", "k.akta_kelahiran": "44", "k.kartu_keluarga": "x"}
    assert operator.post(path, on=path, **again).status_code == 422
    assert {one.line.name.split()[1]: one.values["jumlah"] for one in shown(day.register, Topic.DOKUMEN)} == {
        "akta_kelahiran": 44
    }
    page = text_of(operator.get(f"{HERE}/angka"))
    assert "semula 40" in page
    assert "dihitung tte" in page


def test_a_problem_is_noted_solved_and_keeps_its_earlier_words(operator: Browser, day: Day, today: date) -> None:
    page = operator.get(PROBLEM)
    number = re.search(r'value="(M-\d{4}-\d\d)"', page)
    assert number
    noted = {"nomor": number[1], "sejak": today.isoformat(), "masalah": "Jaringan terputus", "sebab": "Kabel putus"}
    assert operator.post(PROBLEM, on=PROBLEM, seen="0", **noted).status_code == 303
    taken = operator.post(PROBLEM, on=PROBLEM, seen="0", **{**noted, "masalah": "Masalah lain"})
    assert taken.status_code == 409
    assert "Nomor ini sudah dipakai" in taken.text
    one = f"{PROBLEM}?nomor={number[1]}"
    change = {**noted, "penyelesaian": "Kabel disambung", "penanggung_jawab": "Kabid PIAK", "selesai": str(today)}
    assert operator.post(PROBLEM, on=one, seen=hidden(operator.get(one), "seen"), **change).status_code == 303
    listed = text_of(operator.get(f"{HERE}/angka/masalah"))
    for said in ("Kabel disambung", "Kabid PIAK", "Selesai", "Isi sebelumnya (1)", "Tidak ada masalah terbuka."):
        assert said in listed
    assert "Kabel disambung" in operator.get(f"{HERE}/laporan?pekan={today}")
    person = {**noted, "nomor": "M-9", "masalah": "Berkas 9971014107900001 tertahan"}
    assert operator.post(PROBLEM, on=PROBLEM, seen="0", **person).status_code == 422
    assert len(shown(day.register, Topic.MASALAH)) == 1


def test_a_bad_row_of_a_file_takes_no_other_row_with_it(operator: Browser, day: Day, today: date) -> None:
    yesterday = today - timedelta(days=1)
    rows = [f"{OFFICE},{today},5,1", f"{OFFICE},{today},x,9", f"3171,{today},7,7", f"{OFFICE},{yesterday},8,2"]
    content = "\n".join(["kantor,tanggal,suket,prr", *rows]).encode()
    answer = operator.post(FILE, on=FILE, files={"file": ("angka.csv", content, "text/csv")})
    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "2 baris baru" in said
    assert "2 baris ditolak" in said
    assert "Kantor lain" in said
    assert [one.values["suket"] for one in shown(day.register, Topic.ANGKA)] == [8, 5]
    told = re.search(r"base64,([A-Za-z0-9+/=]+)", answer.text)
    assert told
    faults = [*csv.reader(io.StringIO(base64.b64decode(told[1]).decode("utf-8-sig")))]
    assert [line[0] for line in faults[1:]] == ["3", "4"]  # as a spreadsheet counts them
    assert operator.post(FILE, on=FILE, files={"file": ("a.csv", b"PK\x03\x04", "text/csv")}).status_code == 422
    wrong = operator.post(FILE, on=FILE, files={"file": ("a.csv", b"kantor,suktet\n1,2\n", "text/csv")})
    assert wrong.status_code == 422


def test_no_cell_that_leaves_as_csv_is_a_formula(
    desk: Service, day: Day, clock: Clock, operator: Browser, today: date
) -> None:
    texts = ["=1+1", "+62", "-1", "@SUM(A1)"]
    for office in (OFFICE, "3171"):
        said = [
            {"kantor": office, "nomor": f"M-{n}", "sejak": str(today), "masalah": one} for n, one in enumerate(texts)
        ]
        list(take(day.register, [Row(n, {**one, "sebab": one["masalah"]}) for n, one in enumerate(said)], clock.at))
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    files = {f"{HERE}/angka/unduh/masalah.csv": operator, "/nasional/masalah.csv?provinsi=31": national}
    for path, who in files.items():
        rows = [*csv.DictReader(io.StringIO(who.get(path).removeprefix("\ufeff")))]
        assert [row["masalah"] for row in rows] == [row["sebab"] for row in rows] == [f"'{one}" for one in texts]


def test_the_report_is_a_page_with_its_files_and_charts_that_need_no_script(
    operator: Browser, day: Day, today: date
) -> None:
    friday = latest_friday(today)
    filled(day.register, friday, country=False)
    page = operator.get(f"{HERE}/laporan")
    assert page.count('<svg class="chart') >= 5
    assert "style=" not in page
    assert "tepat waktu" in text_of(page)
    (office,) = shown(day.register, Topic.ANGKA, offices=[OFFICE], first=friday, last=friday)
    assert f"{office.values['prr']:,}".replace(",", ".") in page
    base = f"{HERE}/laporan/{friday}"
    told = json.loads(operator.get(f"{base}.json"))
    assert told["totals"]["prr"] == office.values["prr"]
    (row,) = csv.DictReader(io.StringIO(operator.get(f"{base}.csv").removeprefix("\ufeff")))
    assert int(row["suket"]) == office.values["suket"]
    preview = operator.ask("GET", f"{base}.pratinjau.pdf")
    assert "BELUM DITANDATANGANI" in pypdf.PdfReader(io.BytesIO(preview.content)).pages[0].extract_text()
    for none in (f"{base}.pdf", f"{base}.exe", f"{HERE}/laporan/x.csv", f"{HERE}/laporan/.csv"):
        assert operator.ask("GET", none).status_code == 404
    for odd in ("x", "9999-12-31", "0001-01-01", "2026-13-45"):
        assert operator.ask("GET", f"{HERE}/laporan?pekan={odd}").status_code == 200
        assert operator.ask("GET", f"{HERE}/angka?sampai={odd}").status_code == 200


def test_the_head_of_the_office_sees_the_day_in_one_glance(desk: Service, day: Day, clock: Clock, today: date) -> None:
    day.drafted(3)
    official = signed_in(desk, day, Role.OFFICIAL, clock)
    page = text_of(official.get(HERE))
    assert "Dalam antrean 3 terlama" in page
    assert "Tingkat belum tercapai 0" in page
    assert "Angka pekan ini belum melapor" in page
    assert "Masalah terbuka 0" in page
    assert "Permohonan menunggu 0" in page
    assert "Pengiriman gagal 0" in page
