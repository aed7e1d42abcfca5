"""A signature that holds, in the shape in which pyHanko and certvalidator judge chains, time-stamps and revocation."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache, cached_property

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_certificate_info

from tte.validation import algorithms


class Embedded:
    """The CMS of a signature over the bytes `parts`. ValueError, TypeError or KeyError if asn1crypto cannot read it.

    The names are pyHanko's.
    """

    def __init__(self, value: bytes, parts: Sequence[bytes | memoryview]) -> None:
        _silence()
        self._parts = parts
        self.signed_data: cms.SignedData = cms.ContentInfo.load(value)["content"]
        [self.signer_info] = self.signed_data["signer_infos"]
        self.signer_info["signature"].native  # noqa: B018  asn1crypto parses late: fail here

    @cached_property
    def other_embedded_certs(self) -> Sequence[x509.Certificate]:
        """The certificates that came with the signer's."""
        return tuple(extract_certificate_info(self.signed_data).other_certs)

    def compute_digest(self, algorithm: str | None = None) -> bytes:
        """The digest of the signed bytes by this algorithm; by default the signature's digest algorithm."""
        name = algorithms.hash_named(self.signer_info["digest_algorithm"]["algorithm"].dotted)
        if algorithm is not None:
            name = "shake_256" if algorithm == "shake256" else algorithm
        return algorithms.digest(name, self._parts)


@cache
def _silence() -> None:
    """pyHanko logs what it reads, names in certificates included; our reports say what there is to say."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
