"""What is asked of AWS KMS (API version 2014-11-01), its errors said in our words.

An error names KMS's own code, never its message: that may hold who asked. botocore's debugging lines hold session
tokens and what STS answered: they are never written, whatever level somebody sets.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3.session
from botocore import exceptions
from botocore.config import Config
from botocore.parsers import ResponseParserError
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tte.backends.access import address, timeout_s, whole
from tte.errors import (
    ConfigError,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    PinRefused,
    SessionLost,
    TteError,
)
from tte.key import Algorithm, KeyUri

ACCESS = frozenset({"region", "endpoint", "profile", "threads", "attempts", "timeout-s"})

ATTEMPTS = 5
"""For one request, the first included; between them botocore waits longer each time, at random, 20 s at most."""

SIGNING = {
    Algorithm.RSA_SHA256: "RSASSA_PKCS1_V1_5_SHA_256",
    Algorithm.ECDSA_P256: "ECDSA_SHA_256",
    Algorithm.ECDSA_P384: "ECDSA_SHA_384",
}

_SLOWER = "use fewer threads=, or ask AWS to raise the quota of cryptographic requests; then run the same batch again"
_RIGHTS = "the key policy or an IAM policy must allow this caller kms:GetPublicKey and kms:Sign on the key"
_STATE = "look at the key's state in KMS: a disabled key can be enabled, a deletion can be cancelled"
_WHO = "check the credentials that boto3 finds: aws sts get-caller-identity"

_CODES: dict[str, tuple[type[TteError], str, str]] = {
    "ThrottlingException": (KeyThrottled, "takes no more requests for now", _SLOWER),
    "Throttling": (KeyThrottled, "takes no more requests for now", _SLOWER),
    "RequestLimitExceeded": (KeyThrottled, "takes no more requests for now", _SLOWER),
    "TooManyRequestsException": (KeyThrottled, "takes no more requests for now", _SLOWER),
    "LimitExceededException": (KeyRefused, "allows no more keys or aliases", "ask AWS to raise the quota"),
    "AccessDeniedException": (KeyRefused, "does not allow it", _RIGHTS),
    "NotFoundException": (KeyNotFound, "has no such key", "check the key's ARN or alias, and the region"),
    "InvalidArnException": (KeyNotFound, "has no such key", "check the key's ARN or alias, and the region"),
    "DisabledException": (KeyRefused, "says that the key is disabled", _STATE),
    "KMSInvalidStateException": (KeyRefused, "says that the key cannot be used in its state", _STATE),
    "InvalidKeyUsageException": (KeyRefused, "says that the key is not for signing", "name a key of SIGN_VERIFY"),
    "UnsupportedOperationException": (KeyRefused, "says that the key is not for signing", "name a key of SIGN_VERIFY"),
    "UnrecognizedClientException": (PinRefused, "does not accept the credentials", _WHO),
    "InvalidClientTokenId": (PinRefused, "does not accept the credentials", _WHO),
    "InvalidSignatureException": (PinRefused, "does not accept the credentials", _WHO + "; and this machine's clock"),
    "IncompleteSignature": (PinRefused, "does not accept the credentials", _WHO),
    "MissingAuthenticationToken": (PinRefused, "does not accept the credentials", _WHO),
    "ExpiredTokenException": (SessionLost, "says that the credentials have expired", "get new ones and go on"),
    "ExpiredToken": (SessionLost, "says that the credentials have expired", "get new ones and go on"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What KMS tells of a key: its ARN, its public half, and whether it is for signing as we do."""

    arn: str
    public: PublicKeyTypes
    signs: frozenset[str]


