"""`validate` on files whose bytes are not what was signed, or whose signature is spoiled: each for its reason."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests import signed_pdfs
from tests.judged import FAILED, OPEN, PASSED, approved, judge, long_term, plain, refused, rewritten
from tests.signed_pdfs import changed, crl_of, gap_of, sign, stamper, with_crl, with_table, world
from tte.model import SubIndication
from tte.validation.reasons import Reason

# Changed after signing


@pytest.mark.parametrize("change", [signed_pdfs.draw_over, signed_pdfs.annotate])
@pytest.mark.parametrize("base", [plain, approved, long_term])
def test_a_change_of_the_page_after_signing_fails(change: Callable[..., None], base: Callable[[], bytes]) -> None:
    refused(judge(changed(base(), change)), SubIndication.HASH_FAILURE, Reason.CHANGED)


def test_a_form_field_filled_after_signing_fails() -> None:
    pdf = sign(change=signed_pdfs.add_text_field, certify=False)
    assert judge(pdf).indication is PASSED
    refused(judge(changed(pdf, signed_pdfs.fill_text_field)), SubIndication.HASH_FAILURE, Reason.CHANGED)


@pytest.mark.parametrize("base", [plain, long_term])
@pytest.mark.parametrize(
    "tail",
    [
        b" ",
        b"\n",
        b"\0",
        b"%%EOF",
        b"% catatan\n",
        b"startxref\n0\n%%EOF\n",
        b"99 0 obj\n(x)\nendobj\n",
        b"99 0 obj\n(x)\nendobj\nstartxref\n9\n%%EOF\n",
        b"<html><script>",
    ],
)
def test_nothing_may_follow_what_is_signed(base: Callable[[], bytes], tail: bytes) -> None:
    report = judge(base() + tail)
    assert report.indication is FAILED
    assert report.sub_indication in (SubIndication.HASH_FAILURE, SubIndication.FORMAT_FAILURE)


def test_a_second_end_that_points_at_the_same_table_fails() -> None:
    pdf = plain()
    again = pdf[pdf.rindex(b"startxref") :]
    refused(judge(pdf + again), SubIndication.HASH_FAILURE, Reason.TRAILING)


def test_an_object_that_no_table_lists_fails_even_in_a_proper_revision() -> None:
    honest = with_crl(plain(), [crl_of(world().root)])
    assert judge(honest).indication is PASSED
    table = honest.rindex(b"xref\n", 0, honest.rindex(b"startxref"))
    hidden = b"4 0 obj\n<</Type/Catalog>>\nendobj\n"
    moved = honest[:table] + hidden + honest[table:]
    moved = moved.replace(b"startxref\n%d\n" % table, b"startxref\n%d\n" % (table + len(hidden)))
    refused(judge(moved), SubIndication.HASH_FAILURE, Reason.TRAILING)


def test_a_revision_that_revives_an_old_object_fails() -> None:
    pdf = with_table(plain(), {90: b"(x)"})
    entry = re.findall(rb"90 1\n(\d{10})", pdf)[-1]
    old = pdf.index(b"1 0 obj")
    refused(
        judge(pdf.replace(entry + b" 00000 n", b"%010d 00000 n" % old)), SubIndication.HASH_FAILURE, Reason.TRAILING
    )


def test_a_revision_with_another_catalog_fails() -> None:
    pdf = plain()
    root = int(re.findall(rb"/Root (\d+) 0 R", pdf)[-1])
    catalog = bytes(re.findall(rb"\n%d 0 obj\n(.*?)\nendobj" % root, pdf, re.DOTALL)[-1])
    with_action = catalog.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>")
    assert judge(with_table(pdf, {root: catalog})).indication is PASSED
    refused(judge(with_table(pdf, {root: with_action})), SubIndication.HASH_FAILURE, Reason.CHANGED)


def test_a_revision_with_another_page_content_fails() -> None:
    pdf = plain()
    number = int(re.findall(rb"/Contents (\d+) 0 R", pdf)[0])
    refused(
        judge(with_table(pdf, {number: b"<</Length 2>>\nstream\nq \nendstream"})),
        SubIndication.HASH_FAILURE,
        Reason.CHANGED,
    )


def test_a_signature_stripped_from_the_form_is_not_called_unsigned() -> None:
    refused(judge(changed(plain(), signed_pdfs.empty_form)), SubIndication.HASH_FAILURE, Reason.STRIPPED)


def test_a_form_cut_out_of_the_catalog_is_not_called_unsigned() -> None:
    pdf = plain()
    assert pdf.count(b"/AcroForm") == 1
    refused(judge(pdf.replace(b"/AcroForm", b"/AcroFomr")), SubIndication.HASH_FAILURE, Reason.STRIPPED)


def test_an_emptied_field_is_not_called_unsigned() -> None:
    pdf = plain()
    assert len(re.findall(rb"/V \d+ 0 R", pdf)) == 1
    refused(judge(re.sub(rb"/V (\d+ 0 R)", rb"/W \1", pdf)), SubIndication.HASH_FAILURE, Reason.STRIPPED)


def test_a_stray_byte_range_in_another_spelling_is_noticed() -> None:
    pdf = with_table(signed_pdfs.page(), {90: b"<</Byte#52ange [0 1 2 3]>>"})
    refused(judge(pdf), SubIndication.HASH_FAILURE, Reason.STRAY)


def test_usage_rights_of_a_form_are_nobodys_signature() -> None:
    pdf = signed_pdfs.page()
    root = int(re.findall(rb"/Root (\d+) 0 R", pdf)[-1])
    catalog = bytes(re.findall(rb"\n%d 0 obj\n(.*?)\nendobj" % root, pdf, re.DOTALL)[-1])
    enabled = with_table(
        pdf, {90: b"<</ByteRange [0 1 2 3]>>", root: catalog.replace(b"<<", b"<< /Perms << /UR3 90 0 R >>", 1)}
    )
    refused(judge(enabled), SubIndication.NO_SIGNATURE, Reason.NO_SIGNATURE, OPEN)


# One signature's bytes, seen through the whole file


def test_a_padding_byte_that_is_not_zero_is_a_format_failure() -> None:
    pdf = bytearray(plain())
    _, end, _ = gap_of(plain())
    pdf[end - 2 : end - 1] = b"1"
    refused(judge(bytes(pdf)), SubIndication.FORMAT_FAILURE, Reason.BAD_PADDING)


def test_emptied_contents_are_a_format_failure() -> None:
    begin, end, _ = gap_of(plain())
    pdf = plain()[: begin + 1] + b"0" * (end - begin - 2) + plain()[end - 1 :]
    refused(judge(pdf), SubIndication.FORMAT_FAILURE, Reason.BAD_CMS)


def test_contents_that_are_no_cms_are_a_format_failure() -> None:
    begin, end, _ = gap_of(plain())
    pdf = plain()[: begin + 1] + b"3003020105".ljust(end - begin - 2, b"0") + plain()[end - 1 :]
    refused(judge(pdf), SubIndication.FORMAT_FAILURE, Reason.BAD_CMS)


def test_a_copied_signature_value_over_other_bytes_is_a_hash_failure() -> None:
    mine, theirs = sign(signed_pdfs.page("Nama A")), sign(signed_pdfs.page("Nama B"))
    value = [pdf[slice(*gap_of(pdf)[:2])] for pdf in (mine, theirs)]
    if len(value[0]) != len(value[1]):
        value[1] = value[1].rstrip(b">").ljust(len(value[0]) - 1, b"0")[: len(value[0]) - 1] + b">"
    refused(judge(mine.replace(value[0], value[1])), SubIndication.HASH_FAILURE, Reason.HASH)


def test_another_signature_value_is_a_crypto_failure() -> None:
    other = world().signer.key.sign(b"other", ec.ECDSA(hashes.SHA256()))  # type: ignore[call-arg, arg-type]

    def swap(found: cms.ContentInfo) -> None:
        found["content"]["signer_infos"][0]["signature"] = other

    refused(judge(rewritten(plain(), swap)), SubIndication.SIG_CRYPTO_FAILURE, Reason.VALUE)


def test_a_signature_without_its_certificate_is_indeterminate() -> None:
    def drop(found: cms.ContentInfo) -> None:
        found["content"]["certificates"] = [world().authority.asn1]

    refused(judge(rewritten(plain(), drop)), SubIndication.NO_SIGNING_CERTIFICATE_FOUND, Reason.NO_CERTIFICATE, OPEN)


def test_two_signers_in_one_value_are_a_format_failure() -> None:
    def double(found: cms.ContentInfo) -> None:
        infos = found["content"]["signer_infos"]
        found["content"]["signer_infos"] = [infos[0], infos[0].copy()]

    assert judge(rewritten(sign(), double)).indication is FAILED


@pytest.mark.parametrize("kind", [b"/Adobe.Unknown", b"/ETSI.CAdES"])
def test_a_kind_of_signature_we_do_not_know_is_said_not_dropped(kind: bytes) -> None:
    pdf = plain().replace(b"/ETSI.CAdES.detached", kind.ljust(len(b"/ETSI.CAdES.detached")))
    report = judge(pdf)
    refused(report, None, Reason.UNSUPPORTED_KIND, OPEN)
    assert len(report.signatures) == 1


def test_a_broken_signature_time_stamp_fails() -> None:
    def spoil(found: cms.ContentInfo) -> None:
        for attribute in found["content"]["signer_infos"][0]["unsigned_attrs"]:
            token = attribute["values"][0]
            info = token["content"]["signer_infos"][0]
            value = bytearray(info["signature"].native)
            value[-1] ^= 1
            info["signature"] = bytes(value)

    pdf = sign(time_stamper=stamper())
    refused(judge(rewritten(pdf, spoil)), SubIndication.HASH_FAILURE, Reason.TIME_STAMP_BROKEN)


def test_a_broken_document_time_stamp_fails_the_file() -> None:
    pdf = signed_pdfs.with_document_time_stamp(plain())

    def spoil(found: cms.ContentInfo) -> None:
        info = found["content"]["signer_infos"][0]
        value = bytearray(info["signature"].native)
        value[-1] ^= 1
        info["signature"] = bytes(value)

    refused(judge(rewritten(pdf, spoil)), SubIndication.HASH_FAILURE, Reason.DOCUMENT_TIME_STAMP_BROKEN)
