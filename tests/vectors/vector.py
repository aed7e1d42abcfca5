"""What a vector is, and short ways to say what is expected of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from tests.signed_pdfs import NOW
from tte.model import Indication, Level, SubIndication
from tte.validation.reasons import Reason

Make = Callable[[], bytes]
ENDINGS = ("ok", "untrusted", "modified", "broken", "unsigned", "error")


@dataclass(frozen=True)
class Expects:
    """A verdict: `reasons` are those of which one must be given, for the file or a signature; none if it is empty."""

    indication: Indication
    sub_indication: SubIndication | None = None
    reasons: tuple[Reason, ...] = ()
    level: Level | None = None
    at: datetime = NOW

    def seen_at(self, at: datetime) -> Expects:
        return replace(self, at=at)


@dataclass(frozen=True)
class Vector:
    """A file and its verdict. `name` begins with the family and ends in the integrity expected."""

    name: str
    make: Make
    expects: Expects

    @property
    def integrity(self) -> str:
        """What must be found of bytes and later changes, whatever the trust."""
        ending = self.ending
        return "ok" if ending == "untrusted" else ending

    @property
    def ending(self) -> str:
        ending = self.name.rsplit("_", 1)[1]
        if ending not in ENDINGS:
            raise ValueError(f"{self.name} does not end in what it expects")
        return ending


def ok(level: Level | None = Level.B_B, *reasons: Reason) -> Expects:
    return Expects(Indication.TOTAL_PASSED, None, reasons, level)


def broken(*reasons: Reason, sub: SubIndication = SubIndication.FORMAT_FAILURE) -> Expects:
    return Expects(Indication.TOTAL_FAILED, sub, reasons)


def modified(*reasons: Reason) -> Expects:
    """Changed after signing; for these reasons, or simply changed."""
    return Expects(Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE, (*reasons, Reason.CHANGED))


def unsure(*reasons: Reason, sub: SubIndication | None = None) -> Expects:
    return Expects(Indication.INDETERMINATE, sub, reasons)


UNSIGNED = unsure(Reason.NO_SIGNATURE, sub=SubIndication.NO_SIGNATURE)

CHANGES = tuple(reason for reason in Reason if reason.name.startswith(("CHANGED", "FORBIDDEN")))
"""Every way to say that a later revision changed what it may not."""
