"""An office's day at the desk: drafts, checks, authorisations, signing, replacing, withdrawing; nobody does two."""

from __future__ import annotations

import logging
import re
from base64 import b32decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import psycopg
import pytest

from tests.batch_world import on_postgres
from tests.desk_world import TEMPLATE, Day, office_day, row
from tests.people_world import OFFICE, held, hired, signed_in
from tests.postgres import Server
from tests.rows import births
from tte.batches.rows import packed
from tte.desk import Authorisation, Draft, State
from tte.errors import (
    ConfigError,
    KeyUnavailable,
    NoSuchThing,
    NotAllowed,
    PinRefused,
    RecordError,
    TteError,
    WrongState,
)
from tte.issuance import now
from tte.model import Indication
from tte.model import State as Stands
from tte.office import Home
from tte.people import Action, Client, Role, Why
from tte.register.rows import keeping_of
from tte.validation import validate


@pytest.fixture
def day(home: Home) -> Iterator[Day]:
    with office_day(home) as begun:
        yield begun


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, home: Home) -> Iterator[Day]:
    """A day with either database."""
    if request.param == "sqlite":
        with office_day(home) as begun:
            yield begun
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        on_postgres(home, server.url(name))
        with office_day(Home(home.path)) as begun:
            yield begun


def refused(why: Why) -> pytest.RaisesExc[NotAllowed]:
    return pytest.RaisesExc(NotAllowed, match=re.escape(why))


def test_a_document_is_drafted_checked_authorised_signed_replaced_and_withdrawn_by_different_people(
    either: Day,
) -> None:
    day = either
    desk = day.desk
    drafts = day.checked(day.drafted(3))
    who, given = day.authorised(drafts)
    assert (given.count, given.until - given.made) == (3, timedelta(minutes=10))
    typed = day.typed()
    done = desk.signing.sign(who, given.id, typed, day.at)
    assert (done.issued, done.refused) == (3, 0)
    assert typed == bytes(len(typed))
    standing = desk.authorising.standing(who, given.id, day.at)
    assert (standing.issued, standing.refused, bool(standing.used), bool(standing.ended)) == (3, 0, True, True)
    signed = [desk.drafts.get(who, one.id, day.at) for one in drafts]
    assert {(one.state, one.values, one.remark) for one in signed} == {(State.ISSUED, None, None)}
    documents = [str(one.issued) for one in signed]
    report = validate(day.register.read_pdf(documents[0]), day.home.trust(), now())
    assert report.indication is Indication.TOTAL_PASSED

    operator = day.who(Role.OPERATOR)
    better = row(drafts[0], desk, nama="SARI WULANDARI").values
    with pytest.raises(ConfigError):  # it says no reason
        desk.drafts.add(operator, OFFICE, TEMPLATE, better, day.at, replaces=documents[0])
    anew = desk.drafts.add(operator, OFFICE, TEMPLATE, better, day.at, replaces=documents[0], reason="salah ketik")
    who, given = day.authorised(day.checked([anew]))
    assert desk.signing.sign(who, given.id, day.typed(), day.at).issued == 1
    old = day.register.find(documents[0])
    assert old is not None
    assert old.ended is not None
    assert (old.state, old.ended.reason) == (Stands.REPLACED, "salah ketik")
    assert old.ended.by == desk.drafts.get(who, anew.id, day.at).issued

    operator = day.who(Role.OPERATOR)
    gone = desk.drafts.propose_withdrawal(operator, OFFICE, documents[1], "putusan pengadilan", day.at)
    who = day.who(Role.OFFICIAL)
    with pytest.raises(WrongState):  # nobody has confirmed it
        desk.withdrawals.carry_out(who, gone.id, day.phones[Role.OFFICIAL].code(day.later()), day.at)
    day.checked([gone])
    who = day.who(Role.OFFICIAL)
    entry = desk.withdrawals.carry_out(who, gone.id, day.phones[Role.OFFICIAL].code(day.later()), day.at)
    assert entry.state is Stands.REVOKED

    auditor = day.who(Role.AUDITOR)
    story = [(one.what, one.person) for one in desk.trail.of_document(auditor, documents[0], day.at)]
    people = {role: phone.id for role, phone in day.phones.items()}
    assert story == [
        ("drafted", people[Role.OPERATOR]),
        ("checked", people[Role.VERIFIER]),
        ("issued", people[Role.OFFICIAL]),
        ("drafted", people[Role.OPERATOR]),
        ("checked", people[Role.VERIFIER]),
        ("issued", people[Role.OFFICIAL]),
    ]
    with refused(Why.NO_REASON):
        desk.trail.read_pdf(auditor, documents[0], day.at)
    assert desk.trail.read_pdf(auditor, documents[0], day.at, reason="contoh bulanan").startswith(b"%PDF")
    last = desk.trail.of_document(auditor, documents[0], day.at)[-1]
    assert (last.what, last.code, last.reason) == ("read", Role.AUDITOR, "contoh bulanan")
    with refused(Why.NO_ROLE):
        desk.trail.read_pdf(day.who(Role.OFFICE_ADMIN), documents[0], day.at, reason="ingin tahu")


