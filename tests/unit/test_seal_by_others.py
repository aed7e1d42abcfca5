"""Seals and lists against another COSE implementation (`cwt`, over `cbor2`), both ways."""

from __future__ import annotations

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt.cose_key_interface import COSEKeyInterface

from tests import vectors_seal as v
from tte.seal import Verdict, id_bytes, kid_of, read
from tte.seal.cbor import encode
from tte.seal.text import parse, written

AAD = b"tte1" + id_bytes(v.ID)
KINDS = [v.BIRTH, v.FAMILY, v.MOVE]


def _public(key: EllipticCurvePrivateKey) -> COSEKeyInterface:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return cwt.COSEKey.from_pem(pem, kid=kid_of(key.public_key()), alg="ES256")


def _private(key: EllipticCurvePrivateKey) -> COSEKeyInterface:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return cwt.COSEKey.from_pem(pem, kid=kid_of(key.public_key()), alg="ES256")


@pytest.mark.parametrize("claims", KINDS)
def test_another_cbor_writes_the_same_claims_in_the_same_bytes(claims: v.Claims) -> None:
    assert encode(claims) == cbor2.dumps(claims, canonical=True)


@pytest.mark.parametrize("claims", KINDS)
def test_another_cose_opens_our_seals(claims: v.Claims) -> None:
    parts = parse(v.text(claims))
    assert parts is not None
    opened = cwt.COSE.new().decode(b"\xd2" + parts.message, _public(v.SEAL), external_aad=AAD)
    assert cbor2.loads(opened) == claims


def test_another_cose_refuses_our_seal_under_another_id() -> None:
    parts = parse(v.text())
    assert parts is not None
    with pytest.raises(cwt.VerifyError):
        cwt.COSE.new().decode(b"\xd2" + parts.message, _public(v.SEAL), external_aad=b"tte1" + id_bytes(v.ANOTHER))


@pytest.mark.parametrize("claims", KINDS)
def test_we_open_the_seals_of_another_cose(claims: v.Claims) -> None:
    theirs = cwt.COSE.new().encode(
        encode(claims), _private(v.SEAL), protected={1: -7, 4: kid_of(v.SEAL.public_key())}, external_aad=AAD
    )
    keys, status = v.lists()
    said = read(written(v.HOST, v.ID, theirs), keys, status, v.NOW)
    assert (said.verdict, said.facts) == (Verdict.GENUINE, claims)


@pytest.mark.parametrize(("message", "key"), [(v.KEYS_MESSAGE, v.ROOT), (v.STATUS_MESSAGE, v.STATUS)])
def test_another_cose_opens_our_lists(message: bytes, key: EllipticCurvePrivateKey) -> None:
    assert cbor2.loads(cwt.COSE.new().decode(b"\xd2" + message, _public(key)))["office"] == v.OFFICE
