"""`validate` and whom it believes: chains, times, revocation, uses, anchors, and what it shows of names."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from tests import signed_pdfs
from tests.judged import AFTER, OPEN, PASSED, judge, plain, refused
from tests.signed_pdfs import NOW, changed, crl_of, party, sign, stamper, with_crl, world
from tte.errors import ConfigError
from tte.model import Indication, Level, SubIndication
from tte.validation import Trust, validate
from tte.validation.reasons import Reason

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
