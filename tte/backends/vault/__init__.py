"""A key in the transit engine of HashiCorp Vault or OpenBao, which signs many digests in one request.

`vault:service=https%3A%2F%2Fvault.example%3A8200;key=dinas-3171;certificate=keys/dinas-3171.pem?token-source=file:…`.
`certificate` is a PEM file (see `certificate_file`). Optional: `mount` (transit), `namespace`, `version`; and after `?`
`ca`, `private=yes`, `threads` (4), `timeout-s`. Instead of a token: `role-id`, and after `?` `secret-source` (AppRole).
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tte.backends.attributes import require
from tte.backends.certificate_file import CertificateFile
from tte.backends.new_key import NewKey, signs_as
from tte.backends.remote import RemoteKey
from tte.backends.vault.transit import Transit
from tte.key import Key, KeyUri, SecretSource


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key in the engine, with the certificate in the file.

    The version of the key is the certificate's, whichever is the latest: after a rotation it goes on signing until the
    new version's certificate is put in its place. ConfigError for a URI that cannot be used; PinRefused for a token (or
    AppRole secret) that is not accepted, tried once; KeyNotFound, WrongCertificate, KeyRefused (not for signing, no
    rights); KeyUnavailable, KeyThrottled, KeyTimedOut, then and in `sign`; SessionLost in `sign` if a token that has
    signed is no longer accepted.
    """
    by_role = _checked(uri, needs={"certificate"})
    file = CertificateFile.read(Path(uri.which["certificate"]))
    transit = _entered(uri, secrets, by_role)
    try:
        version, public = transit.find(file.public, uri.which.get("version"))
        identity = file.identity_of(public)
    except BaseException:
        transit.close()
        raise
    algorithm = identity.algorithm
    return RemoteKey(
        "vault",
        identity,
        sign=lambda digests: transit.sign_all(digests, algorithm, version),
        close=transit.close,
    )


def make_key(uri: KeyUri, secrets: SecretSource, algorithm: str) -> NewKey:
    """A new key in the engine, not exportable, under the name in `uri`; `algorithm` is one of `new_key.SIGNS_AS`.

    KeyRefused if there is a key of that name. The certificate's file need not be there yet.
    """
    signing = signs_as(algorithm)
    transit = _entered(uri, secrets, _checked(uri, needs=set()))
    try:
        transit.make(algorithm)
        version, public = transit.find(None, None)
    except BaseException:
        transit.close()
        raise
    return NewKey(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        signing,
        lambda digest: transit.sign_all([digest], signing, version)[0],
        transit.close,
    )


def _checked(uri: KeyUri, *, needs: set[str]) -> bool:
    """Whether the URI, which is in order, names a role; if not, a token."""
    by_role = "role-id" in uri.which or "secret-source" in uri.access
    require(
        uri,
        which=frozenset({"service", "key", *needs, *(["role-id"] if by_role else [])}),
        which_optional=frozenset({"mount", "namespace", "version", "certificate"}),
        access=frozenset({"secret-source" if by_role else "token-source"}),
        access_optional=frozenset({"ca", "private", "threads", "timeout-s"}),
    )
    return by_role


def _entered(uri: KeyUri, secrets: SecretSource, by_role: bool) -> Transit:
    transit = Transit(uri)
    try:
        if by_role:
            transit.vault.log_in(uri.which["role-id"], secrets(uri.access["secret-source"]))
        else:
            transit.vault.enter(secrets(uri.access["token-source"]))
    except BaseException:
        transit.close()
        raise
    return transit
