"""What may be added after a signature and what may not: one file of our own for each (validation.md 4.3, 4.4)."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfSigner

from tests.later_revisions import Numbers, added, numbers, replaced, rich_page, signed, stream, with_revision
from tests.signed_pdfs import NOW, crl_of, sign, sign_field, stamper, with_crl, with_document_time_stamp, world
from tte.model import Indication, Integrity, Report
from tte.validation import Trust, validate
from tte.validation.reasons import Reason

Objects = dict[int, bytes]
Change = Callable[[Numbers], Objects]


def judge(pdf: bytes) -> Report:
    return validate(pdf, Trust((world().root.der,)), NOW)


def all_reasons(report: Report) -> set[str]:
    return {*report.reasons, *(reason for one in report.signatures for reason in one.reasons)}


def number(n: Numbers, name: str) -> bytes:
    return b"%d 0 R" % n.of[name]


def edit(name: str, pattern: bytes, value: bytes) -> Change:
    """One object with something in it replaced."""
    return lambda n: {n.of[name]: replaced(n.text(name), pattern, value)}


def entry(name: str, entries: bytes) -> Change:
    """One dictionary with more in it."""
    return lambda n: {n.of[name]: added(n.text(name), entries)}


def anew(name: str, value: bytes) -> Change:
    """Another object in the place of one."""
    return lambda n: {n.of[name]: value}


COVER = stream(b"1 1 1 rg 0 0 612 792 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]")
WIDGET = b"<< /Type /Annot /Subtype /Widget /FT %s /T (Baru) /Rect [0 0 612 792] /AP << /N %d 0 R >> %s >>"


def new_field(kind: bytes, more: bytes = b"") -> Change:
    """A field of this kind, shown on the page, covering it."""

    def change(n: Numbers) -> Objects:
        one, two = n.free, n.free + 1
        return {
            one: WIDGET % (kind, two, more),
            two: COVER,
            n.of["form"]: replaced(n.text("form"), rb"/Fields \[", b"/Fields [ %d 0 R" % one),
            n.of["annotations"]: replaced(n.text("annotations"), rb"\]", b" %d 0 R ]" % one),
        }

    return change


def new_note(n: Numbers) -> Objects:
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] /Contents (Lain) >>"
    return {n.free: note, n.of["annotations"]: replaced(n.text("annotations"), rb"\]", b" %d 0 R ]" % n.free)}


def store_takes_content(n: Numbers) -> Objects:
    """A store whose certificate is the page's content, which is another now."""
    return {
        n.of["root"]: added(n.text("root"), b"/DSS << /Certs [%s] >>" % number(n, "content")),
        n.of["content"]: stream(b"BT ET"),
    }


def another_page(n: Numbers) -> Objects:
    pages = replaced(replaced(n.text("pages"), rb"/Count 1", b"/Count 2"), rb"\]", b" %d 0 R ]" % n.free)
    return {n.free: b"<< /Type /Page /Parent %s /MediaBox [0 0 9 9] >>" % number(n, "pages"), n.of["pages"]: pages}


