"""What the key URI of a service says about reaching it, checked before anything is sent. No value is ever echoed."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from tte.errors import ConfigError
from tte.key import KeyUri

TIMEOUT_S = 30.0
"""For one request, if the URI does not say `timeout-s`."""


def address(name: str, text: str) -> str:
    """`text` without its last slash, if a secret may be sent there: https, or http to this machine itself.

    ConfigError for anything else, and if it holds a user name, a query or a fragment. `name` is the attribute's.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError(f"{name} is no address") from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or "@" in parts.netloc or set(text) & set("?# "):
        raise ConfigError(f"{name} is no address such as https%3A%2F%2Fvault.example%3A8200")
    if parts.scheme == "http" and not _this_machine(host):
        raise ConfigError(f"{name} is not https", hint="plain http is for a service on this machine only (127.0.0.1)")
    return text.rstrip("/")


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def whole(uri: KeyUri, name: str, *, usual: int, most: int) -> int:
    """The whole number from 1 to `most` that stands after `?` as `name`, or `usual`."""
    text = uri.access.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise ConfigError(f"{uri.scheme}: {name} is a whole number from 1 to {most}")
    return int(text)


def timeout_s(uri: KeyUri) -> float:
    """Seconds that one request may take: `timeout-s`, from 0.1 to 600."""
    try:
        seconds = float(uri.access.get("timeout-s", TIMEOUT_S))
    except ValueError:
        seconds = 0
    if not 0.1 <= seconds <= 600:
        raise ConfigError(f"{uri.scheme}: timeout-s is a number of seconds from 0.1 to 600")
    return seconds
