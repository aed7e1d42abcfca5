"""Where a `csc:` key is and how it is reached, as its URI says."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from tte.backends.access import address, whole
from tte.backends.attributes import require
from tte.backends.csc.vocabulary import Api
from tte.errors import ConfigError, Problem
from tte.key import KeyUri

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
WHICH: Final = frozenset({"service", "credential"})
TOKEN: Final = "token-source"  # noqa: S105 the name of an attribute
CLIENT: Final = frozenset({"client-id", "client-secret-source"})
ACCESS: Final = CLIENT | {TOKEN, "oauth2", "pin-source", "otp-source", "api", "ca", "private", "timeout-s"}


@dataclass(frozen=True, slots=True)
class Address:
    """`service` and `oauth2` are URLs without a slash at the end; `hosts` are theirs, and no others are asked.

    `sources` are the attributes that say where secrets are. `client` is the OAuth client id, or "". `ca` is a PEM file
    of the CAs that alone are trusted for TLS, or "". `timeout_s` is the deadline of one answer.
    """

    service: str
    credential: str
    oauth2: str
    client: str
    api: Api | None
    hosts: frozenset[str]
    private: bool
    ca: str
    timeout_s: int
    sources: Mapping[str, str] = field(repr=False)


def read_address(uri: KeyUri) -> Address:
    """What `uri` says; ConfigError if that cannot be used, no value echoed."""
    require(uri, which=WHICH, access_optional=ACCESS)
    which, access = uri.which, uri.access
    service, oauth2 = address("service", which["service"]), address("oauth2", access.get("oauth2", which["service"]))
    timeout_s = whole(uri, "timeout-s", usual=30, most=600)
    problems = [
        *_token_problems(access),
        *_one_of("api", access, tuple(Api)),
        *_one_of("private", access, ("yes", "no")),
    ]
    if not which["credential"]:
        problems.append(Problem("credential", "is empty"))
    if problems:
        raise ConfigError("the key URI cannot be used", problems, hint="see docs/keys/csc.md")
    hosts = frozenset((urlsplit(url).hostname or "").lower() for url in (service, oauth2))
    return Address(
        service=service,
        credential=which["credential"],
        oauth2=oauth2,
        client=access.get("client-id", ""),
        api=Api(access["api"]) if "api" in access else None,
        hosts=hosts,
        private=access.get("private") == "yes" or hosts <= LOOPBACK,
        ca=access.get("ca", ""),
        timeout_s=timeout_s,
        sources={name: value for name, value in access.items() if name.endswith("-source")},
    )


def tls_for(address: Address) -> ssl.SSLContext | None:
    """What to trust for TLS, if not what the system trusts. ConfigError if the `ca` file cannot be used."""
    if not address.ca:
        return None
    try:
        return ssl.create_default_context(cafile=address.ca)
    except (OSError, ssl.SSLError) as why:
        raise ConfigError(
            f"the CA file of the key URI cannot be used ({type(why).__name__})",
            hint="ca=PATH names a PEM file with the certificates of the service's own CA",
        ) from None


def _token_problems(access: Mapping[str, str]) -> list[Problem]:
    client = CLIENT & set(access)
    if client and TOKEN in access:
        return [Problem(TOKEN, "is one of two ways to get a token; client-id is the other")]
    if client and client != CLIENT:
        return [Problem(name, "is missing: client-id and client-secret-source go together") for name in CLIENT - client]
    if "oauth2" in access and not client:
        return [Problem("oauth2", "is for client-id and client-secret-source, which are missing")]
    return []


def _one_of(name: str, access: Mapping[str, str], allowed: tuple[str, ...]) -> list[Problem]:
    if access.get(name, allowed[0]) in allowed:
        return []
    return [Problem(name, f"is {' or '.join(allowed)}")]
