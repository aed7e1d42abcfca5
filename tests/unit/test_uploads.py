"""Signing PDFs that somebody else made: every maker's, judged by our validation, pyHanko, pdfsig and qpdf."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests import judged, signed_pdfs
from tests import strangers_pdfs as of
from tests.judged import judge
from tests.oracles import poppler, qpdf
from tests.signed_pdfs import NOW, world
from tte import errors
from tte.backends.memory import MemoryKey
from tte.key import Identity
from tte.model import Indication
from tte.uploads import AtTag, Finding, Mark, OnPage, Origin, Placing, UploadDraft, prepare_upload
from tte.validation.reasons import Reason

BOX = OnPage(40, 30, 200, 80)
MARK = Mark(qr="https://tte.contoh.go.id/d/abc", lines=("Ditandatangani secara elektronik oleh", "Budi Contoh, S.H."))


def identity() -> Identity:
    return Identity.of(world().signer.certificate, [world().authority.certificate])


def value(draft: UploadDraft) -> bytes:
    [found] = MemoryKey(world().signer.key, identity()).sign([draft.digest])
    return found


def signed(pdf: bytes, **how: Any) -> bytes:
    draft = prepare_upload(pdf, identity(), at=NOW, **how)
    out = draft.complete(value(draft))
    assert out.startswith(pdf)
    assert len(out) == draft.size
    return out


def by_pyhanko(pdf: bytes, password: str = "") -> list[SignatureCoverageLevel | None]:
    """How much each signature covers; all are whole and what came later is allowed."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        reader.decrypt(password)
    context = ValidationContext(trust_roots=[world().root.asn1], moment=NOW, allow_fetching=False)
    found = [validate_pdf_signature(one, context) for one in reader.embedded_regular_signatures]
    assert all(one.bottom_line for one in found)
    return [one.coverage for one in found]


@pytest.mark.parametrize("placing", [None, BOX], ids=["unseen", "seen"])
@pytest.mark.parametrize("maker", of.makers())
def test_what_any_maker_wrote_is_valid_for_everybody_once_signed(
    maker: str, placing: OnPage | None, tmp_path: Path
) -> None:
    before = of.makers()[maker]
    out = signed(before, placing=placing, mark=MARK, reason="Setuju – «ya» ☂", location="Bandung", contact="021-000")
    file = tmp_path / "signed.pdf"
    file.write_bytes(out)

    assert qpdf.problems(file) == ""
    report = judge(out)
    *earlier, last = report.signatures
    assert last.indication is Indication.TOTAL_PASSED
    if placing is None:
        assert report.indication is Indication.TOTAL_PASSED
    for one in earlier:  # our own validation never says of what is seen later that it hides nothing
        assert one.indication is Indication.TOTAL_PASSED or Reason.VISIBLE_LATER in one.reasons
    count = len(report.signatures)
    assert count == len(judge(before).signatures) + 1
    seen = poppler.signatures(file)
    assert [one.valid for one in seen] == [True] * count
    assert sum(one.whole_document for one in seen) == 1
    if maker != "hybrid":
        assert by_pyhanko(out).count(SignatureCoverageLevel.ENTIRE_FILE) == 1


@pytest.mark.parametrize("password", ["", of.OWNER], ids=["readers", "owner"])
@pytest.mark.parametrize(("revision", "aes"), [(2, False), (3, False), (4, False), (4, True), (6, True)])
def test_an_encrypted_pdf_stays_encrypted_and_is_valid(revision: Any, aes: bool, password: str, tmp_path: Path) -> None:
    out = signed(of.encrypted(revision, aes=aes), password=password, placing=BOX, mark=MARK, reason="Setuju ☂")
    file = tmp_path / "signed.pdf"
    file.write_bytes(out)
    assert b"Setuju" not in out
    assert qpdf.problems(file) == ""
    assert judge(out).indication is Indication.TOTAL_PASSED
    assert poppler.signatures(file) == [poppler.PdfsigSignature(valid=True, whole_document=True)]
    assert by_pyhanko(out, password) == [SignatureCoverageLevel.ENTIRE_FILE]
    with pikepdf.open(BytesIO(out)) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V.Reason) == "Setuju ☂"


