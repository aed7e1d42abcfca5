"""A key whose private half lies on a token: what the `pkcs11` backend opens."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import NoReturn, SupportsIndex

from pkcs11 import PKCS11Error

from tte.backends.pkcs11.faults import in_our_words, may_be_forgotten, ours
from tte.backends.pkcs11.login import Login
from tte.backends.pkcs11.objects import find_private_key, identity_of
from tte.backends.pkcs11.signing import Sign, signer_of, wants_pin
from tte.errors import KeyUnavailable, PinLocked, PinRefused, SignatureMismatch, WrongCertificate
from tte.key import Identity


class TokenKey:
    """A `Key` (see tte.key) that signs on a token, as many digests at a time as it has sessions.

    A token that has forgotten its sessions is entered again, once for each call, and the whole batch is signed anew.
    What the first try may have signed is dropped: no document gets it.
    """

    __slots__ = ("_identity", "_login", "_open", "_signers")

    def __init__(self, login: Login) -> None:
        self._login = login
        session, *_ = login.sessions
        self._identity = identity_of(session, find_private_key(session, login.address), login.address)
        self._signers = self._find()
        self._open = True

    @property
    def identity(self) -> Identity:
        return self._identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order; RSASSA-PKCS1-v1_5 or ECDSA as DER (RFC 8017 §8.2, RFC 3279 §2.2.3).

        KeyRefused if one digest has not the length of the identity's algorithm: then none was signed. KeyUnavailable
        after `close`, in a fork, and if the token fails; DeviceRemoved if it is gone: a later call finds it again when
        it is back. PinRefused and PinLocked if it does not take the PIN any more, SessionLost from then on.
        """
        if not self._open:
            raise KeyUnavailable("the key is closed")
        self._login.check_process()
        self._identity.check(digests)
        signatures = self._signed(digests) if self._signers else None
        if signatures is None:
            self._find_again()
            with in_our_words():
                signatures = _sign_all(self._signers, digests)
        return signatures

    def close(self) -> None:
        """Log out, close the sessions and forget the PIN."""
        if self._open:
            self._open = False
            self._signers = []
            self._login.close()

    def __repr__(self) -> str:
        fingerprint = hashlib.sha256(self._identity.certificate).hexdigest()[:16]
        return f"<TokenKey {self._identity.algorithm} certificate {fingerprint}{'' if self._open else ' closed'}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a key stays in the process that opened it; it is neither pickled nor copied")

    def _signed(self, digests: Sequence[bytes]) -> Sequence[bytes] | None:
        """The signatures, or None if the token may have forgotten us."""
        try:
            return _sign_all(self._signers, digests)
        except PKCS11Error as error:
            if may_be_forgotten(error):
                return None
            failed = ours(error)
        if isinstance(failed, PinRefused | PinLocked):
            self._login.forget_pin()
        raise failed

    def _find(self) -> list[Sign]:
        """One signer for each session; only one where the PIN goes with every signature: a wrong one is given once."""
        algorithm = self._identity.algorithm
        found = [find_private_key(session, self._login.address) for session in self._login.sessions]
        if wants_pin(found[0]):
            found = found[:1]
        return [signer_of(key, algorithm, lambda: self._login.pin) for key in found]

    def _find_again(self) -> None:
        """New sessions and the same key; WrongCertificate if another key now has its name."""
        self._signers = []
        self._login.reopen()
        signers = self._find()
        digest = os.urandom(self._identity.algorithm.hash.digest_size)
        with in_our_words():
            signature = signers[0](digest)
        try:
            self._identity.verify(digest, signature)
        except SignatureMismatch:
            raise WrongCertificate(
                f"{self._login.address.key_name} is another key than when it was opened", hint="open the key again"
            ) from None
        self._signers = signers


def _sign_all(signers: Sequence[Sign], digests: Sequence[bytes]) -> list[bytes]:
    """The library releases Python's lock while the token signs. After the first error nothing more is begun."""
    if len(signers) < 2 or len(digests) < 2:
        return [signers[0](digest) for digest in digests]
    free: SimpleQueue[Sign] = SimpleQueue()
    for sign in signers:
        free.put(sign)

    def sign_one(digest: bytes) -> bytes:
        sign = free.get()
        try:
            return sign(digest)
        finally:
            free.put(sign)

    with ThreadPoolExecutor(min(len(signers), len(digests)), "pkcs11") as pool:
        return [*pool.map(sign_one, digests)]
