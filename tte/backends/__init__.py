"""How to reach a private key: one module for each scheme of key URI, each exporting one function, `open_key`.

`open_key` here finds the backend by its scheme, opens the key, and lets nobody have it that has not signed once and
been found to be the one that was asked for. Others plug in by the entry-point group `tte.backends`; a built-in scheme
cannot be taken over. No error names a secret, nor what stands after `?` in a key URI.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from tte.backends.selftest import self_test
from tte.errors import ConfigError
from tte.key import Key, KeyUri, OpenKey, SecretSource

BUILT_IN = {
    "awskms": "tte.backends.awskms",
    "csc": "tte.backends.csc",
    "ephemeral": "tte.backends.ephemeral",
    "pkcs11": "tte.backends.pkcs11",
    "pkcs12": "tte.backends.pkcs12",
    "vault": "tte.backends.vault",
}
"""Named here as well as in the package's metadata, so that a checkout works without being installed."""

GROUP = "tte.backends"


def open_key(
    uri: KeyUri | str, secrets: SecretSource, *, pinned: bytes | None, at: datetime, home: Path = Path()
) -> Key:
    """The key at `uri`, self-tested (see `selftest`), or an error, and then nothing stays open.

    `pinned`: the certificate (DER) that the key must have. `at`: now, aware. `home`: what a relative `path`,
    `certificate` or `ca` in the URI starts from. ConfigError if the URI or its scheme cannot be used, KeyUnavailable if
    the key cannot be reached, KeyRefused if it can and may not be used. Each secret is asked for at most once.
    """
    if isinstance(uri, str):
        uri = KeyUri.parse(uri)
    key = backend(uri.scheme)(at_home(uri, home), secrets)
    try:
        self_test(key, pinned=pinned, at=at)
    except BaseException:
        key.close()
        raise
    return key


def schemes() -> tuple[str, ...]:
    """The schemes that can be opened here, built in or plugged in."""
    return tuple(sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))}))


def backend(scheme: str) -> OpenKey:
    """`open_key` of the backend for a scheme; nothing is opened. ConfigError if there is none, or several."""
    load = _finder(scheme)
    try:
        return load()
    except ImportError as why:
        raise ConfigError(
            f"the key backend for {scheme}: cannot be loaded ({why})", hint="install the library it needs"
        ) from why


def _finder(scheme: str) -> Callable[[], OpenKey]:
    if scheme in BUILT_IN:
        return lambda: cast("OpenKey", import_module(BUILT_IN[scheme]).open_key)
    found = {point.value: point for point in entry_points(group=GROUP, name=scheme)}
    if not found:
        raise ConfigError(f"there is no key backend for {scheme}:", hint=f"installed: {', '.join(schemes())}")
    if len(found) > 1:
        raise ConfigError(f"{len(found)} installed packages claim {scheme}: keys", hint="uninstall all but one")
    return cast("Callable[[], OpenKey]", found.popitem()[1].load)


def at_home(uri: KeyUri, home: Path) -> KeyUri:
    """`path` and `certificate`, which key it is, and `ca`, whom to trust on the way to it, are relative to the home."""
    files = ("path", "certificate")
    which = {name: str(home / value) if name in files else value for name, value in uri.which.items()}
    access = {name: str(home / value) if name == "ca" else value for name, value in uri.access.items()}
    return replace(uri, which=which, access=access)
