"""A home's Friday report: its own targets and deadline, and whose figures it is about."""

from __future__ import annotations

from datetime import date

from tte.errors import ConfigError
from tte.figures.friday import Friday, Scope, Target
from tte.figures.gathering import friday
from tte.office import Home
from tte.register import Register


def friday_of(home: Home, register: Register, scope: Scope, code: str, week: date, *, specimen: bool) -> Friday:
    """The report of a week (see `tte.figures.gathering.friday`), by the settings of this home."""
    settings = home.settings
    targets = [Target(one.figure, one.begins, one.percent, one.source) for one in settings.targets]
    return friday(register, scope, code, week, deadline=settings.friday.deadline, targets=targets, specimen=specimen)


def scope_of(office: str | None, province: str | None, *, national: bool, default: str) -> tuple[Scope, str]:
    """Which report was asked for; that of the office `default` if none was. ConfigError if it was more than one."""
    asked = [(Scope.OFFICE, office), (Scope.PROVINCE, province), (Scope.NATIONAL, "" if national else None)]
    chosen = [(scope, code.replace(".", "")) for scope, code in asked if code is not None]
    if len(chosen) > 1:
        raise ConfigError("one report is of one office, one province or the whole country", hint="give one of them")
    return chosen[0] if chosen else (Scope.OFFICE, default)
