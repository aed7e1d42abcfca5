"""What may be signed, and each thing that may not, by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.minimal_pdf import minimal_document, minimal_pdf
from tte.errors import LintError
from tte.pades.lint import lint


def problems(pdf: bytes) -> str:
    """All that lint has against `pdf`; empty if nothing."""
    try:
        lint(pdf)
    except LintError as refusal:
        return str(refusal)
    return ""


def changed(change: Callable[[Pdf], object], **save: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(minimal_pdf())) as pdf:
        change(pdf)
        pdf.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("xref_stream", [False, True])
def test_a_sound_file_may_be_signed(xref_stream: bool) -> None:
    assert problems(minimal_pdf(xref_stream=xref_stream)) == ""


def test_a_frame_with_and_without_words_may_be_signed() -> None:
    document = minimal_document()
    assert problems(document.pdf) == problems(document.frame.filled(b"", bytes(16))) == ""


def test_more_pages_than_one_may_be_signed() -> None:
    def second(pdf: Pdf) -> None:
        pdf.add_blank_page()

    assert problems(changed(second)) == ""


@pytest.mark.parametrize(
    ("pdf", "says"),
    [
        (b"", "header"),
        (b"not a PDF", "cannot be read"),
        (b" " + minimal_pdf(), "header"),
        (minimal_pdf().replace(b"%PDF-1.", b"%PDF-2.", 1), "header"),
        (minimal_pdf() + b"\n\n", "does not end"),
        (minimal_pdf() + b"x", "does not end"),
        (minimal_pdf()[:-20], "does not end"),
        (minimal_pdf()[:2000], "cannot be read"),
    ],
    ids=["empty", "no_pdf", "header_not_at_0", "pdf_2", "blank_after_eof", "data_after_eof", "no_eof", "cut"],
)
def test_bytes_that_are_not_one_whole_pdf_are_refused(pdf: bytes, says: str) -> None:
    assert says in problems(pdf)


def test_a_damaged_object_is_refused_and_not_repaired() -> None:
    pdf = minimal_pdf()
    places = [found.start() for found in re.finditer(b"endobj", pdf)]
    assert all("damaged" in problems(pdf[:place] + b"endxbj" + pdf[place + 6 :]) for place in places)


def test_a_second_revision_is_refused() -> None:
    pdf = minimal_pdf()
    start = pdf.rindex(b"startxref")
    update = b"xref\n0 0\ntrailer << /Root 1 0 R /Size 17 /Prev " + pdf[start:].split()[1] + b" >>\n"
    second = pdf + update + b"startxref\n%d\n%%%%EOF\n" % len(pdf)
    assert "more than one revision" in problems(second)


def test_a_file_without_a_name_is_refused() -> None:
    pdf = minimal_pdf()
    assert "has no /ID" in problems(pdf.replace(b"/ID", b"/IE"))


def test_a_linearized_file_is_refused() -> None:
    assert "more than one revision" in problems(changed(lambda pdf: None, linearize=True))


def test_encryption_is_refused() -> None:
    assert "encrypted" in problems(changed(lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="")))
    assert "cannot be read" in problems(changed(lambda pdf: None, encryption=pikepdf.Encryption(owner="a", user="b")))


def widget(pdf: Pdf) -> pikepdf.Object:
    return pdf.Root.AcroForm.Fields[0]


def script(pdf: Pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def put(target: Callable[[Pdf], pikepdf.Object], key: str, value: Callable[[Pdf], object]) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        target(pdf)[key] = value(pdf)

    return change


def root(pdf: Pdf) -> pikepdf.Object:
    return pdf.Root


def page(pdf: Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj


def attachment(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = b"hello"


def another_annotation(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("!"))
    page(pdf).Annots.append(pdf.make_indirect(note))


def another_field(pdf: Pdf) -> None:
    pdf.Root.AcroForm.Fields.append(pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("nama"))))


def external_stream(pdf: Pdf) -> None:
    page(pdf).Contents.F = String("other.bin")


def unembedded_font(pdf: Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, Dictionary) and "/FontFile2" in item:
            del item["/FontFile2"]


def base_font(pdf: Pdf) -> None:
    page(pdf).Resources.Font.F9 = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def no_font_type(pdf: Pdf) -> None:
    page(pdf).Resources.Font.F9 = Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica)


def no_metadata(pdf: Pdf) -> None:
    del pdf.Root.Metadata


def no_claim(pdf: Pdf) -> None:
    with pdf.open_metadata() as metadata:
        del metadata["pdfaid:part"]


def no_output_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


def no_profile(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents[0].DestOutputProfile


def no_form(pdf: Pdf) -> None:
    del pdf.Root.AcroForm
    del page(pdf).Annots


def no_annotation(pdf: Pdf) -> None:
    del page(pdf).Annots


def no_pages(pdf: Pdf) -> None:
    del pdf.pages[0]


def deep(pdf: Pdf) -> None:
    nested: pikepdf.Object = Array()
    for _ in range(80):
        nested = Array([nested])
    pdf.Root.Dalam = nested


BAD = {
    "javascript_at_opening": (put(root, "/OpenAction", script), "OpenAction"),
    "goto_at_opening": (put(root, "/OpenAction", lambda pdf: Array([page(pdf), Name.Fit])), "OpenAction"),
    "javascript_by_name": (put(root, "/Names", lambda pdf: Dictionary(JavaScript=Dictionary())), "JavaScript"),
    "launch": (put(widget, "/A", lambda pdf: Dictionary(S=Name.Launch, F=String("calc.exe"))), "Launch"),
    "link": (put(widget, "/A", lambda pdf: Dictionary(S=Name.URI, URI=String("http://a.example"))), "URI"),
    "goto": (put(widget, "/A", lambda pdf: Dictionary(S=Name.GoTo)), "actions"),
    "page_action": (put(page, "/AA", lambda pdf: Dictionary()), "automatic action"),
    "attachment": (attachment, "embedded file"),
    "associated_file": (put(root, "/AF", lambda pdf: Array()), "associated file"),
    "optional_content": (put(root, "/OCProperties", lambda pdf: Dictionary()), "optional content"),
    "xfa": (put(lambda pdf: pdf.Root.AcroForm, "/XFA", lambda pdf: Array()), "XFA"),
    "external_stream": (external_stream, "another file"),
    "reference_xobject": (put(page, "/Ref", lambda pdf: Dictionary()), "another file"),
    "certified_already": (put(root, "/Perms", lambda pdf: Dictionary()), "certification"),
    "dss": (put(root, "/DSS", lambda pdf: Dictionary()), "validation data"),
    "comment": (another_annotation, "only annotation"),
    "another_field": (another_field, "only field"),
    "no_form": (no_form, "only field"),
    "no_annotation": (no_annotation, "only annotation"),
    "no_pages": (no_pages, "there is none"),
    "wrong_name": (put(widget, "/T", lambda pdf: String("Paraf")), "TandaTangan"),
    "text_field": (put(widget, "/FT", lambda pdf: Name.Tx), "only field"),
    "filled": (put(widget, "/V", lambda pdf: Dictionary()), "empty"),
    "need_appearances": (put(lambda pdf: pdf.Root.AcroForm, "/NeedAppearances", lambda pdf: True), "viewer"),
    "hidden": (put(widget, "/F", lambda pdf: 134), "seen"),
    "not_printed": (put(widget, "/F", lambda pdf: 128), "printed"),
    "no_appearance": (put(widget, "/AP", lambda pdf: Dictionary()), "appearance"),
    "off_the_page": (put(widget, "/Rect", lambda pdf: Array([500, 60, 700, 110])), "lie on the page"),
    "no_area": (put(widget, "/Rect", lambda pdf: Array([60, 60, 60, 60])), "lie on the page"),
    "no_rect": (put(widget, "/Rect", lambda pdf: Array()), "lie on the page"),
    "not_a_widget": (put(widget, "/Subtype", lambda pdf: Name.Stamp), "widget"),
    "unembedded_font": (unembedded_font, "not embedded"),
    "base_font": (base_font, "/Helvetica is not embedded"),
    "no_font_type": (no_font_type, "does not say"),
    "no_metadata": (no_metadata, "PDF/A-2b"),
    "no_pdfa_claim": (no_claim, "PDF/A-2b"),
    "no_output_intent": (no_output_intent, "output intent"),
    "no_colour_profile": (no_profile, "colour profile"),
    "deep": (deep, "cannot be read"),
}


@pytest.mark.parametrize("xref_stream", [False, True], ids=["table", "stream"])
@pytest.mark.parametrize("name", BAD)
def test_a_document_with(name: str, xref_stream: bool) -> None:
    change, says = BAD[name]
    mode = pikepdf.ObjectStreamMode.generate if xref_stream else pikepdf.ObjectStreamMode.disable
    assert says in problems(changed(change, object_stream_mode=mode))


def test_a_script_that_nothing_refers_to() -> None:
    """The shadow attack "hide and replace" keeps in the file what a later revision brings out."""
    pdf = changed(put(root, "/Bayangan", lambda pdf: pdf.make_indirect(script(pdf))))
    found = re.search(rb"/Bayangan \d+ 0 R", pdf)
    assert found
    assert "script" in problems(pdf.replace(found[0], b" " * len(found[0])))


def test_all_problems_are_named_at_once_and_no_value_is_echoed() -> None:
    def change(pdf: Pdf) -> None:
        no_output_intent(pdf)
        base_font(pdf)
        pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=String("http://rahasia.example"))

    said = problems(changed(change))
    assert all(part in said for part in ("output intent", "Helvetica", "OpenAction", "URI"))
    assert "rahasia" not in said
