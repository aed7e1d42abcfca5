"""What a full report says beside the verdict: times, chain, revocation, algorithms, what was declared, and PSrE."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judged import long_term, plain, trust
from tests.sample_report import NASTY, hostile
from tests.signed_pdfs import NOW, crl_of, party, sign, stamper, with_crl, world
from tests.trust_world import World
from tests.vectors.families import VECTORS
from tte.model import Form, Indication, Level, Report, RevocationState, SignatureReport, TimeProof
from tte.pades import augment
from tte.sandbox import Limits, Sandbox
from tte.sandbox.packing import pack, unpack
from tte.validation import Trust, policy, validate
from tte.validation.full import JOB
from tte.validation.reasons import Reason, code_of, indonesian

DAY = timedelta(days=1)


def full(pdf: bytes, at: datetime = NOW, by: Trust | None = None) -> Report:
    return validate(pdf, by or trust(), at, details=True)


def only(report: Report) -> SignatureReport:
    [signature] = report.signatures
    assert signature.details is not None
    return signature


# Times


def test_without_a_time_stamp_the_best_time_is_that_of_the_check() -> None:
    signature = only(full(plain()))
    assert (signature.best_time, signature.time_proof) == (NOW, TimeProof.VALIDATION)
    assert signature.claimed_at is not None


def test_the_best_time_comes_from_the_time_stamp_that_is_believed() -> None:
    signature = only(full(sign(time_stamper=stamper()), NOW + DAY))
    assert (signature.best_time, signature.time_proof) == (NOW, TimeProof.SIGNATURE_TIME_STAMP)
    assert signature.details
    [stamp] = signature.details.time_stamps
    assert (stamp.authority, stamp.trusted, stamp.reason) == ("TSA Uji", True, "")


def test_a_time_stamp_that_is_not_trusted_is_told_with_the_reason() -> None:
    signature = only(full(sign(time_stamper=stamper()), by=Trust((world().signer.der,))))
    assert signature.time_proof is TimeProof.VALIDATION
    assert signature.details
    [stamp] = signature.details.time_stamps
    assert (stamp.trusted, stamp.reason) == (False, Reason.TIME_STAMP_UNTRUSTED)


def test_document_time_stamps_are_told_in_their_order_with_what_they_stand_for() -> None:
    report = full(long_term(), NOW + DAY)
    [stamp] = report.time_stamps
    [signature] = report.signatures
    assert signature.signed_to < stamp.signed_to < report.size == len(long_term())
    assert stamp.trusted


# Chain and revocation


def test_the_chain_says_of_each_certificate_what_it_is_and_whether_it_was_revoked() -> None:
    signature = only(full(long_term(), NOW + DAY))
    assert signature.details
    chain = signature.details.chain
    assert [one.subject for one in chain] == list(signature.chain)
    assert [one.anchor for one in chain] == [False, False, True]
    assert [one.revocation.state for one in chain] == [
        RevocationState.GOOD,
        RevocationState.GOOD,
        RevocationState.ANCHOR,
    ]
    assert chain[0].revocation.source == "CRL"
    assert chain[0].revocation.this_update is not None
    assert chain[0].serial == f"{world().signer.certificate.serial_number:x}"
    assert not any(one.reasons for one in chain)


def test_a_revoked_signer_is_named_with_the_day_and_those_above_stay_good() -> None:
    made = world()
    crls = [crl_of(made.root), crl_of(made.authority, [made.signer])]
    signature = only(full(with_crl(plain(), crls)))
    assert signature.details
    signer, authority, _ = signature.details.chain
    assert signer.revocation.state is RevocationState.REVOKED
    assert signer.revocation.revoked_at is not None
    assert str(Reason.REVOKED) in signer.reasons
    assert authority.revocation.state is RevocationState.GOOD


def test_under_a_revoked_authority_nothing_is_known_of_the_signer() -> None:
    made = world()
    crls = [crl_of(made.root, [made.authority]), crl_of(made.authority)]
    signature = only(full(with_crl(plain(), crls)))
    assert signature.details
    signer, authority, _ = signature.details.chain
    assert authority.revocation.state is RevocationState.REVOKED
    assert signer.revocation.state is RevocationState.UNKNOWN


def test_an_ocsp_answer_in_the_file_is_named_as_the_source() -> None:
    made = World()
    pdf = augment(made.document(), Level.B_LT, made).pdf
    signature = only(full(pdf, NOW + DAY, made.trust))
    assert signature.details
    assert [one.revocation.source for one in signature.details.chain] == ["OCSP", "CRL", ""]


def test_without_an_anchor_only_the_signer_is_told_and_why() -> None:
    signature = only(full(plain(), by=Trust((party("Lain", authority=True).der,))))
    assert signature.details
    [signer] = signature.details.chain
    assert (signer.anchor, signer.revocation.state) == (False, RevocationState.UNKNOWN)
    assert str(Reason.NO_CHAIN) in signer.reasons


def test_an_anchor_is_believed_by_itself_whatever_its_own_dates() -> None:
    root = party("Akar Tua", authority=True, begins=NOW - 400 * DAY, ends=NOW - 5 * DAY)
    authority = party("PSrE Uji", root, authority=True)
    signature = only(full(sign(by=party("Budi", authority), issuers=[authority]), by=Trust((root.der,))))
    assert signature.indication is Indication.TOTAL_PASSED
    assert signature.details
    assert (signature.details.chain[-1].anchor, signature.details.chain[-1].reasons) == (True, ())


def test_an_expired_certificate_is_said_to_be() -> None:
    signature = only(full(plain(), NOW + 1001 * DAY))
    assert signature.details
    assert str(Reason.EXPIRED) in signature.details.chain[0].reasons


# Algorithms, forms, declarations


def test_algorithms_are_named_with_what_the_policy_says() -> None:
    details = only(full(plain())).details
    assert details
    assert {(one.use, one.name, one.weak) for one in details.algorithms} == {
        ("digest", "sha256", False),
        ("signature", "ecdsa", False),
        ("key", "ec-256", False),
    }


@pytest.mark.parametrize(
    ("name", "weak", "year"), [("sha1", True, 2012), ("md5", True, 2004), ("sha224", False, 2029), ("sha256", False, 0)]
)
def test_the_policy_has_a_last_day_for_weak_hashes(name: str, weak: bool, year: int) -> None:
    fact = policy.of_hash("digest", name)
    assert (fact.weak, fact.until.year if fact.until else 0) == (weak, year)


@pytest.mark.parametrize(
    ("bits", "weak", "year"), [(1000, True, 2010), (1024, True, 2019), (2048, False, 2029), (4096, False, 0)]
)
def test_the_policy_has_a_last_day_for_short_rsa_keys(bits: int, weak: bool, year: int) -> None:
    fact = policy.of_key("key", "rsa", bits)
    assert (fact.weak, fact.until.year if fact.until else 0) == (weak, year)


@pytest.mark.parametrize(
    ("vector", "form"),
    [
        ("value_pkcs7_sha1_untrusted", Form.PKCS7_SHA1),
        ("value_x509_rsa_sha1_untrusted", Form.X509_RSA_SHA1),
    ],
)
def test_the_older_forms_are_named_and_called_weak(vector: str, form: Form) -> None:
    [made] = [one for one in VECTORS if one.name == vector]
    [signature] = full(made.make()).signatures
    assert signature.form is form
    assert str(Reason.WEAK) in signature.reasons
    assert signature.signed_to > 0


def test_what_was_declared_about_later_changes_is_told() -> None:
    details = only(full(plain())).details
    assert details
    assert [(one.method, one.level) for one in details.permissions] == [("DocMDP", 1)]


# Without details, through the sandbox, for any bytes


def test_details_change_nothing_of_the_verdict() -> None:
    for vector in VECTORS[::5]:
        pdf, at = vector.make(), vector.expects.at
        bare, told = validate(pdf, trust(), at), full(pdf, at)
        stripped = tuple(replace(one, details=None) for one in told.signatures)
        assert replace(told, signatures=stripped, time_stamps=()) == bare, vector.name
        assert all(one.details is None for one in bare.signatures)


def test_everything_survives_the_wall_of_the_sandbox() -> None:
    report = full(long_term(), NOW + DAY)
    assert unpack(pack(report)) == report
    assert len(pack(report)) < 8192


def test_a_child_of_the_sandbox_can_give_all_details() -> None:
    """It can load nothing any more when it sees the file, so everything must be loaded before."""
    with Sandbox(Limits(cpu_s=30, wall_s=60), job=JOB) as sandbox:
        assert sandbox.validate(long_term(), trust(), NOW + DAY) == full(long_term(), NOW + DAY)


def test_names_of_strangers_survive_the_wall_without_growing() -> None:
    for text in NASTY:
        assert unpack(pack(hostile(text, 3)))


@settings(deadline=None, max_examples=30)
@given(st.datetimes(timezones=st.just(UTC)))
def test_any_time_gives_a_report(at: datetime) -> None:
    assert full(long_term(), at).at == at


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_time_give_a_report(at: datetime) -> None:
    assert full(plain(), at).indication is Indication.INDETERMINATE


# Reasons


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert all(one.indonesian.endswith(".") and one.endswith(".") for one in Reason)
    assert len({one.indonesian for one in Reason}) == len(Reason)


def test_a_reason_has_its_code_and_a_stranger_none() -> None:
    assert code_of(str(Reason.HASH)) == "HASH"
    assert code_of("Anything else.") == "OTHER"
    assert indonesian("Anything else.") == "Anything else."


# PSrE


def test_a_chain_that_ends_at_an_anchor_of_a_psre_is_tersertifikasi(tmp_path: Path) -> None:
    official, other = tmp_path / "psre.pem", tmp_path / "lain.pem"
    official.write_bytes(world().root.pem)
    other.write_bytes(party("Lain", authority=True).pem)
    by = Trust.of_pem_files([other], psre=[official])
    assert only(full(plain(), by=by)).psre
    assert by.psre == (world().root.der,)
    assert set(by.psre) < set(by.anchors)


def test_the_name_of_a_root_makes_nobody_tersertifikasi() -> None:
    """A certificate can be called anything: only the very anchor in keys/trust/psre/ counts."""
    named = party("Root CA Indonesia DS G1", authority=True)
    pdf = sign(by=party("Budi Contoh, S.H.", named), issuers=[named])
    assert not only(full(pdf, by=Trust((named.der,)))).psre
    assert only(full(pdf, by=Trust((named.der,), (named.der,)))).psre


def test_nobody_is_asked_whatever_addresses_an_upload_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline: addresses in certificates of an upload (AIA, CRL) lead nowhere, with details or without."""
    address = x509.UniformResourceIdentifier("http://127.0.0.1:1/")
    more: list[x509.ExtensionType] = [
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address),
                x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, address),
            ]
        ),
        x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)]),
    ]
    pdf = sign(by=party("Budi Contoh, S.H.", world().authority, more=more))
    asked: list[object] = []

    def asking(*what: object, **_: object) -> object:
        asked.append(what)
        raise OSError

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, asking)
    assert only(full(pdf)).indication is Indication.TOTAL_PASSED
    assert asked == []