REFUSED: dict[str, tuple[Change, Reason]] = {
    "content": (anew("content", stream(b"BT ET")), Reason.CHANGED_OBJECTS),
    "font": (edit("font", rb"/Helvetica", b"/Courier"), Reason.CHANGED_OBJECTS),
    "resources": (edit("resources", rb"/F1", b"/F2"), Reason.CHANGED_OBJECTS),
    "media box": (edit("page", rb"/MediaBox \[[^\]]*\]", b"/MediaBox [0 0 10 10]"), Reason.CHANGED_PAGES),
    "rotation": (entry("page", b"/Rotate 90"), Reason.CHANGED_PAGES),
    "an action of the page": (entry("page", b"/AA << /O << /S /JavaScript /JS (x) >> >>"), Reason.CHANGED_PAGES),
    "a rotation all pages inherit": (entry("pages", b"/Rotate 180"), Reason.CHANGED_PAGES),
    "another page": (another_page, Reason.CHANGED_PAGES),
    "a page twice": (
        lambda n: {n.of["pages"]: replaced(n.text("pages"), rb"\]", b" %s ]" % number(n, "page"))},
        Reason.CHANGED_PAGES,
    ),
    "a note": (new_note, Reason.CHANGED_ANNOTATIONS),
    "a note gone": (
        lambda n: {n.of["annotations"]: replaced(n.text("annotations"), rb"%d 0 R" % n.of["note"], b"")},
        Reason.CHANGED_ANNOTATIONS,
    ),
    "a note's words": (edit("note", rb"\(Catatan\)", b"(Lain)"), Reason.CHANGED_OBJECTS),
    "a form filled": (edit("entry", rb"\(Semula\)", b"(Lain)"), Reason.CHANGED_FIELDS),
    "a field moved": (edit("entry", rb"/Rect \[[^\]]*\]", b"/Rect [0 0 9 9]"), Reason.CHANGED_FIELDS),
    "a field gone": (
        lambda n: {n.of["form"]: replaced(n.text("form"), rb"%d 0 R" % n.of["entry"], b"")},
        Reason.CHANGED_FIELDS,
    ),
    "a text field": (new_field(b"/Tx", b"/V (Lain)"), Reason.CHANGED_FIELDS),
    "a signature field that shows something and has no signature": (new_field(b"/Sig"), Reason.CHANGED_FIELDS),
    "a second field with the old signature": (
        lambda n: new_field(b"/Sig", b"/V %s" % number(n, "signature"))(n),
        Reason.SHARED,
    ),
    "the empty field with the old signature": (
        lambda n: {n.of["empty"]: added(n.text("empty"), b"/V %s" % number(n, "signature"))},
        Reason.SHARED,
    ),
    "what the empty field shows": (anew("drawn", COVER), Reason.CHANGED_OBJECTS),
    "the empty field shown elsewhere": (
        edit("empty", rb"/Rect \[[^\]]*\]", b"/Rect [0 0 612 792]"),
        Reason.CHANGED_FIELDS,
    ),
    "the signed field shows something": (
        lambda n: {n.of["field"]: added(n.text("field"), b"/AP << /N %d 0 R >>" % n.free), n.free: COVER},
        Reason.CHANGED_FIELDS,
    ),
    "the signature itself": (
        lambda n: {n.of["signature"]: replaced(n.text("signature"), rb"/Type /Sig", b"/Type /Sig /Reason (x)")},
        Reason.BAD_GAP,
    ),
    "appearances to be made": (entry("form", b"/NeedAppearances true"), Reason.CHANGED_FIELDS),
    "an XFA form": (entry("form", b"/XFA (x)"), Reason.CHANGED_FIELDS),
    "an action at opening": (entry("root", b"/OpenAction << /S /JavaScript /JS (x) >>"), Reason.CHANGED_CATALOG),
    "layers": (entry("root", b"/OCProperties << /OCGs [] /D << >> >>"), Reason.CHANGED_CATALOG),
    "an extension that is a tree": (
        edit("root", rb"/ESIC <<", b"/EVIL << /X << /Y 1 >> >> /ESIC <<"),
        Reason.CHANGED_CATALOG,
    ),
    "a lower extension level": (edit("root", rb"/ExtensionLevel 1\b", b"/ExtensionLevel 0"), Reason.CHANGED_CATALOG),
    "names": (
        anew("names", b"<< /JavaScript << /Names [(x) << /S /JavaScript /JS (x) >>] >> >>"),
        Reason.CHANGED_OBJECTS,
    ),
    "a store that takes over the content": (store_takes_content, Reason.CHANGED_STORE),
    "the form in the place of the metadata": (
        lambda n: {
            n.of["root"]: replaced(n.text("root"), rb"/Metadata \d+ 0 R", b"/Metadata %s" % number(n, "content")),
            n.of["content"]: stream(b"BT ET"),
        },
        Reason.CHANGED_OBJECTS,
    ),
    "the words of a tag": (entry("paragraph", b"/ActualText (Lain)"), Reason.CHANGED_STRUCTURE),
    "a tag with words": (
        lambda n: {
            n.of["tree"]: replaced(n.text("tree"), rb"/K \[", b"/K [ %d 0 R " % n.free),
            n.free: b"<< /Type /StructElem /S /P /P %s /ActualText (Lain) >>" % number(n, "tree"),
        },
        Reason.CHANGED_STRUCTURE,
    ),
}


