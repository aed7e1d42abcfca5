"""`validate` on whole files: what passes, and what cannot be judged at all."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigSeedSubFilter

from tests import signed_pdfs
from tests.judged import FAILED, OPEN, PASSED, approved, judge, long_term, plain, refused
from tests.signed_pdfs import NOW, changed, crl_of, party, sign, stamper, with_crl, with_table, world
from tte.model import Level, Report, SubIndication
from tte.validation.reasons import Reason

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


def test_a_description_that_was_rewritten_is_noted() -> None:
    info = int(re.findall(rb"/Info (\d+) 0 R", plain())[-1])
    [signature] = judge(with_table(plain(), {info: b"<< /Title (Arsip) >>"}, b"/Info %d 0 R" % info)).signatures
    assert (signature.indication, Reason.DESCRIPTION in signature.reasons) == (PASSED, True)
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
