"""What a credential asks for before it signs: a PIN, a one-time password, both or nothing; and where each comes from.

CSC API 1.0.4.0 §11.5 (`PIN`, `OTP`), 2.0.0.2 §8.3 and §11.5 (`auth/objects`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from tte.errors import ConfigError, Problem
from tte.key import SecretSource


class Kind(Enum):
    """What a factor is, and which attribute says where it comes from."""

    PIN = "pin-source"
    OTP = "otp-source"


class Request(Enum):
    """What makes the service send a one-time password to its owner."""

    NOTHING = ""
    SEND = "credentials/sendOTP"
    CHALLENGE = "credentials/getChallenge"


@dataclass(frozen=True, slots=True)
class Factor:
    """`id` is what the API calls it. `needed` is false where the credential signs without it as well."""

    id: str
    kind: Kind
    needed: bool
    request: Request = Request.NOTHING


@dataclass(frozen=True, slots=True)
class Demand:
    """The factors of a credential: all that are needed or, where they are `alternatives`, one of them."""

    factors: tuple[Factor, ...]
    alternatives: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A factor that is the same each time: the PIN, read once."""

    id: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OneTime:
    """A factor that is asked for at each authorisation."""

    id: str
    request: Request
    ask: Callable[[], str] = field(repr=False)


def factors_to_give(demand: Demand, sources: Mapping[str, str], secrets: SecretSource) -> tuple[Fixed | OneTime, ...]:
    """What will be given, the PIN read from its source. ConfigError if a source is missing. Of alternatives, the first
    that has a source.
    """
    having = [one for one in demand.factors if one.kind.value in sources]
    if demand.alternatives:
        missing = [] if having else [*demand.factors]
        having = having[:1]
    else:
        missing = [one for one in demand.factors if one.needed and one not in having]
    if missing:
        problems = [Problem(one.kind.value, "csc: the credential asks for this") for one in missing]
        raise ConfigError("the key URI cannot be used", problems, hint="see docs/keys/csc.md")
    return tuple(_given(one, sources[one.kind.value], secrets) for one in having)


def _given(factor: Factor, source: str, secrets: SecretSource) -> Fixed | OneTime:
    if factor.kind is Kind.PIN:
        return Fixed(factor.id, secrets(source))
    return OneTime(factor.id, factor.request, lambda: secrets(source))