@pytest.mark.parametrize("packed", [False, True], ids=["table", "streams"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_changes_more_than_signatures_may_is_modified_and_said(name: str, packed: bool) -> None:
    change, reason = REFUSED[name]
    n = numbers(packed=packed)
    section = n.free + 50 if packed else 0
    report = judge(with_revision(signed(packed=packed), change(n), as_stream=section))
    assert (report.integrity, report.indication) == (Integrity.MODIFIED, Indication.TOTAL_FAILED)
    assert reason in all_reasons(report)


def grown_info(n: Numbers) -> Objects:
    return {n.of["info"]: b"<< /Title (Akta Uji, diarsipkan) >>"}


ALLOWED: dict[str, Change] = {
    "the same content once more": lambda n: {n.of["font"]: n.text("font")},
    "the page written anew": edit("page", rb"/MediaBox \[[^\]]*\]", b"/MediaBox [ 0.0 0 612.00 792 ]"),
    "an object nobody uses": lambda n: {n.free: b"(x)"},
    "the description": grown_info,
    "the XMP": anew("metadata", stream(b"<y/>", b"/Type /Metadata /Subtype /XML")),
    "a lower version": edit("root", rb"/Version /2\.0", b"/Version /1.7"),
    "a store": lambda n: {
        n.of["root"]: added(n.text("root"), b"/DSS << /Certs [%d 0 R] /VRI << >> >>" % n.free),
        n.free: stream(world().root.der),
    },
    "a higher extension level": edit("root", rb"/ExtensionLevel 1\b", b"/ExtensionLevel 5"),
    "a private note of an application": entry("page", b"/PieceInfo << /X << /LastModified (D:2026) >> >>"),
    "more default resources": entry("form", b"/DA (/Helv 0 Tf)"),
    "an empty signature field that shows nothing": lambda n: {
        n.free: b"<< /FT /Sig /T (Kelak) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] >>",
        n.of["form"]: replaced(n.text("form"), rb"/Fields \[", b"/Fields [ %d 0 R" % n.free),
        n.of["annotations"]: replaced(n.text("annotations"), rb"\]", b" %d 0 R ]" % n.free),
    },
}


@pytest.mark.parametrize("packed", [False, True], ids=["table", "streams"])
@pytest.mark.parametrize("name", ALLOWED)
def test_what_changes_nothing_that_anybody_sees_is_allowed(name: str, packed: bool) -> None:
    n = numbers(packed=packed)
    report = judge(with_revision(signed(packed=packed), ALLOWED[name](n), as_stream=n.free + 50 if packed else 0))
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.TOTAL_PASSED), all_reasons(report)


def test_a_catalog_may_move_if_it_stays_the_same() -> None:
    n = numbers()
    moved = with_revision(signed(), {n.free: n.text("root")}, trailer={"Root": b"%d 0 R" % n.free})
    assert judge(moved).integrity is Integrity.OK
    other = added(n.text("root"), b"/OpenAction [%s /Fit]" % number(n, "page"))
    moved = with_revision(signed(), {n.free: other}, trailer={"Root": b"%d 0 R" % n.free})
    assert judge(moved).integrity is Integrity.MODIFIED


@pytest.mark.parametrize("name", ["content", "font", "annotations", "paragraph", "names"])
def test_an_object_in_use_may_not_be_freed(name: str) -> None:
    n = numbers()
    assert judge(with_revision(signed(), {}, freed=[n.of[name]])).integrity is Integrity.MODIFIED


def test_an_object_nobody_uses_may_be_freed_as_append_modes_do() -> None:
    n = numbers()
    idle = with_revision(rich_page(), {n.free: b"(x)"})
    pdf = sign(idle, certify=False)
    assert judge(with_revision(pdf, {}, freed=[n.free])).integrity is Integrity.OK


def test_a_reference_that_led_nowhere_may_not_lead_somewhere_later() -> None:
    n = Numbers(sign(rich_page(), certify=False))
    page = added(n.text("page"), b"/Group %d 0 R" % n.free)
    pdf = sign(with_revision(rich_page(), {n.of["page"]: page}), certify=False)
    assert judge(pdf).integrity is Integrity.OK
    assert judge(with_revision(pdf, {n.free: b"<< /S /Transparency >>"})).integrity is Integrity.MODIFIED


def test_a_length_kept_elsewhere_may_not_change() -> None:
    n = numbers()
    content = b"<< /Length %d 0 R >>\nstream\nBT ET BT /F1 9 Tf (x) Tj ET\nendstream" % n.free
    pdf = sign(with_revision(rich_page(), {n.of["content"]: content, n.free: b"27"}), certify=False)
    assert judge(pdf).integrity is Integrity.OK
    assert judge(with_revision(pdf, {n.free: b"5"})).integrity is Integrity.MODIFIED


def test_a_change_that_is_taken_back_is_still_a_change() -> None:
    n = numbers()
    away = with_revision(signed(), {n.of["content"]: stream(b"BT ET")})
    back = with_revision(away, {n.of["content"]: stream(b"BT /F1 24 Tf 72 700 Td (Akta Uji) Tj ET\n")})
    assert judge(back).integrity is Integrity.MODIFIED


def test_a_drawing_shared_with_the_page_may_not_be_drawn_anew_by_signing() -> None:
    """The appearance of the empty field is also shown by the page: signing the field would change the page."""
    n = numbers()
    shared = replaced(n.text("resources"), rb"<<", b"<< /XObject << /X %s >>" % number(n, "drawn"))
    base = sign(with_revision(rich_page(), {n.of["resources"]: shared}), certify=False)

    def again(pdf: bytes) -> bytes:
        return sign(pdf, field="Kedua", certify=False, change=_redraw)

    assert judge(again(base)).integrity is Integrity.MODIFIED


def _redraw(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    drawn = form["/Fields"].raw_get(1).get_object()["/AP"].raw_get("/N")
    drawn.get_object()._data = b"1 0 0 rg 0 0 80 20 re f\n"
    drawn.get_object()._encoded_data = None
    writer.mark_update(drawn)


# Further signatures


def test_an_invisible_second_signature_leaves_the_first_as_it_was() -> None:
    report = judge(sign(signed(), field="Kedua", certify=False))
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.TOTAL_PASSED)
    assert Reason.SIGNED_LATER in report.signatures[0].reasons


def test_an_empty_field_may_be_signed_later() -> None:
    report = judge(sign_field(signed(), "Kosong"))
    assert report.integrity is Integrity.OK
    assert [one.field for one in report.signatures] == ["Signature1", "Kosong"]


def _tagged(writer: IncrementalPdfFileWriter) -> None:
    """Put an element for the widget that comes into the structure tree, as writers of tagged files do."""
    root = writer.root["/StructTreeRoot"]
    element = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): writer.root.raw_get("/StructTreeRoot"),
        }
    )
    placed = writer.add_object(element)
    root["/K"].append(placed)
    tree = root["/ParentTree"]
    tree["/Nums"].extend([generic.NumberObject(1), placed])
    for changed in (root, tree):
        writer.update_container(changed)


