"""What citizens say and send, sealed with a key of the office (AES-256-GCM, NIST SP 800-38D).

The office's key is made at its first request and kept sealed with a secret of the home, so a copy of the database opens
nothing. What is sealed is bound to its office and to the one place where it stands.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tte.errors import ConfigError
from tte.register.rows import Rows
from tte.requests.rows import OfficeKey

_NONCE: Final = 12


class Seals:
    """The keys of offices. `secret` gives the home's 32 bytes when they are first needed."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._keys: dict[str, bytes] = {}

    def make(self, rows: Rows, office: str, at: datetime) -> None:
        """See that the office has a key; within the change that needs it first."""
        if office not in self._keys and rows.one(OfficeKey, office=office) is None:
            wrapped = _sealed(secrets.token_bytes(32), self._secret(), f"office key {office}")
            rows.add(OfficeKey(office, wrapped, at))

    def sealed(self, rows: Rows, office: str, content: bytes, place: str) -> bytes:
        """What is kept of `content`, for this office and place only."""
        return _sealed(content, self._key(rows, office), f"{office} {place}")

    def opened(self, rows: Rows, office: str, kept: bytes, place: str) -> bytes:
        """The content again. ConfigError if the secret is another one, or it was sealed for another place."""
        return _opened(kept, self._key(rows, office), f"{office} {place}")

    def mark(self, *said: bytes) -> bytes:
        """32 bytes that stand for what was said and give nothing of it away to who has not the home's secret."""
        lengths = b"".join(len(one).to_bytes(8, "big") for one in said)
        return hmac.digest(self._secret(), b"tte request " + lengths + b"".join(said), hashlib.sha256)

    def _key(self, rows: Rows, office: str) -> bytes:
        if office not in self._keys:
            row = rows.get(OfficeKey, office=office)
            self._keys[office] = _opened(row.wrapped, self._secret(), f"office key {office}")
        return self._keys[office]


def _sealed(content: bytes, key: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def _opened(kept: bytes, key: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(kept[:_NONCE], kept[_NONCE:], place.encode())
    except InvalidTag:
        raise ConfigError(
            "what citizens sent was sealed with another secret than this home's",
            hint="put back var/requests.secret from its backup",
        ) from None
