"""The transit engine of Vault and OpenBao: one key in all its versions, many digests signed in one request.

A signature says which version of the key made it, `vault:v1:…`; it must be the one that was asked for.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tte.backends.access import whole
from tte.backends.new_key import SIGNS_AS
from tte.backends.vault.client import Vault, no_vault, path_of
from tte.errors import ConfigError, KeyNotFound, KeyRefused, KeyUnavailable, PinRefused, SessionLost, WrongCertificate
from tte.key import Algorithm, KeyUri

AT_A_TIME: Final = 256
"""Digests in one request: OpenBao refuses JSON of more than 1,000 strings, and a digest is two of them."""

AT_LEAST: Final = 32
"""Digests in one request before there are two at once: fewer are not worth a second one."""


class Transit:
    """One key of one transit engine, in all its versions."""

    def __init__(self, uri: KeyUri) -> None:
        self._mount = path_of("mount", uri.which.get("mount", "transit"))
        self._key = path_of("key", uri.which["key"])
        if "/" in self._key:
            raise ConfigError("vault: key is one name, without /", hint="the engine's place is mount=")
        self._threads = whole(uri, "threads", usual=4, most=64)
        self.vault = Vault(uri)
        self._has_signed = False

    def find(self, wanted: PublicKeyTypes | None, named: str | None) -> tuple[int, PublicKeyTypes]:
        """The version of the key that has this public half, or the latest; `named` is the only one that may be taken.

        KeyRefused if the key is not for signing as we do; WrongCertificate if no version has that public half.
        """
        held = self._held()
        if held.get("type") not in SIGNS_AS:
            raise KeyRefused(
                f"the key {self._key} is of type {self.vault.words([held.get('type')])}, which cannot sign documents",
                hint="name a key of type " + ", ".join(SIGNS_AS),
            )
        versions = _versions(held["keys"])
        if named is not None and named not in map(str, versions):
            raise KeyNotFound(f"the key {self._key} has no version {named}", hint="check version=")
        taken = [
            (number, public)
            for number, public in sorted(versions.items(), reverse=True)
            if named in (None, str(number)) and wanted in (None, public)
        ]
        if not taken:
            raise WrongCertificate(
                f"the certificate belongs to no version of the key {self._key} that may be used",
                hint="put the certificate that was issued for this key into certificate=",
            )
        return taken[0]

    def sign_all(self, digests: Sequence[bytes], algorithm: Algorithm, version: int) -> list[bytes]:
        """Every digest signed by that version of the key, in order: PKCS#1 v1.5, or ECDSA as DER.

        The engine signs the digests of one request one after the other, so a large batch goes out in several at once.
        """
        size = min(AT_A_TIME, max(AT_LEAST, -(-len(digests) // self._threads)))
        parts = [digests[start : start + size] for start in range(0, len(digests), size)]
        if len(parts) == 1:
            return self._sign(digests, algorithm, version)
        with ThreadPoolExecutor(min(self._threads, len(parts)), "transit") as pool:
            return [*chain.from_iterable(pool.map(lambda part: self._sign(part, algorithm, version), parts))]

    def make(self, kind: str) -> None:
        """The engine answers alike whether it made the key or had one of that name, so it is asked first."""
        try:
            self._held()
        except KeyNotFound:
            self.vault.ask(
                "POST",
                f"{self._mount}/keys/{self._key}",
                {"type": kind, "exportable": False, "allow_plaintext_backup": False},
                denied=KeyRefused(
                    f"the token may not make {self._mount}/keys/{self._key}",
                    hint="allow it `create` and `update` there, for this once",
                ),
            )
            return
        raise KeyRefused(f"the service has a key named {self._key}", hint="use that one, or choose another name")

    def close(self) -> None:
        """Forget the token, let go of the connections."""
        self.vault.close()

    def _held(self) -> dict[str, Any]:
        path = f"{self._mount}/keys/{self._key}"
        denied = PinRefused(
            f"the service does not accept the token, or the token may not read {path}",
            hint="make a new token, with the policy in docs/keys/vault.md",
        )
        held = self.vault.ask("GET", path, denied=denied).get("data")
        if not isinstance(held, dict) or not isinstance(held.get("keys"), dict):
            raise no_vault()
        return held

    def _sign(self, digests: Sequence[bytes], algorithm: Algorithm, version: int) -> list[bytes]:
        request = {
            "batch_input": [{"input": base64.b64encode(digest).decode()} for digest in digests],
            "prehashed": True,
            "key_version": version,
            "signature_algorithm": "pkcs1v15",
            "marshaling_algorithm": "asn1",
        }
        path = f"{self._mount}/sign/{self._key}/{'sha2-384' if algorithm is Algorithm.ECDSA_P384 else 'sha2-256'}"
        told = self.vault.ask("POST", path, request, denied=self._denied(path), again=True).get("data")
        results = told.get("batch_results") if isinstance(told, dict) else None
        if not isinstance(results, list) or len(results) != len(digests):
            raise no_vault()
        signatures = [self._signature(result, version) for result in results]
        self._has_signed = True
        return signatures

    def _denied(self, path: str) -> KeyRefused | KeyUnavailable:
        if self._has_signed:
            return SessionLost(
                "the token is no longer accepted: it has expired or was revoked",
                hint="put a new token where token-source says, then run the same batch again",
            )
        return KeyRefused(f"the token may not use {path}", hint="allow it `update` there; see docs/keys/vault.md")

    def _signature(self, result: object, version: int) -> bytes:
        if not isinstance(result, dict):
            raise no_vault()
        if result.get("error"):
            raise KeyRefused(f"the service did not sign: {self.vault.words([result['error']])}")
        prefix, _, encoded = str(result.get("signature")).rpartition(":")
        if prefix != f"vault:v{version}":
            raise KeyRefused(f"the service did not sign with version {version} of the key")
        try:
            return base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise no_vault() from None


def _versions(keys: dict[str, Any]) -> dict[int, PublicKeyTypes]:
    try:
        return {int(number): load_pem_public_key(one["public_key"].encode()) for number, one in keys.items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise no_vault() from None
