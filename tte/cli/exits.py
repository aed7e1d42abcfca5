"""Exit codes: what a script can tell from one number. The only place where errors become numbers for the shell."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from tte.errors import (
    KeyRefused,
    KeyUnavailable,
    OutcomeUnknown,
    QueueFull,
    RegisterError,
    ServiceUnavailable,
    TteError,
    UploadRefused,
)
from tte.model import Indication


class Exit(IntEnum):
    """0 done or valid · 1 refused or TOTAL-FAILED · 2 usage or configuration · 3 INDETERMINATE · 4 key, service or
    register unavailable, or documents held back that are below the least level they may have.
    """

    DONE = 0
    REFUSED = 1
    USAGE = 2
    INDETERMINATE = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130

    @classmethod
    def of_error(cls, error: TteError) -> Exit:
        """The code of a command that could not go on."""
        if isinstance(
            error, KeyUnavailable | KeyRefused | RegisterError | ServiceUnavailable | OutcomeUnknown | QueueFull
        ):
            return cls.UNAVAILABLE
        if isinstance(error, UploadRefused):
            return cls.REFUSED
        return cls.REFUSED if error.code in {"self-validation", "signature-mismatch", "log"} else cls.USAGE

    @classmethod
    def of_indications(cls, indications: Iterable[Indication]) -> Exit:
        """The worst of several verdicts."""
        found = set(indications)
        if Indication.TOTAL_FAILED in found:
            return cls.REFUSED
        return cls.INDETERMINATE if Indication.INDETERMINATE in found else cls.DONE

    @classmethod
    def of_answers(cls, answers: Iterable[bool | None]) -> Exit:
        """The worst of several answers to “may it be accepted?”: no, cannot be determined (None), yes."""
        found = set(answers)
        if False in found:
            return cls.REFUSED
        return cls.INDETERMINATE if None in found else cls.DONE
