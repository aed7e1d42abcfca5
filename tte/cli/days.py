"""Days as people type them: whole days as in Jakarta."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from tte.errors import ConfigError

_WIB = timezone(timedelta(hours=7))


def day_of(text: str) -> datetime:
    """When this day begins. ConfigError for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), _WIB).astimezone(UTC)
    except ValueError:
        raise ConfigError("a day is written as 2026-12-01") from None


def end_of(text: str) -> datetime | None:
    """When this day is over; None for no day at all."""
    return day_of(text) + timedelta(days=1) if text else None
