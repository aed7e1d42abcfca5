"""Why a file is not taken for another of its kind: it is not like the sample, or the sample itself is not valid."""

from __future__ import annotations

from typing import ClassVar

from tte.errors import TteError
from tte.model import Report


class Unlike(TteError):
    """A file is not another of the sample's kind. `problem` says where, and quotes nothing of the file."""

    code: ClassVar[str] = "unlike"

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class NotPassed(TteError):
    """The sample is not TOTAL-PASSED, so nothing can be measured by it. `report` says why."""

    code: ClassVar[str] = "not-passed"

    def __init__(self, report: Report) -> None:
        found = " ".join(filter(None, (report.indication, report.sub_indication)))
        super().__init__(f"the sample is {found}", hint="; ".join(report.reasons))
        self.report = report
