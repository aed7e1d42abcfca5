"""One SoftHSM token with the office's CA, for the tests of what `pkcs11:` keys do beyond the suite."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from tte.backends import open_key
from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.login import Login
from tte.key import Key, KeyUri, SecretSource
from tte.testing.keys import Asked
from tte.testing.pki import TestCa
from tte.testing.softhsm import SoftHsm, SoftToken, certify

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)
PIN = "kenari-benar"


@dataclass
class Office:
    """Tokens, and a CA for their keys."""

    hsm: SoftHsm
    ca: TestCa = field(default_factory=lambda: TestCa(since=AT - DAY))

    @property
    def module(self) -> Path:
        return self.hsm.module

    def token(self, label: str, pin: str = PIN) -> SoftToken:
        """A new token."""
        return self.hsm.make_token(label, pin)

    def certified(
        self, token: SoftToken, label: str, algorithm: str = "ecdsa-p256", *, on_token: bool = True, more: str = ""
    ) -> bytes:
        """A new key on the token; gives its certificate."""
        since = AT - DAY
        return token.make_key(label, ca=self.ca, valid_from=since, algorithm=algorithm, certified=on_token, more=more)

    def certify(self, public: bytes) -> x509.Certificate:
        """A certificate for this public half."""
        return certify(self.ca, public, name="Pejabat Uji Coba", valid_from=AT - DAY)


def opened(uri: str, secrets: SecretSource | None = None, *, home: Path = Path()) -> Key:
    return open_key(uri, secrets or Asked(PIN), pinned=None, at=AT, home=home)


def signs(key: Key, count: int = 3) -> None:
    """Returns if every signature of a batch is right."""
    digests = digests_for(key, count)
    for digest, signature in zip(digests, key.sign(digests), strict=True):
        key.identity.verify(digest, signature)


def digests_for(key: Key, count: int) -> list[bytes]:
    name = key.identity.algorithm.digest_name
    return [hashlib.new(name, str(number).encode()).digest() for number in range(count)]


@contextmanager
def session_on(token: SoftToken) -> Iterator[Any]:
    """The library's own session on the token, logged in, to change what lies there."""
    login = Login(Address.of(KeyUri.parse(token.uri("any"))), Asked(token.pin), writing=True)
    try:
        yield login.sessions[0]
    finally:
        login.close()