class Kms:
    """KMS in one region. May be used by many threads at once. Errors: see `_translated`."""

    def __init__(self, uri: KeyUri) -> None:
        """Nothing is asked yet. ConfigError if the URI, or what boto3 is configured with, cannot be used."""
        self.threads = whole(uri, "threads", usual=16, most=64)
        endpoint = uri.access.get("endpoint")
        config = Config(
            connect_timeout=min(5.0, timeout_s(uri)),
            read_timeout=timeout_s(uri),
            max_pool_connections=self.threads,
            retries={"mode": "standard", "total_max_attempts": whole(uri, "attempts", usual=ATTEMPTS, most=20)},
        )
        self._client: Any = _ours(
            lambda: boto3.session.Session(
                profile_name=uri.access.get("profile"), region_name=uri.access.get("region") or _region_in(uri)
            ).client("kms", config=config, endpoint_url=None if endpoint is None else address("endpoint", endpoint))
        )
        _hush()

    def held(self, key: str) -> Held:
        """GetPublicKey: what is public about `key`, an ARN, an id or `alias/NAME`."""
        told = _ours(lambda: self._client.get_public_key(KeyId=key))
        try:
            signs = told["SigningAlgorithms"] if told["KeyUsage"] == "SIGN_VERIFY" else ()
            return Held(told["KeyId"], load_der_public_key(told["PublicKey"]), frozenset(signs))
        except (KeyError, TypeError, ValueError) as why:
            raise _no_kms() from why

    def sign(self, arn: str, digest: bytes, algorithm: Algorithm) -> bytes:
        """Sign, with MessageType DIGEST: RSASSA-PKCS1-v1_5, or ECDSA as DER."""
        told = _ours(
            lambda: self._client.sign(
                KeyId=arn, Message=digest, MessageType="DIGEST", SigningAlgorithm=SIGNING[algorithm]
            )
        )
        signature = told.get("Signature")
        if not isinstance(signature, bytes):
            raise _no_kms()
        return signature

    def create(self, spec: str) -> str:
        """CreateKey: the ARN of a new key for signing. It never leaves KMS."""
        told = _ours(lambda: self._client.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY"))
        return str(told["KeyMetadata"]["Arn"])

    def name(self, arn: str, alias: str) -> None:
        """CreateAlias; KeyRefused if there is one of that name."""
        _ours(lambda: self._client.create_alias(AliasName=alias, TargetKeyId=arn))

    def close(self) -> None:
        self._client.close()


def _region_in(uri: KeyUri) -> str | None:
    """The region that an ARN names: arn:aws:kms:REGION:ACCOUNT:key/…; None if it is not an ARN."""
    parts = uri.which["key"].split(":")
    return parts[3] if len(parts) >= 6 and parts[0] == "arn" else None


Told = TypeVar("Told")


def _ours(ask: Callable[[], Told]) -> Told:
    try:
        return ask()
    except (exceptions.ClientError, exceptions.BotoCoreError) as why:
        trouble = _translated(why)
    except (ResponseParserError, AttributeError, LookupError, TypeError, ValueError):
        trouble = _no_kms()  # botocore takes apart whatever came
    raise trouble  # outside the handler: what was caught may show who asked, or a token


def _no_kms() -> KeyUnavailable:
    return KeyUnavailable("what answered is not AWS KMS", hint="check endpoint= and the proxies of this machine")


def _translated(why: Exception) -> TteError:
    if isinstance(why, exceptions.ClientError):
        return _answered(why.response)
    name = type(why).__name__
    if isinstance(why, exceptions.ReadTimeoutError | exceptions.ConnectTimeoutError):
        return KeyTimedOut("AWS KMS did not answer in time", hint="try again; timeout-s= says how long to wait")
    if isinstance(
        why,
        exceptions.NoCredentialsError
        | exceptions.PartialCredentialsError
        | exceptions.CredentialRetrievalError
        | exceptions.TokenRetrievalError
        | exceptions.SSOError,
    ):
        return KeyUnavailable(
            f"AWS KMS: boto3 finds no credentials ({name})",
            hint="give this process a role or a profile; see docs/keys/awskms.md",
        )
    if isinstance(why, exceptions.NoRegionError | exceptions.InvalidRegionError):
        return ConfigError("awskms: no region is given", hint="name the key by its ARN, or add region= after ?")
    if isinstance(why, exceptions.ProfileNotFound | exceptions.ConfigNotFound | exceptions.ConfigParseError):
        return ConfigError(f"awskms: boto3's configuration cannot be used ({name})", hint="check profile= and ~/.aws")
    return KeyUnavailable(f"AWS KMS cannot be reached ({name})", hint="check the network, the region and endpoint=")


def _answered(response: Any) -> TteError:
    code = str(response.get("Error", {}).get("Code", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _CODES:
        kind, what, hint = _CODES[code]
        return kind(f"AWS KMS {what} ({code})", hint=hint)
    shown = code if code.isalnum() and len(code) < 60 else f"status {status}"
    if status == 429:
        return KeyThrottled(f"AWS KMS takes no more requests for now ({shown})", hint=_SLOWER)
    if status >= 500 or not code.isalpha():
        return KeyUnavailable(f"AWS KMS cannot answer now ({shown})", hint="try again later")
    return KeyRefused(f"AWS KMS refused ({shown})")


def _hush() -> None:
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "botocore"]:
        logging.getLogger(name).addFilter(_no_debugging)


def _no_debugging(line: logging.LogRecord) -> bool:
    return line.levelno > logging.DEBUG
