"""A key whose private half lies in this process: what the `pkcs12` and `ephemeral` backends open.

It leaves this process by no road of Python's: it cannot be pickled or copied, and its repr shows the certificate only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import NoReturn, SupportsIndex

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tte.errors import KeyUnavailable
from tte.key import Identity

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

RUN = 8
"""How many digests a thread signs before it asks for more: few, so that a thread on a busy core holds nobody up."""


class MemoryKey:
    """A `Key` (see tte.key) over a private key of the cryptography package, parsed once by whoever makes this.

    `threads` is how many may sign one batch together: one, unless whoever holds the key sets more. It pays because
    OpenSSL signs without Python's lock; the call itself is still for one caller at a time.
    """

    __slots__ = ("_identity", "_private", "threads")

    def __init__(self, private: PrivateKey, identity: Identity) -> None:
        self._private: PrivateKey | None = private
        self._identity = identity
        self.threads = 1

    @property
    def identity(self) -> Identity:
        return self._identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order; RSASSA-PKCS1-v1_5 or ECDSA as DER (RFC 8017 §8.2, RFC 3279 §2.2.3).

        KeyRefused if one digest has not the length of the identity's algorithm: then none was signed. KeyUnavailable
        after `close`.
        """
        private = self._private
        if private is None:
            raise KeyUnavailable("the key is closed")
        self._identity.check(digests)
        sign = _signer(private, Prehashed(self._identity.algorithm.hash))
        if self.threads < 2 or len(digests) < 2:
            return [sign(digest) for digest in digests]
        runs = [digests[start : start + RUN] for start in range(0, len(digests), RUN)]
        with ThreadPoolExecutor(self.threads) as pool:
            return [*chain.from_iterable(pool.map(lambda run: [sign(digest) for digest in run], runs))]

    def close(self) -> None:
        self._private = None

    def __repr__(self) -> str:
        fingerprint = hashlib.sha256(self._identity.certificate).hexdigest()[:16]
        return f"<MemoryKey {self._identity.algorithm} certificate {fingerprint}{'' if self._private else ' closed'}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key stays in the process that opened it; it is neither pickled nor copied")


def _signer(private: PrivateKey, prehashed: Prehashed) -> Callable[[bytes], bytes]:
    if isinstance(private, rsa.RSAPrivateKey):
        pkcs1 = padding.PKCS1v15()
        return lambda digest: private.sign(digest, pkcs1, prehashed)
    ecdsa = ec.ECDSA(prehashed)
    return lambda digest: private.sign(digest, ecdsa)
