"""Whom we believe: the certificates of the authorities at the top of a chain. Reads files, never the network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import Encoding

from tte.errors import ConfigError

if TYPE_CHECKING:
    from pyhanko_certvalidator.registry import SimpleTrustManager

_MAX_FILE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust anchors as DER certificates. Equal anchors are one trust; without anchors nothing can pass.

    `psre` are those anchors under which Indonesian PSrE issue (PP 71/2019): what ends there is *tersertifikasi*.
    """

    anchors: tuple[bytes, ...] = ()
    psre: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        for position, anchor in enumerate(self.anchors, start=1):
            try:
                certificates.load_der_x509_certificate(anchor)
            except ValueError as why:
                raise ConfigError(f"trust anchor {position} is not a DER certificate") from why

    @classmethod
    def of_pem_files(cls, paths: Iterable[Path], *, psre: Iterable[Path] = ()) -> Trust:
        """The certificates in PEM files, each file holding one or more. ConfigError names the file that cannot be used.

        Those in `psre` files are believed like the others, and named as anchors of PSrE.

        An anchor is believed by itself, in and out of its own dates (decision 16).
        """
        anchors: dict[bytes, None] = {}
        for path in paths:
            anchors.update(dict.fromkeys(_read(path)))
        official = dict.fromkeys(one for path in psre for one in _read(path))
        return cls(tuple(anchors | official), tuple(official))


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
    from asn1crypto import x509
    from pyhanko_certvalidator.registry import SimpleTrustManager

    return SimpleTrustManager.build(trust_roots=[x509.Certificate.load(anchor) for anchor in trust.anchors])
