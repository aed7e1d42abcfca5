"""Having digests signed: as few calls as the credential allows, and what comes back put in order and in form."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tte.backends.csc.answers import RESUME
from tte.backends.csc.authorising import Authoriser
from tte.backends.csc.credential import Credential
from tte.backends.csc.service import Service
from tte.backends.csc.vocabulary import SIGN, Api, Json, to_be_signed
from tte.errors import KeyUnavailable
from tte.key import Algorithm

SIGNATURE_ROOM: Final = 4096
"""Bytes of an answer for each signature: RSA of 16,384 bits in base64, and what stands between them."""

SIGNATURE_S: Final = 0.1
"""How much longer an answer may take for each signature."""


class Signing:
    """Signs with one credential. It refuses in a process that did not open it, as its connections are elsewhere."""

    __slots__ = ("_api", "_authoriser", "_credential", "_opener", "_service")

    def __init__(self, service: Service, api: Api, credential: Credential, authoriser: Authoriser) -> None:
        self._service, self._api, self._credential, self._authoriser = service, api, credential, authoriser
        self._opener = os.getpid()

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Sign every digest, in order, in as few calls as the credential allows; ECDSA as DER.

        No call that may have signed is made again: errors are those of `Service.ask` and `Authoriser.sad`, and what
        earlier calls signed is then forgotten.
        """
        if os.getpid() != self._opener:
            raise KeyUnavailable("the key belongs to the process that opened it", hint="sign there")
        signatures: list[bytes] = []
        try:
            while len(signatures) < len(digests):
                start = len(signatures)
                signatures += self._some(digests[start : start + self._authoriser.room()])
        except BaseException:
            self._authoriser.forget()
            raise
        return signatures

    def close(self) -> None:
        """Forget PIN and token, and let go of the connections."""
        self._authoriser.close()
        self._service.close()

    def _some(self, digests: Sequence[bytes]) -> list[bytes]:
        """The signatures over what one authorisation may be for, by one call."""
        count = len(digests)
        named = [base64.b64encode(digest).decode("ascii") for digest in digests]
        credential = self._credential
        body: Json = {
            "credentialID": credential.id,
            "SAD": self._authoriser.sad(named),
            **to_be_signed(self._api, named, credential.digest_oid, credential.signature_oid),
        }
        answer = self._service.ask(SIGN, body, most=SIGNATURE_ROOM * (count + 1), more_s=SIGNATURE_S * count)
        given = answer.get("signatures")
        if not isinstance(given, list) or len(given) != count:
            raise KeyUnavailable(f"the service did not give {count:,} signatures for {count:,} digests", hint=RESUME)
        return [_signature(one, credential.identity.algorithm) for one in given]


def _signature(given: object, algorithm: Algorithm) -> bytes:
    """The bytes of a signature; of an ECDSA one as DER, which services give as it is or as r and s (IEEE P1363)."""
    value = b""
    try:
        value = base64.b64decode("".join(given.split()) if isinstance(given, str) else "", validate=True)
    except ValueError:
        value = b""
    if value and algorithm is not Algorithm.RSA_SHA256:
        value = _as_der(value, 48 if algorithm is Algorithm.ECDSA_P384 else 32)
    if not value:
        raise KeyUnavailable("what the service gave is no signature")
    return value


def _as_der(value: bytes, size: int) -> bytes:
    try:
        decode_dss_signature(value)
    except ValueError:
        if len(value) != 2 * size:
            return b""
        return encode_dss_signature(int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big"))
    return value
