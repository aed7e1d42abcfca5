"""A new key pair on a token, and the certificate that was issued for it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, MechanismFlag, ObjectClass, PKCS11Error, Session
from pkcs11.util.ec import encode_named_curve_parameters
from pkcs11.util.x509 import decode_x509_certificate

from tte.backends.chain import issuers_of
from tte.backends.new_key import NewKey, signs_as
from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.faults import in_our_words
from tte.backends.pkcs11.login import Login
from tte.backends.pkcs11.objects import attribute, belongs, certificates_on, find_private_key, template
from tte.backends.pkcs11.signing import signer_of
from tte.errors import ConfigError, KeyRefused, SignatureMismatch, WrongCertificate
from tte.key import Identity, KeyUri, SecretSource

CURVES: dict[str, ec.EllipticCurve] = {"ecdsa-p256": ec.SECP256R1(), "ecdsa-p384": ec.SECP384R1()}
ID_SIZE = 20

SIGN_ONLY = MechanismFlag.SIGN | MechanismFlag.VERIFY
NEVER_LEAVES = {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


def make_key(uri: KeyUri, secrets: SecretSource, algorithm: str) -> NewKey:
    """A new key pair on the token, named as `uri` says; `algorithm` is one of `new_key.SIGNS_AS`.

    The private half can sign and nothing else, and cannot be read. Without `id` the token gets a random one. KeyRefused
    if something on the token has that name. Close the new key before the token is opened again in this process.
    """
    address = Address.of(uri)
    signing = signs_as(algorithm)
    if address.label is None:
        raise ConfigError("pkcs11: a new key needs a name: object before ?")
    login = Login(address, secrets, writing=True)
    try:
        session, *_ = login.sessions
        _refuse_existing(session, address)
        with in_our_words():
            public, private = _generate(session, algorithm, address.label, address.id or os.urandom(ID_SIZE))
            try:
                value = _public_value(public, algorithm)
                sign = signer_of(private, signing, lambda: login.pin)
            except BaseException:
                for half in (public, private):
                    with suppress(PKCS11Error):
                        half.destroy()
                raise
    except BaseException:
        login.close()
        raise

    def sign_one(digest: bytes) -> bytes:
        if len(digest) != signing.hash.digest_size:
            raise KeyRefused(f"this is not a {signing.digest_name} digest")
        with in_our_words():
            return sign(digest)

    return NewKey(value, signing, sign_one, login.close)


def put_certificate(uri: KeyUri, secrets: SecretSource, certificate: bytes) -> None:
    """Put the certificate of the key at `uri` on its token; PEM, then with its issuers if they are there, or DER.

    The key signs once to show that it is its own: WrongCertificate if not. Nothing happens if it lies there already;
    KeyRefused if another one does. An anchor is left out.
    """
    ours, *others = _read(certificate)
    identity = Identity.of(ours)
    login = Login(Address.of(uri), secrets, writing=True)
    try:
        session, *_ = login.sessions
        key = find_private_key(session, login.address)
        _check_own(identity, key, login)
        lying = list(certificates_on(session))
        held = {one.value for one in lying}
        if any(belongs(one, key) and one.value != identity.certificate for one in lying):
            raise KeyRefused(
                f"{login.address.token_name} holds another certificate for {login.address.key_name}",
                hint="delete it first, if it is out of use (pkcs11-tool --delete-object --type cert)",
            )
        with in_our_words():
            for issuer in issuers_of(ours, others):
                value = issuer.public_bytes(Encoding.DER)
                if value not in held:
                    # RFC 5280 §4.2.1.2 (1) is how most CAs name their keys; here it only has to tell them apart.
                    point = hashlib.sha1(_spki(issuer), usedforsecurity=False).digest()
                    _put(session, value, issuer.subject.rfc4514_string(), point)
            if identity.certificate not in held:
                _put(session, identity.certificate, attribute(key, Attribute.LABEL), attribute(key, Attribute.ID))
    finally:
        login.close()


def _refuse_existing(session: Session, address: Address) -> None:
    """Neither the label nor the id may be in use: whoever looks for one of them later must find one key."""
    for name, value in template(address).items():
        for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY, ObjectClass.CERTIFICATE):
            with in_our_words():
                found = list(session.get_objects({Attribute.CLASS: kind, name: value}))
            if found:
                raise KeyRefused(
                    f"{address.token_name} has an object named as {address.key_name}", hint="choose another name"
                )


def _generate(session: Session, algorithm: str, label: str, id_: bytes) -> tuple[Any, Any]:
    named: dict[str, Any] = {
        "label": label,
        "id": id_,
        "store": True,
        "capabilities": SIGN_ONLY,
        "private_template": NEVER_LEAVES,
    }
    if algorithm not in CURVES:
        return session.generate_keypair(KeyType.RSA, int(algorithm.removeprefix("rsa-")), **named)
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(CURVES[algorithm].name)}
    return session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(**named)


def _public_value(public: Any, algorithm: str) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    made: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    if algorithm in CURVES:
        curve = CURVES[algorithm]
        size = 1 + 2 * ((curve.key_size + 7) // 8)
        # An OCTET STRING around the point by the book; some tokens leave it out.
        made = ec.EllipticCurvePublicKey.from_encoded_point(curve, public[Attribute.EC_POINT][-size:])
    else:
        exponent, modulus = (int.from_bytes(public[name]) for name in (Attribute.PUBLIC_EXPONENT, Attribute.MODULUS))
        made = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _read(certificate: bytes) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN" in certificate:
            return x509.load_pem_x509_certificates(certificate)
        return [x509.load_der_x509_certificate(certificate)]
    except ValueError:
        raise KeyRefused("this is no certificate, in PEM or DER") from None


def _check_own(identity: Identity, key: Any, login: Login) -> None:
    digest = os.urandom(identity.algorithm.hash.digest_size)
    with in_our_words():
        signature = signer_of(key, identity.algorithm, lambda: login.pin)(digest)
    try:
        identity.verify(digest, signature)
    except SignatureMismatch:
        raise WrongCertificate(
            f"the certificate is not that of {login.address.key_name}: a trial signature does not verify",
            hint="in a file of several, the signing certificate comes first",
        ) from None


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _put(session: Session, value: bytes, label: str, id_: bytes) -> None:
    session.create_object(
        {
            **decode_x509_certificate(value),
            Attribute.TOKEN: True,
            Attribute.PRIVATE: False,
            Attribute.LABEL: label,
            Attribute.ID: id_,
        }
    )