def test_a_second_signature_may_have_its_place_in_the_structure_tree() -> None:
    assert judge(sign(signed(), field="Kedua", certify=False, change=_tagged)).integrity is Integrity.OK


def test_a_file_that_opens_without_a_password_is_judged_though_it_is_encrypted() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(rich_page())) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="pemilik", user="", R=6))
    pdf = sign(out.getvalue(), certify=False, change=lambda writer: writer.encrypt(""))
    assert judge(pdf).integrity is Integrity.OK
    n = Numbers(pdf)
    assert (
        judge(with_revision(pdf, {n.of["content"]: stream(b"BT ET")}, trailer=encrypted(pdf))).integrity
        is not Integrity.OK
    )
    assert judge(with_revision(pdf, {n.free: b"null"})).integrity is not Integrity.OK  # no longer encrypted
    assert judge(with_revision(pdf, {n.free: b"null"}, trailer=encrypted(pdf))).integrity is Integrity.OK


def encrypted(pdf: bytes) -> dict[str, bytes]:
    """The trailer entry of an encrypted file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {"Encrypt": opened.trailer.Encrypt.unparse()}


def test_a_visible_second_signature_changes_no_signed_byte_but_nobody_can_say_what_it_hides() -> None:
    report = judge(sign(signed(), field="Kedua", certify=False, box=(0, 0, 600, 800)))
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.INDETERMINATE)
    assert Reason.VISIBLE_LATER in report.signatures[0].reasons
    assert report.signatures[1].indication is Indication.TOTAL_PASSED


def test_a_certification_that_forbids_changes_forbids_a_second_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    report = judge(sign(sign(rich_page()), field="Kedua", certify=False))
    assert (report.integrity, report.indication) == (Integrity.MODIFIED, Indication.TOTAL_FAILED)
    assert Reason.FORBIDDEN in all_reasons(report)


@pytest.mark.parametrize("packed", [False, True], ids=["table", "streams"])
def test_long_term_data_may_follow_a_certification_twice(packed: bool) -> None:
    made = world()
    held = with_crl(sign(rich_page(packed=packed), time_stamper=stamper()), [crl_of(made.root), crl_of(made.authority)])
    report = judge(with_document_time_stamp(with_crl(with_document_time_stamp(held), [crl_of(made.root)])))
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.TOTAL_PASSED)
    assert Reason.LONG_TERM_DATA in report.signatures[0].reasons


# Bytes and cross-references


def test_objects_may_be_added_in_a_stream_of_objects() -> None:
    n = numbers(packed=True)
    store = {n.of["root"]: added(n.text("root"), b"/DSS << >>"), n.free: b"(x)"}
    pdf = with_revision(signed(packed=True), {}, packed=store, packed_in=n.free + 1, as_stream=n.free + 2)
    assert judge(pdf).integrity is Integrity.OK


def _lied(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """A change of the last revision that keeps all lengths."""
    at = pdf.rindex(old)
    assert len(old) == len(new)
    return pdf[:at] + new + pdf[at + len(old) :]


def test_a_stream_of_objects_may_not_name_others_than_are_looked_for_in_it() -> None:
    n = numbers(packed=True)
    base = with_revision(signed(packed=True), {}, packed={n.free: b"(x)"}, packed_in=n.free + 1, as_stream=n.free + 2)
    assert judge(base).integrity is Integrity.OK
    assert judge(_lied(base, b"%d 0 (x)" % n.free, b"%d 0 (x)" % (n.free + 9))).integrity is Integrity.MODIFIED


def test_a_stream_of_objects_that_is_in_use_may_not_be_replaced() -> None:
    """Its objects would be others though their own cross-references stay."""
    n = numbers(packed=True)
    with pikepdf.open(io.BytesIO(signed(packed=True))) as opened:
        table = opened.get_xref_table()
        container = table[n.of["font"], 0].obj_stream_number
        held = {
            entry.obj_stream_index: (ref[0], opened.get_object(ref).unparse(resolved=True))
            for ref, entry in table.items()
            if entry.type == 2 and entry.obj_stream_number == container
        }
    assert container
    objects = {number: text.replace(b"/Helvetica", b"/Courier") for number, text in dict(sorted(held.items())).values()}
    pdf = with_revision(signed(packed=True), {}, packed=objects, packed_in=container, as_stream=n.free + 2)
    assert judge(pdf).integrity is Integrity.MODIFIED


def test_an_object_of_another_generation_is_not_accepted_beside_the_old_one() -> None:
    n = numbers()
    pdf = with_revision(signed(), {n.of["content"]: stream(b"BT ET")}, generation=1)
    assert judge(pdf).integrity is Integrity.MODIFIED


def test_a_size_that_hides_objects_is_not_accepted() -> None:
    n = numbers()
    assert judge(with_revision(signed(), {n.free: b"(x)"}, trailer={"Size": b"5"})).integrity is Integrity.MODIFIED


def test_a_revision_may_not_skip_the_one_before_it() -> None:
    n = numbers()
    first = int(signed().split(b"startxref")[1].split()[0])
    pdf = with_revision(signed(), {n.free: b"(x)"}, trailer={"Prev": b"%d" % first})
    assert judge(pdf).integrity is not Integrity.OK


@pytest.mark.parametrize(
    "junk",
    [b"junk\n", b"99 0 obj\n(x)\nendobj\n", b"<< >>\n", b"%1 0 obj\n", b"%" + b"x" * 999 + b"\n", b"xref\n"],
)
def test_bytes_that_belong_to_nothing_are_not_accepted_in_a_revision(junk: bytes) -> None:
    n = numbers()
    assert judge(with_revision(signed(), {n.free: b"(x)"}, before=junk)).integrity is Integrity.MODIFIED


def test_a_short_remark_of_a_writer_is_accepted() -> None:
    n = numbers()
    assert judge(with_revision(signed(), {n.free: b"(x)"}, before=b"%Penulis-1.0\n")).integrity is Integrity.OK


def test_an_offset_that_counts_the_blank_before_an_object_is_read_and_one_that_is_off_is_not() -> None:
    n = numbers()
    pdf = with_revision(signed(), {n.free: b"(x)"})
    place = pdf.rindex(b"%d 0 obj" % n.free)
    line = b"%010d 00000 n" % place
    assert judge(_lied(pdf, line, b"%010d 00000 n" % (place - 1))).integrity is Integrity.OK
    assert judge(_lied(pdf, line, b"%010d 00000 n" % (place + 1))).integrity is not Integrity.OK


def test_a_startxref_one_byte_off_is_not_accepted() -> None:
    n = numbers()
    pdf = with_revision(signed(), {n.free: b"(x)"})
    at = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    assert judge(_lied(pdf, b"startxref\n%d" % at, b"startxref\n%d" % (at + 1))).integrity is not Integrity.OK


@pytest.mark.parametrize("blanks", [b"\n", b"\r\n", b" ", b"\0" * 512, b"\n%%EOF\n"])
def test_blanks_at_the_end_are_read_by_nobody_and_noted(blanks: bytes) -> None:
    report = judge(signed() + blanks)
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.TOTAL_PASSED)


@pytest.mark.parametrize("more", [b"\0" * 5000, b"x", b"% catatan\n", b"% catatan\n%%EOF\n", b"null"])
def test_anything_else_at_the_end_is_not_accepted(more: bytes) -> None:
    assert judge(signed() + more).integrity is Integrity.MODIFIED


def hybrid(pdf: bytes, listed: bool) -> bytes:
    """A revision with a table and a cross-reference stream; `listed`: the table names the object too."""
    n = numbers()
    out = with_revision(pdf, {n.free: b"(x)"}, as_stream=n.free + 1)
    section = int(out.rsplit(b"startxref", 1)[1].split()[0])
    out = out[: out.rindex(b"startxref")]
    rows = {n.free: out.rindex(b"%d 0 obj" % n.free)} if listed else {}
    table = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in rows.items()) or b"0 0\n"
    previous = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    end = b"/Size %d /Root %s /Prev %d /XRefStm %d" % (n.free + 2, number(n, "root"), previous, section)
    return out + b"xref\n%strailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (table, end, len(out))


@pytest.mark.parametrize("listed", [True, False])
def test_a_hybrid_revision_is_read_in_both_its_parts(listed: bool) -> None:
    assert judge(hybrid(signed(), listed=listed)).integrity is Integrity.OK


def test_a_hybrid_file_may_be_signed_as_word_exports_are() -> None:
    pdf = sign(hybrid(rich_page(), listed=False), certify=False, strict=False)
    assert judge(pdf).integrity is Integrity.OK