def test_a_row_that_is_not_right_is_told_of_and_the_others_are_kept_in_their_order(day: Day) -> None:
    rows = births(4)
    rows[1] = replace(rows[1], values={**rows[1].values, "nama": ""})
    rows[3] = replace(rows[0], number=4)
    operator = day.who(Role.OPERATOR)
    answers = day.desk.drafts.add_all(operator, OFFICE, TEMPLATE, rows, day.at)
    assert [(number, type(made)) for number, made in answers] == [
        (1, Draft),
        (2, RecordError),
        (3, Draft),
        (4, WrongState),
    ]
    listed = day.desk.drafts.all(operator, OFFICE, day.at)
    assert [one.number for one in listed] == [rows[0].values["nomor_akta"], rows[2].values["nomor_akta"]]
    assert day.desk.drafts.all(operator, OFFICE, day.at, after=listed[0].id) == listed[1:]
    assert day.desk.drafts.counts(operator, OFFICE, day.at) == {"draft": 2}


def test_a_draft_that_is_returned_or_changed_waits_for_a_verifier_again(day: Day) -> None:
    (draft,) = day.drafted(1)
    drafts = day.desk.drafts
    back = day.desk.checks.send_back(day.who(Role.VERIFIER), draft.id, "lihat tanggalnya", day.at)
    assert (back.state, back.remark) == (State.RETURNED, "lihat tanggalnya")
    values = row(draft, day.desk, nama="SARI WULANDARI").values
    changed = drafts.change(day.who(Role.OPERATOR), draft.id, values, day.at)
    assert (changed.state, changed.remark, changed.digest == draft.digest) == (State.DRAFT, None, False)
    with pytest.raises(WrongState, match="changed meanwhile"):  # the verifier looked at the earlier one
        day.desk.checks.approve(day.who(Role.VERIFIER), draft.id, draft.digest, day.at)
    day.checked([changed])
    again = drafts.change(day.who(Role.OPERATOR), draft.id, row(draft, day.desk).values, day.at)
    assert (again.state, again.verifier) == (State.DRAFT, None)
    drafts.discard(day.who(Role.OPERATOR), draft.id, day.at)
    gone = drafts.get(day.who(Role.OPERATOR), draft.id, day.at)
    assert (gone.state, gone.values, gone.remark) == (State.DISCARDED, None, None)
    with pytest.raises(WrongState):
        drafts.change(day.who(Role.OPERATOR), draft.id, values, day.at)
    day.drafted(1)  # its number is free again


def test_nobody_checks_his_own_draft_or_signs_what_he_drafted_or_checked(day: Day) -> None:
    desk, at = day.desk, day.at
    all_three = (Role.OPERATOR, Role.VERIFIER, Role.OFFICIAL)
    everything = hired(desk.people, "serba-bisa", at, *(held(role, at) for role in all_three))
    who = signed_in(desk.people, everything, day.later())
    own = desk.drafts.add(who, OFFICE, TEMPLATE, births(1, seed=9)[0].values, day.at)
    with refused(Why.SAME_PERSON):
        desk.checks.approve(who, own.id, own.digest, day.at)
    day.checked([own])
    (other,) = day.drafted(1)
    who = signed_in(desk.people, everything, day.later())
    desk.checks.approve(who, other.id, other.digest, day.at)
    for draft in (own, other):
        with refused(Why.SAME_PERSON):
            desk.authorising.authorise(who, OFFICE, [draft.id], everything.code(day.later()), day.at)


