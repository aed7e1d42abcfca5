"""What is sent to a service that signs whole documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tte.errors import AlreadyIssued, RegisterError
from tte.register import Register, open_register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import (
    AT,
    OFFICE,
    TEMPLATE,
    intent_of,
    signed_of,
)


class SendingSuite(OpenedRegister):
    """Nothing is sent a second time while its outcome is unknown."""

    def test_what_was_sent_is_told_apart_until_its_outcome_is_known(self, register: Register, url: str) -> None:
        one, two, three = intents = [intent_of(number) for number in "123"]
        register.reserve(intents)
        register.dispatch(["id-1", "id-2"], AT)
        sent = [replace(one, sent=True), replace(two, sent=True)]
        other = open_register(url)
        assert other.dispatched() == sent
        assert other.pending() == [*sent, three]
        assert other.known(OFFICE, TEMPLATE, ["1", "3"]) == {"1": sent[0], "3": three}
        other.close()
        register.dispatch_ended(["id-1"], "refused", AT)
        [entry] = register.record([signed_of(two)], AT)
        assert register.dispatched() == []
        assert register.pending() == [one, three]
        assert register.known(OFFICE, TEMPLATE, ["1", "2"]) == {"1": one, "2": entry}

    def test_what_was_sent_is_not_reserved_again(self, register: Register) -> None:
        intent = intent_of("1")
        register.reserve([intent])
        register.dispatch(["id-1"], AT)
        assert isinstance(register.reserve([intent])[0], AlreadyIssued)
        register.dispatch_ended(["id-1"], "released", AT)
        assert register.reserve([intent]) == [None]

    def test_nothing_is_sent_a_second_time_before_its_outcome_is_known(self, register: Register) -> None:
        register.reserve([intent_of("1"), intent_of("2")])
        register.dispatch(["id-1"], AT)
        with pytest.raises(RegisterError):
            register.dispatch(["id-2", "id-1"], AT)
        assert [intent.id for intent in register.dispatched()] == ["id-1"]
        for _ in range(3):
            register.dispatch_ended(["id-1"], "released", AT)
            register.dispatch_ended(["id-1"], "released", AT)
            assert register.dispatched() == []
            register.dispatch(["id-1", "id-1"], AT)
            assert [intent.id for intent in register.dispatched()] == ["id-1"]

    def test_only_what_is_pending_is_sent_and_only_what_was_sent_ends(self, register: Register) -> None:
        self._issue(register, "1")
        register.reserve([intent_of("2"), intent_of("3")])
        register.dispatch(["id-3"], AT)
        for wrong in ("id-1", "nowhere"):
            with pytest.raises(RegisterError):
                register.dispatch(["id-2", wrong], AT)
        for wrong in ("id-1", "id-2", "nowhere"):
            with pytest.raises(RegisterError):
                register.dispatch_ended(["id-3", wrong], "refused", AT)
        assert [intent.id for intent in register.dispatched()] == ["id-3"]
