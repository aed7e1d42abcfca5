"""What all signatures of one signer have in common is read once: a CMS differs from his last in digest and value only.

`signed_cms` takes a CMS to pieces by strict DER: two with the same `constant` and holes of their own say the same about
everything else, byte for byte. So what our own reading (`cms_check`) found in the first holds for the next, and only
its digest and value are looked at. Whatever is not so, or does not verify, goes the whole way and is told the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tte.validation import algorithms, ber, der
from tte.validation.ber import Node
from tte.validation.kept import Kept
from tte.validation.signed_cms import SignedCms
from tte.validation.signed_data import SignedData
from tte.validation.signer import Signer
from tte.validation.unlike import Unlike

_MOST_BYTES = 32 * 1024
_DATA = "1.2.840.113549.1.7.1"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME, _PROTECTION = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.52"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_NEEDED = frozenset({_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_CERTIFICATE_V2})
_RSA = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12")


@dataclass(frozen=True, slots=True)
class KnownCms:
    """What is said in every CMS like this one.

    `certificate` is the signer's, `others` came with it, DER. `family` and `hash_name` name its algorithms as
    asn1crypto does, `signed` the object identifiers of the signed attributes. `is_plain`: nothing in it needs a second
    reading: a detached signature with the attributes of a baseline signature (EN 319 142-1 §6.3), each once, no
    unsigned ones, and a signing-certificate attribute that agrees with the certificate in all it says.
    """

    signer: Signer
    certificate: bytes
    others: tuple[bytes, ...]
    family: str
    hash_name: str
    signed: frozenset[str]
    is_plain: bool


_known: Kept[tuple[bytes, ...], KnownCms] = Kept(128)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A CMS outside its two holes: what has the same bytes there is taken to pieces the same way."""

    found: SignedCms
    before: bytes
    between: bytes
    after: bytes

    @classmethod
    def of(cls, cms: bytes, found: SignedCms) -> _Frame:
        digest, value = found.digest, found.value
        return cls(found, cms[: digest.inside], cms[digest.end : value.inside], cms[value.end :])

    def fits(self, cms: bytes) -> bool:
        digest, value = self.found.digest, self.found.value
        return (
            cms.startswith(self.before) and cms.startswith(self.between, digest.end) and cms[value.end :] == self.after
        )


_BEGINNING = 512
_frames: Kept[tuple[int, bytes], _Frame] = Kept(256)
"""By the length of the CMS and its first bytes."""


def _pieces(cms: bytes) -> SignedCms:
    """Where its parts are. Unlike if it is not built so."""
    question = (len(cms), cms[:_BEGINNING])
    frame = _frames.get(question)
    if frame is not None and frame.fits(cms):
        return frame.found
    found = SignedCms.of(cms)
    if len(cms) <= _MOST_BYTES and found.constant in _known:
        _frames.put(question, _Frame.of(cms, found))
    return found


def known(cms: bytes) -> KnownCms | None:
    """What is known of a CMS whose like was found to hold before. Whether this one does is not said."""
    try:
        return _known.get(_pieces(cms).constant)
    except Unlike:
        return None


def holds(cms: bytes, parts: Iterable[bytes | memoryview]) -> bool:
    """Whether it is like one that was learned, and its own digest and value are right. False says nothing yet."""
    try:
        found = _pieces(cms)
        like = _known.get(found.constant)
        if like is None:
            return False
        if algorithms.digest(like.hash_name, parts) != der.contents(cms, found.digest):
            return False
        _verify(cms, found, like.signer)
    except Unlike:
        return False
    return True


