"""Does a signature hold for its own bytes: digest, value, the certificate it names, its time-stamp. By our own reading.

No trust, no time: whose certificate it is does not matter here. Raises `Unsound` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from tte.validation import algorithms, ber, known_cms
from tte.validation.algorithms import Unknown
from tte.validation.ber import Node, NotBer
from tte.validation.raw import Unsound
from tte.validation.reasons import Reason
from tte.validation.signed_data import IMPLICIT_FIRST, Certificate, SignedData

Parts = Iterable[bytes | memoryview]
"""The signed bytes, one piece after the other."""

DETACHED = frozenset({"/adbe.pkcs7.detached", "/ETSI.CAdES.detached"})
TIME_STAMP = "/ETSI.RFC3161"
_SHA1, _BARE = "/adbe.pkcs7.sha1", "/adbe.x509.rsa_sha1"
KINDS = DETACHED | {TIME_STAMP, _SHA1, _BARE}

_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_BARE_HASHES = ("sha1", "sha256", "sha384", "sha512", "md5")


def check(cms: bytes, kind: str, parts: Parts, *, bare_certificate: bytes = b"", more: Sequence[bytes] = ()) -> None:
    """Return if the signature holds over `parts`, and every signature time-stamp in it over its value; else Unsound.

    `kind` is the /SubFilter. `more` are DER certificates from elsewhere in the file, for signatures that bring none.
    """
    if kind in DETACHED and known_cms.holds(cms, parts):
        return
    others = tuple(found for der in more for found in _read(der))
    try:
        if kind == _BARE:
            _check_bare(cms, bare_certificate, parts)
            return
        signed = SignedData.of(cms)
        signer = _check(signed, kind, parts, others)
        for token in signed.time_stamps() if kind != TIME_STAMP else ():
            _check_time_stamp(token, signed.value, (*signed.certificates, *others))
        if kind in DETACHED:
            known_cms.learn(cms, signed, signer.der)
    except Unknown as why:
        raise Unsound(Reason.UNSUPPORTED_ALGORITHM) from why
    except (NotBer, RecursionError) as why:
        raise Unsound(Reason.BAD_CMS) from why


def _read(der: bytes) -> list[Certificate]:
    with suppress(NotBer):
        return [Certificate.of(ber.node_at(der))]
    return []


def _check(signed: SignedData, kind: str, parts: Parts, others: tuple[Certificate, ...]) -> Certificate:
    """The certificate with whose key the value verifies."""
    content = _content(signed, kind, parts)
    name = algorithms.hash_named(signed.digest_algorithm)
    candidates = _candidates(signed, others)
    if not candidates:
        raise Unsound(Reason.NO_CERTIFICATE)
    if signed.attributes is None:
        forms = [b"".join(bytes(part) for part in content)]
    else:
        _check_attributes(signed, algorithms.digest(name, content))
        candidates = _named(signed, candidates)
        forms = signed.signed_forms()
    keys = [algorithms.public_key(one.key) for one in candidates[:4]]
    for key, one in zip(keys, candidates, strict=False):
        if any(algorithms.verifies(key, signed.algorithm, signed.value, name, form) for form in forms):
            return one
    raise Unsound(Reason.VALUE)


def _content(signed: SignedData, kind: str, parts: Parts) -> Parts:
    """What is signed, after it was shown to stand for `parts`."""
    if kind == TIME_STAMP:
        if signed.content_type != _TST_INFO or not signed.content:
            raise Unsound(Reason.BAD_CMS)
        imprint = ber.node_at(signed.content).child(2)
        name = algorithms.hash_named(ber.dotted(imprint.child(0).child(0)))
        if algorithms.digest(name, parts) != ber.octets(imprint.child(1)):
            raise Unsound(Reason.HASH)
        return [signed.content]
    if kind == _SHA1:
        if signed.content is None or len(signed.content) != 20:
            raise Unsound(Reason.BAD_CMS)
        if algorithms.digest("sha1", parts) != signed.content:
            raise Unsound(Reason.HASH)
        return [signed.content]
    if signed.content:  # it signs something else than the file
        raise Unsound(Reason.HASH)
    return parts


def _check_attributes(signed: SignedData, digest: bytes) -> None:
    """RFC 5652 §11.1, §11.2."""
    digests, types = signed.signed_values(_MESSAGE_DIGEST), signed.signed_values(_CONTENT_TYPE)
    if len(digests) != 1 or len(digests[0]) != 1 or len(types) > 1:
        raise Unsound(Reason.BAD_CMS)
    if ber.octets(digests[0][0]) != digest:
        raise Unsound(Reason.HASH)
    if types and (len(types[0]) != 1 or ber.dotted(types[0][0]) != signed.content_type):
        raise Unsound(Reason.BAD_CMS)


def _candidates(signed: SignedData, others: tuple[Certificate, ...]) -> list[Certificate]:
    """The certificates that the signer identifier may mean (RFC 5652 §5.3)."""
    known = (*signed.certificates, *others)
    identifier = signed.signer_identifier
    if identifier.tag == ber.SEQUENCE:
        issuer, serial = identifier.child(0).whole, identifier.child(1).contents
        exact = [one for one in known if (one.issuer, one.serial) == (issuer, serial)]
        return exact or [one for one in known if one.serial.lstrip(b"\0") == serial.lstrip(b"\0")]
    wanted = identifier.contents if identifier.tag == IMPLICIT_FIRST else ber.octets(identifier.child(0))
    return [one for one in known if one.key_identifier == wanted]


def _named(signed: SignedData, candidates: list[Certificate]) -> list[Certificate]:
    """Those that the signing-certificate attribute names (RFC 5035); all if there is no such attribute."""
    second = signed.signed_values(_SIGNING_CERTIFICATE_V2)
    stated = second or signed.signed_values(_SIGNING_CERTIFICATE)
    if not stated:
        return candidates
    first = stated[0][0].child(0).child(0).children()
    name, wanted = ("sha256" if second else "sha1"), first[0]
    if wanted.tag == ber.SEQUENCE:
        name, wanted = algorithms.hash_named(ber.dotted(wanted.child(0))), first[1]
    named = [one for one in candidates if algorithms.digest(name, [one.der]) == wanted.contents]
    if not named:
        raise Unsound(Reason.SUBSTITUTED)
    return named


def _check_time_stamp(token: bytes, value: bytes, others: tuple[Certificate, ...]) -> None:
    """A token that cannot be judged (its algorithm, its certificate) proves no time; a broken one spoils the file."""
    try:
        _check(SignedData.of(token), TIME_STAMP, [value], others)
    except Unknown:
        return
    except NotBer:
        raise Unsound(Reason.TIME_STAMP_BROKEN) from None
    except Unsound as why:
        if why.reason is not Reason.NO_CERTIFICATE:
            raise Unsound(Reason.TIME_STAMP_BROKEN) from None


def _check_bare(contents: bytes, certificate: bytes, parts: Parts) -> None:
    """adbe.x509.rsa_sha1: /Contents is the PKCS#1 value in an OCTET STRING, /Cert the certificate (ISO 32000-1)."""
    if not certificate:
        raise Unsound(Reason.NO_CERTIFICATE)
    value: Node = ber.node_at(contents)
    if value.tag not in (ber.OCTET_STRING, ber.OCTET_STRING | 0x20):
        raise Unsound(Reason.BAD_CMS)
    key = algorithms.public_key(Certificate.of(ber.node_at(certificate)).key)
    for name in _BARE_HASHES:
        if algorithms.verifies_rsa(key, ber.octets(value), name, algorithms.digest(name, parts)):
            return
    raise Unsound(Reason.VALUE)
