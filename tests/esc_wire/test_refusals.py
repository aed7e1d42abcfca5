"""Credentials, statuses, and what is said when something is wrong: esc-api.md 1.1, 1.5, 1.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.esc_wire.world import Client
from tests.strangers_pdfs import plain


def test_a_wrong_password_is_401_in_springs_shape(esc: Client) -> None:
    for auth in (("siak", "salah"), ("nobody", esc.world.password), None):
        answer = esc("GET", "/api/user/status/1", auth=auth)
        assert answer.status_code == 401
        assert {"timestamp", "status", "error", "path"} <= set(answer.json())
        assert (answer.json()["status"], answer.json()["error"]) == (401, "Unauthorized")
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_who_asks_is_known_before_what_is_asked(esc: Client) -> None:
    for path in ("/api/sign/pdf", "/api/v2/nothing/here"):
        assert esc("POST", path, auth=None, content=b"{").status_code == 401


def test_an_application_calls_from_its_own_addresses_only(esc: Client) -> None:
    assert esc("GET", "/api/user/status/1", address="10.1.2.3").status_code == 200
    refused = esc("GET", "/api/user/status/1", address="192.0.2.1")
    assert refused.status_code == 403
    assert refused.json()["error"] == "Forbidden"
    anywhere = esc("GET", "/api/user/status/1", address="192.0.2.1", auth=("lain", esc.world.password))
    assert anywhere.status_code == 200


def test_v1_tells_a_status(esc: Client) -> None:
    assert esc("GET", f"/api/user/status/{esc.world.nik}").json() == {
        "status_code": 1111,
        "status": "ISSUE",
        "message": "User sudah terdaftar dan memiliki sertifikat dengan status ISSUE",
    }
    assert esc("GET", "/api/user/status/9971000000000000").json() == {
        "status_code": 1110,
        "status": "NOT_REGISTERED",
        "message": "User belum terdaftar",
    }


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"nik": "9971000000000000"}, "NO_CERTIFICATE", 2021),
        ({"nik": "12"}, "NOT_REGISTERED", 2011),
        ({"nik": ""}, "NOT_REGISTERED", 2011),
        ({}, "NOT_REGISTERED", 2011),
        ({"email": "nobody@dinas.example"}, "NOT_REGISTERED", 2011),
    ],
)
def test_v2_tells_the_status_of_a_stranger(esc: Client, given: dict[str, str], status: str, code: int) -> None:
    answer = esc.v2("user/check/status", **given)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["status_code"]) == (status, code)


def test_v2_knows_an_official_by_nik_or_address(esc: Client) -> None:
    world = esc.world
    for given in (
        {"nik": world.nik},
        {"nik": int(world.nik)},
        {"email": world.email.upper()},
        {"nik": world.nik, "email": "null"},
    ):
        assert esc.v2("user/check/status", **given).json()["status"] == "ISSUE"


def test_an_official_of_another_office_is_not_registered(esc: Client) -> None:
    other = ("lain", esc.world.password)
    assert esc("GET", f"/api/user/status/{esc.world.nik}", auth=other).json()["status_code"] == 1110
    answer = esc.sign_v1(plain(), auth=other)
    assert answer.json() == {"error": "Proses signing gagal : User tidak terdaftar 2011", "status_code": 400}


Sending = Callable[[Client], httpx.Response]
REFUSED: dict[str, tuple[Sending, str]] = {
    "unknown user": (lambda esc: esc.sign_v1(plain(), {"nik": "9971000000000000"}), "User tidak terdaftar 2011"),
    "unknown user v2": (lambda esc: esc.sign_v2(plain(), nik="9971000000000000"), "User tidak terdaftar 2011"),
    "no nik": (lambda esc: esc.sign_v1(plain(), {"nik": None}), "nik wajib diisi"),
    "no passphrase": (lambda esc: esc.sign_v1(plain(), {"passphrase": ""}), "passphrase wajib diisi"),
    "no factor v2": (lambda esc: esc.sign_v2(plain(), passphrase=None), "passphrase atau totp wajib diisi"),
    "no tampilan": (lambda esc: esc.sign_v1(plain(), {"tampilan": None}), "tampilan wajib diisi"),
    "no pdf": (lambda esc: esc.sign_v1(b"hello"), "InvalidPdfException"),
    "cut pdf": (lambda esc: esc.sign_v1(plain()[:700]), "com.itextpdf.text.exceptions.InvalidPdfException"),
    "no base64": (
        lambda esc: esc.v2("sign/pdf", nik="1", passphrase="1", signatureProperties=[{}], file=["&"]),
        "file tidak dapat dibaca",
    ),
    "no file v2": (lambda esc: esc.sign_v2(), "file wajib diisi"),
    "2 properties for 3": (
        lambda esc: esc.sign_v2(plain(), plain(), plain(), properties=[{"tampilan": "INVISIBLE"}] * 2),
        "Jumlah signatureProperties harus 1 atau sama dengan jumlah file",
    ),
    "no size": (lambda esc: esc.sign_v1(plain(), {"tampilan": "visible"}), "width dan height wajib diisi"),
    "no place": (
        lambda esc: esc.sign_v1(plain(), {"tampilan": "visible", "width": "9", "height": "9", "linkQR": "x"}),
        "xAxis wajib diisi",
    ),
    "a word for a number": (
        lambda esc: esc.sign_v1(plain(), {"tampilan": "visible", "width": "x", "height": "9"}),
        "width harus berupa angka",
    ),
    "picture missing": (
        lambda esc: esc.sign_v1(plain(), {**BOX, "image": "true"}),
        "imageTTD wajib diisi jika image bernilai true",
    ),
    "picture broken": (
        lambda esc: esc.sign_v1(plain(), {**BOX, "image": "true"}, files={"imageTTD": ("a.png", b"x", "image/png")}),
        "Gambar tanda tangan tidak dapat dibaca",
    ),
    "no such page": (lambda esc: esc.sign_v1(plain(), {**BOX, "linkQR": "x", "page": "9"}), "Halaman tidak ditemukan"),
    "no such tag": (
        lambda esc: esc.sign_v1(plain(), {**BOX, "linkQR": "x", "tag_koordinat": "~"}),
        "tag_koordinat tidak ditemukan",
    ),
    "off the page": (
        lambda esc: esc.sign_v1(plain(), {**BOX, "linkQR": "x", "xAxis": "5000"}),
        "Posisi tanda tangan berada di luar halaman",
    ),
    "no picture v2": (
        lambda esc: esc.sign_v2(plain(), properties=[{"tampilan": "VISIBLE", "width": 9, "height": 9}]),
        "imageBase64 wajib diisi",
    ),
    "totp not allowed": (
        lambda esc: esc.sign_v2(plain(), passphrase=None, totp="123456"),
        "hanya dapat menandatangani dengan passphrase",
    ),
    "registration": (lambda esc: esc.v2("user/registration", nama="A", email="a@b.example"), "admin kantor"),
    "registration of esign-ts": (lambda esc: esc.v2("user/register", nama="A", email="a@b.example"), "admin kantor"),
    "chain of a stranger": (lambda esc: esc("GET", "/api/v2/user/certificate/chain/1"), "User tidak terdaftar"),
    "no json": (
        lambda esc: esc("POST", "/api/v2/sign/pdf", content=b"{", headers={"content-type": "application/json"}),
        "JSON tidak valid",
    ),
}
BOX: dict[str, Any] = {"tampilan": "visible", "width": "60", "height": "60", "xAxis": "10", "yAxis": "10"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_400_with_error_and_the_statuss_number(esc: Client, name: str) -> None:
    send, text = REFUSED[name]
    answer = send(esc)
    assert answer.status_code == 400
    assert text in answer.json()["error"]
    assert answer.json()["status_code"] == 400
    assert not [one for one in esc.world.secrets if one in answer.text]


def test_what_is_not_there_is_404_with_error(esc: Client) -> None:
    for path in ("/api/v2/seal/hash", "/api/entity/report", "/api/x"):
        answer = esc("POST", path)
        assert answer.status_code == 404
        assert answer.json()["error"] == "Not Found"


def test_an_empty_file_is_500_in_springs_shape_for_v2(esc: Client) -> None:
    given: list[dict[str, Any]] = [{"file": ""}, {"file": []}, {"file": "aGVsbG8="}, {}]
    for content in given:
        answer = esc.v2("verify/pdf", **content)
        assert answer.status_code == 500
        assert answer.json()["error"] == "Internal Server Error"
        assert answer.json()["path"] == "/api/v2/verify/pdf"
