"""Which object identifier means which algorithm, and whether a value by it verifies. No certificate is judged here.

Weak hashes are verified like any other: whether to believe them is said elsewhere. RSA is done by hand because real
cards hold moduli that `cryptography` refuses (a negative INTEGER), and because PKCS#1 v1.5 padding is compared as a
whole, never parsed (Bleichenbacher 2006).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tte.validation import ber
from tte.validation.ber import Node
from tte.validation.covered import Covered

if TYPE_CHECKING:
    from hashlib import _Hash

_NIST, _ECDSA, _DSA = "2.16.840.1.101.3.4", "1.2.840.10045.4", "1.2.840.10040.4"
_RSA = "1.2.840.113549.1.1"
_PLAIN = "0.4.0.127.0.7.1.1.4.1"
_SIZES: Final = ("sha224", "sha256", "sha384", "sha512")
_SHA3: Final = ("sha3_224", "sha3_256", "sha3_384", "sha3_512")

HASHES: Final = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "1.3.36.3.2.1": "ripemd160",
    f"{_NIST}.2.4": "sha224",
    f"{_NIST}.2.1": "sha256",
    f"{_NIST}.2.2": "sha384",
    f"{_NIST}.2.3": "sha512",
    **{f"{_NIST}.2.{7 + place}": name for place, name in enumerate(_SHA3)},
    f"{_NIST}.2.12": "shake_256",
    f"{_NIST}.2.18": "shake_256",
}
"""Hash algorithms as hashlib names them."""

_SIGNATURES: Final[dict[str, tuple[str, str | None]]] = {
    f"{_RSA}.1": ("rsa", None),
    f"{_RSA}.4": ("rsa", "md5"),
    f"{_RSA}.5": ("rsa", "sha1"),
    "1.3.14.3.2.29": ("rsa", "sha1"),
    f"{_RSA}.14": ("rsa", "sha224"),
    **{f"{_RSA}.{11 + place}": ("rsa", name) for place, name in enumerate(_SIZES[1:])},
    **{f"{_NIST}.3.{13 + place}": ("rsa", name) for place, name in enumerate(_SHA3)},
    f"{_RSA}.10": ("pss", None),
    "1.2.840.10045.2.1": ("ecdsa", None),
    f"{_ECDSA}.1": ("ecdsa", "sha1"),
    **{f"{_ECDSA}.3.{1 + place}": ("ecdsa", name) for place, name in enumerate(_SIZES)},
    **{f"{_NIST}.3.{9 + place}": ("ecdsa", name) for place, name in enumerate(_SHA3)},
    **{f"{_PLAIN}.{2 + place}": ("plain-ecdsa", name) for place, name in enumerate(_SIZES)},
    f"{_DSA}.1": ("dsa", None),
    f"{_DSA}.3": ("dsa", "sha1"),
    **{f"{_NIST}.3.{1 + place}": ("dsa", name) for place, name in enumerate(_SIZES)},
    "1.3.101.112": ("ed25519", None),
    "1.3.101.113": ("ed448", None),
}
"""Family and hash; without a hash the digest algorithm says it, or the parameters."""

_FOR_CRYPTOGRAPHY: Final[dict[str, hashes.HashAlgorithm]] = {
    "md5": hashes.MD5(),  # noqa: S303  read, not made
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_224": hashes.SHA3_224(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}
_OIDS: Final = {name: oid for oid, name in reversed(HASHES.items())}
_MAX_RSA_BITS = 16_384


class Unknown(ValueError):
    """An algorithm or key that is not supported: what uses it can be neither right nor wrong here."""


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key as numbers, both read as unsigned whatever the encoding says."""

    modulus: int
    exponent: int


Key = RsaKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey


def hash_named(oid: str) -> str:
    """The hash that an OID means. A signature algorithm where a hash belongs means its hash, as some writers do."""
    name = HASHES.get(oid) or _SIGNATURES.get(oid, ("", None))[1]
    if name is None:
        raise Unknown("a hash that is not known")
    return name


def digest(name: str, parts: Iterable[bytes | memoryview]) -> bytes:
    """The digest of these bytes, one after the other."""
    try:
        if isinstance(parts, Covered):
            return _ended(name, parts.hashed(name))
        hashed = hashlib.new(name, usedforsecurity=False)
    except ValueError:
        raise Unknown("a hash that is not supported here") from None
    for part in parts:
        hashed.update(part)
    return _ended(name, hashed)


def _ended(name: str, hashed: _Hash) -> bytes:
    return hashed.digest(64) if name == "shake_256" else hashed.digest()  # type: ignore[call-arg]  # RFC 8419 §2.3


def public_key(spki: Node) -> Key:
    """The key of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7)."""
    algorithm = ber.dotted(spki.child(0).child(0))
    if algorithm in (f"{_RSA}.1", f"{_RSA}.10"):
        numbers = ber.node_at(spki.child(1, ber.BIT_STRING).contents[1:]).children()
        if len(numbers) != 2:
            raise Unknown("an RSA key that is not two numbers")
        modulus, exponent = (int.from_bytes(number.contents, "big") for number in numbers)
        if not 512 <= modulus.bit_length() <= _MAX_RSA_BITS or exponent.bit_length() > 64 or not exponent & modulus & 1:
            raise Unknown("an RSA key that cannot be used")
        return RsaKey(modulus, exponent)
    try:
        key = load_der_public_key(spki.whole)
    except (ValueError, UnsupportedAlgorithm):
        raise Unknown("a key that is not supported") from None
    if not isinstance(
        key, ec.EllipticCurvePublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
    ):
        raise Unknown("a kind of key that is not supported")
    return key


