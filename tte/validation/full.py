"""Validation with all details, loaded whole: a job for the sandbox, whose children can import nothing any more.

`Sandbox(limits, job=tte.validation.full.JOB)`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tte.model import Pdf, Report
from tte.validation import details as details  # loaded before the walls stand
from tte.validation import verdict
from tte.validation.trust import Trust

JOB: Final = "tte.validation.full:validate"


def validate(pdf: Pdf, trust: Trust, at: datetime) -> Report:
    """The report of `tte.validation.validate` with details."""
    return verdict.validate(pdf, trust, at, details=True)
