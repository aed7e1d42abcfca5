"""What cannot be signed, and what is found in what can."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests import judged, signed_pdfs
from tests import strangers_pdfs as of
from tests.judged import judge
from tests.signed_pdfs import NOW
from tests.signed_uploads import BOX, identity, signed
from tte import errors
from tte.model import Indication
from tte.uploads import AtTag, Finding, Mark, OnPage, prepare_upload

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


def _bomb(pdf: pikepdf.Pdf) -> None:
    packed = zlib.compress(bytes(64 << 20))
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(packed, Filter=pikepdf.Name.FlateDecode)
    for font in page.Resources.Font.values():
        font.ToUnicode = pdf.make_stream(packed, Filter=pikepdf.Name.FlateDecode)


def test_a_page_that_unpacks_to_too_much_is_not_looked_at() -> None:
    pdf = _with(_bomb, compress_streams=False, recompress_flate=False)
    assert len(pdf) < 300_000
    with pytest.raises(errors.TagNotFound):
        prepare_upload(pdf, identity(), at=NOW, placing=AtTag("#", 9, 9, page=1))
    prepare_upload(pdf, identity(), at=NOW, placing=AtTag("#", 9, 9))


@pytest.mark.parametrize("halves", [b"99999999999 99999999999", b"null", b""])
def test_names_in_the_trailer_that_are_none_do_no_harm(halves: bytes) -> None:
    pdf = re.sub(rb"(/ID\s*\n?\[)[^\]]*\]", lambda found: found[1] + halves + b"]", of.plain())
    assert halves + b"]" in pdf
    assert judge(signed(pdf)).indication is Indication.TOTAL_PASSED


def test_a_table_that_promises_a_million_objects_is_refused() -> None:
    pdf = re.sub(rb"/Size \d+", b"/Size 999999", of.plain())
    with pytest.raises(errors.BrokenPdf):
        prepare_upload(pdf, identity(), at=NOW)
    with pytest.raises(errors.TooBig):
        prepare_upload(pdf.replace(b"/Size 999999", b"/Size 9999999"), identity(), at=NOW)


def test_fields_that_contain_each_other_are_read_once() -> None:
    def circle(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(pikepdf.Dictionary(T=pikepdf.String("a")))
        field.Kids = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    assert prepare_upload(_with(circle), identity(), at=NOW).field == "Signature1"


def test_of_damaged_files_some_are_signed_and_the_rest_is_refused_by_name() -> None:
    dice, came = random.Random(7), set[str]()
    kept = [*of.makers().values(), of.encrypted(6), of.with_empty_field()]
    for _ in range(400):
        pdf = bytearray(dice.choice(kept))
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(pdf))
            pdf[place : place + dice.choice([0, 1, 1, 9])] = dice.choice(
                [b"", b"9", b"null", b"<<", bytes([place % 256])]
            )
        placing = dice.choice([None, BOX, AtTag("#", 20, 20)])
        try:
            prepare_upload(bytes(pdf), identity(), at=NOW, placing=placing)
            came.add("signed")
        except errors.UploadRefused as why:
            came.add(why.code)
    assert {"signed", "broken-pdf"} <= came
