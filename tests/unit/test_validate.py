"""`validate` on whole files: what passes, what does not, and for which reason. Certificates are thrown away."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigSeedSubFilter

from tests import signed_pdfs
from tests.signed_pdfs import NOW, changed, crl_of, gap_of, party, sign, stamper, with_crl, with_table, world
from tte.errors import ConfigError
from tte.model import Indication, Level, Report, SubIndication
from tte.validation import Trust, validate
from tte.validation.reasons import Reason

PASSED, OPEN, FAILED = Indication.TOTAL_PASSED, Indication.INDETERMINATE, Indication.TOTAL_FAILED


def trust() -> Trust:
    return Trust((world().root.der,))


def judge(pdf: bytes, at: datetime = NOW) -> Report:
    return validate(pdf, trust(), at)


@cache
def plain() -> bytes:
    """A certified B-B file."""
    return sign()


@cache
def approved() -> bytes:
    """A B-B file with an approval signature, which by DocMDP forbids nothing."""
    return sign(certify=False)


@cache
def long_term() -> bytes:
    """The certified file with time-stamp, DSS and document time-stamp."""
    made = world()
    held = with_crl(sign(time_stamper=stamper()), [crl_of(made.root), crl_of(made.authority)], [made.authority])
    return signed_pdfs.with_document_time_stamp(held)


def refused(
    report: Report, sub_indication: SubIndication | None, reason: Reason, indication: Indication = FAILED
) -> None:
    """The report says just this; a reason is given, and no signature in it passes for more than the file."""
    assert (report.indication, report.sub_indication) == (indication, sub_indication)
    assert str(reason) in report.reasons


# What passes


def test_a_certified_file_passes_with_everything_known_about_it() -> None:
    pdf = plain()
    report = judge(pdf)
    [signature] = report.signatures
    certificate = world().signer.certificate
    assert (report.indication, report.sub_indication, report.reasons) == (PASSED, None, ())
    assert report.pdf_sha256 == hashlib.sha256(pdf).hexdigest()
    assert report.at == NOW
    assert signature.field == "Signature1"
    assert signature.level is Level.B_B
    assert signature.signer == "Budi Contoh, S.H."
    assert signature.issuer == "PSrE Uji"
    assert signature.certificate_sha256 == certificate.fingerprint(hashes.SHA256()).hex()
    assert signature.algorithm == "ecdsa-p256-sha256"
    assert signature.chain == ("Budi Contoh, S.H.", "PSrE Uji", "Akar Uji")
    assert signature.covers_file
    assert signature.certified
    assert signature.claimed_at is not None
    assert signature.claimed_at.tzinfo is UTC
    assert signature.reasons == (Reason.REVOCATION_NOT_CHECKED,)


def test_an_approval_signature_passes_and_is_not_called_certified() -> None:
    [signature] = judge(approved()).signatures
    assert signature.indication is PASSED
    assert not signature.certified


@pytest.mark.parametrize(
    ("key", "digest", "name"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), "sha256", "rsa-pkcs1v15-sha256"),
        (lambda: rsa.generate_private_key(65537, 3072), "sha512", "rsa-pkcs1v15-sha512"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "sha256", "ecdsa-p256-sha256"),
        (lambda: ec.generate_private_key(ec.SECP384R1()), "sha384", "ecdsa-p384-sha384"),
    ],
)
def test_an_algorithm_is_named_in_the_words_of_the_keys(
    key: Callable[[], signed_pdfs.Private], digest: str, name: str
) -> None:
    signer = party("Penanda", world().authority, key=key())
    [signature] = judge(sign(by=signer, digest=digest)).signatures
    assert (signature.indication, signature.algorithm) == (PASSED, name)


def test_an_older_pkcs7_signature_passes_without_a_baseline_level() -> None:
    [signature] = judge(sign(kind=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)).signatures
    assert (signature.indication, signature.level) == (PASSED, None)
    assert Reason.NOT_BASELINE in signature.reasons


def test_a_trusted_time_stamp_makes_it_b_t() -> None:
    [signature] = judge(sign(time_stamper=stamper())).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_T)


def test_complete_revocation_information_makes_it_b_lt_and_the_file_still_passes() -> None:
    made = world()
    pdf = with_crl(sign(time_stamper=stamper()), [crl_of(made.root), crl_of(made.authority)])
    [signature] = judge(pdf).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_LT)
    assert Reason.REVOCATION_CHECKED in signature.reasons
    assert not signature.covers_file


@pytest.mark.parametrize("missing", ["root", "authority"])
def test_incomplete_revocation_information_claims_no_b_lt(missing: str) -> None:
    made = world()
    crls = {"root": crl_of(made.root), "authority": crl_of(made.authority)}
    del crls[missing]
    [signature] = judge(with_crl(sign(time_stamper=stamper()), list(crls.values()))).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_T)
    assert Reason.REVOCATION_NOT_CHECKED in signature.reasons


def test_a_certified_file_may_grow_to_b_lta() -> None:
    report = judge(long_term())
    [signature] = report.signatures
    assert (report.indication, signature.level, signature.certified) == (PASSED, Level.B_LTA, True)


def test_a_file_with_cross_reference_streams_and_object_streams_passes_and_may_grow() -> None:
    made = world()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed_pdfs.page())) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    pdf = sign(out.getvalue(), time_stamper=stamper())
    assert b"/ObjStm" in pdf
    assert pdf.count(b"/XRef") == 2
    grown = with_crl(pdf, [crl_of(made.root), crl_of(made.authority)])
    assert judge(pdf).indication is PASSED
    assert judge(grown).signatures[0].level is Level.B_LT
    assert judge(grown + b"9 0 obj\nnull\nendobj\n").indication is FAILED
    refused(judge(changed(grown, signed_pdfs.draw_over)), SubIndication.HASH_FAILURE, Reason.CHANGED)


def test_a_description_rewritten_by_the_augmenting_writer_is_noted() -> None:
    [signature] = judge(long_term()).signatures
    assert Reason.DESCRIPTION in signature.reasons
    assert Reason.DESCRIPTION not in judge(plain()).signatures[0].reasons


def test_a_document_time_stamp_alone_makes_a_b_b_file_b_t() -> None:
    [signature] = judge(signed_pdfs.with_document_time_stamp(plain())).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_T)


def test_a_second_archive_time_stamp_passes() -> None:
    report = judge(signed_pdfs.with_document_time_stamp(long_term(), NOW + timedelta(days=1)), NOW + timedelta(days=2))
    assert (report.indication, report.signatures[0].level) == (PASSED, Level.B_LTA)


def test_it_works_inside_an_event_loop_and_gives_the_same_report() -> None:
    pdf = plain()  # signed before: the signer of these tests runs a loop of its own

    async def inside() -> Report:
        return judge(pdf)

    assert asyncio.run(inside()) == judge(pdf)


# No signature, no PDF, too much


def test_a_page_without_signature_is_indeterminate() -> None:
    refused(judge(signed_pdfs.page()), SubIndication.NO_SIGNATURE, Reason.NO_SIGNATURE, OPEN)


def test_a_file_with_only_a_document_time_stamp_has_no_signature() -> None:
    pdf = signed_pdfs.with_document_time_stamp(signed_pdfs.page())
    refused(judge(pdf), SubIndication.NO_SIGNATURE, Reason.ONLY_TIME_STAMPS, OPEN)


@pytest.mark.parametrize("text", [b"", b"\n%PDF-1.7", b"PK\x03\x04", b"nomor;nama\n1;A\n"])
def test_what_does_not_begin_as_a_pdf_is_a_format_failure(text: bytes) -> None:
    refused(judge(text), SubIndication.FORMAT_FAILURE, Reason.NOT_A_PDF)


def test_something_before_the_header_is_a_format_failure() -> None:
    refused(judge(b" " + plain()), SubIndication.FORMAT_FAILURE, Reason.NOT_A_PDF)


@pytest.mark.parametrize(
    "text", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"[" * 100_000, plain_cut := b"%PDF-1.4\nstartxref\n0\n%%EOF"]
)
def test_an_unreadable_structure_is_a_format_failure(text: bytes) -> None:
    refused(judge(text), SubIndication.FORMAT_FAILURE, Reason.UNREADABLE)


def test_a_file_above_the_size_limit_is_not_judged() -> None:
    refused(judge(plain() + bytes(64 * 1024 * 1024)), None, Reason.TOO_LARGE, OPEN)


def test_more_signatures_than_the_limit_are_not_judged() -> None:
    refused(judge(plain() + b"/ByteRange " * 65), None, Reason.TOO_MANY_SIGNATURES, OPEN)


def test_more_revisions_than_the_limit_are_not_judged() -> None:
    refused(judge(plain() + b"startxref\n0\n%%EOF\n" * 65), None, Reason.TOO_MANY_REVISIONS, OPEN)


def test_an_encrypted_file_is_not_judged() -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(signed_pdfs.page())))
    writer.encrypt("rahasia")
    out = io.BytesIO()
    writer.write(out)
    refused(judge(out.getvalue()), None, Reason.ENCRYPTED, OPEN)


def test_a_form_nested_without_end_is_not_judged() -> None:
    pdf = plain()
    deep = b"<</Kids[" * 2000 + b"]>>" * 2000
    assert judge(with_table(pdf, {90: deep, 91: b"[" * 50_000})).indication is not PASSED


# Changed after signing


@pytest.mark.parametrize("change", [signed_pdfs.draw_over, signed_pdfs.annotate])
@pytest.mark.parametrize("base", [plain, approved, long_term])
def test_a_change_of_the_page_after_signing_fails(change: Callable[..., None], base: Callable[[], bytes]) -> None:
    refused(judge(changed(base(), change)), SubIndication.HASH_FAILURE, Reason.CHANGED)


def test_a_form_field_filled_after_signing_fails() -> None:
    pdf = sign(change=signed_pdfs.add_text_field, certify=False)
    assert judge(pdf).indication is PASSED
    refused(judge(changed(pdf, signed_pdfs.fill_text_field)), SubIndication.HASH_FAILURE, Reason.CHANGED)


def test_a_second_signature_fails_the_first_for_now() -> None:
    report = judge(sign(approved(), field="Kedua", certify=False))
    refused(report, SubIndication.HASH_FAILURE, Reason.CHANGED)
    assert [signature.indication for signature in report.signatures] == [FAILED, PASSED]


def test_a_visible_signature_over_a_signed_page_fails() -> None:
    pdf = sign(approved(), field="Kedua", certify=False, box=(0, 0, 600, 800))
    refused(judge(pdf), SubIndication.HASH_FAILURE, Reason.CHANGED)


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
    refused(judge(pdf), SubIndication.HASH_FAILURE, Reason.STRIPPED)


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


def rewritten(pdf: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """The file with another CMS in the same place: what somebody without the key can do."""
    begin, end, _ = gap_of(pdf)
    found = cms.ContentInfo.load(bytes.fromhex(pdf[begin + 1 : end - 1].decode()), strict=False)
    change(found)
    value = found.dump(force=True).hex().encode()
    assert len(value) <= end - begin - 2
    return pdf[: begin + 1] + value.ljust(end - begin - 2, b"0") + pdf[end - 1 :]


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


@pytest.mark.parametrize("kind", [b"/adbe.pkcs7.sha1", b"/adbe.x509.rsa_sha1", b"/Adobe.Unknown"])
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


# Trust


def test_an_unknown_anchor_leads_nowhere_but_the_rest_is_still_said() -> None:
    report = validate(plain(), Trust((party("Lain", authority=True).der,)), NOW)
    refused(report, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, Reason.NO_CHAIN, OPEN)
    assert report.signatures[0].signer == "Budi Contoh, S.H."
    assert report.signatures[0].chain == ()
    assert report.signatures[0].level is None


def test_without_any_anchor_nothing_passes() -> None:
    refused(validate(plain(), Trust(), NOW), SubIndication.NO_CERTIFICATE_CHAIN_FOUND, Reason.NO_CHAIN, OPEN)


def test_an_authority_with_the_name_of_the_anchor_and_another_key_leads_nowhere() -> None:
    impostor = party("Akar Uji", authority=True)
    report = judge(sign(by=party("Budi Contoh, S.H.", impostor), issuers=[impostor]))
    refused(report, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, Reason.CHAIN, OPEN)
    assert report.signatures[0].chain == ()


def test_an_anchor_may_be_the_issuing_authority_itself() -> None:
    report = validate(plain(), Trust((world().authority.der,)), NOW)
    assert report.indication is PASSED
    assert report.signatures[0].chain == ("Budi Contoh, S.H.", "PSrE Uji")


AFTER = NOW + timedelta(days=1001)


def test_an_expired_certificate_without_proof_of_time_is_out_of_bounds() -> None:
    refused(judge(plain(), AFTER), SubIndication.OUT_OF_BOUNDS_NO_POE, Reason.EXPIRED, OPEN)


def test_an_expired_certificate_passes_with_a_living_time_stamp_and_revocation_information() -> None:
    made = world()
    short = party("Singkat", made.authority, ends=NOW + timedelta(days=10))
    stamped = sign(by=short, time_stamper=stamper())
    later = NOW + timedelta(days=20)
    refused(judge(stamped, later), SubIndication.OUT_OF_BOUNDS_NO_POE, Reason.EXPIRED, OPEN)
    [signature] = judge(with_crl(stamped, [crl_of(made.root), crl_of(made.authority)]), later).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_LT)
    assert Reason.EXPIRED_SINCE in signature.reasons


def test_a_certificate_that_is_not_yet_valid_is_indeterminate() -> None:
    early = NOW - timedelta(days=50)
    young = party("Muda", world().authority, begins=NOW - timedelta(days=1))
    refused(judge(sign(by=young), early), SubIndication.NOT_YET_VALID, Reason.NOT_YET_VALID, OPEN)


def test_a_time_stamp_older_than_the_certificate_fails() -> None:
    young = party("Muda", world().authority, begins=NOW - timedelta(days=1))
    pdf = sign(by=young, time_stamper=stamper(NOW - timedelta(days=2)))
    refused(judge(pdf), SubIndication.NOT_YET_VALID, Reason.NOT_YET_VALID)


def test_a_certificate_revoked_before_the_time_stamp_is_revoked_no_poe() -> None:
    """The signature may be older than its time-stamp, so it may be good; nothing shows it (EN 319 102-1 §5.5.4)."""
    made = world()
    crls = [crl_of(made.root), crl_of(made.authority, [made.signer])]
    refused(judge(with_crl(sign(time_stamper=stamper()), crls)), SubIndication.REVOKED_NO_POE, Reason.REVOKED, OPEN)


@pytest.mark.parametrize("with_root", [True, False])
def test_a_revoked_certificate_without_proof_of_time_is_revoked_no_poe(with_root: bool) -> None:
    made = world()
    crls = [crl_of(made.root)] * with_root + [crl_of(made.authority, [made.signer])]
    refused(judge(with_crl(plain(), crls)), SubIndication.REVOKED_NO_POE, Reason.REVOKED, OPEN)


def test_a_certificate_revoked_after_the_time_stamp_still_passes() -> None:
    made = world()
    later = NOW + timedelta(days=3)
    crls = [crl_of(made.root), crl_of(made.authority, [made.signer], at=later, since=NOW + timedelta(days=1))]
    [signature] = judge(with_crl(sign(time_stamper=stamper()), crls), later).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_LT)


def test_a_forged_crl_revokes_nobody() -> None:
    made = world()
    impostor = party("PSrE Uji", party("Akar Uji", authority=True), authority=True)
    [signature] = judge(with_crl(plain(), [crl_of(impostor, [made.signer])])).signatures
    assert signature.indication is PASSED


def test_an_untrusted_time_stamp_proves_nothing_and_stops_nothing() -> None:
    pdf = sign(time_stamper=stamper())
    signer_only = Trust((world().signer.der,))
    [signature] = validate(pdf, signer_only, NOW).signatures
    assert (signature.indication, signature.level) == (PASSED, Level.B_B)
    assert Reason.TIME_STAMP_UNTRUSTED in signature.reasons


@pytest.mark.parametrize("usage", [("key_encipherment",), ("key_agreement",)])
def test_a_certificate_for_another_use_violates_the_chain_constraints(usage: tuple[str, ...]) -> None:
    signer = party("Lain", world().authority, usage=usage)
    refused(judge(sign(by=signer)), SubIndication.CHAIN_CONSTRAINTS_FAILURE, Reason.KEY_USAGE, OPEN)


@pytest.mark.parametrize("usage", [("digital_signature",), ("content_commitment",), ()])
def test_either_signing_use_suffices_and_so_does_a_certificate_that_states_none(usage: tuple[str, ...]) -> None:
    assert judge(sign(by=party("Lain", world().authority, usage=usage))).indication is PASSED


@pytest.mark.parametrize(
    ("purpose", "indication"),
    [
        (ExtendedKeyUsageOID.SERVER_AUTH, OPEN),
        (ExtendedKeyUsageOID.CODE_SIGNING, OPEN),
        (ExtendedKeyUsageOID.TIME_STAMPING, OPEN),
        (ExtendedKeyUsageOID.EMAIL_PROTECTION, PASSED),
        (x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"), PASSED),
        (x509.ObjectIdentifier("1.2.840.113583.1.1.5"), PASSED),
        (x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"), PASSED),
    ],
)
def test_a_certificate_of_a_server_signs_no_document(purpose: x509.ObjectIdentifier, indication: Indication) -> None:
    assert judge(sign(by=party("Lain", world().authority, purposes=[purpose]))).indication is indication


def test_an_authority_that_is_none_leads_nowhere() -> None:
    false = party("Budi Contoh, S.H.", world().authority)
    report = judge(sign(by=party("Anak", false), issuers=[false, world().authority]))
    assert report.indication is OPEN


@pytest.mark.parametrize(
    ("key", "digest"),
    [
        pytest.param(lambda: rsa.generate_private_key(65537, 1024), "sha256", id="RSA of 1024 bits"),  # noqa: S505
        pytest.param(lambda: rsa.generate_private_key(65537, 2048), "sha1", id="SHA-1"),
    ],
)
def test_weak_algorithms_violate_the_crypto_constraints(key: Callable[[], signed_pdfs.Private], digest: str) -> None:
    pdf = sign(by=party("Lemah", world().authority, key=key()), digest=digest)
    refused(judge(pdf), SubIndication.CRYPTO_CONSTRAINTS_FAILURE, Reason.WEAK, OPEN)


def test_nothing_is_fetched_from_addresses_in_the_file() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = x509.UniformResourceIdentifier(f"http://127.0.0.1:{server.getsockname()[1]}/x")
        access = x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address),
                x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, address),
            ]
        )
        points = x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])
        signer = party("Penanda", world().authority, more=[access, points])
        assert judge(sign(by=signer)).indication is PASSED
        assert judge(sign(by=signer, issuers=[])).indication is OPEN
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_name_from_the_file_is_one_capped_line_without_controls() -> None:
    name = "Budi\n\x1b[31m\u202eASLI\u200b" + "A" * 300
    [signature] = judge(sign(by=party(name[:50], world().authority))).signatures
    assert signature.signer.isprintable()
    assert "\u202e" not in signature.signer
    [signature] = judge(sign(field="Kolom\u202e\n" + "x" * 500)).signatures
    assert len(signature.field) <= 128
    assert signature.field.isprintable()


def test_nothing_is_logged_about_what_is_read(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        judge(changed(plain(), signed_pdfs.draw_over))
        judge(plain(), AFTER)
    assert [record for record in caplog.records if record.name.startswith("pyhanko")] == []


# Anchors


def test_anchors_come_from_pem_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one.pem", tmp_path / "two.pem"
    one.write_bytes(world().root.pem + world().authority.pem)
    two.write_bytes(b"Bag Attributes\n" + world().root.pem)
    assert Trust.of_pem_files([one, two]) == Trust((world().root.der, world().authority.der))
    assert validate(plain(), Trust.of_pem_files([two]), NOW).indication is PASSED


@pytest.mark.parametrize(
    "content", [b"", b"not a certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_bad_trust_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "akar.pem"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"akar\.pem"):
        Trust.of_pem_files([path])


def test_a_trust_file_that_is_not_there_or_holds_a_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        Trust.of_pem_files([tmp_path / "none.pem"])
    path = tmp_path / "key.pem"
    path.write_bytes(b"-----BEGIN " + b"PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + world().root.pem)
    with pytest.raises(ConfigError, match="private key"):
        Trust.of_pem_files([path])


def test_an_anchor_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(ConfigError, match="anchor 2"):
        Trust((world().root.der, b"x"))


# Properties

MUCH = settings(max_examples=300, deadline=None)


@MUCH
@given(st.data())
def test_a_flipped_byte_in_the_signed_range_never_passes(data: st.DataObject) -> None:
    pdf = bytearray(data.draw(st.sampled_from([plain(), long_term()])))
    begin, end, signed = gap_of(bytes(pdf), 0)
    place = data.draw(st.one_of(st.integers(0, begin - 1), st.integers(end, signed - 1)))
    pdf[place] ^= data.draw(st.integers(1, 255))
    assert judge(bytes(pdf)).indication is not PASSED


@MUCH
@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_appended_bytes_never_pass(tail: bytes, grown: bool) -> None:
    assert judge((long_term() if grown else plain()) + tail).indication is not PASSED


@MUCH
@given(st.data())
def test_a_cut_file_never_passes_unless_the_cut_leaves_an_earlier_signed_whole(data: st.DataObject) -> None:
    pdf = data.draw(st.sampled_from([plain(), long_term()]))
    cut = pdf[: data.draw(st.integers(0, len(pdf) - 1))]
    assume(not re.search(rb"%%EOF\n?\Z", cut))
    assert judge(cut).indication is not PASSED


@MUCH
@given(st.data())
def test_a_replaced_padding_never_passes(data: st.DataObject) -> None:
    pdf = bytearray(plain())
    begin, end, _ = gap_of(plain())
    length = int.from_bytes(bytes.fromhex(plain()[begin + 5 : begin + 9].decode()), "big") + 4
    padding = range(begin + 1 + 2 * length, end - 1)
    assert set(pdf[padding.start : padding.stop]) == {ord("0")}
    for place in data.draw(st.sets(st.sampled_from(padding), min_size=1, max_size=5)):
        pdf[place] = data.draw(st.sampled_from([byte for byte in range(256) if byte != ord("0")]))
    assert judge(bytes(pdf)).indication is not PASSED


PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"/ByteRange [0 1 2 3]", b"9 0 obj", b"endobj", b"<<", b">>", b"/V 4 0 R", b"startxref\n9\n%%EOF\n", b"null"]
    ),
)


@MUCH
@given(st.data())
def test_a_mutant_gives_a_report_and_passes_only_where_the_signed_bytes_are_whole(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([plain(), approved(), long_term(), signed_pdfs.page()]))
    pdf = original
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(pdf)))
        end = data.draw(st.integers(begin, min(len(pdf), begin + 40)))
        pdf = pdf[:begin] + data.draw(PIECES) + pdf[end:]
    report = judge(pdf)
    assert isinstance(report, Report)
    if report.indication is PASSED:
        begin, end, signed = gap_of(original, 0)
        assert pdf[:begin] + pdf[end:signed] == original[:begin] + original[end:signed]


@MUCH
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_a_report_that_does_not_pass(noise: bytes, headed: bool) -> None:
    report = judge(b"%PDF-1.7\n" * headed + noise)
    assert report.indication is not PASSED
    assert report.reasons


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError, KeyError])
def test_whatever_a_reader_raises_becomes_a_report(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    pdf = plain()
    monkeypatch.setattr(generic.DictionaryObject, "__getitem__", fail)
    assert judge(pdf).indication is not PASSED
