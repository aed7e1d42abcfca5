"""What every part of the suite begins with: an open register, a way to attack it, and a document in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tte.model import Entry, Goal, SignedDocument
from tte.register import Register, open_register
from tte.testing.registers.samples import AT, intent_of, signed_of


class OpenedRegister:
    """The fixture `url` and the method `execute` are the author's; the rest follows."""

    @pytest.fixture
    def url(self) -> str:
        """The address of a register that does not exist yet."""
        raise NotImplementedError

    def execute(self, url: str, statement: str) -> None:
        """Run one SQL statement past the register, as somebody with its password could; raise if it is refused."""
        raise NotImplementedError

    @pytest.fixture
    def register(self, url: str) -> Iterator[Register]:
        opened = open_register(url)
        yield opened
        opened.close()

    def _issue(self, register: Register, number: str, *, goal: Goal | None = None) -> tuple[SignedDocument, Entry]:
        intent = intent_of(number)
        assert register.reserve([intent]) == [None]
        signed = signed_of(intent)
        [entry] = register.record([signed], AT, goal)
        return signed, entry
