"""SoftHSM tokens in a folder of their own, for tests, the demo and the bench. Nothing outside the folder is touched.

SoftHSM is an HSM in software: a PKCS#11 module and the tool `softhsm2-util` (Debian: softhsm2). It finds its tokens by
the environment, so one `SoftHsm` at a time is in use in a process: inside `in_use()`. PINs of these tokens are worth
nothing; they are passed to the tool as arguments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from tte.errors import ConfigError
from tte.key import KeyUri
from tte.testing.pki import PublicKey, TestCa

VARIABLE = "SOFTHSM2_CONF"
OFFICER_PIN = "petugas-keamanan"

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/*/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def find_module() -> Path | None:
    """SoftHSM's PKCS#11 module, if it and its tool are installed here."""
    found = (path for pattern in MODULES for path in sorted(Path("/").glob(pattern.removeprefix("/"))))
    return next(found, None) if shutil.which("softhsm2-util") else None


@dataclass(frozen=True, slots=True)
class SoftHsm:
    """The tokens in one folder."""

    folder: Path
    module: Path

    @classmethod
    def make(cls, folder: Path) -> SoftHsm:
        """No tokens yet, in a folder that is made here. ConfigError if SoftHSM is not installed."""
        module = find_module()
        if module is None:
            raise ConfigError("SoftHSM is not installed", hint="install it (Debian: apt-get install softhsm2)")
        (folder / "tokens").mkdir(parents=True)
        settings = (
            f"directories.tokendir = {folder / 'tokens'}",
            "objectstore.backend = file",
            "log.level = ERROR",
            "slots.removable = false",
        )
        (folder / "softhsm2.conf").write_text("\n".join((*settings, "")))
        return cls(folder, module)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """SoftHSM in this process, and in those that it starts, has these tokens and no others."""
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(self.folder / "softhsm2.conf")
        try:
            yield
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before

    def make_token(self, label: str, pin: str) -> SoftToken:
        """A new token with no keys on it."""
        before = {*(self.folder / "tokens").iterdir()}
        tool = shutil.which("softhsm2-util") or "softhsm2-util"
        pins = ("--pin", pin, "--so-pin", OFFICER_PIN)
        subprocess.run(  # noqa: S603 the tool of SoftHSM, with a test's own words
            [tool, "--init-token", "--free", "--label", label, *pins],
            env={**os.environ, VARIABLE: str(self.folder / "softhsm2.conf")},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        (folder,) = {*(self.folder / "tokens").iterdir()} - before
        return SoftToken(self, label, folder, pin)


@dataclass(frozen=True, slots=True)
class SoftToken:
    """One token; `folder` is where SoftHSM keeps it."""

    hsm: SoftHsm
    label: str
    folder: Path
    pin: str = field(repr=False)

    def uri(self, label: str, *, more: str = "", access: str = "", pin_source: str = "env:PIN") -> str:
        """The URI of a key on it; `more` comes before ?, `access` after it, both as they are: `;name=value`."""
        which = f"token={quote(self.label)};object={quote(label)}{more}"
        return f"pkcs11:{which}?module-path={self.hsm.module}&pin-source={pin_source}{access}"

    def make_key(
        self,
        label: str,
        *,
        ca: TestCa,
        valid_from: datetime,
        algorithm: str = "rsa-2048",
        name: str = "Pejabat Uji Coba",
        certified: bool = True,
        more: str = "",
    ) -> bytes:
        """A new key, made on the token, with its certificate (DER, for a year) and issuers on it unless `certified`
        is false. The `SoftHsm` is in use.
        """
        from tte.backends.pkcs11 import make_key, put_certificate

        uri = KeyUri.parse(self.uri(label, more=more))
        new = make_key(uri, lambda _: self.pin, algorithm)
        new.close()
        certificate = certify(ca, new.public, name=name, valid_from=valid_from)
        if certified:
            pem = b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *ca.chain, ca.root.certificate))
            put_certificate(uri, lambda _: self.pin, pem)
        return certificate.public_bytes(Encoding.DER)


def certify(ca: TestCa, public: bytes, *, name: str, valid_from: datetime) -> x509.Certificate:
    """A signing certificate, for a year, of the key that has this public half (SubjectPublicKeyInfo, DER)."""
    held = load_der_public_key(public)
    if not isinstance(held, PublicKey):
        raise TypeError("a new key is RSA or ECDSA")
    return ca.certify(held, name=name, valid_from=valid_from, valid_to=valid_from + timedelta(days=366))
