"""What citizens attach: decided by what is in it, examined where nothing can be reached, kept without what it hid."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from tests.request_files import PLACE, SCRIPT, hostile, photo, png
from tests.strangers_pdfs import plain
from tte.errors import AttachmentRefused
from tte.office.settings import RequestSettings
from tte.requests.attachments import Attachments
from tte.requests.unfit import Unfit

LIMITS = RequestSettings(attachments=4, attachment_mb=5, together_mb=6)


@pytest.fixture(scope="module")
def attachments() -> Attachments:
    return Attachments(LIMITS)


def test_pictures_are_drawn_anew_and_pdfs_stay_as_they_came(attachments: Attachments) -> None:
    polyglot = photo() + b"PK\x05\x06" + SCRIPT
    upright, drawn, pdf, tail = attachments.taken(
        [("ktp", photo()), ("kk", png()), ("surat", plain(pages=3)), ("lain", polyglot)]
    )
    assert [one.type for one in (upright, drawn, pdf, tail)] == ["jpeg", "jpeg", "pdf", "jpeg"]
    assert (pdf.content, pdf.pages, upright.purpose) == (plain(pages=3), 3, "ktp")
    for one in (upright, drawn, tail):
        assert PLACE not in one.content
        assert SCRIPT not in one.content
        assert b"PK\x05\x06" not in one.content
        with Image.open(io.BytesIO(one.content)) as picture:
            assert not picture.getexif()
    with Image.open(io.BytesIO(upright.content)) as picture:
        assert picture.size == (300, 400)
    page = attachments.drawn("pdf", pdf.content, 2)
    with Image.open(io.BytesIO(page)) as picture:
        assert picture.width > 800
    with pytest.raises(AttachmentRefused):
        attachments.drawn("pdf", pdf.content, 3)


def test_hostile_files_are_refused_with_their_reason(attachments: Attachments) -> None:
    def judged(content: bytes, reasons: set[Unfit]) -> str:
        try:
            attachments.taken([("lain", content)])
        except AttachmentRefused as refused:
            return "" if refused.why in reasons and refused.purpose in ("lain", "") else refused.why
        return "taken"

    with ThreadPoolExecutor(3) as pool:
        found = {name: pool.submit(judged, content, reasons) for name, content, reasons in hostile()}
    assert {name: one.result() for name, one in found.items() if one.result()} == {}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("a", b"%PDF-")] * 5, Unfit.TOO_MANY),
        ([("a", bytes((5 << 20) + 1))], Unfit.TOO_LARGE),
        ([("a", bytes(3 << 20)), ("b", bytes((3 << 20) + 1))], Unfit.TOO_LARGE_TOGETHER),
    ],
)
def test_too_many_and_too_large_are_refused_before_anything_is_read(
    attachments: Attachments, files: list[tuple[str, bytes]], why: Unfit
) -> None:
    with pytest.raises(AttachmentRefused) as refused:
        attachments.taken(files)
    assert refused.value.why == why
