"""A key whose private half lies in a service: what the `awskms` and `vault` backends open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NoReturn, SupportsIndex

from tte.errors import KeyUnavailable
from tte.key import Identity

SignAll = Callable[[Sequence[bytes]], Sequence[bytes]]
"""Has every digest signed, in order, or raises. It is given one digest or more, each of the right length."""


class RemoteKey:
    """A `Key` (see tte.key) that asks a service to sign. `close` is called once, to forget whatever opens the service.

    It can be neither pickled nor copied, and its repr shows the certificate only.
    """

    __slots__ = ("_close", "_identity", "_sign", "_where")

    def __init__(self, where: str, identity: Identity, *, sign: SignAll, close: Callable[[], None]) -> None:
        self._where = where
        self._identity = identity
        self._sign: SignAll | None = sign
        self._close = close

    @property
    def identity(self) -> Identity:
        return self._identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order; RSASSA-PKCS1-v1_5 or ECDSA as DER (RFC 8017 §8.2, RFC 3279 §2.2.3).

        KeyRefused if one digest has not the length of the identity's algorithm: then nothing was asked for.
        KeyUnavailable after `close`. Otherwise as the service answers: see the backend.
        """
        if self._sign is None:
            raise KeyUnavailable("the key is closed")
        self._identity.check(digests)
        return self._sign(digests) if digests else []

    def close(self) -> None:
        if self._sign is not None:
            self._sign = None
            self._close()

    def __repr__(self) -> str:
        fingerprint = hashlib.sha256(self._identity.certificate).hexdigest()[:16]
        closed = " closed" if self._sign is None else ""
        return f"<RemoteKey {self._where} {self._identity.algorithm} certificate {fingerprint}{closed}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key stays in the process that opened it; it is neither pickled nor copied")
