"""Who may do what: every cell of the table, and what lies around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tte.people import ANEW, EVERYWHERE, RIGHTS, Action, Client, Held, Person, Role, Why, may
from tte.people.rights import CLIENTS

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
OFFICE, OTHER = "9971", "3171"

MATRIX = """
                     operator verifier official office-admin auditor national-admin
draft                yes      -        -        -            -       -
check                -        yes      -        -            -       -
sign                 -        -        yes      -            -       -
propose-withdrawal   yes      -        -        -            -       -
confirm-withdrawal   -        yes      -        -            -       -
withdraw             -        -        yes      -            -       -
see-documents        yes      yes      yes      yes          yes     -
read-drafts          yes      yes      yes      -            -       -
read-content         -        yes      own      -            reason  -
propose-users        -        -        -        yes          -       -
confirm-users        -        -        -        -            -       yes
propose-keys         -        -        -        yes          -       -
prove-key            -        -        own      -            -       -
confirm-keys         -        -        -        -            -       yes
see-keys             -        -        own      yes          yes     yes
change-policy        -        -        -        -            -       yes
see-policy           -        -        -        -            yes     yes
read-log             -        -        own      yes          yes     yes
report-figures       yes      -        -        yes          -       -
see-figures          yes      yes      yes      yes          yes     yes
see-country          -        -        -        -            -       yes
manage-clients       -        -        -        yes          -       -
confirm-clients      -        -        -        yes          -       yes
issue                -        -        -        -            -       -
sign-uploads         -        -        -        -            -       -
file-requests        -        -        -        -            -       -
read-requests        yes      yes      -        -            -       -
handle-requests      yes      -        -        -            -       -
deliver              yes      -        -        -            -       -
delete-issued        -        -        -        -            -       -
"""
_HEAD, *_LINES = (line.split() for line in MATRIX.strip().splitlines())
CELLS = [(Action(line[0]), Role(role), cell) for line in _LINES for role, cell in zip(_HEAD, line[1:], strict=True)]


def somebody(*roles: Role, office: str = OFFICE, proven: datetime | None = AT) -> Person:
    held = tuple(Held(role, EVERYWHERE if role is Role.NATIONAL_ADMIN else office, AT) for role in roles)
    return Person("p1", "siti", "Siti", held, proven)


def test_the_table_of_these_tests_has_every_cell() -> None:
    assert {(action, role) for action, role, _ in CELLS} == {(action, role) for action in Action for role in Role}
    assert {*RIGHTS} == {*Action}


@pytest.mark.parametrize(("action", "role", "cell"), CELLS)
def test_each_role_may_do_what_its_cell_says_and_nothing_else(action: Action, role: Role, cell: str) -> None:
    who = somebody(role)
    plain, own, reason = (
        may(who, action, OFFICE, AT),
        may(who, action, OFFICE, AT, own=True),
        may(who, action, OFFICE, AT, reason="sampling"),
    )
    wanted = {"yes": (True, True, True), "own": (False, True, False), "reason": (False, False, True)}
    assert (bool(plain), bool(own), bool(reason)) == wanted.get(cell, (False, False, False))
    if cell == "-":
        assert plain.why is Why.NO_ROLE
    if cell == "own":
        assert plain.why is Why.NOT_OWN
    if cell == "reason":
        assert plain.why is Why.NO_REASON


@pytest.mark.parametrize(("action", "role", "cell"), CELLS)
def test_no_role_reaches_into_another_office_but_the_national_one(action: Action, role: Role, cell: str) -> None:
    answer = may(somebody(role), action, OTHER, AT, own=True, reason="sampling")
    assert bool(answer) == (role is Role.NATIONAL_ADMIN and cell != "-")
    if role is not Role.NATIONAL_ADMIN:
        assert answer.why is Why.OTHER_OFFICE


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_role_or_a_second_factor_may_do_anything(action: Action) -> None:
    assert may(somebody(), action, OFFICE, AT, own=True, reason="x").why is Why.OTHER_OFFICE
    for role in Role:
        assert not may(somebody(role, proven=None), action, OFFICE, AT, own=True, reason="x")


@pytest.mark.parametrize("action", Action)
def test_a_person_who_is_disabled_may_do_nothing(action: Action) -> None:
    who = Person("p1", "siti", "Siti", somebody(*Role).roles, AT, enabled=False)
    assert may(who, action, OFFICE, AT, own=True, reason="x").why is Why.DISABLED


@pytest.mark.parametrize("action", sorted(ANEW))
def test_what_weighs_most_needs_the_second_factor_anew(action: Action) -> None:
    for role in RIGHTS[action]:
        assert may(somebody(role, proven=AT - timedelta(minutes=10)), action, OFFICE, AT)
        assert may(somebody(role, proven=AT - timedelta(minutes=11)), action, OFFICE, AT).why is Why.SECOND_FACTOR
        assert may(somebody(role, proven=AT + timedelta(seconds=1)), action, OFFICE, AT).why is Why.SECOND_FACTOR


def test_an_admin_never_signs_whatever_roles_got_into_the_database() -> None:
    assert may(somebody(Role.OFFICIAL, Role.OFFICE_ADMIN), Action.SIGN, OFFICE, AT).why is Why.ADMINISTERS


def test_a_role_counts_from_its_beginning_and_until_before_its_end() -> None:
    held = Held(Role.OFFICIAL, OFFICE, AT, AT + timedelta(days=30), "plh", "kadis")
    who = Person("p1", "siti", "Siti", (held,), AT + timedelta(days=29))
    assert not may(who, Action.SIGN, OFFICE, AT - timedelta(seconds=1))
    assert may(who, Action.READ_DRAFTS, OFFICE, AT)
    assert may(who, Action.SIGN, OFFICE, AT + timedelta(days=29, minutes=1))
    assert not may(who, Action.READ_DRAFTS, OFFICE, AT + timedelta(days=30))


@pytest.mark.parametrize("action", Action)
def test_a_client_may_do_what_it_was_given_of_what_clients_can_be_given(action: Action) -> None:
    everything = Client("c1", OFFICE, frozenset(Action))
    assert bool(may(everything, action, OFFICE, AT)) == (action in CLIENTS)
    assert may(everything, action, OTHER, AT).why is Why.OTHER_OFFICE
    assert may(Client("c1", OFFICE, frozenset()), action, OFFICE, AT).why is Why.NOT_GRANTED


def test_a_refusal_is_false_and_an_answer_true() -> None:
    assert may(somebody(Role.OPERATOR), Action.DRAFT, OFFICE, AT).role is Role.OPERATOR
    assert not may(somebody(Role.OPERATOR), Action.SIGN, OFFICE, AT)
