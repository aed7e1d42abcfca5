"""The check of a signature for its own bytes, on CMS of our own making: what writers do, and what forgers would."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.signed_pdfs import Party, party
from tte.validation import algorithms, ber, cms_check
from tte.validation.algorithms import RsaKey, Unknown
from tte.validation.ber import NotBer
from tte.validation.raw import Unsound
from tte.validation.reasons import Reason
from tte.validation.signed_data import SignedData

PDF = [b"the bytes before ", b"and after"]
RSA = party("Penanda", key=rsa.generate_private_key(65537, 2048))
EC = party("Penanda", key=ec.generate_private_key(ec.SECP256R1()))
OTHER = party("Lain", key=RSA.key)
Attributes = list[tuple[str, object]]


def signature(by: Party, signed: bytes, hash_name: str = "sha256") -> bytes:
    algorithm = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[hash_name]  # noqa: S303
    if isinstance(by.key, rsa.RSAPrivateKey):
        return by.key.sign(signed, padding.PKCS1v15(), algorithm)
    return by.key.sign(signed, ec.ECDSA(algorithm))


@dataclass(frozen=True)
class Made:
    """A SignedData over `PDF`; every part can be made another."""

    by: Party = RSA
    certificates: Sequence[Party] = (RSA,)
    digest_oid: str = "2.16.840.1.101.3.4.2.1"
    algorithm: str = ""
    content_type: str = "data"
    content: bytes | None = None
    digests: Sequence[bytes] = (hashlib.sha256(b"".join(PDF)).digest(),)
    types: Sequence[str] = ("data",)
    names: Party | None = None
    bare: bool = False
    order: Callable[[list[bytes]], list[bytes]] = field(default=sorted)
    signed_order: Callable[[list[bytes]], list[bytes]] | None = None
    value: Callable[[bytes], bytes] | None = None

    def build(self) -> bytes:
        attributes = [self._attribute("content_type", one) for one in self.types]
        attributes += [self._attribute("message_digest", one) for one in self.digests]
        if self.names:
            named = {"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(self.names.der).digest()}
            attributes.append(self._attribute("signing_certificate_v2", {"certs": [named]}))
        standing = ber.encoded(0xA0, *self.order(attributes))
        to_sign = ber.encoded(ber.SET, *(self.signed_order or self.order)(attributes))
        if self.bare:
            standing, to_sign = b"", self.content or b"".join(PDF)
        value = self.value(to_sign) if self.value else signature(self.by, to_sign)
        issuer = cms.IssuerAndSerialNumber(
            {"issuer": self.by.asn1.issuer, "serial_number": self.by.certificate.serial_number}
        )
        ours = "1.2.840.113549.1.1.11" if isinstance(self.by.key, rsa.RSAPrivateKey) else "1.2.840.10045.4.3.2"
        signer = ber.encoded(
            ber.SEQUENCE,
            core.Integer(1).dump(),
            issuer.dump(),
            ber.encoded(ber.SEQUENCE, ber.encoded_oid(self.digest_oid)),
            standing,
            ber.encoded(ber.SEQUENCE, ber.encoded_oid(self.algorithm or ours)),
            ber.encoded(ber.OCTET_STRING, value),
        )
        inside = cms.ContentType(self.content_type).dump()
        if self.content is not None:
            inside += ber.encoded(0xA0, ber.encoded(ber.OCTET_STRING, self.content))
        data = ber.encoded(
            ber.SEQUENCE,
            core.Integer(1).dump(),
            ber.encoded(ber.SET, algos.DigestAlgorithm({"algorithm": "sha256"}).dump()),
            ber.encoded(ber.SEQUENCE, inside),
            ber.encoded(0xA0, *(one.der for one in self.certificates)),
            ber.encoded(ber.SET, signer),
        )
        return ber.encoded(ber.SEQUENCE, cms.ContentType("signed_data").dump(), ber.encoded(0xA0, data))

    @staticmethod
    def _attribute(kind: str, value: object) -> bytes:
        return cms.CMSAttribute({"type": kind, "values": [value]}).dump()


GOOD = Made()
SHA1 = hashlib.sha1(b"".join(PDF)).digest()  # noqa: S324


def backwards(parts: list[bytes]) -> list[bytes]:
    return sorted(parts, reverse=True)


def check(made: Made | bytes, kind: str = "/adbe.pkcs7.detached", **more: object) -> None:
    cms_check.check(made if isinstance(made, bytes) else made.build(), kind, PDF, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(GOOD, id="as it should be"),
        pytest.param(Made(by=EC, certificates=(EC,)), id="ECDSA"),
        pytest.param(replace(GOOD, names=RSA), id="names its certificate"),
        pytest.param(replace(GOOD, order=backwards), id="attributes not in the order of DER, signed as they stand"),
        pytest.param(replace(GOOD, order=backwards, signed_order=sorted), id="not in order, signed in order"),
        pytest.param(replace(GOOD, digest_oid="1.2.840.113549.1.1.11"), id="a signature where a digest belongs"),
        pytest.param(replace(GOOD, algorithm="2.16.840.1.101.3.4.2.1"), id="a digest where a signature belongs"),
        pytest.param(replace(GOOD, algorithm="1.2.840.113549.1.1.1"), id="RSA without a hash"),
        pytest.param(replace(GOOD, content=b""), id="content of no length"),
        pytest.param(replace(GOOD, bare=True), id="no attributes"),
        pytest.param(replace(GOOD, types=()), id="no content type"),
        pytest.param(replace(GOOD, certificates=(EC, RSA)), id="more certificates"),
    ],
)
def test_what_real_writers_write_is_read(made: Made) -> None:
    check(made)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        pytest.param(replace(GOOD, digests=(b"\0" * 32,)), Reason.HASH, id="another digest"),
        pytest.param(replace(GOOD, value=lambda _: signature(RSA, b"x")), Reason.VALUE, id="another value"),
        pytest.param(replace(GOOD, digests=()), Reason.BAD_CMS, id="no digest"),
        pytest.param(replace(GOOD, digests=(*GOOD.digests, *GOOD.digests)), Reason.BAD_CMS, id="two digests"),
        pytest.param(replace(GOOD, types=("data", "data")), Reason.BAD_CMS, id="two content types"),
        pytest.param(replace(GOOD, types=("tst_info",)), Reason.BAD_CMS, id="another content type"),
        pytest.param(replace(GOOD, content=b"x"), Reason.HASH, id="content of its own"),
        pytest.param(replace(GOOD, content=b"x", bare=True), Reason.HASH, id="content of its own, no attributes"),
        pytest.param(replace(GOOD, certificates=(EC,)), Reason.NO_CERTIFICATE, id="no certificate of the signer"),
        pytest.param(replace(GOOD, names=OTHER), Reason.SUBSTITUTED, id="names another certificate"),
        pytest.param(replace(GOOD, digest_oid="1.2.3.4"), Reason.UNSUPPORTED_ALGORITHM, id="an unknown digest"),
        pytest.param(replace(GOOD, algorithm="1.2.3.4"), Reason.UNSUPPORTED_ALGORITHM, id="an unknown signature"),
        pytest.param(replace(GOOD, algorithm="1.2.840.10045.4.3.2"), Reason.VALUE, id="a signature of another family"),
    ],
)
def test_what_does_not_hold_is_refused_for_that_reason(made: Made, reason: Reason) -> None:
    with pytest.raises(Unsound) as refused:
        check(made)
    assert refused.value.reason is reason


def test_a_certificate_from_elsewhere_in_the_file_is_used_if_the_signature_brings_none() -> None:
    check(replace(GOOD, certificates=()), more=[b"no certificate", RSA.der])


def test_the_old_kind_that_signs_a_sha1_digest_is_read() -> None:
    content = replace(GOOD, content=SHA1, digests=(hashlib.sha256(SHA1).digest(),))
    check(content, "/adbe.pkcs7.sha1")
    check(replace(content, bare=True), "/adbe.pkcs7.sha1")
    for wrong, reason in ((replace(content, content=b"x" * 20), Reason.HASH), (GOOD, Reason.BAD_CMS)):
        with pytest.raises(Unsound) as refused:
            check(wrong, "/adbe.pkcs7.sha1")
        assert refused.value.reason is reason


def test_the_old_kind_that_is_a_bare_rsa_value_is_read() -> None:
    value = ber.encoded(ber.OCTET_STRING, signature(RSA, b"".join(PDF), "sha1"))
    check(value, "/adbe.x509.rsa_sha1", bare_certificate=RSA.der)
    for certificate, reason in ((b"", Reason.NO_CERTIFICATE), (EC.der, Reason.VALUE), (b"x", Reason.BAD_CMS)):
        with pytest.raises(Unsound) as refused:
            check(value, "/adbe.x509.rsa_sha1", bare_certificate=certificate)
        assert refused.value.reason is reason


def test_lengths_may_be_indefinite_and_a_string_in_pieces() -> None:
    der = GOOD.build()
    outer = ber.node_at(der)
    inner = outer.child(1)
    check(b"\x30\x80" + outer.child(0).whole + b"\xa0\x80" + inner.contents + b"\0\0\0\0")
    pieces = b"\x24\x80\x04\x01a\x04\x02bc\0\0"
    assert ber.octets(ber.node_at(pieces)) == b"abc"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x30",
        b"\x30\x05\x02",
        b"\x04\x80\0\0",
        b"\x30\x80\x02\x01\x05",
        b"\x1f\x01\x00",
        b"\x30\x80" * 70 + b"\0\0" * 70,
    ],
)
def test_what_is_no_ber_is_refused(value: bytes) -> None:
    with pytest.raises(NotBer):
        ber.node_at(value)
    with pytest.raises(Unsound):
        check(value)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_signature_that_does_not_hold(value: bytes) -> None:
    for kind in cms_check.KINDS:
        with pytest.raises(Unsound):
            check(value, kind, bare_certificate=RSA.der)


@given(st.integers(0, len(GOOD.build()) - 1), st.integers(1, 255))
def test_a_flipped_byte_never_lets_another_text_pass(place: int, flip: int) -> None:
    spoiled = bytearray(GOOD.build())
    spoiled[place] ^= flip
    with pytest.raises(Unsound):
        cms_check.check(bytes(spoiled), "/adbe.pkcs7.detached", [b"another text"])


# Values and keys


def spki(party_: Party) -> ber.Node:
    public = party_.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return ber.node_at(public)


def algorithm(oid: str, parameters: bytes = b"") -> ber.Node:
    return ber.node_at(ber.encoded(ber.SEQUENCE, ber.encoded_oid(oid), parameters))


def test_a_modulus_that_reads_as_negative_is_the_number_it_means() -> None:
    public = RSA.certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    numbers = public.public_numbers()
    modulus = ber.encoded(ber.INTEGER, numbers.n.to_bytes(256, "big"))
    assert modulus[4] & 0x80
    key = ber.encoded(ber.SEQUENCE, modulus, core.Integer(numbers.e).dump())
    info = ber.encoded(ber.SEQUENCE, algorithm("1.2.840.113549.1.1.1").whole, ber.encoded(ber.BIT_STRING, b"\0", key))
    assert algorithms.public_key(ber.node_at(info)) == RsaKey(numbers.n, numbers.e)


def test_pss_and_edwards_curves_are_verified() -> None:
    assert isinstance(RSA.key, rsa.RSAPrivateKey)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    value = RSA.key.sign(b"x", scheme, hashes.SHA256())
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": "sha256"},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
            "salt_length": 32,
        }
    ).dump()
    pss = algorithm("1.2.840.113549.1.1.10", parameters)
    key = algorithms.public_key(spki(RSA))
    assert algorithms.verifies(key, pss, value, "sha256", b"x")
    assert not algorithms.verifies(key, pss, value, "sha256", b"y")
    edwards = ed25519.Ed25519PrivateKey.generate()
    public = edwards.public_key()
    assert algorithms.verifies(public, algorithm("1.3.101.112"), edwards.sign(b"x"), "sha512", b"x")
    assert not algorithms.verifies(public, algorithm("1.3.101.112"), edwards.sign(b"y"), "sha512", b"x")


@pytest.mark.parametrize("shape", ["garbage after", "short padding", "one zero", "no hash"])
def test_pkcs1_padding_is_compared_whole(shape: str) -> None:
    """What parsers of padding let through (CVE-2006-4339 and its many children)."""
    assert isinstance(RSA.key, rsa.RSAPrivateKey)
    numbers = RSA.key.private_numbers()
    digest = hashlib.sha256(b"x").digest()
    info = ber.encoded(ber.SEQUENCE, algorithm("2.16.840.1.101.3.4.2.1", b"\x05\x00").whole, ber.encoded(4, digest))
    block = {
        "garbage after": b"\x00\x01" + b"\xff" * 8 + b"\x00" + info,
        "short padding": (b"\x00\x01" + b"\xff" * 4 + b"\x00" + info).rjust(256, b"\0"),
        "one zero": b"\x00\x01" + b"\xff" * 20 + b"\x00" + b"\xff" * (256 - 24 - len(info)) + b"\0" + info,
        "no hash": b"\x00\x01" + b"\xff" * (253 - 32) + b"\x00" + digest,
    }[shape].ljust(256, b"\x7f")
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    key = algorithms.public_key(spki(RSA))
    assert not algorithms.verifies(key, algorithm("1.2.840.113549.1.1.11"), value, "sha256", b"x")


def test_a_key_that_cannot_be_used_is_unknown_not_wrong() -> None:
    tiny = ber.encoded(ber.SEQUENCE, core.Integer(15).dump(), core.Integer(3).dump())
    for key, oid in ((tiny, "1.2.840.113549.1.1.1"), (b"", "1.2.3.4")):
        info = ber.encoded(ber.SEQUENCE, algorithm(oid).whole, ber.encoded(ber.BIT_STRING, b"\0", key))
        with pytest.raises(Unknown):
            algorithms.public_key(ber.node_at(info))


def test_two_signers_are_refused() -> None:
    der = GOOD.build()
    data = ber.node_at(der).child(1).child(0)
    *others, signers = data.children()
    doubled = ber.encoded(ber.SEQUENCE, *(one.whole for one in others), ber.encoded(ber.SET, signers.contents * 2))
    with pytest.raises(NotBer):
        SignedData.of(ber.encoded(ber.SEQUENCE, ber.node_at(der).child(0).whole, ber.encoded(0xA0, doubled)))
