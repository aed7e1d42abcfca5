"""Secrets that a person types, or a program hands over through a descriptor: never arguments, which all can list."""

from __future__ import annotations

import getpass
import os
import warnings

from tte.errors import ConfigError

LONGEST = 4096


def typed(what: str, descriptor: int | None, *, twice: bool = False) -> str:
    """One secret, from the terminal, or the first line that can be read from a descriptor. ConfigError without either.

    `twice`: a new one is typed again, so that a slip is noticed.
    """
    if descriptor is not None:
        return _handed(what, descriptor)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            first = getpass.getpass(f"{what}: ")
            if twice and getpass.getpass(f"{what}, again: ") != first:
                raise ConfigError("the two are not the same", hint="run the command again")
    except (EOFError, getpass.GetPassWarning):
        raise ConfigError(
            f"there is no terminal to ask for it: {what}", hint="hand it over with --fd N, as in 3<file"
        ) from None
    return first


def _handed(what: str, descriptor: int) -> str:
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            line = stream.readline(LONGEST)
    except OSError as why:
        raise ConfigError(f"{what} cannot be read from descriptor {descriptor}: {why.strerror}") from why
    try:
        return line.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise ConfigError(f"{what} is not text in UTF-8") from None
