"""Makes a private key where a key URI says, and puts its certificate beside it, where the backend can do that.

A backend module may export `make_key` and `put_certificate` next to `open_key`, whether it is built in or plugged in.
The private half of a new key never comes here.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from tte.backends import BUILT_IN, GROUP, at_home, backend
from tte.backends.new_key import NewKey, signs_as
from tte.errors import ConfigError
from tte.key import KeyUri, SecretSource

MakeKey = Callable[[KeyUri, SecretSource, str], NewKey]
"""`make_key(uri, secrets, algorithm)`: a new key of one of the kinds in `new_key.SIGNS_AS`. Never in place of another:
KeyRefused if there is one.
"""

PutCertificate = Callable[[KeyUri, SecretSource, bytes], Path | None]
"""`put_certificate(uri, secrets, certificate)`: the certificate of the key at `uri`, then its issuers, in PEM.

WrongCertificate if it is another key's. It returns where it kept what was there before, if it kept that as a file.
"""

ELSEWHERE = {"pkcs12": "tte.backends.pkcs12_making"}
"""Built-in backends whose making is in another module than their opening."""

SETS_PIN = frozenset({"pkcs12"})
"""Schemes where making a key sets its PIN. With the others the PIN or token is that of the device, and is tried."""


def make_key(uri: KeyUri, secrets: SecretSource, algorithm: str, *, home: Path = Path()) -> NewKey:
    """A new key at `uri`, open for its first signatures: close it. Paths in `uri` start from `home`.

    ConfigError if the backend cannot make keys, or not of this kind; its own errors else.
    """
    signs_as(algorithm)
    make = cast("MakeKey | None", _offered(uri.scheme, "make_key"))
    if make is None:
        raise ConfigError(
            f"a key cannot be made at {uri.scheme}: from here",
            hint="make it where it is kept, then name it in the profile; docs/keys.md says which keys tte can make",
        )
    return make(at_home(uri, home), secrets, algorithm)


def keeps_certificates(uri: KeyUri) -> bool:
    """Whether the certificate of such a key can be put beside it, by `put_certificate`."""
    return _offered(uri.scheme, "put_certificate") is not None


def put_certificate(uri: KeyUri, secrets: SecretSource, certificate: bytes, *, home: Path = Path()) -> Path | None:
    """Put a certificate and its issuers (PEM) where the key is; see `PutCertificate`. ConfigError if that cannot be."""
    put = cast("PutCertificate | None", _offered(uri.scheme, "put_certificate"))
    if put is None:
        raise ConfigError(f"a certificate cannot be put at {uri.scheme}: from here")
    return put(at_home(uri, home), secrets, certificate)


def _offered(scheme: str, name: str) -> Any:
    """What the backend's module exports as `name`, or None. ConfigError if the backend cannot be loaded."""
    backend(scheme)
    module = ELSEWHERE.get(scheme) or BUILT_IN.get(scheme)
    if module is None:
        (module, *_) = {point.module for point in entry_points(group=GROUP, name=scheme)}
    return getattr(import_module(module), name, None)