@pytest.mark.parametrize("revision", [3, 6])
def test_a_pdf_with_a_password_is_signed_by_whoever_has_it(revision: Any) -> None:
    pdf = of.encrypted(revision, readers=of.READERS)
    with pytest.raises(errors.PasswordMissing):
        signed(pdf)
    with pytest.raises(errors.PasswordWrong):
        signed(pdf, password="salah")
    out = signed(pdf, password=of.READERS, placing=BOX, mark=MARK)
    assert by_pyhanko(out, of.READERS) == [SignatureCoverageLevel.ENTIRE_FILE]
    again = signed(out, password=of.READERS)
    assert len(by_pyhanko(again, of.READERS)) == 2


def test_readers_who_may_change_nothing_may_not_sign_and_the_owner_may() -> None:
    pdf = of.encrypted(6, change=False)
    with pytest.raises(errors.ChangesForbidden):
        signed(pdf)
    assert by_pyhanko(signed(pdf, password=of.OWNER)) == [SignatureCoverageLevel.ENTIRE_FILE]


def test_four_sign_one_after_another_and_all_stay_valid(tmp_path: Path) -> None:
    out = of.plain()
    for place in range(4):
        out = signed(out, placing=OnPage(40 + 130 * place, 30, 120, 60), mark=MARK)
    file = tmp_path / "signed.pdf"
    file.write_bytes(out)
    assert [one.valid for one in poppler.signatures(file)] == [True] * 4
    assert len(by_pyhanko(out)) == 4
    with pikepdf.open(BytesIO(out)) as pdf:
        assert [str(field.T) for field in pdf.Root.AcroForm.Fields] == [f"Signature{number}" for number in range(1, 5)]
    unseen = signed(signed(of.object_streams()))
    assert judge(unseen).indication is Indication.TOTAL_PASSED


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


def test_a_certified_pdf_is_signed_as_far_as_it_allows() -> None:
    closed = of.certified(of.with_empty_field(), permitted=fields.MDPPerm.NO_CHANGES)
    filled = of.certified(of.with_empty_field(), permitted=fields.MDPPerm.FILL_FORMS)
    with pytest.raises(errors.NoMoreSignatures):
        signed(closed)
    with pytest.raises(errors.NoMoreSignatures):
        signed(filled, placing=BOX)
    assert len(by_pyhanko(signed(filled))) == 2
    assert len(by_pyhanko(signed(filled, field_name="Pejabat", mark=MARK))) == 2


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


