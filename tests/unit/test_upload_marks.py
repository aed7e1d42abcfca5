"""What is seen of a signature on somebody else's page: where it stands, tags, pictures, PDF/A."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tests import strangers_pdfs as of
from tests.judged import judge
from tests.oracles import poppler, qpdf
from tests.signed_uploads import BOX, MARK, by_pyhanko, signed
from tte import errors
from tte.model import Indication
from tte.uploads import AtTag, Mark, OnPage, Origin

SIGHTS: dict[str, tuple[Callable[[], bytes], float]] = {
    "upright": (of.plain, 1),
    "turned by 90": (lambda: of.turned(90), 1),
    "turned by 180": (lambda: of.turned(180), 1),
    "turned by 270": (lambda: of.turned(270), 1),
    "cropped": (of.cropped, 1),
    "cropped, turned, large units": (of.cropped_and_turned, 2),
}


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("sight", SIGHTS)
def test_a_mark_stands_upright_where_it_was_put_on_the_page_as_seen(sight: str, origin: Origin, tmp_path: Path) -> None:
    make, unit = SIGHTS[sight]
    out = signed(make(), placing=OnPage(60, 90, 100, 100, page=-1, origin=origin), mark=Mark(qr="tempat"))
    found, (_, height) = _seen_qr(out, tmp_path, page=2)
    corners = [
        (one.x * unit, one.y * unit) for one in (found.position.top_left, found.position.bottom_right)
    ]  # poppler draws one point a unit
    middle = sum(x for x, _ in corners) / 2, sum(y for _, y in corners) / 2
    expected = (110, 140) if origin is Origin.TOP_LEFT else (110, height * unit - 140)
    assert middle == pytest.approx(expected, abs=4)
    assert found.text == "tempat"
    assert corners[0][0] < corners[1][0]
    assert corners[0][1] < corners[1][1]


def _seen_qr(pdf: bytes, folder: Path, *, page: int) -> tuple[_Scaled, tuple[int, int]]:
    """The one QR code on a page as poppler draws it, one point a pixel after scaling, and how large the page is."""
    file = folder / "drawn.pdf"
    file.write_bytes(pdf)
    target = folder / "drawn"
    command = ["pdftoppm", "-r", "216", "-png", "-singlefile", "-cropbox", "-f", str(page), str(file), str(target)]
    subprocess.run(command, check=True)
    with Image.open(target.with_suffix(".png")) as picture:
        [found] = zxingcpp.read_barcodes(picture.convert("L"))
        return _Scaled(found), (picture.width // 3, picture.height // 3)


class _Point:
    def __init__(self, point: Any) -> None:
        self.x, self.y = point.x / 3, point.y / 3


class _Scaled:
    """A code found at 216 dpi, its corners in points."""

    def __init__(self, found: Any) -> None:
        self.text = found.text
        self.position = self
        self.top_left, self.bottom_right = _Point(found.position.top_left), _Point(found.position.bottom_right)


@pytest.mark.parametrize(
    "make", [of.plain, of.by_pypdf, of.object_streams, of.cropped_and_turned, lambda: of.turned(270), of.archived]
)
def test_a_tag_is_taken_out_and_the_mark_stands_in_its_middle(make: Callable[[], bytes], tmp_path: Path) -> None:
    before = make()
    out = signed(before, placing=AtTag("#", 60, 60), mark=Mark(qr="x"))
    file, old = tmp_path / "signed.pdf", tmp_path / "before.pdf"
    file.write_bytes(out)
    old.write_bytes(before)
    assert poppler.text(file) == poppler.text(old).replace("# ", "", 1)
    assert judge(out).indication is Indication.TOTAL_PASSED
    assert by_pyhanko(out) == [SignatureCoverageLevel.ENTIRE_FILE]
    _seen_qr(out, tmp_path, page=1)


def test_text_after_a_tag_stays_where_it_was(tmp_path: Path) -> None:
    before = of.plain("Kepala Dinas ${ttd} Kota Contoh", pages=1)
    out = signed(before, placing=AtTag("${ttd}", 20, 20))

    def boxes(pdf: bytes) -> list[str]:
        file = tmp_path / "one.pdf"
        file.write_bytes(pdf)
        run = subprocess.run(["pdftotext", "-bbox", str(file), "-"], capture_output=True, text=True, check=True)
        return sorted(line for line in run.stdout.splitlines() if "<word" in line and "ttd" not in line)

    assert boxes(out) == boxes(before)
    assert len(boxes(out)) == 6


def test_a_tag_on_a_signed_page_is_painted_over_and_earlier_signatures_stay_valid(tmp_path: Path) -> None:
    out = signed(signed(of.plain("#", pages=1)), placing=AtTag("#", 60, 60), mark=Mark(lines=("Budi",)))
    file = tmp_path / "signed.pdf"
    file.write_bytes(out)
    assert [one.valid for one in poppler.signatures(file)] == [True, True]
    assert len(by_pyhanko(out)) == 2
    with pikepdf.open(BytesIO(out)) as pdf:
        assert b"1 g" in pdf.Root.AcroForm.Fields[1].AP.N.read_bytes()


def test_a_tag_inside_a_form_is_found() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(of.plain())) as pdf, pikepdf.open(BytesIO(of.plain("$", pages=1))) as stamp:
        pdf.pages[1].add_overlay(stamp.pages[0], pikepdf.Rectangle(0, 0, 595, 842))
        pdf.save(out)
    made = signed(out.getvalue(), placing=AtTag("$", 60, 60, page=-1), mark=Mark(qr="x"))
    with pikepdf.open(BytesIO(made)) as pdf:
        left, bottom, right, top = (float(side) for side in pdf.Root.AcroForm.Fields[0].Rect)
        assert (left + right) / 2 == pytest.approx(75, abs=3)
        assert (bottom + top) / 2 == pytest.approx(704, abs=5)
        assert pdf.Root.AcroForm.Fields[0].P.objgen == pdf.pages[1].obj.objgen


def test_an_empty_field_of_the_pdf_is_signed_in_its_own_box(tmp_path: Path) -> None:
    before = of.with_empty_field()
    out = signed(before, field_name="Pejabat", mark=Mark(qr="kotak"))
    assert judge(out).indication is Indication.TOTAL_PASSED
    assert by_pyhanko(out) == [SignatureCoverageLevel.ENTIRE_FILE]
    assert _seen_qr(out, tmp_path, page=2)[0].text == "kotak"
    with pikepdf.open(BytesIO(out)) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == 1
    for how in ({"placing": BOX}, {}):
        with pytest.raises(errors.FieldTaken):
            signed(before if how else out, field_name="Pejabat", **how)


@pytest.mark.parametrize("part", ["1b", "2b"])
def test_pdf_a_is_kept(part: str) -> None:
    image = Image.new("RGBA", (30, 20), (200, 0, 0, 100))
    packed = BytesIO()
    image.save(packed, "PNG")
    for mark in (MARK, Mark(image=packed.getvalue(), lines=("Budi",))):
        out = signed(of.archived(part), placing=BOX, mark=mark)
        with pikepdf.open(BytesIO(out)) as pdf:
            assert b"SMask" not in out[-len(out) // 2 :]
            # the judge of pikepdf does not look at forms: what the widget shows is put on the page for it
            shown = pdf.Root.AcroForm.Fields[0].AP.N
            page = pdf.pages[0]
            page.add_resource(shown, pikepdf.Name.XObject, pikepdf.Name("/Tanda"))
            page.contents_add(b"q 1 0 0 1 40 30 cm /Tanda Do Q")
            del pdf.Root.AcroForm, page.obj["/Annots"]
            assert pikepdf.pdfa.check(pdf, part).findings == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_can_be_drawn(mode: str, tmp_path: Path) -> None:
    packed = BytesIO()
    Image.new(mode, (40, 20)).save(packed, "PNG")
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed(of.plain(), placing=BOX, mark=Mark(image=packed.getvalue())))
    assert qpdf.problems(file) == ""
    run = subprocess.run(
        ["pdftoppm", "-r", "20", "-png", str(file), str(tmp_path / "x")], capture_output=True, check=True
    )
    assert run.stderr == b""


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_stays_as_it_is_unless_it_is_for_printers(mode: str) -> None:
    packed = BytesIO()
    Image.new(mode, (40, 20)).save(packed, "JPEG")
    out = signed(of.plain(), placing=BOX, mark=Mark(image=packed.getvalue()))
    assert (packed.getvalue() in out) is (mode != "CMYK")
