"""What can go wrong, in the words of the person who has to mend it.

One tree. Each error has a stable `code` (exit codes and problem types hang on it) and, where there is something to do,
a `hint`. A message names the thing; never a secret, never a person's data. Library exceptions become one of these where
the library lives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in one place. `field` says where; `message` never echoes the value."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class TteError(Exception):
    """Base of every error this package raises on purpose."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _WithProblems(TteError):
    """An error that lists every problem found, not only the first."""

    def __init__(self, message: str, problems: Sequence[Problem], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join((super().__str__(), *map(str, self.problems)))


class ConfigError(_WithProblems):
    """The office home, its settings or a key profile cannot be used as they stand."""

    code = "config"

    def __init__(self, message: str, problems: Sequence[Problem] = (), *, hint: str = "") -> None:
        super().__init__(message, problems, hint=hint)


class TemplateError(_WithProblems):
    """A template folder that cannot be used; lists all its problems."""

    code = "template"


class IntakeError(TteError):
    """A file that cannot be read as rows at all: wrong encoding, wrong format, no usable header."""

    code = "intake"


class RecordError(_WithProblems):
    """A row that is not a record of its template; lists all its problems."""

    code = "record"


class DoesNotFit(TteError):
    """A text longer than its box even at the smallest size its style allows. Refused, never clipped."""

    code = "does-not-fit"


class LintError(_WithProblems):
    """A document that must not be signed: it holds something that could change what is seen later."""

    code = "lint"


class AlreadyIssued(TteError):
    """The number belongs to another record."""

    code = "already-issued"


class KeyUnavailable(TteError):
    """The key's file, device or service cannot be reached; trying again later may help."""

    code = "key-unavailable"


class KeyRefused(TteError):
    """The key was reached and may not be used: wrong PIN, wrong certificate, outside its validity, self-test failed."""

    code = "key-refused"


class DraftSpent(TteError):
    """A draft was asked to become a signed document a second time."""

    code = "draft-spent"


class SignatureMismatch(TteError):
    """The signature value does not verify with the signing certificate. Nothing was released."""

    code = "signature-mismatch"


class SelfValidationFailed(TteError):
    """A document just signed did not pass our own validation. It was not recorded and does not leave."""

    code = "self-validation"


class RegisterError(TteError):
    """The register cannot be read or written."""

    code = "register"
