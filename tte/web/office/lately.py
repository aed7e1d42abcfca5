"""What was found out lately and costs time: kept for a minute, for all who ask the same of one service."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, TypeVar, cast
from weakref import WeakKeyDictionary

from tte.web.office.visits import Visit
from tte.web.service import Service

T = TypeVar("T")
_MOST: Final = 128
_FRESH: Final = timedelta(minutes=1)


class _Kept:
    """Answers of one service, each with the state it was made from and its time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.answers: OrderedDict[Hashable, tuple[int, datetime, object]] = OrderedDict()


_OF: WeakKeyDictionary[Service, _Kept] = WeakKeyDictionary()


def lately(visit: Visit, asked: Hashable, state: int, make: Callable[[], T]) -> T:
    """What `make` gives, or gave for the same question within the last minute while the state was the same."""
    kept = _OF.setdefault(visit.service, _Kept())
    with kept.lock:
        found = kept.answers.get(asked)
    if found is not None and found[0] == state and timedelta() <= visit.at - found[1] < _FRESH:
        return cast("T", found[2])
    made = make()
    with kept.lock:
        kept.answers[asked] = state, visit.at, made
        kept.answers.move_to_end(asked)
        while len(kept.answers) > _MOST:
            kept.answers.popitem(last=False)
    return made
