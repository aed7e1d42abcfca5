"""Signing PDFs that somebody else made: every maker's, judged by our validation, pyHanko, pdfsig and qpdf."""

# pyHanko is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import hashlib
import pickle
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tests import strangers_pdfs as of
from tests.judged import judge
from tests.oracles import poppler, qpdf
from tests.signed_pdfs import NOW, world
from tests.signed_uploads import BOX, MARK, by_pyhanko, identity, signed, value
from tte import errors
from tte.model import Indication
from tte.uploads import AtTag, OnPage, Placing, prepare_upload
from tte.validation.reasons import Reason


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


def test_a_certified_pdf_is_signed_as_far_as_it_allows() -> None:
    closed = of.certified(of.with_empty_field(), permitted=fields.MDPPerm.NO_CHANGES)
    filled = of.certified(of.with_empty_field(), permitted=fields.MDPPerm.FILL_FORMS)
    with pytest.raises(errors.NoMoreSignatures):
        signed(closed)
    with pytest.raises(errors.NoMoreSignatures):
        signed(filled, placing=BOX)
    assert len(by_pyhanko(signed(filled))) == 2
    assert len(by_pyhanko(signed(filled, field_name="Pejabat", mark=MARK))) == 2


_F = fields.SigSeedValFlags
SEEDS: dict[str, tuple[fields.SigSeedValueSpec, str]] = {
    "proposed only": (fields.SigSeedValueSpec(reasons=["Lain"], digest_methods=["sha512"]), ""),
    "as it is": (
        fields.SigSeedValueSpec(
            flags=_F.SUBFILTER | _F.DIGEST_METHOD | _F.REASONS,
            reasons=["Setuju"],
            digest_methods=["sha256", "sha512"],
            subfilters=[fields.SigSeedSubFilter.PADES],
        ),
        "",
    ),
    "another reason": (fields.SigSeedValueSpec(flags=_F.REASONS, reasons=["Lain"]), "/Reasons"),
    "another digest": (fields.SigSeedValueSpec(flags=_F.DIGEST_METHOD, digest_methods=["sha512"]), "/DigestMethod"),
    "another format": (
        fields.SigSeedValueSpec(flags=_F.SUBFILTER, subfilters=[fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED]),
        "/SubFilter",
    ),
    "a time-stamp": (
        fields.SigSeedValueSpec(timestamp_server_url="https://tsa.example/tsr", timestamp_required=True),
        "/TimeStamp",
    ),
    "to certify": (
        fields.SigSeedValueSpec(seed_signature_type=fields.SeedSignatureType(fields.MDPPerm.NO_CHANGES)),
        "/MDP",
    ),
    "revocation": (fields.SigSeedValueSpec(flags=_F.ADD_REV_INFO, add_rev_info=True), "/AddRevInfo"),
    "another signer": (
        fields.SigSeedValueSpec(
            cert=fields.SigCertConstraints(
                flags=fields.SigCertConstraintFlags.SUBJECT, subjects=[world().authority.asn1]
            )
        ),
        "/Cert",
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_field_asks_of_its_signature_is_kept_or_refused_by_name(seed: str) -> None:
    asked, unmet = SEEDS[seed]
    writer = IncrementalPdfFileWriter(BytesIO(of.plain()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Pejabat", seed_value_dict=asked))
    form = BytesIO()
    writer.write(form)
    if not unmet:
        assert by_pyhanko(signed(form.getvalue(), field_name="Pejabat", reason="Setuju"))
        return
    with pytest.raises(errors.FieldAsksMore, match=unmet) as refused:
        signed(form.getvalue(), field_name="Pejabat", reason="Setuju")
    assert refused.value.hint
    assert by_pyhanko(signed(form.getvalue(), reason="Setuju"))


def test_a_field_that_an_earlier_signer_locked_is_not_signed() -> None:
    writer = IncrementalPdfFileWriter(BytesIO(of.plain()))
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.INCLUDE, ["Kedua"])
    fields.append_signature_field(writer, fields.SigFieldSpec("Pertama", field_mdp_spec=lock))
    for name in ("Kedua", "Ketiga"):
        fields.append_signature_field(writer, fields.SigFieldSpec(name))
    form = BytesIO()
    writer.write(form)
    first = signed(form.getvalue(), field_name="Pertama")
    with pytest.raises(errors.NoMoreSignatures, match="locked this field"):
        signed(first, field_name="Kedua")
    assert len(by_pyhanko(signed(first, field_name="Ketiga"))) == 2


@pytest.mark.parametrize("permitted", [None, fields.MDPPerm.NO_CHANGES])
def test_what_a_field_asks_its_signature_to_lock_is_locked(permitted: fields.MDPPerm | None) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(of.plain()))
    lock = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    fields.append_signature_field(
        writer, fields.SigFieldSpec("Pejabat", field_mdp_spec=lock, doc_mdp_update_value=permitted)
    )
    form = BytesIO()
    writer.write(form)
    out = signed(form.getvalue(), field_name="Pejabat")
    assert by_pyhanko(out) == [SignatureCoverageLevel.ENTIRE_FILE]
    assert judge(out).indication is Indication.TOTAL_PASSED
    [one] = PdfFileReader(BytesIO(out)).embedded_signatures
    assert one.fieldmdp.action is fields.FieldMDPAction.ALL
    assert one.docmdp_level is permitted
    if permitted:
        with pytest.raises(errors.NoMoreSignatures):
            signed(out)


def test_a_draft_that_another_process_prepared_is_completed_here() -> None:
    draft = prepare_upload(of.plain(), identity(), at=NOW, placing=BOX, mark=MARK)
    there = pickle.loads(pickle.dumps(draft))  # noqa: S301  our own
    assert there.complete(value(draft)).startswith(of.plain())


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
