"""Trust services of others, over HTTP: time-stamps and revocation info. What they answer is hostile until verified."""

from __future__ import annotations

from dataclasses import dataclass

from tte.services.revocation import Evidence, Revocations
from tte.services.tsa import TimeStamp, TimeStamps

__all__ = ["Evidence", "Revocations", "Services", "TimeStamp", "TimeStamps"]


@dataclass(frozen=True)
class Services:
    """All that is asked of others to raise a document's level, and whom we believe (anchors, DER)."""

    time_stamps: TimeStamps
    revocations: Revocations
    anchors: tuple[bytes, ...]

    def close(self) -> None:
        """Let go of all connections; who still waits gets BROKE_OFF. Closing twice is fine."""
        self.time_stamps.close()
        self.revocations.close()
