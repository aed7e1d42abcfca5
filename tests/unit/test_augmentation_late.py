"""Revocation info that was issued after a certificate had expired, and signatures whose time-stamp comes too late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from asn1crypto import core
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from tests.signed_pdfs import NOW
from tests.trust_world import YEAR, World
from tte.errors import CertificateExpired, CertificateNotYetValid, Fault
from tte.model import Indication, Level
from tte.pades import augment
from tte.pades.augmentation.evidence import shown_good
from tte.pades.augmentation.reading import Store
from tte.pades.augmentation.revisions import with_store
from tte.validation import validate

LATE = NOW + YEAR + timedelta(days=30)
KEPT = [(NOW + YEAR - timedelta(days=1), True), (NOW + YEAR + timedelta(days=1), False), (None, False)]


def crl(world: World, kept: datetime | None) -> bytes:
    """Of the signer's CA, made after his certificate's end, with certificates that expired since `kept`."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(world.authority.certificate.subject)
    builder = builder.last_update(LATE).next_update(LATE + timedelta(days=7))
    if kept:
        since = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.60"), core.GeneralizedTime(kept).dump())
        builder = builder.add_extension(since, critical=False)
    return builder.sign(world.authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("crl_only", [True, False], ids=["CRL", "OCSP"])
def test_what_came_after_expiry_proves_nothing(crl_only: bool) -> None:
    world = World(crl_only=crl_only)
    pdf = augment(world.document(), Level.B_T, world).pdf
    world.now = LATE
    found = augment(pdf, Level.B_LTA, world)
    assert (found.level, found.pdf) == (Level.B_T, pdf)
    assert found.stopped is not None
    assert found.stopped.fault is Fault.OUTSIDE_VALIDITY
    told = [world.of(one, by) for one, by in pairs(world)]
    store = Store(
        (world.root.der, world.authority.der),
        tuple(one.ocsp for one in told if one.ocsp),
        tuple(one.crl for one in told if one.crl),
    )
    report = validate(with_store(pdf, store), world.trust, world.now)
    assert report.indication is Indication.INDETERMINATE


def pairs(world: World) -> list[tuple[bytes, bytes]]:
    root = world.root.der
    return [(world.signer.der, world.authority.der), (world.authority.der, root), (world.stamper.der, root)]


@pytest.mark.parametrize(("kept", "counts"), KEPT)
def test_a_crl_that_keeps_expired_certificates_counts(kept: datetime | None, counts: bool) -> None:
    world = World(crl_only=True)
    pdf = augment(world.document(), Level.B_T, world).pdf
    world.now = LATE
    late = crl(world, kept)
    assert shown_good(Store((), (), (late,)), world.signer.der, world.authority.der, NOW) is counts
    others = [world.of(*pair).crl or b"" for pair in pairs(world)[1:]]
    stored = with_store(pdf, Store((world.root.der, world.authority.der), (), (late, *others)))
    passed = validate(stored, world.trust, world.now).indication is Indication.TOTAL_PASSED
    assert passed is counts


@pytest.mark.parametrize(("kept", "counts"), KEPT)
def test_a_responder_that_keeps_expired_certificates_counts(kept: datetime | None, counts: bool) -> None:
    world = World()
    world.now = LATE
    response = world.of(world.signer.der, world.authority.der).ocsp
    assert response
    if kept:
        response = with_cutoff(world, response, kept)
    assert shown_good(Store((), (response,), ()), world.signer.der, world.authority.der, NOW) is counts


def with_cutoff(world: World, response: bytes, kept: datetime) -> bytes:
    """The response with an archive cutoff, signed again."""

    whole = asn1.OCSPResponse.load(response)
    basic = whole.basic_ocsp_response
    data = basic["tbs_response_data"].copy()
    one = data["responses"][0]
    one["single_extensions"] = [{"extn_id": "archive_cutoff", "extn_value": core.GeneralizedTime(kept)}]
    data["responses"] = [one]
    key = world.responder.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    basic["tbs_response_data"] = data
    basic["signature"] = key.sign(data.dump(force=True), ec.ECDSA(hashes.SHA256()))
    whole["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    made: bytes = whole.dump(force=True)
    assert ocsp.load_der_ocsp_response(made)
    return made


@pytest.mark.parametrize("room", [8192, 0])
@pytest.mark.parametrize(("at", "why"), [(LATE, CertificateExpired), (NOW - YEAR, CertificateNotYetValid)])
def test_a_time_stamp_that_would_prove_nothing_is_not_asked_for(room: int, at: datetime, why: type[Exception]) -> None:
    world = World()
    pdf = world.document(room=room)
    world.now = at
    with pytest.raises(why):
        augment(pdf, Level.B_LTA, world)
    assert world.asked == []
