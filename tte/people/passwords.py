"""Passwords as they are kept: argon2id, with the parameters of OWASP's Password Storage Cheat Sheet.

A password is normalised to NFC (RFC 8265 §4.2), so that two keyboards give the same one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tte.errors import ConfigError, PasswordRefused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 128
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1

COMMON: Final = frozenset(
    {
        *("passwordpassword", "password1234", "123456789012", "1234567890123", "indonesia123", "indonesia1945"),
        *("bismillah123", "sayangsayang", "dukcapil2024", "dukcapil2025", "dukcapil2026", "qwertyuiop12"),
        *("qwertyuiopas", "administrator", "admin1234567", "adminadmin12", "rahasia12345", "katasandi123"),
        *("katasandikatasandi", "merdeka170845", "garudaindonesia"),
    }
)
"""A few of at least twelve letters that people here choose first; no list is long enough to be called one."""


def fresh(password: str, *, login: str) -> str:
    """A new password as it is kept. PasswordRefused says what is wrong with it and never what it is."""
    text = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise PasswordRefused(f"a password has {SHORTEST} to {LONGEST} characters", hint="take a sentence")
    plain = text.casefold()
    if plain in COMMON or len(set(plain)) < 5 or (len(login) > 3 and login.casefold() in plain):
        raise PasswordRefused(
            "this password is among those that are tried first, or holds the login name",
            hint="take a sentence that is yours only",
        )
    return _hasher().hash(text)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password that is kept. With none kept it takes as long, and is not."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    text = unicodedata.normalize("NFC", password[: 8 * LONGEST])
    try:
        return _hasher().verify(kept or _nobody(), text) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was kept with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def again(password: str) -> str:
    """A password that has just matched, as it is kept today."""
    return _hasher().hash(unicodedata.normalize("NFC", password))


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise ConfigError("passwords need argon2-cffi", hint="pip install tte-signing[web]") from None
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """What somebody is compared with who is not there."""
    import secrets

    return _hasher().hash(secrets.token_hex())
