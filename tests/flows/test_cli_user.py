"""`tte user` and `tte office`: people and offices from the machine itself. No secret is ever an argument."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pyotp import TOTP

from tests.command import Answer
from tests.people_world import held, hired, seed_in, signed_in
from tte.cli.exits import Exit
from tte.issuance import now
from tte.office import Home
from tte.office.keys_in_use import digest_of
from tte.office.people import open_people
from tte.people import Action, Role

PASSWORD = "sebuah kalimat yang panjang"


def handed(text: str) -> str:
    """A descriptor from which this can be read."""
    reader, writer = os.pipe()
    os.write(writer, f"{text}\n".encode())
    os.close(writer)
    return str(reader)


def added(tte: Callable[..., Answer], login: str, *words: str) -> Answer:
    return tte("user", "add", login, "--name", login.title(), "--fd", handed(PASSWORD), *words)


def test_the_first_admin_is_made_on_the_machine_and_can_sign_in(tte: Callable[..., Answer], home: Home) -> None:
    assert added(tte, "pusat1", "--role", "national-admin").code == 0
    (user,) = tte("user", "list", "--json").objects()
    assert (user["login"], user["second_factor"], user["disabled"]) == ("pusat1", False, None)
    assert [(one["role"], one["office"], one["confirmed"]) for one in user["roles"]] == [("national-admin", "*", True)]
    with home.open_register() as register:
        people = open_people(home, register)
        person = people.sessions.sign_in("pusat1", PASSWORD, "", now()).person
    assert [one.role for one in person.roles] == [Role.NATIONAL_ADMIN]


def test_an_acting_official_holds_his_role_from_a_day_until_a_day_as_in_jakarta(tte: Callable[..., Answer]) -> None:
    words = ("--role", "official", "--office", "9971", "--capacity", "plh", "--key", "demo")
    assert added(tte, "plh1", *words).code == Exit.USAGE  # it says no end
    assert added(tte, "plh2", *words, "--from", "2026-12-01", "--until", "2026-12-05").code == 0
    (user,) = [one for one in tte("user", "list", "--json").objects() if one["login"] == "plh2"]
    (role,) = user["roles"]
    assert (role["from"], role["until"]) == ("2026-11-30T17:00:00Z", "2026-12-05T17:00:00Z")
    assert "official in 9971 (plh, key demo)" in tte("user", "list").out


def test_roles_are_given_and_ended_and_nobody_administers_and_signs(tte: Callable[..., Answer]) -> None:
    added(tte, "siti", "--role", "operator", "--office", "9971")
    refused = tte("user", "roles", "siti", "--give", "office-admin", "--office", "9971")
    assert refused.code == Exit.USAGE
    assert "administers" in refused.err
    (user,) = tte("user", "roles", "siti", "--json").objects()
    assert tte("user", "roles", "siti", "--end", "nothing").code == Exit.USAGE
    assert tte("user", "roles", "siti", "--end", user["roles"][0]["id"]).code == 0
    assert tte("user", "roles", "siti", "--give", "office-admin", "--office", "9971").code == 0
    assert tte("user", "roles", "siti", "--give", "operator", "--office", "1234").code == Exit.USAGE


def test_a_password_is_set_a_user_disabled_and_the_second_factor_forgotten(
    tte: Callable[..., Answer], home: Home
) -> None:
    added(tte, "siti")
    other = "sebuah kalimat yang lain"
    assert tte("user", "password", "siti", "--fd", handed(other)).code == 0
    short = tte("user", "password", "siti", "--fd", handed("pendek 42"))
    assert short.code == Exit.USAGE
    assert "pendek 42" not in short.err + short.out
    with home.open_register() as register:
        people = open_people(home, register)
        at = datetime.now(UTC)
        siti = people.accounts.find("siti").id
        seed = seed_in(people.sessions.begin_second_factor(siti, at))
        people.sessions.finish_second_factor(siti, TOTP(seed).at(at), at)
        secret = home.path / "var" / "people.secret"
        assert (secret.stat().st_mode & 0o777, secret.stat().st_size) == (0o600, 32)
    assert len(tte("user", "recover", "siti", "--codes").out.splitlines()) == 11
    assert tte("user", "recover", "siti").code == tte("user", "disable", "siti").code == 0
    (user,) = tte("user", "list", "--json").objects()
    assert user["second_factor"] is False
    assert user["disabled"]
    assert tte("user", "disable", "siti", "--enable").code == 0
    assert tte("user", "disable", "nobody").code == Exit.USAGE


def test_a_wrong_first_code_makes_no_second_factor(tte: Callable[..., Answer]) -> None:
    added(tte, "siti")
    answer = tte("user", "totp", "siti", "--fd", handed("000000"))
    assert answer.out.startswith("otpauth://totp/")
    assert answer.code == Exit.USAGE
    (user,) = tte("user", "list", "--json").objects()
    assert user["second_factor"] is False


def test_without_a_terminal_or_a_descriptor_nothing_is_asked(tte: Callable[..., Answer]) -> None:
    refused = tte("user", "add", "siti", "--name", "Siti", "--fd", "987")
    assert refused.code == Exit.USAGE
    assert tte("user", "list", "--json").objects() == []


def test_offices_are_listed_with_their_keys_people_and_drafts(tte: Callable[..., Answer]) -> None:
    added(tte, "siti", "--role", "operator", "--office", "9971")
    (office,) = tte("office", "list", "--json").objects()
    assert office["code"] == "9971"
    assert "demo" in office["keys"]
    assert office["people"] == [{"login": "siti", "roles": ["operator"]}]
    assert office["drafts"] == {}
    shown = tte("office", "show", "9971")
    assert "siti" in shown.out
    assert "9971" in tte("office", "list").out
    assert tte("office", "show", "1234").code == Exit.USAGE


def test_what_is_added_here_somebody_else_confirms_in_the_browser_and_the_other_way_round(
    tte: Callable[..., Answer], home: Home
) -> None:
    clients, keys = ("office", "clients", "9971"), ("office", "keys", "9971")
    said = tte(*clients, "--add", "SIAK", "--action", "issue", "--until", "2040-01-01").out
    (client,) = tte(*clients, "--json").objects()
    assert f"tte_{client['id']}_" in said
    assert client["key"] == "not confirmed"
    assert tte(*keys, "--propose", "demo").code == 0
    (key,) = tte(*keys, "--json").objects()
    for words in ((*clients, "--confirm", client["id"]), (*keys, "--confirm", key["id"])):
        refused = tte(*words)
        assert refused.code == Exit.USAGE
        assert "same-person" in refused.err
    with home.open_register() as register:
        people, at = open_people(home, register), now()
        admin = signed_in(people, hired(people, "admin1", at, held(Role.OFFICE_ADMIN, at)), at)
        row, _ = people.clients.add("SIAK 2", "9971", [Action.ISSUE], at + timedelta(days=9), at, by=admin)
        national = signed_in(people, hired(people, "pusat1", at, held(Role.NATIONAL_ADMIN, at)), at)
        people.keys.confirm(key["id"], digest_of(home, home.profile("demo")), at, by=national)
    assert tte(*clients, "--confirm", row.id).code == 0
    assert [one["key"] for one in tte(*clients, "--json").objects()].count("works") == 1
    assert tte(*clients, "--disable", row.id).code == 0
    assert tte(*keys, "--end", key["id"]).code == 0
    assert tte(*keys, "--end", "x").code == Exit.USAGE