def test_another_offices_draft_is_not_there_for_anybody(day: Day) -> None:
    (draft,) = day.checked(day.drafted(1))
    desk, at = day.desk, day.at
    for role in (Role.OPERATOR, Role.VERIFIER, Role.OFFICIAL, Role.OFFICE_ADMIN):
        who = signed_in(desk.people, hired(desk.people, f"luar-{role}", at, held(role, at, office="3171")), day.later())
        for deed in (
            lambda who=who: desk.drafts.get(who, draft.id, day.at),
            lambda who=who: desk.drafts.all(who, OFFICE, day.at),
            lambda who=who: desk.drafts.counts(who, OFFICE, day.at),
            lambda who=who: desk.drafts.change(who, draft.id, {}, day.at),
            lambda who=who: desk.checks.approve(who, draft.id, draft.digest, day.at),
            lambda who=who: desk.authorising.authorise(who, OFFICE, [draft.id], "", day.at),
            lambda who=who: desk.withdrawals.carry_out(who, draft.id, "", day.at),
            lambda who=who: desk.trail.of_draft(who, draft.id, day.at),
            lambda who=who: desk.trail.of_office(who, OFFICE, day.at),
        ):
            with pytest.raises(NoSuchThing) as unknown:
                deed()
            assert draft.id not in str(unknown.value)
    client = Client("c1", "3171", frozenset(Action))
    with pytest.raises(NoSuchThing):
        desk.drafts.get(client, draft.id, day.at)


def test_an_authorisation_goes_once_for_its_person_for_ten_minutes_and_for_what_lay_there(day: Day) -> None:
    desk = day.desk
    drafts = day.checked(day.drafted(2))
    who, given = day.authorised(drafts)
    other = hired(desk.people, "plh", day.at, held(Role.OFFICIAL, day.at))
    with pytest.raises(NoSuchThing):
        desk.signing.sign(signed_in(desk.people, other, day.at), given.id, day.typed(), day.at)
    with refused(Why.AUTHORISATION_EXPIRED):
        desk.signing.sign(who, given.id, day.typed(), given.until)
    operator = day.who(Role.OPERATOR)
    desk.drafts.change(operator, drafts[0].id, row(drafts[0], desk, nama="SARI WULANDARI").values, day.at)
    with refused(Why.AUTHORISATION_CHANGED):
        desk.signing.sign(who, given.id, day.typed(), day.at)
    day.checked([desk.drafts.get(operator, drafts[0].id, day.at)])
    with refused(Why.AUTHORISATION_CHANGED):  # checked again, and still not what was authorised
        desk.signing.sign(who, given.id, day.typed(), given.made)
    who, given = day.authorised(drafts)
    with keeping_of(day.register).change() as rows:  # as an insider would who adds a draft to the list
        kept = rows.get(Authorisation, id=given.id)
        rows.put(replace(kept, items=kept.items.replace(drafts[1].id, drafts[0].id)))
    with refused(Why.AUTHORISATION_CHANGED):
        desk.signing.sign(who, given.id, day.typed(), day.at)
    who, given = day.authorised(drafts)
    desk.signing.sign(who, given.id, day.typed(), day.at)
    with refused(Why.AUTHORISATION_USED):
        desk.signing.sign(who, given.id, day.typed(), day.at)
    assert day.register.count() == 2


@pytest.mark.parametrize("altered", ["values", "reason", "replaced"])
def test_what_an_insider_alters_in_the_database_is_not_signed(day: Day, altered: str) -> None:
    first, second = day.checked(day.drafted(2))
    if altered == "values":
        who, given = day.authorised([first, second])
        with keeping_of(day.register).change() as rows:
            rows.put(replace(rows.get(Draft, id=first.id), values=packed([row(first, day.desk, nama="ORANG LAIN")])))
    else:
        who, given = day.authorised([first])
        day.desk.signing.sign(who, given.id, day.typed(), day.at)
        document = str(day.desk.drafts.get(who, first.id, day.at).issued)
        operator = day.who(Role.OPERATOR)
        values = {**births(1)[0].values, "nama": "SARI WULANDARI"}
        anew = day.desk.drafts.add(operator, OFFICE, TEMPLATE, values, day.at, replaces=document, reason="salah ketik")
        who, given = day.authorised(day.checked([anew]))
        if altered == "reason":
            with keeping_of(day.register).change() as rows:
                rows.put(replace(rows.get(Draft, id=anew.id), reason="lain"))
        else:
            with day.home.open_to_write() as register, register.turn():
                register.revoke(document, "putusan", day.at)
    with refused(Why.AUTHORISATION_CHANGED):
        day.desk.signing.sign(who, given.id, day.typed(), day.at)


def test_a_withdrawal_that_was_altered_after_it_was_confirmed_is_not_carried_out(day: Day) -> None:
    who, given = day.authorised(day.checked(day.drafted(1)))
    day.desk.signing.sign(who, given.id, day.typed(), day.at)
    (entry,) = day.register.entries()
    gone = day.desk.drafts.propose_withdrawal(day.who(Role.OPERATOR), OFFICE, entry.id, "putusan", day.at)
    day.checked([gone])
    with keeping_of(day.register).change() as rows:
        rows.put(replace(rows.get(Draft, id=gone.id), reason="lain"))
    with pytest.raises(WrongState, match="not what was confirmed"):
        day.desk.withdrawals.carry_out(day.who(Role.OFFICIAL), gone.id, "000000", day.at)