def verifies(key: Key, algorithm: Node, value: bytes, hash_name: str, signed: bytes) -> bool:
    """Whether `value` is a signature over `signed` by this key. Unknown if that cannot be said.

    `hash_name` is the digest algorithm of the CMS, for signature algorithms that name none themselves.
    """
    family, own = _family(key, ber.dotted(algorithm.child(0)))
    name = own or hash_name
    try:
        match family, key:
            case "rsa", RsaKey():
                return _is_pkcs1(key, value, name, digest(name, [signed]))
            case "pss", RsaKey():
                return _is_pss(key, algorithm, value, signed)
            case "ecdsa", ec.EllipticCurvePublicKey():
                key.verify(value, digest(name, [signed]), ec.ECDSA(utils.Prehashed(_for_cryptography(name))))
            case "plain-ecdsa", ec.EllipticCurvePublicKey():
                half = len(value) // 2
                r, s = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
                prehashed = utils.Prehashed(_for_cryptography(name))
                key.verify(utils.encode_dss_signature(r, s), digest(name, [signed]), ec.ECDSA(prehashed))
            case "dsa", dsa.DSAPublicKey():
                key.verify(value, digest(name, [signed]), utils.Prehashed(_for_cryptography(name)))
            case "ed25519", ed25519.Ed25519PublicKey():
                _must_be(hash_name, "sha512")
                key.verify(value, signed)
            case "ed448", ed448.Ed448PublicKey():
                _must_be(hash_name, "shake_256")
                key.verify(value, signed)
            case _:
                return False
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError) as why:
        if isinstance(why, Unknown):
            raise
        return False
    return True


def _must_be(hash_name: str, only: str) -> None:
    """EdDSA allows one digest algorithm for the content (RFC 8419 §3.1, ISO/TS 32002 §5)."""
    if hash_name != only:
        raise Unknown("a hash that may not go with this key")


def verifies_rsa(key: Key, value: bytes, name: str, digested: bytes) -> bool:
    """Whether `value` is a PKCS#1 v1.5 signature over a digest (RFC 8017 §8.2)."""
    return isinstance(key, RsaKey) and _is_pkcs1(key, value, name, digested)


def _family(key: Key, oid: str) -> tuple[str, str | None]:
    if oid in _SIGNATURES:
        return _SIGNATURES[oid]
    if oid in HASHES:  # a hash where a signature algorithm belongs: the key says the family
        return "rsa" if isinstance(key, RsaKey) else "ecdsa", HASHES[oid]
    raise Unknown("a signature algorithm that is not known")


def _for_cryptography(name: str) -> hashes.HashAlgorithm:
    try:
        return _FOR_CRYPTOGRAPHY[name]
    except KeyError:
        raise Unknown("a hash that is not supported with this key") from None


def _is_pkcs1(key: RsaKey, value: bytes, name: str, digested: bytes) -> bool:
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(value, "big")
    if number >= key.modulus or len(value) > size:
        return False
    if name not in _OIDS:
        raise Unknown("a hash without PKCS#1 padding")
    if _openssl_agrees(key, value, name, digested):
        return True
    message = pow(number, key.exponent, key.modulus).to_bytes(size, "big")
    oid = ber.encoded_oid(_OIDS[name])
    for algorithm in (ber.encoded(ber.SEQUENCE, oid, b"\x05\x00"), ber.encoded(ber.SEQUENCE, oid)):
        info = ber.encoded(ber.SEQUENCE, algorithm, ber.encoded(ber.OCTET_STRING, digested))
        filler = size - len(info) - 3
        if filler >= 8 and message == b"\x00\x01" + b"\xff" * filler + b"\x00" + info:
            return True
    return False


def _openssl_agrees(key: RsaKey, value: bytes, name: str, digested: bytes) -> bool:
    """The same asked of OpenSSL, which is ten times faster. It knows fewer keys and forms, so its no says nothing."""
    try:
        _public(key).verify(value, digested, padding.PKCS1v15(), utils.Prehashed(_for_cryptography(name)))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _public(key: RsaKey) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()


def _is_pss(key: RsaKey, algorithm: Node, value: bytes, signed: bytes) -> bool:
    """RFC 4055 §3.1, with its defaults."""
    name, mask, salt = "sha1", "sha1", 20
    parts = algorithm.children()
    for part in parts[1].children() if len(parts) > 1 and parts[1].tag == ber.SEQUENCE else ():
        inner = part.child(0)
        if part.tag == 0xA0:
            name = hash_named(ber.dotted(inner.child(0)))
        elif part.tag == 0xA1:
            mask = hash_named(ber.dotted(inner.child(1).child(0)))
        elif part.tag == 0xA2:
            salt = int.from_bytes(inner.contents, "big")
    scheme = padding.PSS(padding.MGF1(_for_cryptography(mask)), salt)
    _public(key).verify(value, digest(name, [signed]), scheme, utils.Prehashed(_for_cryptography(name)))
    return True
