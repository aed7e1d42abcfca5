"""What a time-stamping authority is asked (RFC 3161 §2.4.1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from asn1crypto import tsp

from tte.services.signature import HASHES


@dataclass(frozen=True, slots=True)
class Question:
    """To stamp this imprint, with this nonce, under this policy if there is one."""

    imprint: bytes
    digest_name: str
    policy: str | None
    nonce: int

    @classmethod
    def new(cls, imprint: bytes, digest_name: str, policy: str | None) -> Question:
        """With a nonce that nobody can know before. ValueError if this can be no imprint."""
        if digest_name not in HASHES or len(imprint) != HASHES[digest_name].digest_size:
            raise ValueError("an imprint is a SHA-256, SHA-384 or SHA-512 digest")
        return cls(imprint, digest_name, policy, secrets.randbits(64))

    def der(self) -> bytes:
        """TimeStampReq; certificates are asked for."""
        request = {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": self.digest_name}, "hashed_message": self.imprint},
            "nonce": self.nonce,
            "cert_req": True,
        }
        if self.policy is not None:
            request["req_policy"] = self.policy
        asked: bytes = tsp.TimeStampReq(request).dump()
        return asked
