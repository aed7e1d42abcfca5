"""The attributes of a key URI that a backend knows; a mistyped one must not pass unseen."""

from __future__ import annotations

from collections.abc import Set

from tte.errors import ConfigError, Problem
from tte.key import KeyUri


def require(
    uri: KeyUri,
    *,
    which: Set[str] = frozenset(),
    which_optional: Set[str] = frozenset(),
    access: Set[str] = frozenset(),
    access_optional: Set[str] = frozenset(),
) -> None:
    """Return if `uri` holds these attributes and no others; else ConfigError with every problem, no value echoed."""
    sides = (("before ?", uri.which, which, which_optional), ("after ?", uri.access, access, access_optional))
    problems = [
        *(
            Problem(name, f"{uri.scheme}: needs this {side}")
            for side, given, needed, _ in sides
            for name in sorted(needed - set(given))
        ),
        *(
            Problem(name, f"{uri.scheme}: does not know this {side}")
            for side, given, needed, optional in sides
            for name in sorted(set(given) - needed - optional)
        ),
    ]
    if problems:
        raise ConfigError(
            "the key URI cannot be used", problems, hint="see docs/keys.md for the attributes of each scheme"
        )
