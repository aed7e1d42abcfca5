"""A document that forbids every change (DocMDP P=1) can still be raised to B-LTA: other people's software agrees."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from asn1crypto import cms, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.dss import async_add_validation_info
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

from tests.certomancer_pki import Pki, certomancer_pki
from tests.minimal_pdf import minimal_document
from tests.oracles import poppler
from tests.oracles.eu_dss import DssSignature, EuDss
from tte.backends import open_key
from tte.model import Indication, Level, SignedDocument
from tte.pades import prepare
from tte.signing import KeySigning
from tte.testing.pki import write_pkcs12
from tte.validation import Trust, validate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
ROOM = 8192


@pytest.fixture(scope="module", params=["ecdsa-p256", "rsa-2048"])
def pki(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    folder = tmp_path_factory.mktemp("pki")
    with certomancer_pki(folder, at=AT, algorithm=request.param) as pki:
        yield pki


def sign(pki: Pki, folder: Path, *, room: int) -> SignedDocument:
    """By our own path, from a PKCS#12 file to a signed document."""
    write_pkcs12(
        folder / "pejabat.p12",
        "pin",
        private=pki.private,
        certificate=pki.certificate,
        others=[pki.anchor, pki.issuer],
        kdf_rounds=1000,
    )
    key = open_key(
        "pkcs12:path=pejabat.p12?pin-source=env:PIN",
        lambda source: "pin",
        pinned=pki.certificate.public_bytes(Encoding.DER),
        at=AT,
        home=folder,
    )
    (signed,) = KeySigning(key).sign([prepare(minimal_document(), key.identity, AT, room=room)])
    key.close()
    return signed


async def add_signature_time_stamp(pdf: bytes, tsa: HTTPTimeStamper) -> bytes:
    """B-T: a token over the signature value, as an unsigned attribute in the room left for it (RFC 3161 appendix A)."""
    contents = bytes(PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0].pkcs7_content)
    content_info = cms.ContentInfo.load(contents)
    signer = content_info["content"]["signer_infos"][0]
    stamp = await tsa.async_timestamp(hashlib.sha256(signer["signature"].native).digest(), "sha256")
    signer["unsigned_attrs"] = [cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [stamp]})]
    stamped = content_info.dump(force=True)
    assert len(stamped) <= len(contents)
    return pdf.replace(contents.hex().encode(), stamped.hex().encode().ljust(2 * len(contents), b"0"))


async def raise_to_lta(pdf: bytes, pki: Pki, tsa: HTTPTimeStamper, session: aiohttp.ClientSession) -> bytes:
    """Validation data, then a document time-stamp over it, both fetched over HTTP."""
    signature = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    with_data = await async_add_validation_info(signature, context(pki, session), output=BytesIO())
    stamped = await PdfTimeStamper(tsa).async_timestamp_pdf(
        IncrementalPdfFileWriter(with_data),
        "sha256",
        validation_context=context(pki, session),
        dss_settings=TimestampDSSContentSettings(update_before_ts=True, include_vri=False),
        output=BytesIO(),
    )
    whole: bytes = stamped.getvalue()
    return whole


def raised(signed: SignedDocument, pki: Pki, *, with_signature_time_stamp: bool) -> bytes:
    async def steps() -> bytes:
        async with aiohttp.ClientSession() as session:
            tsa = HTTPTimeStamper(pki.tsa_url, session=session)
            pdf = await add_signature_time_stamp(signed.pdf, tsa) if with_signature_time_stamp else signed.pdf
            return await raise_to_lta(pdf, pki, tsa, session)

    return asyncio.run(steps())


def judged(pdf: bytes, pki: Pki) -> AdESLTAValidationResult:
    """pyHanko's opinion five minutes later, from what is in the file alone."""
    trust = SimpleTrustManager.build(trust_roots=[asn1(pki.anchor)])
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    policy = CertValidationPolicySpec(
        trust_manager=trust, revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=offline)
    )
    signature = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]
    later = AT + timedelta(minutes=5)
    timing = ValidationTimingInfo(later, later, point_in_time_validation=True)
    return asyncio.run(ades_lta_validation(signature, spec, timing_info=timing))


def context(pki: Pki, session: aiohttp.ClientSession) -> ValidationContext:
    return ValidationContext(
        trust_roots=[asn1(pki.anchor)],
        other_certs=[asn1(pki.issuer)],
        moment=AT,
        allow_fetching=True,
        fetcher_backend=AIOHttpFetcherBackend(session),
        revocation_mode="hard-fail",
    )


def asn1(certificate: pyca.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def test_everybody_accepts_a_certified_document_raised_to_lta(pki: Pki, tmp_path: Path, eu_dss: EuDss) -> None:
    signed = sign(pki, tmp_path, room=ROOM)
    pdf = raised(signed, pki, with_signature_time_stamp=True)
    judgement = judged(pdf, pki)
    status = judgement.api_status
    assert isinstance(status, PdfSignatureStatus)
    assert judgement.ades_subindic == AdESPassed.OK
    assert judgement.oldest_evidence_record_timestamp == AT
    assert status.docmdp_ok
    assert status.modification_level == ModificationLevel.LTA_UPDATES
    (tmp_path / "lta.pdf").write_bytes(pdf)
    assert poppler.signatures(tmp_path / "lta.pdf")[0].valid
    (seen,) = eu_dss.validate(tmp_path / "lta.pdf")
    assert seen == DssSignature("PAdES-BASELINE-LTA", True, True, "NO_CHANGE_PERMITTED", 0)
    ours = validate(pdf, Trust((pki.anchor.public_bytes(Encoding.DER),)), AT + timedelta(minutes=5))
    assert ours.indication is Indication.TOTAL_PASSED
    assert ours.signatures[0].level is Level.B_LTA


def test_the_signature_stays_whole_without_room_for_a_signature_time_stamp(pki: Pki, tmp_path: Path) -> None:
    """B-T by document time-stamp (EN 319 142-1 §6.3): pyHanko 0.38 misses the other kind, finds all else right."""
    signed = sign(pki, tmp_path, room=0)
    status = judged(raised(signed, pki, with_signature_time_stamp=False), pki).api_status
    assert isinstance(status, PdfSignatureStatus)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.modification_level == ModificationLevel.LTA_UPDATES


def test_the_signed_revision_is_untouched_by_what_comes_later(pki: Pki, tmp_path: Path) -> None:
    signed = sign(pki, tmp_path, room=0)
    assert raised(signed, pki, with_signature_time_stamp=False).startswith(signed.pdf)
