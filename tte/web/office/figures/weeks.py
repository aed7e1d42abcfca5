"""The week of an office, a province or the country for pages: gathered once for all who look at it within a minute.

What offices say is never older than their last line; what the register counts itself may be a minute old, and the page
says of when it is.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

from tte.errors import TteError
from tte.figures.friday import Friday, Scope, latest_friday, week_of
from tte.office.figures import friday_of
from tte.office.settings import Profile
from tte.register.figures import reading
from tte.web.office.figures.standing import register_of, today_of
from tte.web.office.visits import Visit, day_of
from tte.web.service import Service

_KEPT: Final = 64
_FRESH: Final = timedelta(minutes=1)
Asked = tuple[Scope, str, date, bool]


class Weeks:
    """The reports that one service has gathered lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Asked, tuple[int, datetime, Friday]] = OrderedDict()

    def get(self, visit: Visit, asked: Asked) -> Friday:
        """The report, anew if an office said something since, or if it is older than a minute."""
        register = register_of(visit)
        with reading(register) as lines:
            last = lines.last()
        with self._lock:
            seq, at, friday = self._kept.get(asked, (-1, visit.at, None))
        if friday is None or seq != last or not timedelta() <= visit.at - at < _FRESH:
            scope, code, week, specimen = asked
            friday = friday_of(visit.service.home, register, scope, code, week, specimen=specimen)
            with self._lock:
                self._kept[asked] = (last, visit.at, friday)
                self._kept.move_to_end(asked)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return friday


_OF: WeakKeyDictionary[Service, Weeks] = WeakKeyDictionary()


def week_shown(visit: Visit, scope: Scope, code: str, week: date) -> Friday:
    """The report of a week, by the settings of this home. ConfigError if there is no such place."""
    specimen = specimen_of(visit.service, code if scope is Scope.OFFICE else "")
    return _OF.setdefault(visit.service, Weeks()).get(visit, (scope, code, week, specimen))


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
