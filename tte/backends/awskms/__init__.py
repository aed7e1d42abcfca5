"""`awskms:key=alias%2Fdinas-3171;certificate=keys/dinas-3171.pem?region=ap-southeast-3`: a key in AWS KMS.

Tested against moto, not verified against the vendor. `key` is an ARN, a key id or `alias/NAME`; `certificate` a PEM
file (see `certificate_file`), because KMS keeps none. Credentials come as boto3 finds them: a role, a profile, the
environment; never from the URI. KMS signs one digest for each request, so many are asked for at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tte.backends.attributes import require
from tte.backends.awskms.client import ACCESS, SIGNING, Held, Kms
from tte.backends.certificate_file import CertificateFile
from tte.backends.new_key import NewKey, signs_as
from tte.backends.remote import RemoteKey, SignAll
from tte.errors import ConfigError, KeyNotFound, KeyRefused
from tte.key import Algorithm, Key, KeyUri, SecretSource

SPECS = {
    "rsa-2048": "RSA_2048",
    "rsa-3072": "RSA_3072",
    "rsa-4096": "RSA_4096",
    "ecdsa-p256": "ECC_NIST_P256",
    "ecdsa-p384": "ECC_NIST_P384",
}
"""What KMS calls the kinds of key in `new_key`."""


def open_key(uri: KeyUri, secrets: SecretSource) -> Key:
    """The key in KMS, with the certificate in the file; `secrets` is not asked.

    An alias is followed once, here: whoever points it elsewhere later does not change an open key. ConfigError for a
    URI or a boto3 configuration that cannot be used; KeyNotFound, WrongCertificate, KeyRefused (no rights, disabled,
    not for signing), PinRefused (wrong credentials); KeyUnavailable, KeyThrottled, KeyTimedOut, SessionLost (expired
    credentials), these also in `sign`.
    """
    require(uri, which=frozenset({"key", "certificate"}), access_optional=ACCESS)
    file = CertificateFile.read(Path(uri.which["certificate"]))
    kms = Kms(uri)
    try:
        held = kms.held(uri.which["key"])
        if not held.signs.intersection(SIGNING.values()):
            raise KeyRefused("the key in AWS KMS is not for signing documents", hint="name an RSA or NIST EC key")
        identity = file.identity_of(held.public)
    except BaseException:
        kms.close()
        raise
    return RemoteKey("awskms", identity, sign=_signing(kms, held, identity.algorithm), close=kms.close)


def make_key(uri: KeyUri, secrets: SecretSource, algorithm: str) -> NewKey:
    """A new key in KMS under the alias that `uri` names; `algorithm` is one of `new_key.SIGNS_AS`.

    KeyRefused if there is a key of that name. The certificate's file need not be there yet. Needs kms:CreateKey,
    kms:CreateAlias, kms:GetPublicKey and kms:Sign.
    """
    require(uri, which=frozenset({"key"}), which_optional=frozenset({"certificate"}), access_optional=ACCESS)
    signing = signs_as(algorithm)
    alias = uri.which["key"]
    if not alias.startswith("alias/"):
        raise ConfigError("awskms: a new key is named by an alias", hint="write key=alias%2FNAME; KMS makes the ARN")
    kms = Kms(uri)
    try:
        _refuse_existing(kms, alias)
        arn = kms.create(SPECS[algorithm])
        try:
            kms.name(arn, alias)
        except KeyRefused as why:
            raise KeyRefused(f"{why}: {arn} was made and has no alias", hint="give it one, or delete it") from None
        held = kms.held(arn)
    except BaseException:
        kms.close()
        raise
    public = held.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return NewKey(public, signing, lambda digest: kms.sign(arn, digest, signing), kms.close)


def _refuse_existing(kms: Kms, alias: str) -> None:
    try:
        kms.held(alias)
    except KeyNotFound:
        return
    raise KeyRefused(f"AWS KMS has a key named {alias}", hint="use that one, or choose another name")


def _signing(kms: Kms, held: Held, algorithm: Algorithm) -> SignAll:
    sign = partial(kms.sign, held.arn, algorithm=algorithm)

    def sign_all(digests: Sequence[bytes]) -> Sequence[bytes]:
        """As many at once as there are threads; after the first error nothing more is asked for."""
        if len(digests) == 1:
            return [sign(digests[0])]
        with ThreadPoolExecutor(min(kms.threads, len(digests)), "kms") as pool:
            return [*pool.map(sign, digests)]

    return sign_all
