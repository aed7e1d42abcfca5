"""Sealing one document after another with one key: all that is the same in every seal is made once."""

from __future__ import annotations

import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from tte.seal import cose
from tte.seal.cbor import Malformed, decode, encode
from tte.seal.claims import Claim, Facts, payload_of
from tte.seal.text import SEAL, id_bytes, parse, written

AAD: Final = b"tte1"
"""With the id's 16 bytes the external_aad of every seal: a seal under another id does not verify."""

_FOUR: Final = b"\x84"
"""An array of four."""

_HOST: Final = re.compile(r"[a-z0-9.-]{4,60}")


def check_host(host: str) -> None:
    """ValueError for a host that cannot stand in a code."""
    if not _HOST.fullmatch(host):
        raise ValueError("the host of a seal is 4 to 60 of a-z, 0-9, dot and hyphen, without port and path")


class SealWriter:
    """Seals for one office, host and key. For one process; it takes claims, never documents.

    ValueError for a host that cannot stand in the code: lower case, no port, no path.
    """

    def __init__(self, host: str, office: int, key: EllipticCurvePrivateKey) -> None:
        check_host(host)
        self.host, self.office = host, office
        self._key, self._public = key, key.public_key()
        self.kid = cose.kid_of(self._public)
        self._protected = cose.protected_header(self.kid)
        self._signed = cose.to_be_signed(self._protected, AAD + bytes(16), b"")[: -16 - 1]
        self._message = encode([self._protected, {}])[1:]

    def write(self, id: str, claims: Facts) -> str:  # noqa: A002 (the house's word)
        """The text of the code for a document: same id and claims, same text. `claims` are without the office.

        Malformed for claims that a reader would refuse, or that are too many for a code.
        """
        payload = encode(payload_of(self._whole(claims)))
        value = encode(cose.signature(self._key, self._signed + id_bytes(id) + payload))
        text = written(self.host, id, b"%b%b%b%b" % (_FOUR, self._message, payload, value))
        if not SEAL.fullmatch(text):
            raise Malformed("a seal that is too long")
        return text

    def wrote(self, text: str, id: str, claims: Facts) -> bool:  # noqa: A002
        """Whether this is the seal of that document: read back from its text, and its signature verified."""
        found = parse(text)
        if found is None or (found.host, found.id) != (self.host, id):
            return False
        protected, _, payload, value = decode(found.message)
        if protected != self._protected or decode(payload) != self._whole(claims):
            return False
        return cose.verifies(self._public, value, cose.to_be_signed(protected, AAD + id_bytes(id), payload))

    def _whole(self, claims: Facts) -> Facts:
        return {Claim.OFFICE: self.office, **claims}
