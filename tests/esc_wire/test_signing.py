"""Signing by v1 and v2: esc-api.md 1.2, 1.3, 1.6."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests.esc_wire.world import Client, b64, boundary, signed_in
from tests.strangers_pdfs import plain
from tte.model import Indication, Level
from tte.validation import validate


def picture(size: tuple[int, int] = (120, 60)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def rect(pdf: bytes, page: int = 0, which: int = -1) -> list[float]:
    """Where the last signature's widget is: left, bottom, right, top."""
    with pikepdf.open(BytesIO(pdf)) as file:
        widgets: Any = file.pages[page].obj.Annots
        return [round(float(side), 2) for side in widgets[which].Rect]


def check(esc: Client, before: bytes, after: bytes, *, signatures: int = 1) -> None:
    """It begins with what was sent, and our own validation passes every signature."""
    assert after.startswith(before)
    report = validate(after, esc.service.trust, esc.service.now())
    assert report.indication is Indication.TOTAL_PASSED, report.reasons
    assert len(report.signatures) == signatures
    assert {one.level for one in report.signatures} == {Level.B_B}


def test_v1_gives_the_bytes_and_a_document_id_in_a_header_with_an_underscore(esc: Client, pdf: bytes) -> None:
    answer = esc.sign_v1(pdf)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert b"id_dokumen" in dict(answer.headers.raw)
    check(esc, pdf, answer.content)
    with pikepdf.open(BytesIO(answer.content)) as file:
        root: Any = file.Root
        assert str(root.AcroForm.Fields[0].T).startswith("sig_")


def test_v1_is_downloaded_once_and_then_404_and_never_by_another(esc: Client, pdf: bytes) -> None:
    answer = esc.sign_v1(pdf, {"reason": "unduh"})
    name = answer.headers["id_dokumen"]
    assert esc("GET", f"/api/sign/download/{name}", auth=("lain", esc.world.password)).status_code == 404
    first = esc("GET", f"/api/sign/download/{name}")
    assert (first.status_code, first.content, first.headers["id_dokumen"]) == (200, answer.content, name)
    again = esc("GET", f"/api/sign/download/{name}")
    assert again.status_code == 404
    assert "File tidak tersedia, pastikan bahwa dokumen belum di download" in again.json()["error"]


