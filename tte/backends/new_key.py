"""A key just made in a device or service: it has no certificate yet, and signs the request for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tte.errors import ConfigError
from tte.key import Algorithm

SIGNS_AS = {
    "rsa-2048": Algorithm.RSA_SHA256,
    "rsa-3072": Algorithm.RSA_SHA256,
    "rsa-4096": Algorithm.RSA_SHA256,
    "ecdsa-p256": Algorithm.ECDSA_P256,
    "ecdsa-p384": Algorithm.ECDSA_P384,
}
"""The kinds of key that are made, and how each signs."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What `make_key` of a backend gives. `public` is the public half as SubjectPublicKeyInfo, DER (RFC 5280 §4.1)."""

    public: bytes
    algorithm: Algorithm
    _sign: Callable[[bytes], bytes] = field(repr=False)
    _close: Callable[[], None] = field(repr=False)

    def sign(self, digest: bytes) -> bytes:
        """The signature over one digest, as `Key.sign` gives it."""
        return self._sign(digest)

    def close(self) -> None:
        """Let go of the device or service. The key stays there."""
        self._close()


def signs_as(kind: str) -> Algorithm:
    """How a key of this kind signs; ConfigError if it is none of `SIGNS_AS`."""
    try:
        return SIGNS_AS[kind]
    except KeyError:
        raise ConfigError("a new key is one of: " + ", ".join(SIGNS_AS)) from None
