"""Which algorithms are refused, and until when others may be used: one policy, named in every full report.

What is weak here is what certvalidator refuses when it judges a chain. The dates are those of ETSI TS 119 312 v1.5.1 as
the ETSI ESI cryptographic suites of 2024-10-13 list them; they are told, and refuse nothing by themselves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tte.model import AlgorithmFact

NAME: Final = "ETSI TS 119 312 v1.5.1"

_REFUSED: Final = frozenset({"md2", "md5", "sha1"})
_HASHES_UNTIL: Final = {
    "md5": datetime(2004, 8, 1, tzinfo=UTC),
    "sha1": datetime(2012, 8, 1, tzinfo=UTC),
    "ripemd160": datetime(2014, 8, 1, tzinfo=UTC),
    "sha224": datetime(2029, 1, 1, tzinfo=UTC),
}
_LEAST_BITS: Final = {"rsa": 2048, "dsa": 3192}
_KEYS_UNTIL: Final[dict[str, tuple[tuple[int, datetime], ...]]] = {
    "rsa": (
        (1024, datetime(2010, 8, 1, tzinfo=UTC)),
        (1900, datetime(2019, 10, 1, tzinfo=UTC)),
        (3000, datetime(2029, 1, 1, tzinfo=UTC)),
    ),
    "ec": (
        (224, datetime(2012, 8, 1, tzinfo=UTC)),
        (256, datetime(2021, 10, 1, tzinfo=UTC)),
    ),
}
"""Below so many bits: until when."""


def of_hash(use: str, name: str) -> AlgorithmFact:
    """What the policy says of a hash, named as hashlib names it."""
    return AlgorithmFact(use, name, name in _REFUSED, _HASHES_UNTIL.get(name))


def of_key(use: str, family: str, bits: int) -> AlgorithmFact:
    """The same of a key; `family` is rsa, dsa, ec or a curve that is its own."""
    until = next((day for below, day in _KEYS_UNTIL.get(family, ()) if bits < below), None)
    name = f"{family}-{bits}" if bits else family
    return AlgorithmFact(use, name, 0 < bits < _LEAST_BITS.get(family, 0), until)
