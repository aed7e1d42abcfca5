"""Validation with all details, under a name of its own: the sandbox asks for what it is to do by name."""

from __future__ import annotations

from datetime import datetime

from tte.model import Pdf, Report
from tte.validation import Trust, validate


def validate_in_detail(pdf: Pdf, trust: Trust, at: datetime) -> Report:
    """`validate` with `details`."""
    return validate(pdf, trust, at, details=True)
