"""A key pair made on a token, its first signature before it has a certificate, and the certificate put beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11 import Attribute, ObjectClass

from tests.soft_token import PIN, Office, opened, session_on, signs
from tte.backends.new_key import SIGNS_AS, NewKey
from tte.backends.pkcs11 import make_key, put_certificate
from tte.errors import ConfigError, KeyNotFound, KeyRefused, PinRefused, WrongCertificate
from tte.key import Identity, KeyUri
from tte.testing.keys import Asked
from tte.testing.softhsm import SoftHsm, SoftToken


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    hsm = SoftHsm.make(tmp_path_factory.mktemp("softhsm") / "hsm")
    with hsm.in_use():
        yield Office(hsm)


@pytest.fixture(scope="module")
def token(office: Office) -> SoftToken:
    token = office.token("dinas-3171")
    office.certified(token, "ada")
    return token


def made(token: SoftToken, label: str, algorithm: str = "ecdsa-p256", *, more: str = "") -> NewKey:
    return make_key(KeyUri.parse(token.uri(label, more=more)), Asked(PIN), algorithm)


def put(token: SoftToken, label: str, certificate: bytes) -> None:
    put_certificate(KeyUri.parse(token.uri(label)), Asked(PIN), certificate)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


@pytest.mark.parametrize("algorithm", SIGNS_AS)
def test_a_new_key_signs_before_it_has_a_certificate(office: Office, token: SoftToken, algorithm: str) -> None:
    with closing(made(token, f"baru-{algorithm}", algorithm)) as new:
        digest = hashlib.new(new.algorithm.digest_name, b"permohonan").digest()
        signature = new.sign(digest)
        with pytest.raises(KeyRefused):
            new.sign(digest[1:])
    load_der_public_key(new.public)
    certificate = office.certify(new.public)
    Identity.of(certificate).verify(digest, signature)
    put(token, f"baru-{algorithm}", pem(certificate, *office.ca.chain, office.ca.root.certificate))
    with closing(opened(token.uri(f"baru-{algorithm}"))) as key:
        signs(key)
        assert key.identity == Identity.of(certificate, office.ca.chain)


@pytest.mark.parametrize("algorithm", ["rsa-2048", "ecdsa-p256"])
def test_the_private_half_signs_and_never_leaves(token: SoftToken, algorithm: str) -> None:
    made(token, f"sifat-{algorithm}", algorithm).close()
    with session_on(token) as session:
        key = session.get_key(ObjectClass.PRIVATE_KEY, label=f"sifat-{algorithm}")
        is_so = (Attribute.TOKEN, Attribute.PRIVATE, Attribute.SENSITIVE, Attribute.SIGN, Attribute.LOCAL)
        is_not = (Attribute.EXTRACTABLE, Attribute.DECRYPT, Attribute.UNWRAP, Attribute.DERIVE)
        assert [key[name] for name in is_so] == [True] * 5
        assert [key[name] for name in is_not] == [False] * 4
        assert key[Attribute.NEVER_EXTRACTABLE]
        assert len(key[Attribute.ID]) == 20


def test_a_name_or_id_in_use_is_not_used_again(token: SoftToken) -> None:
    made(token, "satu", more=";id=%fe%01").close()
    for label, more in (("ada", ""), ("satu", ""), ("dua", ";id=%FE%01")):
        with pytest.raises(KeyRefused, match="named as"):
            made(token, label, more=more)
    with closing(opened(token.uri("ada"))) as key:
        signs(key)


def test_what_cannot_be_made_is_refused_before_the_pin_is_asked_for(token: SoftToken) -> None:
    secrets = Asked(PIN)
    for uri, algorithm in ((token.uri("x"), "rsa-1024"), (token.uri("x").replace("object=x", "id=%01"), "rsa-2048")):
        with pytest.raises(ConfigError):
            make_key(KeyUri.parse(uri), secrets, algorithm)
    assert not secrets.times


def test_a_wrong_pin_makes_nothing(token: SoftToken) -> None:
    secrets = Asked("kenari-keliru")
    with pytest.raises(PinRefused):
        make_key(KeyUri.parse(token.uri("salah")), secrets, "ecdsa-p256")
    assert secrets.times == 1
    with pytest.raises(KeyNotFound):
        opened(token.uri("salah"))


def test_another_keys_certificate_is_not_put_on_the_token(office: Office, token: SoftToken) -> None:
    made(token, "milik-sendiri").close()
    for algorithm in ("ecdsa-p256", "rsa-2048"):
        with closing(made(token, f"milik-lain-{algorithm}", algorithm)) as other:
            certificate = office.certify(other.public)
        with pytest.raises(WrongCertificate):
            put(token, "milik-sendiri", pem(certificate))
    with pytest.raises(KeyRefused, match="no certificate"):
        opened(token.uri("milik-sendiri"))


def test_a_certificate_is_put_once_and_not_replaced(office: Office, token: SoftToken) -> None:
    with closing(made(token, "sekali")) as new:
        first, second = office.certify(new.public), office.certify(new.public)
    for _ in range(2):
        put(token, "sekali", first.public_bytes(Encoding.DER))
    with pytest.raises(KeyRefused, match="another certificate"):
        put(token, "sekali", pem(second))
    with closing(opened(token.uri("sekali"))) as key:
        assert key.identity.certificate == first.public_bytes(Encoding.DER)


@pytest.mark.parametrize("content", [b"", b"bukan sertifikat", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_is_refused_before_the_pin_is_asked_for(token: SoftToken, content: bytes) -> None:
    secrets = Asked(PIN)
    with pytest.raises(KeyRefused, match="no certificate"):
        put_certificate(KeyUri.parse(token.uri("ada")), secrets, content)
    assert not secrets.times
