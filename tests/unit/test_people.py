"""Accounts, roles, passwords, second factors, sessions and API clients, on both databases."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pyotp import TOTP

from tests.people_world import OFFICE, held, hired, seed_in, signed_in
from tests.postgres import Server
from tte.errors import ConfigError, NoSuchThing, NotAllowed, PasswordRefused, RegisterError, SignInRefused, WrongState
from tte.people import EVERYWHERE, Action, Client, Event, Held, People, Role, Standing, Why, people_of
from tte.people import tries as wrong_tries
from tte.people.rows import ClientRow, KeyRow, Outside, Recovery, RoleRow, SessionRow, Tries, User
from tte.register import Register, open_register
from tte.register.rows import _TABLES, Kept, keeping_of

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECRET = os.urandom(32)


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        opened = open_register(f"sqlite:{shutil.copy(template, tmp_path / 'register.sqlite')}")
        yield opened
        opened.close()
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        opened = open_register(server.url(name))
        yield opened
        opened.close()


@pytest.fixture
def people(register: Register) -> People:
    return people_of(register, lambda: SECRET)


def later(**more: float) -> datetime:
    return AT + timedelta(**more)


def test_each_value_has_a_field_for_each_column_of_its_table() -> None:
    from tte.delivery.rows import Delivery as Sent
    from tte.desk.rows import Authorisation, Draft
    from tte.requests.rows import AttachmentRow, Filed, OfficeKey, Step
    from tte.web.repeats import Asked
    from tte.web.submitted import Submitted
    from tte.web.webhooks.rows import Cursor, Delivery, Webhook

    kinds: tuple[type[Kept], ...] = (
        *(User, RoleRow, Tries, Recovery, SessionRow, ClientRow, KeyRow, Outside),
        *(Event, Draft, Authorisation),
        *(Asked, Submitted, Webhook, Delivery, Cursor),
        *(Filed, Step, AttachmentRow, OfficeKey, Sent),
    )
    assert {kind.TABLE: {field.name for field in fields(kind)} for kind in kinds} == {
        name: {column.name for column in table.c} for name, table in _TABLES.items()
    }


def test_who_signs_in_is_told_of_wrong_tries_and_gets_a_token_that_is_nowhere_kept(people: People) -> None:
    siti = hired(people, "siti", AT, held(Role.OPERATOR, AT))
    for _ in range(3):
        with pytest.raises(SignInRefused):
            people.sessions.sign_in("siti", "not her password", "000000", AT)
    done = people.sessions.sign_in(" SITI ", siti.password, siti.code(AT), AT)
    assert (done.wrong, done.before, done.person.login) == (3, None, "siti")
    again = people.sessions.sign_in("siti", siti.password, siti.code(later(minutes=2)), later(minutes=2))
    assert (again.wrong, again.before) == (0, AT)
    assert again.token != done.token
    assert done.token not in repr(done)


def test_five_wrong_tries_lock_for_a_time_that_doubles_and_never_for_ever(people: People) -> None:
    siti = hired(people, "siti", AT)
    at = AT
    for pause in (15, 30, 60):
        for _ in range(5):
            with pytest.raises(SignInRefused):
                people.sessions.sign_in("siti", "wrong, every time", "", at)
        with pytest.raises(SignInRefused):
            people.sessions.sign_in("siti", siti.password, siti.code(at), at)
        at += timedelta(minutes=pause)
    done = people.sessions.sign_in("siti", siti.password, siti.code(at), at)
    assert done.wrong == 15
    with pytest.raises(SignInRefused):
        people.sessions.sign_in("siti", "wrong again", "", at)
    assert people.sessions.sign_in("siti", siti.password, siti.code(later(hours=3)), later(hours=3)).wrong == 1


def test_the_pause_is_never_longer_than_a_day() -> None:
    tries = wrong_tries.begun(Tries("p", "sign-in", wrong=4, locks=500), AT)
    assert tries is not None
    assert tries.until == AT + timedelta(days=1)


def test_many_wrong_tries_at_once_are_no_more_than_five(people: People, register: Register) -> None:
    siti = hired(people, "siti", AT)
    keeping = keeping_of(register)
    with ThreadPoolExecutor(8) as pool:
        locked = list(pool.map(lambda _: wrong_tries.begin(keeping, siti.id, "sign-in", AT), range(20)))
    assert locked.count(None) == 5


def test_unknown_names_are_refused_in_the_same_words_and_leave_no_row_each(people: People, register: Register) -> None:
    siti = hired(people, "siti", AT)
    people.accounts.disable(hired(people, "budi", AT).id, AT)
    said = set()
    for login, code in (("nobody", ""), ("no one else", ""), ("siti", ""), ("budi", ""), ("siti", siti.code(AT))):
        with pytest.raises(SignInRefused) as refused:
            people.sessions.sign_in(login, "wrong, every time", code, AT)
        said.add((str(refused.value), refused.value.hint))
    assert len(said) == 1
    with keeping_of(register).reading() as rows:
        assert {one.person for one in rows.all(Tries)} == {"?", siti.id, people.accounts.find("budi").id}


def test_a_wrong_password_does_not_use_up_the_code_that_came_with_it(people: People) -> None:
    siti = hired(people, "siti", AT)
    code = siti.code(AT)
    with pytest.raises(SignInRefused):
        people.sessions.sign_in("siti", "wrong, every time", code, AT)
    people.sessions.sign_in("siti", siti.password, code, AT)


def test_a_code_is_taken_once_and_within_one_step_of_now(people: People) -> None:
    siti = hired(people, "siti", AT)
    at = later(minutes=5)
    step = int(at.timestamp()) // 30
    codes = {off: TOTP(siti.seed).generate_otp(step + off) for off in (-2, -1, 0, 1, 2)}
    for off, good in ((-2, False), (2, False), (-1, True), (-1, False), (1, True), (0, False), (1, False)):
        if good:
            people.sessions.check_code(siti.id, codes[off], at)
        else:
            with pytest.raises(NotAllowed) as refused:
                people.sessions.check_code(siti.id, codes[off], at)
            assert refused.value.why == Why.SECOND_FACTOR


def test_a_recovery_code_goes_once_in_any_case_with_or_without_dashes(people: People) -> None:
    siti = hired(people, "siti", AT)
    assert len({*siti.recovery}) == 10
    people.sessions.sign_in("siti", siti.password, siti.recovery[0].upper().replace("-", " "), AT)
    with pytest.raises(SignInRefused):
        people.sessions.sign_in("siti", siti.password, siti.recovery[0], AT)
    fresh = people.sessions.new_recovery_codes(siti.id, AT)
    with pytest.raises(SignInRefused):
        people.sessions.sign_in("siti", siti.password, siti.recovery[1], AT)
    people.sessions.sign_in("siti", siti.password, fresh[1], AT)


def test_who_has_no_second_factor_can_only_make_one(people: People) -> None:
    user = people.accounts.add("siti", "Siti", AT)
    people.accounts.set_password(user.id, "sebuah kalimat panjang", AT)
    people.accounts.give(user.id, held(Role.OPERATOR, AT), AT)
    person = people.sessions.sign_in("siti", "sebuah kalimat panjang", "", AT).person
    assert person.proven is None
    seed = seed_in(people.sessions.begin_second_factor(user.id, AT))
    seed = seed_in(people.sessions.begin_second_factor(user.id, AT))  # the page was opened again
    with pytest.raises(NotAllowed):
        people.sessions.finish_second_factor(user.id, "000000", AT)
    people.sessions.finish_second_factor(user.id, TOTP(seed).at(AT), AT)
    with pytest.raises(WrongState):
        people.sessions.begin_second_factor(user.id, AT)
    with pytest.raises(SignInRefused):
        people.sessions.sign_in("siti", "sebuah kalimat panjang", "", later(minutes=1))
    people.accounts.forget_second_factor(user.id, AT)
    assert people.sessions.sign_in("siti", "sebuah kalimat panjang", "", later(minutes=1)).person.proven is None


def test_a_seed_is_sealed_with_the_homes_secret_and_to_its_person(people: People, register: Register) -> None:
    siti, budi = hired(people, "siti", AT), hired(people, "budi", AT)
    with pytest.raises(ConfigError, match="sealed with another secret"):
        people_of(register, lambda: bytes(32)).sessions.check_code(siti.id, "000000", AT)
    with keeping_of(register).change() as rows:
        rows.put(replace(rows.get(User, id=budi.id), seed=rows.get(User, id=siti.id).seed))
    with pytest.raises(ConfigError, match="sealed with another secret"):
        people.sessions.check_code(budi.id, siti.code(AT), AT)


def test_a_password_that_is_short_long_or_tried_first_is_refused_and_not_echoed(people: People) -> None:
    user = people.accounts.add("siti", "Siti", AT)
    for password in ["", "short of 12", "x" * 129, "aaaaaaaaaaaaaaaa", "Indonesia1945", "siti 1234567890"]:
        with pytest.raises(PasswordRefused) as refused:
            people.accounts.set_password(user.id, password, AT)
        assert not password or password not in f"{refused.value} {refused.value.hint}"


def test_a_password_is_the_same_however_its_letters_are_composed_and_is_kept_by_todays_parameters(
    people: People, register: Register
) -> None:
    user = people.accounts.add("rene", "René", AT)
    people.accounts.set_password(user.id, unicodedata.normalize("NFD", "café kalimat panjang"), AT)
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("café kalimat panjang")
    with keeping_of(register).change() as rows:
        kept = rows.get(User, id=user.id)
        assert "$argon2id$v=19$m=19456,t=2,p=1$" in str(kept.password)
        assert str(kept.password) not in repr(kept)
        rows.put(replace(kept, password=old))
    people.sessions.sign_in("rene", unicodedata.normalize("NFC", "café kalimat panjang"), "", AT)
    with keeping_of(register).reading() as rows:
        assert "m=19456,t=2,p=1" in str(rows.get(User, id=user.id).password)


def test_a_session_ends_when_nobody_asks_when_it_is_old_and_when_it_is_ended(people: People) -> None:
    siti = hired(people, "siti", AT, held(Role.OPERATOR, AT))
    token = people.sessions.sign_in("siti", siti.password, siti.code(AT), AT).token
    assert people.sessions.person(token, later(minutes=14)) is not None
    assert people.sessions.person(token, later(minutes=28)) is not None
    assert people.sessions.person(token, later(minutes=44)) is None
    at = later(hours=1)
    token = people.sessions.sign_in("siti", siti.password, siti.code(at), at).token
    for minutes in range(0, 480, 10):
        assert people.sessions.person(token, at + timedelta(minutes=minutes)) is not None
    assert people.sessions.person(token, at + timedelta(hours=8)) is None
    at = later(hours=10)
    tokens = [people.sessions.sign_in("siti", siti.password, code, at).token for code in siti.recovery[:3]]
    people.sessions.sign_out(tokens[0])
    assert [people.sessions.person(one, at) is None for one in tokens] == [True, False, False]
    assert people.sessions.sign_out_everywhere(siti.id) >= 2
    assert people.sessions.person(tokens[1], at) is None
    assert people.sessions.person("", at) is people.sessions.person("\ud800", at) is None


def test_showing_the_second_factor_gives_another_token_and_the_old_one_is_worth_nothing(people: People) -> None:
    siti = hired(people, "siti", AT)
    token = people.sessions.sign_in("siti", siti.password, siti.code(AT), AT).token
    at = later(minutes=12)
    with pytest.raises(NotAllowed):
        people.sessions.prove(token, "000000", at)
    fresh = people.sessions.prove(token, siti.code(at), at)
    assert people.sessions.person(token, at) is None
    person = people.sessions.person(fresh, at)
    assert person is not None
    assert person.proven == at


@pytest.mark.parametrize("deed", ["disable", "set_password", "forget_second_factor"])
def test_what_is_done_to_an_account_ends_its_sessions(people: People, deed: str) -> None:
    siti = hired(people, "siti", AT)
    token = people.sessions.sign_in("siti", siti.password, siti.code(AT), AT).token
    more = ("kalimat baru yang panjang",) if deed == "set_password" else ()
    getattr(people.accounts, deed)(siti.id, *more, AT)
    assert people.sessions.person(token, AT) is None


def test_a_role_is_proposed_by_one_and_confirmed_by_another(people: People) -> None:
    admin = signed_in(people, hired(people, "admin1", AT, held(Role.OFFICE_ADMIN, AT)), AT)
    chief = signed_in(people, hired(people, "pusat1", AT, held(Role.NATIONAL_ADMIN, AT)), AT)
    siti = hired(people, "siti", AT)
    row = people.accounts.give(siti.id, held(Role.OPERATOR, AT), AT, by=admin)
    assert signed_in(people, siti, AT).roles == ()
    with pytest.raises(NotAllowed):
        people.accounts.confirm(row.id, AT, by=admin)
    people.accounts.confirm(row.id, AT, by=chief)
    with pytest.raises(WrongState):
        people.accounts.confirm(row.id, AT, by=chief)
    assert [one.role for one in signed_in(people, siti, later(minutes=2)).roles] == [Role.OPERATOR]
    people.accounts.end(row.id, later(minutes=3), by=admin)
    assert not list(signed_in(people, siti, later(minutes=4)).held(later(minutes=4)))
    with pytest.raises(NotAllowed):  # not for himself
        people.accounts.give(admin.id, held(Role.OPERATOR, AT), AT, by=admin)
    with pytest.raises(NoSuchThing):
        people.accounts.give(siti.id, held(Role.OPERATOR, AT, office="3171"), AT, by=admin)
    assert sorted(user.login for user, _ in people.accounts.all(OFFICE)) == ["admin1", "siti"]


_DESK = (Role.OPERATOR, Role.VERIFIER, Role.OFFICIAL)


def test_nobody_both_administers_and_works_at_a_desk_and_who_audits_does_nothing_else(people: People) -> None:
    for number, (first, second) in enumerate(product(Role, Role)):
        user = people.accounts.add(f"orang-{number}", "Siti", AT)
        given = people.accounts.give(user.id, held(first, AT), AT)
        kinds = {first, second}
        if len(kinds) == 1 or (Role.AUDITOR not in kinds and len(kinds & {*_DESK}) != 1):
            people.accounts.give(user.id, held(second, AT), AT)
            continue
        with pytest.raises(NotAllowed) as refused:
            people.accounts.give(user.id, held(second, AT), AT)
        assert refused.value.why == Why.ADMINISTERS
        people.accounts.end(given.id, AT)
        people.accounts.give(user.id, replace(held(second, AT), begins=AT), AT)


_NOT_SO = (
    Held(Role.OFFICIAL, OFFICE, AT),
    Held(Role.OFFICIAL, OFFICE, AT, None, "plt", "kadis"),
    Held(Role.OFFICIAL, OFFICE, AT, None, "boss", "kadis"),
    Held(Role.OFFICIAL, OFFICE, AT, None, "head", None),
    Held(Role.OFFICIAL, EVERYWHERE, AT, None, "head", "kadis"),
    Held(Role.OPERATOR, EVERYWHERE, AT),
    Held(Role.OPERATOR, "99", AT),
    Held(Role.OPERATOR, OFFICE, AT, None, "head", "kadis"),
    Held(Role.OPERATOR, OFFICE, AT, AT),
    Held(Role.NATIONAL_ADMIN, OFFICE, AT),
)


def test_a_role_that_cannot_be_held_so_is_refused(people: People) -> None:
    user = people.accounts.add("siti", "Siti", AT)
    for wrong in _NOT_SO:
        with pytest.raises(ConfigError):
            people.accounts.give(user.id, wrong, AT)


def test_a_client_has_a_key_that_is_shown_once_and_goes_for_what_it_was_given(people: People) -> None:
    admin = signed_in(people, hired(people, "admin1", AT, held(Role.OFFICE_ADMIN, AT)), AT)
    until = later(days=90)
    row, key = people.clients.add("SIAK", OFFICE, [Action.DRAFT], until, AT, by=admin)
    assert key.startswith(f"tte_{row.id}_")
    assert people.clients.client(key, AT) is None  # nobody has confirmed it
    with pytest.raises(NotAllowed):
        people.clients.confirm(row.id, AT, by=admin)
    second = signed_in(people, hired(people, "admin2", AT, held(Role.OFFICE_ADMIN, AT)), AT)
    people.clients.confirm(row.id, AT, by=second)
    with pytest.raises(WrongState):
        people.clients.confirm(row.id, AT, by=None)
    assert people.clients.client(key, AT) == Client(row.id, OFFICE, frozenset({Action.DRAFT}))
    for wrong in ("", "tte_", key[:-1], f"{key}x", f"tte_{row.id}_", key.replace(row.id, "0" * 12), "\ud800"):
        assert people.clients.client(wrong, AT) is None
    (kept,) = people.clients.all(OFFICE)
    assert kept.last_used == AT.date()
    assert people.clients.client(key, until) is None
    for actions in ([], [Action.SIGN]):
        with pytest.raises(ConfigError):
            people.clients.add("SIAK", OFFICE, actions, until, AT, by=admin)
    with pytest.raises(NoSuchThing):
        people.clients.add("SIAK", "3171", [Action.DRAFT], until, AT, by=admin)
    people.clients.disable(row.id, AT, by=admin)
    assert people.clients.client(key, AT) is None


def test_a_key_is_used_as_it_was_confirmed_by_a_second_person_until_one_ends_it(people: People) -> None:
    admin = signed_in(people, hired(people, "admin1", AT, held(Role.OFFICE_ADMIN, AT)), AT)
    national = signed_in(people, hired(people, "pusat1", AT, held(Role.NATIONAL_ADMIN, AT)), AT)
    keys, this, other, until = people.keys, b"1" * 32, b"2" * 32, later(days=30)

    def standing(digest: bytes = this, at: datetime = AT) -> Standing:
        return keys.standing(OFFICE, "kadis", digest, at)

    row = keys.propose(OFFICE, "kadis", this, AT, until, AT, by=admin)
    assert standing() is Standing.UNSAID
    for by, digest in ((admin, this), (national, other)):
        with pytest.raises((NotAllowed, WrongState)):
            keys.confirm(row.id, digest, AT, by=by)
    keys.confirm(row.id, this, AT, by=national)
    assert (standing(), standing(other), standing(at=until)) == (Standing.IN_USE, Standing.CHANGED, Standing.OUT)
    assert keys.standing("3171", "kadis", this, AT) is Standing.UNSAID
    local = keys.propose(OFFICE, "kadis", other, AT, None, AT, by=None)
    with pytest.raises(NotAllowed):
        keys.confirm(local.id, other, AT, by=None)
    stale = replace(admin, proven=AT - timedelta(hours=1))
    keys.end(row.id, later(hours=1), by=stale)
    assert standing(at=later(hours=1)) is Standing.OUT
    with pytest.raises(ConfigError):
        keys.propose(OFFICE, "kadis", this, AT, AT, AT, by=admin)
    with pytest.raises(NoSuchThing):
        keys.propose("3171", "kadis", this, AT, None, AT, by=admin)


def test_the_list_of_what_was_done_only_grows(people: People, register: Register) -> None:
    hired(people, "siti", AT)
    with keeping_of(register).reading() as rows:
        first, *_ = rows.all(Event)
        assert [one.seq for one in rows.all(Event)] == [*range(1, rows.count(Event) + 1)]
    with pytest.raises(RegisterError), keeping_of(register).change() as rows:
        rows.put(replace(first, what="nothing"))
    with pytest.raises(RegisterError), keeping_of(register).change() as rows:
        rows.drop(Event, seq=1)
