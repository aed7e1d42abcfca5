"""COSE_Sign1 (RFC 9052 §4.2) with ES256 (RFC 9053 §2.1) and nothing else: seal, key list and status list are each one.

Signatures are deterministic (RFC 6979): the same claims give the same page, byte for byte, when an interrupted issue is
taken up again; and no bad random number can give the key away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tte.seal.cbor import Malformed, decode, encode

_ALG, _KID, _TYP = 1, 4, 16
"""Header labels, RFC 9052 §3.1; 16 says what kind of message it is (RFC 9596)."""

_ES256: Final = -7
_TAG_18: Final = b"\xd2"
_SIGN: Final = ECDSA(SHA256(), deterministic_signing=True)
_VERIFY: Final = ECDSA(SHA256())


@dataclass(frozen=True, slots=True)
class Sign1:
    """A message that was read and not verified yet. `typ` is "" for a seal."""

    protected: bytes
    kid: bytes
    typ: str
    payload: bytes
    signature: bytes

    def signed_by(self, xy: bytes, external_aad: bytes) -> bool:
        """Whether the key with these 64 bytes of a P-256 point signed it. False for what is no point."""
        try:
            public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b"\x04" + xy)
        except ValueError:
            return False
        return verifies(public, self.signature, to_be_signed(self.protected, external_aad, self.payload))


def protected_header(kid: bytes, typ: str = "") -> bytes:
    """The encoded protected header."""
    return encode({_ALG: _ES256, _KID: kid} | ({_TYP: typ} if typ else {}))


def to_be_signed(protected: bytes, external_aad: bytes, payload: bytes) -> bytes:
    """The Sig_structure, RFC 9052 §4.4."""
    return encode(["Signature1", protected, external_aad, payload])


class Faulty(ArithmeticError):
    """Two signatures of the same bytes differ: this machine miscalculates."""


def signature(key: EllipticCurvePrivateKey, signed: bytes) -> bytes:
    """r and s, 32 bytes each. Made twice and compared, which takes less than half the time of verifying: Faulty.

    A deterministic signature that went wrong, beside the right one, would give the key away.
    """
    der = key.sign(signed, _SIGN)
    if key.sign(signed, _SIGN) != der:
        raise Faulty("a signature differs from the same one made again")
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verifies(public: EllipticCurvePublicKey, value: bytes, signed: bytes) -> bool:
    """Whether r and s are this key's signature of these bytes."""
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    try:
        public.verify(encode_dss_signature(r, s), signed, _VERIFY)
    except InvalidSignature:
        return False
    return True


def write(payload: bytes, key: EllipticCurvePrivateKey, *, typ: str) -> bytes:
    """A list, signed; its external_aad is empty."""
    protected = protected_header(kid_of(key.public_key()), typ)
    value = signature(key, to_be_signed(protected, b"", payload))
    return encode([protected, {}, payload, value])


def open_message(message: bytes) -> Sign1:
    """What a message says, with or without tag 18. Malformed unless it is a COSE_Sign1 by ES256, with a kid and, of
    other headers, at most a typ.
    """
    match decode(message.removeprefix(_TAG_18)):
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as value]:
            header = decode(protected)
        case _:
            raise Malformed("no COSE_Sign1")
    if unprotected or len(value) != 64:
        raise Malformed("an unprotected header, or a signature of another length")
    match header:
        case {1: -7, 4: bytes() as kid, **more} if more.keys() <= {_TYP}:
            typ = more.get(_TYP, "")
            if isinstance(typ, str):
                return Sign1(protected, kid, typ, payload, value)
    raise Malformed("no ES256, no kid, or a header that is not known")


def kid_of(public: EllipticCurvePublicKey) -> bytes:
    """A key's name: the first 8 bytes of SHA-256 over its SubjectPublicKeyInfo (DER)."""
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()[:8]


def xy_of(public: EllipticCurvePublicKey) -> bytes:
    """The two coordinates of its point, 32 bytes each."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
