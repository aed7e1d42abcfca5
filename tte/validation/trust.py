"""Whom we believe: the certificates of the authorities at the top of a chain. Reads files, never the network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator.registry import SimpleTrustManager

from tte.errors import ConfigError

_MAX_FILE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust anchors as DER certificates. Equal anchors are one trust; without anchors nothing can pass."""

    anchors: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        for position, anchor in enumerate(self.anchors, start=1):
            try:
                certificates.load_der_x509_certificate(anchor)
            except ValueError as why:
                raise ConfigError(f"trust anchor {position} is not a DER certificate") from why

    @classmethod
    def of_pem_files(cls, paths: Iterable[Path]) -> Trust:
        """The certificates in PEM files, each file holding one or more. ConfigError names the file that cannot be used.

        Validity in time is not looked at here: an anchor that has expired makes chains fail, not the start.
        """
        anchors: dict[bytes, None] = {}
        for path in paths:
            anchors.update(dict.fromkeys(_read(path)))
        return cls(tuple(anchors))


def _read(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as stream:
            pem = stream.read(_MAX_FILE + 1)
    except OSError as why:
        raise ConfigError(f"the trust file {path} cannot be read", hint="check the path and its permissions") from why
    if b"PRIVATE KEY" in pem:
        raise ConfigError(
            f"the trust file {path} holds a private key", hint="keep certificates only, and move the key away"
        )
    try:
        if len(pem) > _MAX_FILE:
            raise ValueError
        found = certificates.load_pem_x509_certificates(pem)
    except ValueError as why:
        raise ConfigError(
            f"the trust file {path} holds no readable PEM certificate",
            hint="it needs BEGIN CERTIFICATE … END CERTIFICATE",
        ) from why
    return [certificate.public_bytes(Encoding.DER) for certificate in found]


@lru_cache(maxsize=16)
def trust_manager(trust: Trust) -> SimpleTrustManager:
    """The anchors as certvalidator wants them, parsed once; shared by all judgements and never changed by them."""
    return SimpleTrustManager.build(trust_roots=[x509.Certificate.load(anchor) for anchor in trust.anchors])
