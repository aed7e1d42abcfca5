"""What every register must do: subclass `RegisterSuite`, give it a fresh `url` and a way to attack it behind its back.

class TestMyRegister(RegisterSuite):
    @pytest.fixture
    def url(self, tmp_path): return f"sqlite:{tmp_path}/register.sqlite"
    def execute(self, url, statement): ...
"""

from __future__ import annotations

from tte.testing.registers.ending import EndingSuite
from tte.testing.registers.guarding import GuardingSuite
from tte.testing.registers.issuing import IssuingSuite
from tte.testing.registers.levels import LevelSuite
from tte.testing.registers.listing import ListingSuite
from tte.testing.registers.logging import LoggingSuite
from tte.testing.registers.samples import (
    AT,
    GOAL,
    KEY,
    OFFICE,
    TEMPLATE,
    intent_of,
    raised_of,
    record_of,
    signed_of,
    trailer_of,
)
from tte.testing.registers.sending import SendingSuite
from tte.testing.registers.uses import UseSuite

__all__ = [
    "AT",
    "GOAL",
    "KEY",
    "OFFICE",
    "TEMPLATE",
    "RegisterSuite",
    "intent_of",
    "raised_of",
    "record_of",
    "signed_of",
    "trailer_of",
]


class RegisterSuite(
    IssuingSuite, EndingSuite, LevelSuite, UseSuite, SendingSuite, LoggingSuite, ListingSuite, GuardingSuite
):
    """The conformance suite of `Register`. Override the fixture `url` and the method `execute`."""
