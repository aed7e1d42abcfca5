"""Reads a PIN from where a `pin-source` says it is, at the moment of use, once, and never repeats it.

`env:NAME`, `file:PATH` (relative to the office home) and `prompt:`. No error here carries a secret, nor a source that
cannot be read as one of the three: somebody may have written the PIN itself there.
"""

from __future__ import annotations

import getpass
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tte.backends.private_file import read_private
from tte.errors import ConfigError, KeyRefused, KeyUnavailable
from tte.key import SecretSource


def secret_source(
    *, base: Path = Path(), interactive: bool = False, typed: Callable[[], str] | None = None
) -> SecretSource:
    """Reads secrets, paths being relative to `base`; `interactive` allows `prompt:`, a service leaves it false.

    `typed` answers `prompt:` with what a person has typed elsewhere, such as on the signing page.

    What is returned gives a secret, never an empty one. KeyUnavailable if there is none, KeyRefused if it may not be
    used, ConfigError if the source is none of the three.
    """
    return _Secrets(base, interactive, typed)


@dataclass(frozen=True, slots=True)
class _Secrets:
    base: Path
    interactive: bool
    typed: Callable[[], str] | None = field(repr=False)

    def __call__(self, source: str) -> str:
        kind, _, name = source.partition(":")
        if kind == "env" and name:
            secret = _from_environment(name)
        elif kind == "file" and name:
            secret = _from_file(self.base / name)
        elif source == "prompt:":
            secret = self.typed() if self.typed else self._from_terminal()
        else:
            raise ConfigError("a pin-source is env:NAME, file:PATH or prompt:")
        if not secret:
            raise KeyUnavailable(f"the secret at {source} is empty")
        return secret

    def _from_terminal(self) -> str:
        if not self.interactive:
            raise KeyRefused(
                "nobody is there to be asked for a PIN",
                hint="replace prompt: by env:NAME or file:PATH in the key profile",
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", getpass.GetPassWarning)
                return getpass.getpass("PIN: ")
        except (EOFError, getpass.GetPassWarning) as why:
            raise KeyRefused("there is no terminal to ask for a PIN without showing it") from why


def _from_environment(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise KeyUnavailable(f"the environment has no {name}", hint=f"set {name} for this process") from None


def _from_file(path: Path) -> str:
    text = read_private(path, holds="a secret").decode("utf-8", errors="replace")
    if "\ufffd" in text:
        raise KeyRefused(f"{path} is not text in UTF-8")
    return text.removesuffix("\r\n" if text.endswith("\r\n") else "\n")