def learn(cms: bytes, signed: SignedData, certificate: bytes) -> None:
    """Keep what a CMS says that our own reading found to hold with this certificate, which came in it, if it is usual.

    Not kept: other algorithms than RSA PKCS#1 v1.5 and ECDSA P-256 or P-384 with SHA-256 or SHA-384, other encodings
    than DER, large ones, and those with unsigned attributes, which change from one signature to the next.
    """
    if len(cms) > _MOST_BYTES or signed.unsigned or signed.content is not None:
        return
    try:
        found = SignedCms.of(cms)
        signer = Signer.of(found, hashlib.sha256(certificate).hexdigest())
        _verify(cms, found, signer)
        like = _like(cms, signed, signer, certificate, found.certificates)
    except (Unlike, ValueError, TypeError):
        return
    _known.put(found.constant, like)


def _verify(cms: bytes, found: SignedCms, signer: Signer) -> None:
    """Unlike unless the value verifies over the signed attributes as they stand (RFC 5652 §5.4)."""
    attributes = bytes([der.SET]) + cms[found.attributes.start + 1 : found.attributes.end]
    signer.verify(der.contents(cms, found.value), hashlib.new(signer.hash_name, attributes).digest())


def _like(
    cms: bytes, signed: SignedData, signer: Signer, certificate: bytes, certificates: tuple[bytes, ...]
) -> KnownCms:
    stated = [] if signed.attributes is None else [ber.dotted(one.child(0)) for one in signed.attributes.children()]
    family = "rsassa_pkcs1v15" if ber.dotted(signed.algorithm.child(0)) in _RSA else "ecdsa"
    is_plain = (
        signed.content_type == _DATA
        and len(stated) == len(set(stated))
        and set(stated) >= _NEEDED
        and set(stated) <= _NEEDED | {_SIGNING_TIME, _PROTECTION}
        and certificates.count(certificate) == 1
        and _is_usual(cms, signed, certificate)
        and _agrees(signed, certificate)
    )
    others = tuple(one for one in certificates if one != certificate)
    return KnownCms(signer, certificate, others, family, signer.hash_name, frozenset(stated), is_plain)


def _is_usual(cms: bytes, signed: SignedData, certificate: bytes) -> bool:
    """Whether all that no signature covers, certificates apart, is what it has to be (RFC 5652 §5.1, §5.3)."""
    parts = ber.node_at(cms).child(1).child(0).children()
    signer = parts[-1].child(0).children()
    [own] = [one for one in signed.certificates if one.der == certificate]
    named = ber.encoded(ber.SEQUENCE, own.issuer, ber.encoded(ber.INTEGER, own.serial))
    return (
        parts[0].contents == signer[0].contents == b"\x01"
        and parts[1].contents == signer[2].whole
        and parts[2].contents == ber.encoded_oid(_DATA)
        and signer[1].whole == named
        and all(_has_no_parameters(one) for one in (signer[2], signer[4]))
    )


def _has_no_parameters(algorithm: Node) -> bool:
    return [one.whole for one in algorithm.children()[1:]] in ([], [b"\x05\x00"])


def _agrees(signed: SignedData, certificate: bytes) -> bool:
    """Whether signing-certificate-v2 (RFC 5035) and algorithm protection (RFC 6211) say in full what is so."""
    [[attribute]] = signed.signed_values(_SIGNING_CERTIFICATE_V2)
    identified = attribute.child(0).children()
    if len(identified) != 1 or len(attribute.children()) != 1:
        return False
    fields = identified[0].children()
    if fields[0].tag == ber.SEQUENCE:
        fields = fields[1:]
    [own] = [one for one in signed.certificates if one.der == certificate]
    name = ber.encoded(ber.SEQUENCE, ber.encoded(0xA4, own.issuer))
    whose = ber.encoded(ber.SEQUENCE, name, ber.encoded(ber.INTEGER, own.serial))
    if len(fields) > 2 or (len(fields) == 2 and fields[1].whole != whose):
        return False
    for values in signed.signed_values(_PROTECTION):
        [protection] = values
        digest, value = protection.children()
        if ber.dotted(digest.child(0)) != signed.digest_algorithm or value.tag != 0xA1:
            return False
        if value.contents != signed.algorithm.contents:
            return False
    return True
