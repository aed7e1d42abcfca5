"""A signature's CMS and a time-stamp token: what is in them, whether they hold, and a time-stamp put into one.

Read by asn1crypto, verified by pyHanko. A time-stamp is put in by cutting at DER borders: no byte that is signed, and
none that another wrote, is encoded anew (RFC 3161 appendix A, EN 319 142-1 §5.3).
"""

# pyHanko is typed only in part; what comes back is checked where it is used.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from tte.pades.augmentation import der
from tte.pades.augmentation.der import FIRST, SECOND, SEQUENCE, SET, NotDer

LATE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, NotImplementedError, SignatureValidationError)
"""What asn1crypto and pyHanko raise when a part that nobody looked at before turns out to be broken."""

_TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
"""id-aa-timeStampToken as an OID, RFC 3161 appendix A."""
_SIGNING_CERTIFICATE = {"signing_certificate", "signing_certificate_v2"}


@dataclass(frozen=True, slots=True)
class SignedData:
    """A SignedData with one signer, of `length` bytes.

    `certificate` is the signer's, DER; `certificates` are all that came with it. `digest_name` is the hash of the
    content, `content` what is inside. `baseline`: its signed attributes are those that EN 319 142-1 §6.3 asks for.
    `tokens` are its time-stamps.
    """

    length: int
    certificate: bytes
    certificates: tuple[bytes, ...]
    signature: bytes
    digest_name: str
    baseline: bool
    tokens: tuple[bytes, ...]
    content: bytes | None
    _signer: bytes

    def holds(self, digest: bytes, content_type: str = "data") -> bool:
        """Whether the certificate's key signed this, over a content of this type and digest."""
        try:
            return _holds(self._signer, self.certificate, content_type, digest)
        except LATE:
            return False


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp token that holds: `at` this time its authority saw the digest `imprint`, made by `digest_name`."""

    at: datetime
    digest_name: str
    imprint: bytes
    certificate: bytes
    certificates: tuple[bytes, ...]
    size: int

    def covers(self, content: bytes) -> bool:
        """Whether it is a time-stamp of these bytes."""
        return hashlib.new(self.digest_name, content).digest() == self.imprint


@lru_cache(maxsize=256)
def read_signed_data(encoded: bytes) -> SignedData:
    """The CMS at the beginning of these bytes. ValueError if it is none that can be judged."""
    try:
        content_info = cms.ContentInfo.load(encoded)
        signed = content_info["content"]
        (signer,) = signed["signer_infos"]
        known = extract_certificate_info(signed)
        kinds = {attribute["type"].native for attribute in signer["signed_attrs"]}
        content = signed["encap_content_info"]["content"]
        return SignedData(
            len(content_info.dump()),
            known.signer_cert.dump(),
            tuple(one.chosen.dump() for one in signed["certificates"] if isinstance(one.chosen, x509.Certificate)),
            signer["signature"].native,
            signer["digest_algorithm"]["algorithm"].native,
            bool(kinds & _SIGNING_CERTIFICATE) and "signing_time" not in kinds,
            tuple(
                value.dump()
                for attribute in signer["unsigned_attrs"] or ()
                if attribute["type"].native == "signature_time_stamp_token"
                for value in attribute["values"]
            ),
            bytes(content) if isinstance(content, core.ParsableOctetString) else None,
            _as_signed(signer.dump()),
        )
    except LATE as why:
        raise ValueError("a signature value that cannot be read") from why


@lru_cache(maxsize=256)
def read_stamp(token: bytes) -> Stamp | None:
    """A time-stamp token (RFC 3161 §2.4.2), or None if it cannot be read or its own signature does not hold."""
    try:
        signed = read_signed_data(token)
        if signed.content is None:
            return None
        if not signed.holds(hashlib.new(signed.digest_name, signed.content).digest(), "tst_info"):
            return None
        found = tsp.TSTInfo.load(signed.content)
        imprint = found["message_imprint"]
        return Stamp(
            found["gen_time"].native,
            imprint["hash_algorithm"]["algorithm"].native,
            imprint["hashed_message"].native,
            signed.certificate,
            signed.certificates,
            signed.length,
        )
    except LATE:
        return None


def with_time_stamp(encoded: bytes, token: bytes) -> bytes:
    """The same CMS with this token as one more unsigned attribute of its signer. NotDer if it is not DER throughout."""
    _, (kind, explicit) = _two(der.values(der.contents(encoded, SEQUENCE)))
    (signed_data,) = der.values(der.contents(explicit, FIRST))
    parts = der.values(der.contents(signed_data[1], SEQUENCE))
    (signer,) = der.values(der.contents(parts[-1][1], SET))
    fields = der.values(der.contents(signer[1], SEQUENCE))
    there = [one for _, one in der.values(der.contents(fields.pop()[1], SECOND))] if fields[-1][0] == SECOND else []
    attribute = der.encoded(SEQUENCE, _TIME_STAMP + der.encoded(SET, token))
    unsigned = der.encoded(SECOND, b"".join(sorted([*there, attribute])))
    signer_info = der.encoded(SEQUENCE, b"".join(one for _, one in fields) + unsigned)
    parts[-1] = (SET, der.encoded(SET, signer_info))
    inside = der.encoded(kind, der.encoded(SEQUENCE, b"".join(one for _, one in parts)))
    return der.encoded(SEQUENCE, der.values(der.contents(encoded, SEQUENCE))[0][1] + inside)


def _two(found: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    if len(found) != 2:
        raise NotDer("another value than is looked for")
    return found


def _as_signed(signer_info: bytes) -> bytes:
    """Without what was added after signing, so that it is verified once however much is added."""
    try:
        fields = der.values(der.contents(signer_info, SEQUENCE))
    except NotDer:
        return signer_info
    return der.encoded(SEQUENCE, b"".join(one for tag, one in fields if tag != SECOND))


@lru_cache(maxsize=256)
def _holds(signer_info: bytes, certificate: bytes, content_type: str, digest: bytes) -> bool:
    intact, valid = validate_sig_integrity(
        cms.SignerInfo.load(signer_info), x509.Certificate.load(certificate), content_type, digest
    )
    return bool(intact and valid)
