"""A CMS SignedData with one signer, who names its certificate in a signed attribute (RFC 5652 §5, RFC 5816)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding

from tte.errors import Fault, ServiceUnavailable
from tte.services import der
from tte.services.chain import loaded, public_key
from tte.services.der import INTEGER, OCTET_STRING, OID, SEQUENCE, SET, Parts, Value
from tte.services.reading import MOST_CERTIFICATES, no_answer
from tte.services.signature import HASHES, hash_of, scheme_of, signed_by

_SIGNED_DATA: Final = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE: Final = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST: Final = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE: Final = der.oid("1.2.840.113549.1.9.16.2.12")
_SIGNING_CERTIFICATE_V2: Final = der.oid("1.2.840.113549.1.9.16.2.47")


@dataclass(frozen=True, slots=True)
class Signed:
    """`content` is what was signed, `kind` its type, `certificates` what came with it; nothing is verified yet."""

    content: bytes
    kind: bytes
    certificates: tuple[bytes, ...]
    signer: Value

    def verified(self) -> bytes:
        """The certificate that the signature verifies with, which is one of `certificates`.

        ServiceUnavailable with fault WRONG_SIGNATURE; ValueError for what is no SignerInfo.
        """
        parts = self.signer.parts()
        parts.take(INTEGER)
        named = parts.maybe(SEQUENCE) or parts.take(0x80)
        hash_name = hash_of(parts.take(SEQUENCE))
        attributes = parts.take(0xA0)
        algorithm, value = parts.take(SEQUENCE), parts.take(OCTET_STRING).content
        parts.maybe(0xA1)
        parts.end()
        found = _attributes(attributes.parts())
        if hash_name not in HASHES:
            raise _wrong("it is signed in a way that we do not take")
        kind, digest = found.get(_CONTENT_TYPE), found.get(_MESSAGE_DIGEST)
        if not (kind and digest) or (kind.content, digest.content) != (
            self.kind,
            hashlib.new(hash_name, self.content).digest(),
        ):
            raise _wrong("the signature is over something else")
        certificate = self._named(found)
        if not _is(loaded(certificate), named):
            raise _wrong("it names two certificates as its signer's")
        message = bytes([SET]) + attributes.whole[1:]  # RFC 5652 §5.4
        if not signed_by(public_key(certificate), value, message, hash_name, padded=_padding(algorithm, hash_name)):
            raise _wrong("the signature does not verify")
        return certificate

    def _named(self, attributes: dict[bytes, Value]) -> bytes:
        """By ESSCertID and ESSCertIDv2, whichever are there; both must agree."""
        wanted = []
        if (first := attributes.get(_SIGNING_CERTIFICATE)) is not None:
            wanted.append(_ess(first, "sha1"))
        if (second := attributes.get(_SIGNING_CERTIFICATE_V2)) is not None:
            wanted.append(_ess(second, "sha256"))
        for one in self.certificates:
            if wanted and all(hashlib.new(hash_name, one).digest() == digest for hash_name, digest in wanted):
                return one
        raise _wrong("the certificate that it names as its signer's is not there")


def read_signed(token: bytes, kind: bytes) -> Signed:
    """A ContentInfo with signed content of this type. ValueError, or ServiceUnavailable with fault NO_ANSWER."""
    outer = der.only(token, SEQUENCE).parts()
    is_signed = outer.take(OID).content == _SIGNED_DATA
    signed = der.only(outer.take(0xA0).content, SEQUENCE).parts()
    outer.end()
    signed.take(INTEGER)
    signed.take(SET)
    encapsulated = signed.take(SEQUENCE).parts()
    certificates = signed.maybe(0xA0)
    signed.maybe(0xA1)
    signers = signed.take(SET).parts()
    signed.end()
    signer = signers.take(SEQUENCE)
    signers.end()
    if not is_signed or encapsulated.take(OID).content != kind:
        raise ValueError("something else was signed")
    content = der.only(encapsulated.take(0xA0).content, OCTET_STRING).content
    encapsulated.end()
    found = certificates.parts().rest() if certificates else []
    if len(found) > MOST_CERTIFICATES:
        raise no_answer("it holds too many certificates")
    ours = dict.fromkeys(one.whole for one in found if one.tag == SEQUENCE)  # other tags are other kinds (§10.2.2)
    return Signed(content, kind, tuple(ours), signer)


def _attributes(parts: Parts) -> dict[bytes, Value]:
    """The one value of each, by type; none may come twice (§11)."""
    found: dict[bytes, Value] = {}
    for attribute in parts.rest():
        inside = attribute.parts()
        kind, values = inside.take(OID).content, inside.take(SET).parts().rest()
        inside.end()
        if kind in found or len(values) != 1:
            raise _wrong("it says something twice")
        (found[kind],) = values
    return found


def _ess(attribute: Value, usual: str) -> tuple[str, bytes]:
    """Hash name and digest of the first ESSCertID, which is the signer's (RFC 2634 §5.4, RFC 5035 §4)."""
    identifiers = attribute.parts().take(SEQUENCE).parts()
    parts = identifiers.take(SEQUENCE).parts()
    algorithm = parts.maybe(SEQUENCE) if usual != "sha1" else None
    hash_name = hash_of(algorithm) if algorithm else usual
    return hash_name or usual, parts.take(OCTET_STRING).content


def _is(certificate: x509.Certificate, named: Value) -> bool:
    """Whether the SignerIdentifier fits; that it is this certificate is said by its digest."""
    if named.tag == SEQUENCE:
        parts = named.parts()
        parts.take(SEQUENCE)
        return parts.take(INTEGER).number() == certificate.serial_number
    identifiers = [one.value for one in certificate.extensions if isinstance(one.value, x509.SubjectKeyIdentifier)]
    return any(one.digest == named.content for one in identifiers)


def _padding(algorithm: Value, hash_name: str) -> padding.PSS | None:
    """How RSA pads under this signature algorithm, which must go with the digest algorithm (RFC 4055, RFC 5754)."""
    scheme = scheme_of(algorithm)
    if scheme is None or scheme.hash_name not in (None, hash_name):
        raise _wrong("it is signed in a way that we do not take")
    return scheme.padded


def _wrong(why: str) -> ServiceUnavailable:
    return ServiceUnavailable(f"the time-stamp does not hold: {why}", Fault.WRONG_SIGNATURE)
