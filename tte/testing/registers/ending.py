"""What ends a document: void, replaced, revoked; and numbers that are given by the register."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tte.errors import AlreadyIssued, RegisterError
from tte.model import Ending, Level, Replaces, State
from tte.register import Register, Request, open_register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import AT, OFFICE, TEMPLATE, intent_of, raised_of, signed_of

DAY = date(2026, 11, 24)
LATER = AT + timedelta(hours=1)


def _number(serial: int) -> str:
    return f"9971-LU-24112026-{serial:04}"


class EndingSuite(OpenedRegister):
    """VOID, REPLACED, REVOKED."""

    def test_what_is_void_is_neither_pending_nor_known(self, register: Register) -> None:
        intent = intent_of("1")
        register.reserve([intent])
        register.void([intent.id], "the record was wrong", AT)
        register.void([intent.id], "said again", AT)
        assert not register.pending()
        assert not register.known(OFFICE, TEMPLATE, ["1"])

    def test_what_is_void_cannot_be_recorded_in_this_process_or_another(self, register: Register, url: str) -> None:
        intent = intent_of("1")
        register.reserve([intent])
        register.void([intent.id], "interrupted", AT)
        with pytest.raises(RegisterError, match="void"):
            register.record([signed_of(intent)], AT)
        with closing(open_register(url)) as other, pytest.raises(RegisterError, match="void"):
            other.record([signed_of(intent)], AT)
        assert register.count() == 0

    def test_the_number_of_what_is_void_can_be_reserved_again_under_another_id(self, register: Register) -> None:
        first, second = intent_of("1"), intent_of("1", id="second", name="BUDI")
        register.reserve([first])
        register.void([first.id], "interrupted", AT)
        assert isinstance(register.reserve([first])[0], AlreadyIssued)
        assert register.reserve([second]) == [None]
        (entry,) = register.record([signed_of(second, name="BUDI")], AT)
        assert register.find_number("1") == [entry]

    def test_a_void_replacement_leaves_the_document_in_force_and_to_be_replaced(self, register: Register) -> None:
        _, old = self._issue(register, "1")
        given_up = replace(intent_of("1", id="given-up", name="BUDI"), replaces=Replaces(old.id, "corrected"))
        assert register.reserve([given_up]) == [None]
        register.void([given_up.id], "the correction was wrong", AT)
        other = intent_of("1", id="other", name="CITRA")
        assert isinstance(register.reserve([other])[0], AlreadyIssued)
        assert register.reserve([replace(other, replaces=Replaces(old.id, "corrected"))]) == [None]
        (entry,) = register.record([signed_of(other, name="CITRA")], LATER)
        assert [one.state for one in register.find_number("1")] == [State.REPLACED, State.ISSUED]
        assert register.known(OFFICE, TEMPLATE, ["1"]) == {"1": entry}

    def test_what_is_void_is_not_sent_to_a_service(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        register.void(["id-1"], "the row was wrong", AT)
        with pytest.raises(RegisterError, match="void"):
            register.dispatch(["id-1"], AT)

    def test_what_is_issued_cannot_be_void(self, register: Register) -> None:
        _, entry = self._issue(register, "1")
        with pytest.raises(RegisterError, match="issued"):
            register.void([entry.id], "by mistake", AT)

    def test_what_was_sent_to_a_service_cannot_be_void(self, register: Register) -> None:
        intent = intent_of("1")
        register.reserve([intent])
        register.dispatch([intent.id], AT)
        with pytest.raises(RegisterError, match="may be signed"):
            register.void([intent.id], "no answer", AT)

    def test_nothing_is_void_if_one_of_them_may_not_be(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        with pytest.raises(RegisterError):
            register.void(["id-1", "never"], "both", AT)
        assert len(register.pending()) == 1

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
    def test_an_ending_needs_a_reason_of_some_length(self, register: Register, reason: str) -> None:
        _, entry = self._issue(register, "1")
        register.reserve([intent_of("2")])
        with pytest.raises(RegisterError, match="reason"):
            register.revoke(entry.id, reason, AT)
        with pytest.raises(RegisterError, match="reason"):
            register.void(["id-2"], reason, AT)

    def test_a_revoked_document_is_found_and_read_and_in_force_no_longer(self, register: Register) -> None:
        _, entry = self._issue(register, "1")
        assert entry.state is State.ISSUED
        revoked = register.revoke(entry.id, "issued to the wrong person", LATER)
        assert revoked.ended == Ending(LATER, "issued to the wrong person")
        assert revoked.state is State.REVOKED
        assert register.find(entry.id) == revoked
        assert register.find_pdf(register.read_pdf(entry.id)) == revoked
        with pytest.raises(RegisterError, match="in force no longer"):
            register.revoke(entry.id, "again", LATER)

    def test_what_was_never_issued_cannot_be_revoked(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        for id_ in ("id-1", "never"):
            with pytest.raises(RegisterError, match="no document"):
                register.revoke(id_, "not there", AT)

    def test_a_document_takes_the_place_of_another_when_it_is_recorded(self, register: Register, url: str) -> None:
        _, old = self._issue(register, "1")
        new = replace(intent_of("1", id="new", name="BUDI"), replaces=Replaces(old.id, "the name was corrected"))
        assert register.reserve([new]) == [None]
        assert register.find(old.id) == old
        with closing(open_register(url)) as other:
            (entry,) = other.record([signed_of(new, name="BUDI")], LATER)
        replaced = register.find(old.id)
        assert replaced is not None
        assert replaced.ended == Ending(LATER, "the name was corrected", "new")
        assert replaced.state is State.REPLACED
        assert register.known(OFFICE, TEMPLATE, ["1"]) == {"1": entry}
        assert register.find_number("1") == [replaced, entry]

    def test_a_number_is_replaced_again_and_again_but_only_its_last_document(self, register: Register) -> None:
        _, first = self._issue(register, "1")
        last = first
        for name in ("BUDI", "CITRA", "DEWI"):
            other = replace(intent_of("1", id=f"of-{name}", name=name), replaces=Replaces(first.id, "corrected"))
            if last is not first:
                assert isinstance(register.reserve([other])[0], AlreadyIssued)
            intent = replace(other, replaces=Replaces(last.id, "corrected"))
            assert register.reserve([intent]) == [None]
            (last,) = register.record([signed_of(intent, name=name)], LATER)
        states = [entry.state for entry in register.find_number("1")]
        assert states == [State.REPLACED, State.REPLACED, State.REPLACED, State.ISSUED]

    def test_two_that_want_to_replace_the_same_do_not_both(self, register: Register) -> None:
        _, old = self._issue(register, "1")
        both = [
            replace(intent_of("1", id=f"of-{name}", name=name), replaces=Replaces(old.id, "corrected"))
            for name in ("BUDI", "CITRA")
        ]
        first, second = register.reserve(both)
        assert first is None
        assert isinstance(second, AlreadyIssued)

    def test_a_revoked_document_is_replaced_and_stays_revoked(self, register: Register) -> None:
        _, old = self._issue(register, "1")
        register.revoke(old.id, "wrong person", AT)
        new = replace(intent_of("1", id="new"), replaces=Replaces(old.id, "for the right person"))
        assert register.reserve([new]) == [None]
        register.record([signed_of(new)], LATER)
        assert [entry.state for entry in register.find_number("1")] == [State.REVOKED, State.ISSUED]

    def test_what_is_in_force_no_longer_is_not_raised(self, register: Register) -> None:
        _, entry = self._issue(register, "1")
        register.revoke(entry.id, "wrong person", AT)
        (same,) = register.augment([raised_of(register.read_pdf(entry.id), Level.B_T)], LATER)
        assert same.level is Level.B_B
        assert not list(register.below_goal())

    def test_a_request_is_given_the_same_number_however_often_it_is_made(self, register: Register, url: str) -> None:
        requests = [Request.of(key, b"content") for key in ("a", "b", "a")]
        given = register.allocate(OFFICE, TEMPLATE, DAY, requests, _number, AT)
        assert given == [_number(1), _number(2), _number(1)]
        with closing(open_register(url)) as other:
            again = other.allocate(OFFICE, TEMPLATE, DAY + timedelta(days=1), requests[1:], _number, LATER)
        assert again == [_number(2), _number(1)]

    def test_numbers_are_counted_for_each_office_template_and_day(self, register: Register) -> None:
        request = [Request.of("a", b"content")]
        for office, template, day in (
            (OFFICE, TEMPLATE, DAY),
            ("9972", TEMPLATE, DAY),
            (OFFICE, "akta_kematian", DAY),
            ("9973", TEMPLATE, DAY + timedelta(days=1)),
        ):
            assert register.allocate(office, template, day, request, _number, AT) == [_number(1)]

    def test_an_idempotency_key_with_other_content_is_refused_and_others_are_not(self, register: Register) -> None:
        register.allocate(OFFICE, TEMPLATE, DAY, [Request.of("a", b"one")], _number, AT)
        both = [Request.of("a", b"other"), Request.of("b", b"two"), Request.of("b", b"three")]
        refused, given, also = register.allocate(OFFICE, TEMPLATE, DAY, both, _number, AT)
        assert isinstance(refused, AlreadyIssued)
        assert given == _number(2)
        assert isinstance(also, AlreadyIssued)

    def test_a_number_nobody_used_becomes_void_and_is_never_given_again(self, register: Register) -> None:
        requests = [Request.of(key, b"content") for key in ("a", "b")]
        register.allocate(OFFICE, TEMPLATE, DAY, requests, _number, AT)
        register.reserve([intent_of(_number(1))])
        assert register.void_unused(OFFICE, AT, "too early", AT) == []
        assert register.void_unused(OFFICE, LATER, "the batch was given up", LATER) == [_number(2)]
        assert register.void_unused(OFFICE, LATER, "the batch was given up", LATER) == []
        assert register.allocate(OFFICE, TEMPLATE, DAY, requests, _number, LATER) == [_number(1), _number(3)]

    def test_a_number_that_a_record_came_with_is_not_given_to_another(self, register: Register) -> None:
        register.reserve([intent_of(_number(1)), intent_of(_number(3), id="third")])
        requests = [Request.of(key, b"content") for key in ("a", "b")]
        given = register.allocate(OFFICE, TEMPLATE, DAY, requests, _number, AT)
        assert given == [_number(2), _number(4)]
        assert register.allocate(OFFICE, TEMPLATE, DAY, requests, _number, AT) == given
        assert register.void_unused(OFFICE, LATER, "never used", LATER) == [_number(2), _number(4)]