def test_v1_answers_base64_where_it_is_asked(esc: Client, pdf: bytes) -> None:
    answer = esc.sign_v1(pdf, {"jenis_response": "BASE64"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["id_dokumen"] == answer.headers["id_dokumen"]
    assert "error" not in answer.json()
    check(esc, pdf, base64.b64decode(answer.json()["base64_signed_file"], validate=True))
    assert esc.sign_v1(pdf, {"jenis_response": "BYTE"}).headers["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("fields", "box"),
    [
        ({"xAxis": "0", "yAxis": "0", "page": "1"}, [0, 0, 120, 60]),
        ({"xAxis": "72.5", "yAxis": 100, "page": "2.0"}, [72.5, 100, 192.5, 160]),
        ({"xAxis": "10", "yAxis": "20", "halaman": "TERAKHIR"}, [10, 20, 130, 80]),
        ({"xAxis": "10", "yAxis": "20", "halaman": "pertama", "page": "null"}, [10, 20, 130, 80]),
    ],
)
def test_v1_counts_from_the_bottom_left(esc: Client, pdf: bytes, fields: dict[str, Any], box: list[float]) -> None:
    given = {"tampilan": "VISIBLE", "image": "false", "linkQR": "https://contoh.example/a", "width": "120", **fields}
    answer = esc.sign_v1(pdf, {**given, "height": "60"})
    page = 1 if fields.get("page") == "2.0" or "TERAKHIR" in fields.values() else 0
    assert rect(answer.content, page) == box
    check(esc, pdf, answer.content)


def test_v1_takes_width_and_height_for_the_upper_right_corner_where_the_box_would_lie_off_the_page(
    esc: Client, pdf: bytes
) -> None:
    corners = {"xAxis": "410.2", "yAxis": "141.9", "width": "552.2", "height": "191.1"}
    answer = esc.sign_v1(pdf, {"tampilan": "visible", "image": "false", "linkQR": "x", "page": "1", **corners})
    assert rect(answer.content) == [410.2, 141.9, 552.2, 191.1]


@pytest.mark.parametrize("image", ["true", "1", "TRUE"])
def test_v1_draws_a_picture_for_true_as_php_says_it_too(esc: Client, pdf: bytes, image: str) -> None:
    given = {"tampilan": "visible", "image": image, "page": "1", "xAxis": "9", "yAxis": "9", "width": "80"}
    files = {"imageTTD": ("blob", picture(), "application/octet-stream")}
    answer = esc.sign_v1(pdf, {**given, "height": "40"}, files=files)
    check(esc, pdf, answer.content)
    assert len(images(answer.content)) == 1


def images(pdf: bytes) -> list[tuple[int, int]]:
    """The sizes in pixels of the pictures in the last widget."""
    with pikepdf.open(BytesIO(pdf)) as file:
        widgets: Any = file.pages[0].obj.Annots
        objects = widgets[-1].AP.N.Resources.get("/XObject", {})
        found = [one for one in objects.values() if one.Subtype == pikepdf.Name.Image]
        return [(int(one.Width), int(one.Height)) for one in found]


def test_v1_draws_a_qr_code_for_phps_false_even_of_a_sentence(esc: Client, pdf: bytes) -> None:
    given = {"tampilan": "visible", "image": "", "linkQR": "Resep ini sah, dr. Contoh", "page": "1"}
    answer = esc.sign_v1(pdf, {**given, "xAxis": "9", "yAxis": "9", "width": "80", "height": "80"})
    check(esc, pdf, answer.content)
    ((wide, high),) = images(answer.content)
    assert wide == high


def test_a_tag_is_where_the_picture_goes_and_is_gone_afterwards(esc: Client, pdf: bytes) -> None:
    given = {"tampilan": "visible", "image": "false", "linkQR": "x", "width": "60", "height": "60"}
    signed = esc.sign_v1(pdf, {**given, "tag_koordinat": "#"})
    check(esc, pdf, signed.content)
    left, bottom, right, top = rect(signed.content)
    assert left <= 72 + 6 <= right
    assert bottom <= 700 - 80 <= top
    with pikepdf.open(BytesIO(signed.content)) as file:
        assert b"(#)" not in file.pages[0].Contents.read_bytes()


def test_a_tag_needs_neither_picture_nor_size(esc: Client, pdf: bytes) -> None:
    alone = esc.sign_v1(pdf, {"tampilan": "visible", "tag_koordinat": "#"})
    check(esc, pdf, alone.content)
    (v2,) = signed_in(esc.sign_v2(pdf, properties=[{"tampilan": "VISIBLE", "tag": "#"}]))
    assert rect(v2) == rect(alone.content)


def test_a_box_without_area_is_not_seen(esc: Client, pdf: bytes) -> None:
    given = {"tampilan": "visible", "image": "false", "linkQR": "x", "page": "1", "xAxis": "0", "yAxis": "0"}
    answer = esc.sign_v1(pdf, {**given, "width": "0", "height": "0"})
    assert rect(answer.content) == [0, 0, 0, 0]


def test_v1_takes_its_fields_from_the_query_and_ignores_what_it_does_not_know(esc: Client, pdf: bytes) -> None:
    world = esc.world
    query = {"nik": world.nik, "passphrase": world.passphrase, "tampilan": "invisible", "tujuan": "x", "nomor": "1"}
    answer = esc("POST", "/api/sign/pdf", params=query, files={"file": ("file", pdf)}, data={"perihal": "y"})
    check(esc, pdf, answer.content)


def test_v1_takes_json_with_a_file_in_base64(esc: Client, pdf: bytes) -> None:
    world = esc.world
    given = {"nik": int(world.nik), "passphrase": world.passphrase, "tampilan": "invisible", "file": b64(pdf)}
    check(esc, pdf, esc("POST", "/api/sign/pdf", json=given).content)


def test_a_form_may_be_written_in_any_order_with_odd_parts(esc: Client, pdf: bytes) -> None:
    world, edge = esc.world, boundary()
    parts = [
        b'Content-Disposition: form-data; name="file"; filename="prosesRender"\r\n\r\n' + pdf,
        b"Content-Disposition: form-data; name=nik\r\nContent-Length: 16\r\n\r\n" + world.nik.encode(),
        b'content-disposition: form-data; name="passphrase"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        + world.passphrase.encode(),
        b'Content-Disposition: form-data; name="tampilan"\r\n\r\nINVISIBLE',
    ]
    body = b"".join(b"--" + edge.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    kind = {"content-type": f"multipart/form-data; boundary={edge}", "cookie": "JSESSIONID=0"}
    answer = esc("POST", "/api/sign/pdf", content=body + b"--" + edge.encode() + b"--\r\n", headers=kind)
    check(esc, pdf, answer.content)


def test_v2_counts_from_the_top_left(esc: Client, pdf: bytes) -> None:
    box = {"page": 1, "originX": 10.0, "originY": 20.0, "width": 200.0, "height": 100.0}
    said = {"location": "Jakarta", "reason": "null", "contactInfo": None}
    for image in (b64(picture()), f"data:image/png;base64,{b64(picture())}"):
        (signed,) = signed_in(
            esc.sign_v2(pdf, properties=[{"tampilan": "VISIBLE", "imageBase64": image, **box, **said}])
        )
        assert rect(signed) == [10, 722, 210, 822]
        check(esc, pdf, signed)
        with pikepdf.open(BytesIO(signed)) as file:
            root: Any = file.Root
            value = root.AcroForm.Fields[0].V
            assert (str(value.Location), "/Reason" in value) == ("Jakarta", False)


def test_v2_signs_many_files_with_one_property_or_with_their_own_in_order(esc: Client) -> None:
    files = [plain(f"Surat {number}") for number in range(3)]
    answer = esc.sign_v2(*files)
    assert isinstance(answer.json()["time"], int)
    for before, after in zip(files, signed_in(answer), strict=True):
        check(esc, before, after)
    own = [{"tampilan": "INVISIBLE", "reason": f"alasan {number}"} for number in range(3)]
    for number, after in enumerate(signed_in(esc.sign_v2(*files, properties=own))):
        assert after.startswith(files[number])
        assert f"alasan {number}".encode() in after


def test_v2_takes_an_address_in_place_of_a_nik_and_one_file_without_a_list(esc: Client, pdf: bytes) -> None:
    world = esc.world
    answer = esc.v2(
        "sign/pdf",
        email=world.email,
        passphrase=world.passphrase,
        signatureProperties={"tampilan": "INVISIBLE", "imageBase64": None},
        file=b64(pdf),
    )
    (signed,) = signed_in(answer)
    check(esc, pdf, signed)


def test_signatures_are_added_one_after_the_other(esc: Client, pdf: bytes) -> None:
    first = esc.sign_v1(pdf).content
    second = esc.sign_v1(first, {"reason": "kedua"}).content
    check(esc, first, second, signatures=2)


def test_the_same_request_again_gives_the_same_file_and_another_id_another_signature(esc: Client, pdf: bytes) -> None:
    first = esc.sign_v1(pdf, {"reason": "sekali"}, headers={"x-request-id": "1"})
    again = esc.sign_v1(pdf, {"reason": "sekali"}, headers={"x-request-id": "1"})
    assert (again.content, again.headers["id_dokumen"]) == (first.content, first.headers["id_dokumen"])
    other = esc.sign_v1(pdf, {"reason": "sekali"}, headers={"x-request-id": "2"})
    assert other.headers["id_dokumen"] != first.headers["id_dokumen"]
    wrong = esc.sign_v1(pdf, {"reason": "sekali", "passphrase": "bukan ini"}, headers={"x-request-id": "1"})
    assert wrong.json()["error"].endswith("Passphrase anda salah 2031")


def test_what_a_signer_should_know_of_a_file_is_told_in_a_header(esc: Client, pdf: bytes) -> None:
    assert "fonts-not-embedded" in esc.sign_v1(pdf).headers["x-tte-findings"]