REFUSED: dict[str, tuple[Callable[[], bytes], dict[str, Any], type[errors.UploadRefused]]] = {
    "no PDF": (lambda: b"PK\x03\x04 contoh", {}, errors.NotAPdf),
    "nothing": (lambda: b"", {}, errors.NotAPdf),
    "text before the PDF": (lambda: b"\n\n" + of.plain(), {}, errors.NotAPdf),
    "cut off": (lambda: of.plain()[:-200], {}, errors.BrokenPdf),
    "a table that leads nowhere": (lambda: of.plain().replace(b"0000000", b"0000009"), {}, errors.BrokenPdf),
    "only the header": (lambda: b"%PDF-1.7\n", {}, errors.BrokenPdf),
    "page 0": (of.plain, {"placing": OnPage(0, 0, 9, 9, page=0)}, errors.NoSuchPage),
    "page 3 of 2": (of.plain, {"placing": OnPage(0, 0, 9, 9, page=3)}, errors.NoSuchPage),
    "third last of 2": (of.plain, {"placing": OnPage(0, 0, 9, 9, page=-3)}, errors.NoSuchPage),
    "a tag on no such page": (of.plain, {"placing": AtTag("#", 9, 9, page=7)}, errors.NoSuchPage),
    "over the right edge": (of.plain, {"placing": OnPage(590, 0, 9, 9)}, errors.OffThePage),
    "below the page": (of.plain, {"placing": OnPage(0, -5, 9, 9)}, errors.OffThePage),
    "no area": (of.plain, {"placing": OnPage(0, 0, 0, 9)}, errors.OffThePage),
    "no number": (of.plain, {"placing": OnPage(float("nan"), 0, 9, 9)}, errors.OffThePage),
    "outside the crop box": (of.cropped, {"placing": OnPage(390, 0, 20, 9)}, errors.OffThePage),
    "a box larger than the page": (of.plain, {"placing": AtTag("#", 600, 9)}, errors.OffThePage),
    "no such tag": (of.plain, {"placing": AtTag("~", 9, 9)}, errors.TagNotFound),
    "a tag on the other page": (of.plain, {"placing": AtTag("Halaman 2", 9, 9, page=1)}, errors.TagNotFound),
    "no picture": (of.plain, {"placing": BOX, "mark": Mark(image=b"GIF89a")}, errors.ImageRefused),
    "a text too long for a code": (of.plain, {"placing": BOX, "mark": Mark(qr="x" * 2000)}, errors.ImageRefused),
    "a field of another kind": (of.with_form, {"field_name": "nama"}, errors.FieldTaken),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_signed_is_refused_by_name_and_with_a_hint(case: str) -> None:
    make, how, kind = REFUSED[case]
    with pytest.raises(kind) as refused:
        prepare_upload(make(), identity(), at=NOW, **how)
    assert type(refused.value) is kind
    assert refused.value.hint


def _png(width: int, height: int) -> bytes:
    """A PNG of one colour: few bytes, many pixels."""
    out = BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "image",
    [_png(20_000, 20_000), _png(10, 10)[:-30], b"\xff\xd8\xff\xe0 rusak", b"x" * 11_000_000],
    ids=["many pixels", "cut off", "no JPEG", "many bytes"],
)
def test_a_hostile_picture_is_refused(image: bytes) -> None:
    with pytest.raises(errors.ImageRefused):
        prepare_upload(of.plain(), identity(), at=NOW, placing=BOX, mark=Mark(image=image))


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


def _with(change: Callable[[pikepdf.Pdf], None], **how: Any) -> bytes:
    return of._saved(of.plain(), change, **how)


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))


def _launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("x")))


def _layers(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("lapis")))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary())


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents.F = pikepdf.String("http://contoh.invalid/isi")


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["lampiran.txt"] = b"isi"


def _link(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://contoh.invalid"))
    pdf.pages[0].obj.Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=pikepdf.Array([0] * 4), A=action)]
    )


def _stamp(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=pikepdf.Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = pikepdf.Array([note])


def _redrawn(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]), NeedAppearances=True)


FOUND: dict[Finding, Callable[[pikepdf.Pdf], None]] = {
    Finding.JAVASCRIPT: _script,
    Finding.ACTIONS: _launch,
    Finding.HIDDEN_LAYERS: _layers,
    Finding.XFA: _xfa,
    Finding.EXTERNAL_CONTENT: _elsewhere,
    Finding.DRAWN_BY_VIEWER: _redrawn,
    Finding.EMBEDDED_FILES: _attached,
    Finding.LINKS: _link,
    Finding.ANNOTATIONS: _stamp,
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "object streams"])
@pytest.mark.parametrize("finding", FOUND)
def test_what_a_signer_should_know_is_told_and_strict_refuses_what_is_dangerous(finding: Finding, packed: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf = _with(FOUND[finding], object_stream_mode=mode)
    draft = prepare_upload(pdf, identity(), at=NOW)
    assert set(draft.findings) == {finding, Finding.FONTS_NOT_EMBEDDED}
    if finding.dangerous:
        with pytest.raises(errors.LintError) as refused:
            prepare_upload(pdf, identity(), at=NOW, strict=True)
        assert [one.field for one in refused.value.problems] == [finding]
    else:
        prepare_upload(pdf, identity(), at=NOW, strict=True)


def test_a_script_under_a_strange_spelling_is_found() -> None:
    pdf = _with(_script).replace(b"/JavaScript", b"/JavaScripX").replace(b"/JS (app", b"/#4aS(ap")
    assert b"/#4aS" in pdf
    assert Finding.JAVASCRIPT in prepare_upload(pdf, identity(), at=NOW).findings


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (of.plain, False),
        (of.linearized, False),
        (of.linearized_object_streams, False),
        (of.hybrid, False),
        (of.signed_twice, False),
        (judged.long_term, None),
        (lambda: signed_pdfs.changed(of.plain(), signed_pdfs.draw_over), True),
        (lambda: signed_pdfs.changed(of.signed_before(), signed_pdfs.annotate), True),
    ],
)
def test_revisions_that_no_signature_covers_are_told(make: Callable[[], bytes], told: bool | None) -> None:
    if told is None:  # certified: nothing may follow
        with pytest.raises(errors.NoMoreSignatures):
            prepare_upload(make(), identity(), at=NOW)
        return
    assert (Finding.EARLIER_REVISIONS in prepare_upload(make(), identity(), at=NOW).findings) is told


