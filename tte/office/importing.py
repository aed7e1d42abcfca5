"""Takes in the certificate that was issued for the key of a profile: all is checked before anything is changed.

Where it then lies is the backend's to say: beside the key (`pkcs12`, `pkcs11`), in the file that the key URI names
(`certificate=`), and in the file that the profile pins.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tte import backends
from tte.backends import generating
from tte.backends.certificate_file import CertificateFile
from tte.backends.chain import issuers_of
from tte.backends.secrets import secret_source
from tte.backends.selftest import check_certificate
from tte.durable import keep_copy, new_file, replace_file
from tte.errors import ConfigError, KeyRefused
from tte.issuance import now
from tte.key import Identity, KeyUri, SecretSource
from tte.office import Home, Profile
from tte.office.refusals import Refusals
from tte.office.truth import check_profile, common_name
from tte.validation import Trust


@dataclass(frozen=True, slots=True)
class Imported:
    """A certificate where it belongs, and where it was put. `kept`: files that hold what was there before."""

    identity: Identity
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def import_certificate(home: Home, name: str, file: Path) -> Imported:
    """Take in the certificate in `file` (PEM: the signing certificate, then its issuers if they are there).

    The key of profile `name` must be its own, it must be one to sign documents with now, and lead to an anchor in
    `keys/trust`. Else KeyRefused (WrongCertificate, CertificateExpired, …), and nothing was changed. At the end the key
    has been opened with it and has signed. What a file held before is kept beside it as `NAME.bak`, never dropped.
    """
    profile = home.profile(name)
    uri = KeyUri.parse(profile.uri)
    trust = home.trust()
    identity, pem = _read(file, trust)
    check_certificate(identity, now())
    check_profile(profile, home.settings.office(profile.office), identity)
    _check_ends_at_anchor(home, identity)
    targets = [_File.at(home.path / named, pem) for named in _files(profile, uri)]
    with Refusals.of(home.path, uri, name, interactive=home.interactive).attempt(by_hand=True):
        kept = _put(home, uri, identity, pem, pinned=bool(targets))
    kept_files = [kept, *(target.write() for target in targets)]
    return Imported(
        identity, tuple(target.path for target in targets if target.new), tuple(one for one in kept_files if one)
    )


def _put(home: Home, uri: KeyUri, identity: Identity, pem: bytes, *, pinned: bool) -> Path | None:
    """Put the certificate beside the key, if its backend does that, and open the key with it. What was there before is
    in the file that is returned, if it was kept.
    """
    secrets = secret_source(interactive=home.interactive, base=home.path)
    kept = None
    if "certificate" in uri.which:
        with _tried_file(home, pem) as part:
            which = {**uri.which, "certificate": str(part.resolve())}
            _open(home, replace(uri, which=which), identity, secrets)
        return None
    if generating.keeps_certificates(uri):
        secrets = _asked_once(secrets)
        kept = generating.put_certificate(uri, secrets, pem, home=home.path)
    elif not pinned:
        raise ConfigError(
            f"a {uri.scheme}: key keeps its certificate itself",
            hint="to pin it, name a file for it in the profile: certificate = …; then run this again",
        )
    _open(home, uri, identity, secrets)
    return kept


def _open(home: Home, uri: KeyUri, identity: Identity, secrets: SecretSource) -> None:
    """The key opens with this certificate, and signs."""
    backends.open_key(uri, secrets, pinned=identity.certificate, at=now(), home=home.path).close()


def _asked_once(secrets: SecretSource) -> SecretSource:
    """A PIN that is needed twice, to write and to try, is read or asked for once."""
    answers: dict[str, str] = {}

    def once(source: str) -> str:
        if source not in answers:
            answers[source] = secrets(source)
        return answers[source]

    return once


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is to hold the certificate and its issuers. `before`: what it holds, None if it is not there."""

    path: Path
    content: bytes
    before: bytes | None

    @classmethod
    def at(cls, path: Path, content: bytes) -> _File:
        """ConfigError if it cannot be read, or what it holds could not be kept."""
        try:
            before = path.read_bytes() if path.exists() else None
        except OSError as why:
            raise ConfigError(f"{path} cannot be read: {why.strerror}") from why
        if before not in (None, content) and path.with_name(f"{path.name}.bak").exists():
            raise ConfigError(
                f"{path} holds another certificate, and {path}.bak is there already",
                hint=f"move {path}.bak away: the file as it is would be kept under that name",
            )
        return cls(path, content, before)

    @property
    def new(self) -> bool:
        return self.before != self.content

    def write(self) -> Path | None:
        """The file that keeps what was there, if there was anything else."""
        if not self.new:
            return None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            kept = None if self.before is None else keep_copy(self.path, self.before, mode=0o644)
            replace_file(self.path, self.content, mode=0o644)
        except OSError as why:
            raise ConfigError(f"{self.path} cannot be written: {why.strerror}") from why
        return kept


def _files(profile: Profile, uri: KeyUri) -> list[str]:
    named = (uri.which.get("certificate"), profile.certificate)
    return list(dict.fromkeys(name for name in named if name))


@contextmanager
def _tried_file(home: Home, pem: bytes) -> Iterator[Path]:
    """The certificate in a file for as long as the key is tried with it."""
    folder = home.path / "var"
    part = folder / f".certificate.{random.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with new_file(part, mode=0o600) as file:
            file.write(pem)
    except OSError as why:
        raise ConfigError(f"{folder} cannot be written: {why.strerror}") from why
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _read(file: Path, trust: Trust) -> tuple[Identity, bytes]:
    """The identity in a PEM file, and the same in PEM: the certificate, then its issuers, no anchor.

    An issuer that is not in the file may be in `keys/trust`, where it is no anchor of its own.
    """
    certificate, *others = CertificateFile.read(file).certificates
    trusted = [x509.load_der_x509_certificate(der) for der in trust.anchors]
    issuers = issuers_of(certificate, [*others, *trusted])
    return Identity.of(certificate, issuers), _pem([certificate, *issuers])


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def _check_ends_at_anchor(home: Home, identity: Identity) -> None:
    """KeyRefused with the name of what is missing: an issuer that the file lacks, or the root in `keys/trust`."""
    try:
        home.trust_for(identity)
    except KeyRefused:
        top = x509.load_der_x509_certificate((identity.certificate, *identity.chain)[-1])
    else:
        return
    missing = common_name(top.issuer)
    raise KeyRefused(
        f"the certificate leads to “{missing}”, which is neither in the file nor an anchor in keys/trust/",
        hint=f"if it is an issuing CA, put its certificate into the file, after the first one; if “{missing}” is the "
        "root, compare its fingerprint with what its owner publishes and put it into keys/trust/",
    )
