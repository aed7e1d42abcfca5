"""The week of an office, a province or the country for pages: gathered once for all who look at it within a minute.

What offices say is never older than their last line; what the register counts itself may be a minute old.
"""

from __future__ import annotations

from datetime import date

from tte.errors import TteError
from tte.figures.friday import Friday, Scope, latest_friday, week_of
from tte.office.figures import friday_of
from tte.office.settings import Profile
from tte.register.figures import reading
from tte.web.office.figures.standing import register_of, today_of
from tte.web.office.lately import lately
from tte.web.office.visits import Visit, day_of
from tte.web.service import Service


def week_shown(visit: Visit, scope: Scope, code: str, week: date) -> Friday:
    """The report of a week, by the settings of this home. ConfigError if there is no such place."""
    specimen = specimen_of(visit.service, code if scope is Scope.OFFICE else "")
    register, home = register_of(visit), visit.service.home
    with reading(register) as lines:
        last = lines.last()
    return lately(
        visit,
        ("week", scope, code, week, specimen),
        last,
        lambda: friday_of(home, register, scope, code, week, specimen=specimen),
    )


def week_asked(visit: Visit) -> date:
    """The Friday of the week that the address names, at most the present one; without one the last Friday."""
    asked, today = day_of(visit.asked("pekan", 10)), today_of(visit)
    return min(week_of(asked.date()), week_of(today)) if asked else latest_friday(today)


def profile_of(service: Service, office: str) -> Profile | None:
    """The key profile by which reports of an office are made, as on the command line: the home's default; where that is
    another office's, one of its own, and a real one before one for tests.
    """
    default = service.home.settings.default_key
    ours = service.profiles_of(office)
    if ours and default not in ours:
        return min(ours.items(), key=lambda one: (one[1].test, one[0]))[1]
    try:
        return service.home.profile(default)
    except TteError:
        return None


def specimen_of(service: Service, office: str) -> bool:
    """Whether the documents that count are those of test keys, because reports are made by one."""
    profile = profile_of(service, office)
    return profile is not None and profile.test
