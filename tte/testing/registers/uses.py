"""How often a key was used."""

from __future__ import annotations

import hashlib
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context

from tte.register import Register, open_register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import (
    AT,
    KEY,
)


def use_elsewhere(url: str, times: int) -> int:
    """Open the register, let a key sign one document at a time out of 50 a day, and say how many it was let."""
    register = open_register(url)
    try:
        return sum(register.use(KEY, AT.date(), 1, 50) for _ in range(times))
    finally:
        register.close()


class UseSuite(OpenedRegister):
    """A key is let sign as often as its limit says, whoever asks."""

    def test_a_key_is_let_sign_as_often_as_its_limit_says_on_each_day(self, register: Register) -> None:
        today, other = AT.date(), hashlib.sha256(b"other").digest()
        assert [register.use(KEY, today, wanted, 10) for wanted in (4, 4, 4, 4)] == [4, 4, 2, 0]
        assert register.use(KEY, today, 5, 12) == 2
        assert register.use(KEY, today, 5, 3) == 0
        assert register.use(KEY, today + timedelta(days=1), 4, 10) == 4
        assert register.use(other, today, 4, 10) == 4
        assert register.use(other, today, 0, 10) == 0

    def test_uses_are_still_counted_after_closing_and_opening_again(self, url: str) -> None:
        for granted in (6, 4, 0):
            register = open_register(url)
            assert register.use(KEY, date(2026, 12, 31), 6, 10) == granted
            register.close()

    def test_many_processes_together_keep_to_the_limit(self, url: str) -> None:
        with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
            granted = [pool.submit(use_elsewhere, url, 20) for _ in range(3)]
            assert sum(one.result() for one in granted) == 50
