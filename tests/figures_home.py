"""Figures in a home's register: some weeks of the whole country and of the sample office, up to a Friday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.people_world import OFFICE
from tte import regions
from tte.figures import Refused, take
from tte.figures.sample import sample
from tte.model import Row
from tte.register import Register


def filled(register: Register, last: date, *, weeks: int = 13, country: bool = True, seed: int = 20) -> None:
    """Fictional figures of so many weeks, as offices enter them."""
    codes: Sequence[str] = [*(place.code for place in regions.regencies() if country), OFFICE]
    fridays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    for some in sample(codes, fridays, seed):
        told = take(register, [Row(number, row) for number, row in enumerate(some.rows, 1)], some.at)
        assert not [one for one in told if isinstance(one, Refused)]
