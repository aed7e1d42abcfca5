"""Lists of an office's documents, and how many were issued on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tte.model import Entry, State
from tte.register import Register
from tte.register.listing import Sought
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import AT, OFFICE, TEMPLATE, intent_of, signed_of

WIB = timezone(timedelta(hours=7))


def issued(register: Register, count: int, *, office: str = OFFICE) -> list[Entry]:
    intents = [replace(intent_of(f"{office}-{place}", id=f"{office}-{place}"), office=office) for place in range(count)]
    register.reserve(intents)
    return list(register.record([signed_of(intent) for intent in intents], AT))


class ListingSuite(OpenedRegister):
    """What people look through."""

    def test_documents_are_listed_the_newest_first_and_page_by_page(self, register: Register) -> None:
        entries = issued(register, 5)
        wanted = Sought(OFFICE.split()[0])
        first = register.latest(wanted, most=2)
        rest = register.latest(wanted, before_seq=first[-1].seq)
        assert [*first, *rest] == entries[::-1]

    def test_an_office_lists_its_specimens_and_nothing_of_another_office(self, register: Register) -> None:
        own, specimens, others = (issued(register, 1, office=one) for one in ("1111", "1111 SPECIMEN", "2222"))
        assert register.latest(Sought("1111")) == [*specimens, *own]
        assert register.latest(Sought("2222")) == others
        assert not register.latest(Sought("111_"))

    @pytest.mark.parametrize("state", list(State))
    def test_documents_are_listed_by_how_they_stand(self, register: Register, state: State) -> None:
        kept, gone, _ = issued(register, 3, office="1111")
        register.revoke(gone.id, "asked for", AT)
        expected = {State.ISSUED: [kept.id], State.REVOKED: [gone.id]}.get(state, [])
        found = [one.id for one in register.latest(Sought("1111", state=state)) if one.id in (kept.id, gone.id)]
        assert found == expected

    def test_documents_are_listed_by_number_template_and_time(self, register: Register) -> None:
        entries = issued(register, 3, office="1111")
        assert register.latest(Sought("1111", number="1111-2")) == [entries[2]]
        assert not register.latest(Sought("1111", number="%"))
        assert len(register.latest(Sought("1111", template=TEMPLATE))) == 3
        assert not register.latest(Sought("1111", template="another"))
        assert not register.latest(Sought("1111", since=AT + timedelta(seconds=1)))
        assert len(register.latest(Sought("1111", until=AT + timedelta(seconds=1)))) == 3

    def test_documents_are_counted_by_kind_and_day_as_days_are_in_a_zone(self, register: Register) -> None:
        issued(register, 3, office="1111")
        issued(register, 2, office="2222")
        counted = register.issued_by_day("1111", AT - timedelta(days=1), WIB)
        assert counted == {AT.astimezone(WIB).date(): {TEMPLATE: 3}}
        assert not register.issued_by_day("1111", AT + timedelta(days=1), WIB)