def test_a_draft_becomes_one_file_and_only_with_a_right_value() -> None:
    draft = prepare_upload(of.plain(), identity(), at=NOW)
    with pytest.raises(errors.SignatureMismatch):
        draft.complete(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    found = value(draft)
    draft.complete(found)
    with pytest.raises(errors.DraftSpent):
        draft.complete(found)


def test_the_same_arguments_give_the_same_digest() -> None:
    def digest(pdf: bytes) -> bytes:
        return prepare_upload(pdf, identity(), at=NOW, placing=BOX, mark=MARK, reason="Setuju").digest

    for pdf in (of.plain(), of.encrypted(6)):
        assert digest(pdf) == digest(pdf)
    assert digest(of.plain()) != digest(of.by_pypdf())


def test_a_signing_time_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="aware"):
        prepare_upload(of.plain(), identity(), at=datetime(2026, 1, 1))  # noqa: DTZ001  that is the point


def test_a_file_on_disk_is_signed_into_another_piece_by_piece(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(of.plain())
    with prepare_upload(source, identity(), at=NOW, placing=BOX, mark=MARK) as draft, target.open("wb") as file:
        draft.write(value(draft), file)
    assert target.read_bytes() == prepare_same(of.plain(), target.read_bytes())
    assert target.stat().st_size == draft.size
    assert judge(target.read_bytes()).indication is Indication.TOTAL_PASSED


def prepare_same(pdf: bytes, out: bytes) -> bytes:
    """`out`, if from memory everything but the signature value is the same as from disk."""
    assert hashlib.sha256(out[: len(pdf)]).digest() == hashlib.sha256(pdf).digest()
    again = signed(pdf, placing=BOX, mark=MARK)
    assert len(again) == len(out)
    return out


def test_a_file_that_is_written_to_meanwhile_is_not_signed(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    source.write_bytes(of.plain())
    draft = prepare_upload(source, identity(), at=NOW)
    with source.open("ab") as file:
        file.write(b"lebih")
    with pytest.raises(errors.BrokenPdf):
        draft.complete(value(draft))


def test_another_file_in_its_place_changes_nothing(tmp_path: Path) -> None:
    source, other = tmp_path / "in.pdf", tmp_path / "other.pdf"
    source.write_bytes(of.plain())
    draft = prepare_upload(source, identity(), at=NOW)
    other.write_bytes(b"lain")
    other.replace(source)
    assert judge(draft.complete(value(draft))).indication is Indication.TOTAL_PASSED


def _placings() -> list[Placing | None]:
    return [None, BOX, AtTag("#", 50, 50)]


@pytest.mark.parametrize("placing", _placings(), ids=["unseen", "box", "tag"])
def test_an_upload_is_valid_for_eu_dss(placing: Placing | None, tmp_path: Path, eu_dss: Any) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed(signed(of.plain()), placing=placing, mark=MARK))
    found = eu_dss.validate(file)
    assert [(one.format, one.intact, one.valid) for one in found] == [("PAdES-BASELINE-B", True, True)] * 2