def test_a_passphrase_that_is_no_text_is_a_wrong_one_and_no_error_holds_it(day: Day) -> None:
    who, given = day.authorised(day.checked(day.drafted(1)))
    with pytest.raises(PinRefused) as why:
        day.desk.signing.sign(who, given.id, bytearray(b"geheim \xff\xfe"), day.at)
    assert "geheim" not in repr(why.value)
    assert why.value.__cause__ is None


def test_two_that_sign_for_one_authorisation_at_once_sign_it_once(day: Day) -> None:
    who, given = day.authorised(day.checked(day.drafted(2)))

    def sign(_: int) -> object:
        try:
            return day.desk.signing.sign(who, given.id, day.typed(), day.at).issued
        except NotAllowed as why:
            return why.why

    with ThreadPoolExecutor(2) as pool:
        answers = set(pool.map(sign, range(2)))
    assert answers <= {2, Why.AUTHORISATION_USED, Why.AUTHORISATION_CHANGED}
    assert 2 in answers
    assert len(answers) == 2
    assert day.register.count() == 2


@pytest.mark.parametrize("wrong", ["none", "too many", "twice", "unchecked", "withdrawal", "code"])
def test_an_authorisation_that_could_not_be_right_is_refused(day: Day, wrong: str) -> None:
    drafts = day.drafted(2) if wrong == "unchecked" else day.checked(day.drafted(2))
    ids = [one.id for one in drafts]
    chosen = {"none": [], "too many": [str(n) for n in range(501)], "twice": [ids[0]] * 2}.get(wrong, ids)
    who = day.who(Role.OFFICIAL)
    code = "000000" if wrong == "code" else day.phones[Role.OFFICIAL].code(day.later())
    if wrong == "withdrawal":
        with keeping_of(day.register).change() as rows:
            rows.put(replace(rows.get(Draft, id=ids[0]), kind="withdraw"))
    with pytest.raises(TteError) as why:
        day.desk.authorising.authorise(who, OFFICE, chosen, code, day.at)
    assert isinstance(why.value, NotAllowed if wrong == "code" else ConfigError | WrongState)


def test_wrong_passphrases_use_nothing_up_and_lock_for_a_while(day: Day) -> None:
    desk = day.desk
    who, given = day.authorised(day.checked(day.drafted(1)))
    for _ in range(5):
        with pytest.raises(PinRefused):
            desk.signing.sign(who, given.id, day.typed("not the passphrase"), day.at)
    with refused(Why.LOCKED):
        desk.signing.sign(who, given.id, day.typed(), day.at)
    assert desk.authorising.standing(who, given.id, day.at).used is None
    drafts = desk.drafts.all(who, OFFICE, day.at, states=(State.CHECKED,))
    day.later(minutes=16)
    official = day.phones[Role.OFFICIAL]
    for told in (5, 0):
        done = desk.people.sessions.sign_in(official.login, official.password, official.code(day.later()), day.at)
        assert done.wrong_passphrases == told
    who, given = day.authorised(drafts)
    assert desk.signing.sign(who, given.id, day.typed(), day.at).issued == 1
    own = desk.trail.of_office(who, OFFICE, day.at)
    assert [one.what for one in own if one.what == "passphrase-refused"] == ["passphrase-refused"] * 5


def test_a_key_that_is_away_costs_no_try_of_the_passphrase(day: Day) -> None:
    who, given = day.authorised(day.checked(day.drafted(1)))
    key = day.home.path / "var" / "demo.p12"
    key.rename(key.with_suffix(".away"))
    for _ in range(7):
        with pytest.raises(KeyUnavailable):
            day.desk.signing.sign(who, given.id, day.typed(), day.at)
    key.with_suffix(".away").rename(key)
    assert day.desk.signing.sign(who, given.id, day.typed(), day.at).issued == 1


def test_a_profile_whose_passphrase_lies_in_a_file_is_no_officials(day: Day) -> None:
    drafts = day.checked(day.drafted(1))
    profile = day.home.path / "keys" / "kadis.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("prompt:", "file:var/demo.pin"), encoding="utf-8")
    with pytest.raises(ConfigError, match="asks nobody"):
        day.authorised(drafts)


