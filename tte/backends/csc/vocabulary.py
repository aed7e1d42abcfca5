"""The words of the two versions of the API, and nothing else: CSC API 1.0.4.0 §11 and 2.0.0.2 §11.

Version 2 renamed what version 1 called `hash` and `hashAlgo`, and gathers PIN and OTP under `authData`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tte.errors import KeyRefused, KeyUnavailable

Json = dict[str, object]

EXTEND: Final = "credentials/extendTransaction"
AUTHORIZE: Final = "credentials/authorize"
SIGN: Final = "signatures/signHash"


class Api(StrEnum):
    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True)
class About:
    """What the service says of itself: the version it speaks, and the methods it has."""

    api: Api
    methods: frozenset[str]


def read_about(answer: Mapping[str, object]) -> About:
    """The answer to `info` (§11.1). KeyRefused if it speaks neither version."""
    specs, methods = answer.get("specs"), answer.get("methods")
    if not isinstance(specs, str):
        raise KeyUnavailable("the service does not say which version of the CSC API it speaks", hint="try api=v1 or v2")
    major = specs.partition(".")[0]
    if f"v{major}" not in tuple(Api):
        raise KeyRefused("the service speaks neither version 1 nor version 2 of the CSC API")
    known = methods if isinstance(methods, list) else []
    return About(Api(f"v{major}"), frozenset(name for name in known if isinstance(name, str)))


def digests_named(api: Api, digests: Sequence[str], digest_oid: str) -> Json:
    """The digests that an authorisation is for; base64."""
    if api is Api.V1:
        return {"hash": [*digests]}
    return {"hashes": [*digests], "hashAlgorithmOID": digest_oid}


def factors_named(api: Api, factors: Mapping[str, str]) -> Json:
    """What authorises: values by the id of the factor, which in version 1 is PIN or OTP."""
    if api is Api.V1 or not factors:
        return {**factors}
    return {"authData": [{"id": name, "value": value} for name, value in factors.items()]}


def to_be_signed(api: Api, digests: Sequence[str], digest_oid: str, signature_oid: str) -> Json:
    """What is to be signed, and how. The digest's algorithm is named even where the other implies it: services differ
    in whether they need that, and one that does not ignores it (§11.9, §11.10).
    """
    if api is Api.V1:
        return {"hash": [*digests], "hashAlgo": digest_oid, "signAlgo": signature_oid}
    return {
        "hashes": [*digests],
        "hashAlgorithmOID": digest_oid,
        "signAlgo": signature_oid,
        "operationMode": "S",
    }
