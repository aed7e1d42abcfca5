"""The files that keys of seals lie in: P-256 in PEM, private ones 0600 and never written over."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from tte.backends.private_file import read_private
from tte.durable import new_file
from tte.errors import ConfigError, KeyRefused

BACK: Final = "put var/seal back from its backup"


def loaded(file: Path, *, holds: str) -> EllipticCurvePrivateKey:
    """The private key in a file; `holds` names it in an error. KeyUnavailable, KeyRefused."""
    with suppress(ValueError, TypeError):
        key = load_pem_private_key(read_private(file, holds=holds), None)
        if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
            return key
    raise KeyRefused(f"{file} does not hold {holds}: a P-256 key in PEM, without a passphrase", hint=BACK)


def loaded_public(file: Path) -> EllipticCurvePublicKey:
    """The public key in a file; ConfigError."""
    with suppress(OSError, ValueError):
        public = load_pem_public_key(file.read_bytes())
        if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
            return public
    raise ConfigError(f"{file} is missing, or holds no P-256 key in PEM", hint=BACK)


def write_private(file: Path, content: bytes) -> None:
    """A new private file. ConfigError if it is there or cannot be written."""
    try:
        with new_file(file, mode=0o600) as opened:
            opened.write(content)
    except OSError as why:
        raise ConfigError(f"{file} cannot be written: {why.strerror}") from why


def private_pem(key: EllipticCurvePrivateKey) -> bytes:
    """PKCS#8, without a passphrase: as safe as its file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: EllipticCurvePrivateKey) -> bytes:
    """Its public half, SubjectPublicKeyInfo."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
