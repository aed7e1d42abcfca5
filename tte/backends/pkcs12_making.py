"""A new key in a PKCS#12 file, and the certificate that was issued for it, put into that file.

Until then a placeholder stands in the certificate's place, signed by the key itself and good for nothing: some programs
do not read a file that has none. The file is encrypted with AES-256 under a key that PBKDF2 makes from the PIN (PBES2,
RFC 8018 §6.2): whoever has the file can try PINs as fast as his machines can, so short ones are refused.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, pkcs12

from tte.backends.attributes import require
from tte.backends.chain import issuers_of
from tte.backends.memory import MemoryKey, PrivateKey
from tte.backends.new_key import NewKey, signs_as
from tte.backends.pkcs12 import PLACEHOLDER, unlock
from tte.backends.private_file import read_private
from tte.durable import keep_copy, new_file, replace_file
from tte.errors import KeyRefused, KeyUnavailable, WrongCertificate
from tte.key import Algorithm, Identity, KeyUri, SecretSource

ROUNDS = 1_000_000
"""Of PBKDF2 with HMAC-SHA-256, and of the file's MAC: a quarter of a second to open it, on one processor of 2026."""

SHORTEST_PIN = 8

CURVES: dict[str, ec.EllipticCurve] = {"ecdsa-p256": ec.SECP256R1(), "ecdsa-p384": ec.SECP384R1()}


def make_key(uri: KeyUri, secrets: SecretSource, algorithm: str) -> NewKey:
    """A new key in a new file of mode 600 at `path`. From `prompt:` its PIN is asked for twice.

    KeyRefused if there is a file, or the PIN has fewer than 8 characters, or the two differ.
    """
    require(uri, which=frozenset({"path"}), access=frozenset({"pin-source"}))
    signing = signs_as(algorithm)
    path = Path(uri.which["path"])
    if path.exists():
        raise _there(path)
    pin = _new_pin(uri.access["pin-source"], secrets)
    private = _generate(algorithm)
    placeholder = _placeholder(private, signing)
    content = _sealed(private, placeholder, [], pin, b"tte")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path, mode=0o600) as file:
            file.write(content)
    except FileExistsError:
        raise _there(path) from None
    except OSError as why:
        raise KeyUnavailable(f"{path} cannot be written: {why.strerror}") from why
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = MemoryKey(private, Identity.of(placeholder))
    return NewKey(public, signing, lambda digest: key.sign([digest])[0], key.close)


def put_certificate(uri: KeyUri, secrets: SecretSource, certificate: bytes) -> Path | None:
    """Put a certificate, then its issuers (PEM), into the file of its key; the file is then encrypted as new ones are.

    WrongCertificate if it is another key's. A certificate that it replaces is kept, with the key, as `NAME.bak`; a
    placeholder is not. Nothing happens if it is there already. KeyRefused if there is such a `.bak`.
    """
    require(uri, which=frozenset({"path"}), access=frozenset({"pin-source"}))
    ours, *others = x509.load_pem_x509_certificates(certificate)
    path = Path(uri.which["path"])
    before = read_private(path, holds="the key")
    pin = secrets(uri.access["pin-source"])
    store = unlock(path, before, pin)
    private = store.key
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyRefused(f"{path} holds no RSA or ECDSA key")
    if private.public_key() != ours.public_key():
        raise WrongCertificate(f"the certificate is not that of the key in {path}")
    held = None if store.cert is None else store.cert.certificate
    if held == ours:
        return None
    name = store.cert.friendly_name if store.cert else None
    content = _sealed(private, ours, issuers_of(ours, others), pin, name or b"tte")
    _check_readable(path, content, pin, ours)
    real = path.resolve()  # a link stays a link
    try:
        kept = keep_copy(real, before, mode=0o600) if held is not None and held.subject != PLACEHOLDER else None
        replace_file(real, content, mode=0o600)
    except FileExistsError:
        raise KeyRefused(
            f"{path} holds another certificate, and {path}.bak is there already",
            hint=f"move {path}.bak away: the file as it is would be kept under that name",
        ) from None
    except OSError as why:
        raise KeyUnavailable(f"{path} cannot be written: {why.strerror}") from why
    return kept


def _new_pin(source: str, secrets: SecretSource) -> str:
    pin = secrets(source)
    if source == "prompt:" and secrets(source) != pin:
        raise KeyRefused("the two PINs differ; no key was made")
    if len(pin) < SHORTEST_PIN:
        raise KeyRefused(
            f"the PIN of a key in a file has {SHORTEST_PIN} characters or more; no key was made",
            hint="whoever copies the file can try all short ones",
        )
    return pin


def _generate(algorithm: str) -> PrivateKey:
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm])
    return rsa.generate_private_key(65537, int(algorithm.removeprefix("rsa-")))


def _placeholder(private: PrivateKey, algorithm: Algorithm) -> x509.Certificate:
    """Valid for no more than the second in which it was made."""
    made = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(PLACEHOLDER)
        .issuer_name(PLACEHOLDER)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made - timedelta(seconds=1))
        .not_valid_after(made)
        .sign(private, algorithm.hash)
    )


def _sealed(
    private: PrivateKey, certificate: x509.Certificate, issuers: list[x509.Certificate], pin: str, name: bytes
) -> bytes:
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode())
    )
    return pkcs12.serialize_key_and_certificates(name, private, certificate, issuers, encryption)


def _check_readable(path: Path, content: bytes, pin: str, certificate: x509.Certificate) -> None:
    """The key is nowhere else: the new file is read once before it takes the old one's place."""
    store = unlock(path, content, pin)
    if store.key is None or store.cert is None or store.cert.certificate != certificate:
        raise KeyRefused(f"the new content of {path} cannot be read again; the file was left as it is")


def _there(path: Path) -> KeyRefused:
    return KeyRefused(f"{path} is there already; a key is never written over", hint="choose another path")
