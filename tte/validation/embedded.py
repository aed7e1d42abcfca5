"""A signature that holds, in the shape in which chains, time-stamps and revocation are judged."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property

from asn1crypto import cms, x509

from tte.validation import algorithms
from tte.validation.known_cms import KnownCms


class Embedded:
    """The CMS of a signature over the bytes `parts`. ValueError, TypeError or KeyError if asn1crypto cannot read it.

    `plain` is what is known of it if it was found to hold and nothing in it is unusual; then it is read once more only
    for who asks for more. The other names are pyHanko's.
    """

    def __init__(self, value: bytes, parts: Iterable[bytes | memoryview], plain: KnownCms | None = None) -> None:
        self._value, self._parts, self.plain = value, parts, plain
        if plain is None:
            self.signer_info["signature"].native  # noqa: B018  asn1crypto parses late: fail here

    @cached_property
    def signed_data(self) -> cms.SignedData:
        """The SignedData of RFC 5652 §5.1."""
        found = cms.ContentInfo.load(self._value)["content"]
        content = found["encap_content_info"]
        if content["content"].native == b"":  # none at all, to whoever wrote it
            found["encap_content_info"] = {"content_type": content["content_type"]}
        return found

    @cached_property
    def signer_info(self) -> cms.SignerInfo:
        """Its one SignerInfo."""
        _silence()
        [found] = self.signed_data["signer_infos"]
        return found

    @property
    def family(self) -> str:
        """What the signature algorithm is called, such as rsassa_pkcs1v15; ValueError for one that has no name."""
        return self.plain.family if self.plain else str(self.signer_info["signature_algorithm"].signature_algo)

    @property
    def hash_name(self) -> str:
        """What the digest algorithm is called."""
        return self.plain.hash_name if self.plain else str(self.signer_info["digest_algorithm"]["algorithm"].native)

    @property
    def signed(self) -> frozenset[str]:
        """The object identifiers of the signed attributes."""
        if self.plain:
            return self.plain.signed
        return frozenset(attribute["type"].dotted for attribute in self.signer_info["signed_attrs"])

    @cached_property
    def other_embedded_certs(self) -> Sequence[x509.Certificate]:
        """The certificates that came with the signer's."""
        from pyhanko.sign.general import extract_certificate_info  # slow to import

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
    import logging  # who meets plain signatures only need not wait for it

    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
