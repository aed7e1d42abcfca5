"""The CMS of a PAdES B-B signature: signed attributes, and the SignedData around the signature value.

RFC 5652 with the attributes of EN 319 142-1 §6.3: content-type, message-digest, signing-certificate-v2 (RFC 5035) and
no signing-time, which PAdES keeps in /M. Made by pyHanko and asn1crypto, field by field; `tte.pades.stencil` makes the
same bytes faster, from what is made here once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import cms, keys, x509
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers import ExternalSigner

from tte.key import Identity


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the CMS of every document of one identity has in common."""

    signer: ExternalSigner
    fixed_attributes: tuple[cms.CMSAttribute, ...]
    certificates: tuple[cms.CertificateChoices, ...]
    longest_signature: int


def signed_attributes(identity: Identity, document_digest: bytes) -> bytes:
    """DER of the SET OF signed attributes, as it is hashed for signing (RFC 5652 §5.4)."""
    message_digest = _attribute("message_digest", document_digest)
    return _der(cms.CMSAttributes([*_frame(identity).fixed_attributes, message_digest]))


def signed_data(identity: Identity, attributes: bytes, signature: bytes) -> bytes:
    """DER of the detached SignedData (RFC 5652 §5.1), with the signing certificate and its chain."""
    frame = _frame(identity)
    signer_info = frame.signer.signer_info(
        identity.algorithm.digest_name, cms.CMSAttributes.load(attributes), signature
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [signer_info["digest_algorithm"]],
            "encap_content_info": {"content_type": "data"},
            "certificates": frame.certificates,
            "signer_infos": [signer_info],
        }
    )
    return _der(cms.ContentInfo({"content_type": "signed_data", "content": content}))


def longest_signature(identity: Identity) -> int:
    """How many bytes a signature value of this identity takes at most."""
    return _frame(identity).longest_signature


@lru_cache(maxsize=64)
def _frame(identity: Identity) -> _Frame:
    certificate = x509.Certificate.load(identity.certificate)
    chain = [x509.Certificate.load(issuer) for issuer in identity.chain]
    return _Frame(
        ExternalSigner(certificate, cert_registry=None),
        (
            _attribute("content_type", "data"),
            _attribute("signing_certificate_v2", as_signing_certificate_v2(certificate)),
        ),
        tuple(cms.CertificateChoices(name="certificate", value=one) for one in (certificate, *chain)),
        _longest_signature(certificate.public_key),
    )


def _longest_signature(key: keys.PublicKeyInfo) -> int:
    """An RSA value is as long as the modulus; an ECDSA one is a DER sequence of two integers, each with a sign byte."""
    size: int = key.byte_size
    return size if key.algorithm == "rsa" else 2 + 2 * (2 + 1 + size)


def _attribute(name: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": name, "values": [value]})


def _der(value: cms.CMSAttributes | cms.ContentInfo) -> bytes:
    encoded: bytes = value.dump()
    return encoded