def test_a_draft_that_the_register_refuses_is_returned_with_a_code(day: Day) -> None:
    first, second = day.drafted(2)
    day.checked([first, second])
    who, given = day.authorised([first])
    day.desk.signing.sign(who, given.id, day.typed(), day.at)
    other = row(second, day.desk, nomor_akta=first.number, nama="SARI WULANDARI").values
    changed = day.desk.drafts.change(day.who(Role.OPERATOR), second.id, other, day.at)
    who, given = day.authorised(day.checked([changed]))
    done = day.desk.signing.sign(who, given.id, day.typed(), day.at)
    assert (done.issued, done.refused) == (0, 1)
    back = day.desk.drafts.get(who, second.id, day.at)
    assert (back.state, back.outcome) == (State.RETURNED, "already-issued")


def test_what_a_killed_signing_left_is_put_right_from_the_register(day: Day) -> None:
    drafts = day.checked(day.drafted(2))
    who, given = day.authorised(drafts)
    day.desk.signing.sign(who, given.id, day.typed(), day.at)
    rest = day.checked(day.drafted(1, seed=7))
    with keeping_of(day.register).change() as rows:  # as if it had been killed before it told what became of them
        rows.put(replace(rows.get(Authorisation, id=given.id), ended=None, issued=1))
        lost = rows.get(Draft, id=drafts[1].id)
        rows.put(replace(lost, state=State.SIGNING, issued=None))
        rows.put(replace(rows.get(Draft, id=rest[0].id), state=State.SIGNING, authorisation=given.id))
    assert day.desk.signing.settle(day.at) == 0  # it may still be at it
    assert day.desk.signing.settle(day.later(hours=2)) == 2
    who = day.who(Role.OFFICIAL)
    assert day.desk.drafts.get(who, drafts[1].id, day.at).issued
    assert day.desk.drafts.get(who, rest[0].id, day.at).state == State.CHECKED


def processes() -> bytes:
    """Arguments and environment of this process and of all that it started."""
    found = [b""]
    for entry in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                found.append((entry / name).read_bytes())
            except OSError:
                continue
    return b"\n".join(found)


def kept_bytes(day: Day) -> bytes:
    """All that lies in the home and in the database."""
    found = [path.read_bytes() for path in day.home.path.rglob("*") if path.is_file()]
    if day.home.register_url.startswith("postgresql:"):
        with psycopg.connect(day.home.register_url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                for (line,) in connection.execute(f'SELECT t::text FROM "{table}" t'.encode()):  # noqa: S608
                    found.append(line.encode())
    return b"\n".join(found)


def test_no_secret_is_anywhere_after_a_days_work(
    either: Day, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    day = either
    caplog.set_level(logging.DEBUG)
    seen: list[bytes] = []
    over = Flag()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(processes())

    watcher = Thread(target=watch)
    watcher.start()
    said = []
    wrong = "kata sandi yang salah 8351"
    try:
        who, given = day.authorised(day.checked(day.drafted(5)))
        with pytest.raises(PinRefused) as refusal:
            day.desk.signing.sign(who, given.id, day.typed(wrong), day.at)
        said += [repr(refusal.value), refusal.value.hint, repr(refusal.value.__cause__)]
        with pytest.raises(TteError) as unsigned:
            day.desk.people.sessions.sign_in("orang-operator", wrong, "123", day.at)
        said += [repr(unsigned.value), unsigned.value.hint]
        day.later(minutes=1)
        assert day.desk.signing.sign(who, given.id, day.typed(), day.at).issued == 5
    finally:
        over.set()
        watcher.join()
    secrets = {wrong, day.passphrase}
    for phone in day.phones.values():
        secrets |= {phone.password, phone.seed, *phone.recovery}
    out, err = capfd.readouterr()
    said += [out, err, caplog.text, repr(day.desk.people.accounts.all()), repr(who), repr(given)]
    places = {"kept": kept_bytes(day), "processes": b"\n".join(seen), "said": "\n".join(said).encode()}
    assert any(b"process_child" in one for one in seen)  # the key's own process was seen
    assert b"orang-operator" in places["kept"]
    assert len(secrets) > 10
    for place, content in places.items():
        for secret in secrets:
            for form in (secret.encode(), secret.encode().hex().encode(), secret.encode("utf-16-le")):
                assert form not in content, place
        for phone in day.phones.values():
            seed = b32decode(phone.seed)
            assert seed not in content
            assert seed.hex().encode() not in content
    names = {str(one.values["nama"]) for one in births(5)}
    with keeping_of(day.register).reading() as rows:
        assert not any(draft.values for draft in rows.all(Draft))
    assert not any(name in "\n".join(said) for name in names)
