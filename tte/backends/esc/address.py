"""Where an `esc:` service is and how it is reached, as its URI says."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tte.backends.access import timeout_s, whole
from tte.backends.attributes import require
from tte.errors import ConfigError, Problem
from tte.key import KeyUri

WHICH: Final = frozenset({"service", "official"})
SOURCES: Final = frozenset({"nik-source", "user-source", "password-source"})
PASSPHRASE, TOTP = "pin-source", "totp-source"
OPTIONAL: Final = frozenset({PASSPHRASE, TOTP, "api", "plain", "private", "ca", "at-once", "timeout-s"})
AT_ONCE: Final = 4
"""Documents in one request of v2, if the URI does not say: as many are of unknown outcome if its answer is lost."""


class Api(StrEnum):
    """Which of the two interfaces that ESC has is spoken."""

    V2 = "v2"
    V1 = "v1"


@dataclass(frozen=True, slots=True)
class Address:
    """`service` is a URL without a slash at the end, `host` the only one that is asked.

    `sources` are the attributes that say where secrets are; `factor` is which of them is the official's consent. `tls`
    is None for what the system trusts. `timeout_s` is the deadline of one answer.
    """

    service: str
    host: str
    official: str
    api: Api
    private: bool
    tls: ssl.SSLContext | None
    at_once: int
    timeout_s: float
    factor: str
    sources: Mapping[str, str] = field(repr=False)


def read_address(uri: KeyUri, home: Path) -> Address:
    """What `uri` says; `home` is what a relative `ca` starts from. ConfigError with every problem, no value echoed."""
    require(uri, which=WHICH, access=SOURCES, access_optional=OPTIONAL)
    which, access = uri.which, uri.access
    service = which["service"].rstrip("/")
    api = access.get("api", Api.V2)
    factors = [name for name in (PASSPHRASE, TOTP) if name in access]
    problems = [
        *_service_problems(service, plain=access.get("plain") == "yes"),
        *_one_of("api", access, tuple(Api)),
        *(problem for name in ("plain", "private") for problem in _one_of(name, access, ("no", "yes"))),
    ]
    if len(factors) != 1:
        problems.append(Problem(PASSPHRASE, f"is needed, or {TOTP} in its place (api=v2)"))
    if api == Api.V1 and TOTP in access:
        problems.append(Problem(TOTP, "is for api=v2"))
    if api == Api.V1 and "at-once" in access:
        problems.append(Problem("at-once", "is for api=v2; v1 takes one document in a request"))
    if problems:
        raise ConfigError("the key URI cannot be used", problems, hint="see docs/keys/esc.md")
    return Address(
        service=service,
        host=(urlsplit(service).hostname or "").lower(),
        official=which["official"],
        api=Api(api),
        private=access.get("private") == "yes",
        tls=_tls(home / access["ca"]) if "ca" in access else None,
        at_once=1 if api == Api.V1 else whole(uri, "at-once", usual=AT_ONCE, most=50),
        timeout_s=timeout_s(uri),
        factor=factors[0],
        sources={name: access[name] for name in (*SOURCES, *factors)},
    )


def _service_problems(url: str, *, plain: bool) -> list[Problem]:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return [Problem("service", "is no URL")]
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or set(url) & set("?# "):
        return [Problem("service", "is no URL of a host, and a path if need be, such as https%3A%2F%2Fesc.example")]
    if parts.scheme == "http" and not plain:
        return [Problem("service", "is not https: whoever listens on the way gets the passphrase; plain=yes allows it")]
    return []


def _one_of(name: str, access: Mapping[str, str], allowed: tuple[str, ...]) -> list[Problem]:
    if access.get(name, allowed[0]) in allowed:
        return []
    return [Problem(name, f"is {' or '.join(allowed)}")]


def _tls(ca: Path) -> ssl.SSLContext:
    """Trust in the CAs in this file alone. ConfigError if it cannot be used."""
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as why:
        raise ConfigError(
            f"the CA file of the key URI cannot be used ({type(why).__name__})",
            hint="ca=PATH names a PEM file with the certificate of the CA that the service's own certificate is from",
        ) from None
