"""What is promised is sent until it is taken, to whom it was promised, and opened only by who has both halves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.packaging import ROOT
from tests.post_office import Gateway, Mailbox, gateway, mailbox
from tests.rows import births
from tte.delivery import (
    Channel,
    Contact,
    Deliveries,
    Delivery,
    Fate,
    Opened,
    Shut,
    State,
    deliveries_of,
    failed_deliveries,
    listed,
)
from tte.delivery.collecting import MOST_WRONG
from tte.delivery.sending import LEASE
from tte.errors import NoSuchThing, WrongState
from tte.http.telling import DELAYS
from tte.issuance import Issued, now
from tte.model import Entry
from tte.office import Home
from tte.register import Register
from tte.register.rows import keeping_of

OFFICE = "9971"
MAIL = Contact(Channel.EMAIL, "warga@contoh.example")
PHONE = Contact(Channel.WHATSAPP, "+6281234567890")
SECRET = "whsec_" + base64.b64encode(b"rahasia gerbang uji coba").decode()
KEY = "K7QM-3XW2-9PBT"
LINK = re.compile(r"https?://\S+/ambil/([a-z2-7]{26})")


@dataclass
class World:
    """A home with an issued document, a mail server and a gateway; and a clock that stands."""

    home: Home
    register: Register
    entry: Entry
    mail: Mailbox
    gateway: Gateway
    at: datetime

    @property
    def deliveries(self) -> Deliveries:
        """As a process that starts anew has them."""
        return deliveries_of(
            self.home,
            self.register,
            office=lambda name: f"Dinas {name}",
            kind=lambda name: name.replace("_", " "),
            now=lambda: self.at,
            is_key=self.is_key,
        )

    def is_key(self, document: str, typed: str) -> bool:
        """It writes, as the tries of a request are written: nobody may hold the only writer's place meanwhile."""
        with keeping_of(self.register).change():
            return document == self.entry.id and typed == KEY

    def later(self, step: timedelta = timedelta(minutes=1)) -> datetime:
        self.at += step
        return self.at

    def send(self) -> dict[str, int]:
        return {fate.value: count for fate, count in self.deliveries.sending.once(lambda: self.at).fates.items()}

    def all(self, *states: State) -> list[Delivery]:
        return [*listed(self.deliveries.keeping, None, states or tuple(State))]


@pytest.fixture
def world(home: Home, tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        mail = stack.enter_context(mailbox(tmp_path))
        hub = stack.enter_context(gateway())
        mail.install(home.path)
        hub.install(home.path, SECRET, "whatsapp", "sms")
        home = Home(home.path)
        with home.issuer("demo", ("akta_kelahiran",)) as issuer:
            (issued,) = issuer.issue("akta_kelahiran", births(1))
            assert isinstance(issued, Issued)
        register = stack.enter_context(home.open_register())
        yield World(home, register, issued.entry, mail, hub, now())


def token_in(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[1]


def body(world: World, place: int = -1) -> str:
    return str(world.mail.letters[place].get_content())


def test_a_promise_made_twice_is_one_letter_that_says_nothing_personal(world: World) -> None:
    promise = world.deliveries.promising.promise
    assert promise(world.entry.id, MAIL, world.at).id == promise(world.entry.id, MAIL, world.later()).id
    promise(world.entry.id, PHONE, world.at)
    with pytest.raises(NoSuchThing):
        promise("tidakada", MAIL, world.at)
    assert world.send() == {Fate.TAKEN: 2}
    assert world.send() == {}
    assert promise(world.entry.id, MAIL, world.later()).state == State.SENT
    assert (world.mail.recipients, world.mail.logins) == ([MAIL.address], 1)
    (letter,) = world.mail.letters
    text = body(world)
    (row,) = births(1)
    for said in (text, world.gateway.came[0][1].decode(), str(letter)):
        for secret in (world.entry.number, world.entry.id, KEY, *map(str, row.values.values())):
            assert len(secret) < 6 or secret not in said
    assert not re.search(r"\d{16}|\b\d{6}\b", text)
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["message-id"].startswith("<tte-")
    headers, sent = world.gateway.came[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + sent
    wanted = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"
    assert world.gateway.told()[0]["to"] == PHONE.address
    kept = (world.home.path / "var" / "register.sqlite").read_bytes()
    wal = world.home.path / "var" / "register.sqlite-wal"
    kept += wal.read_bytes() if wal.exists() else b""
    for secret in (MAIL.address, PHONE.address, token_in(text)):
        assert secret.encode() not in kept


def test_a_link_opens_with_the_key_until_its_days_are_over(world: World) -> None:
    world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    world.send()
    token, collecting = token_in(body(world)), world.deliveries.collecting
    found = collecting.open(token, KEY, world.later())
    assert isinstance(found, Opened)
    assert found.entry == world.register.find(world.entry.id)
    assert collecting.fetched(found.delivery, world.at) == world.register.read_pdf(world.entry.id)
    first = world.at
    collecting.fetched(found.delivery, world.later())
    (one,) = world.all()
    assert (one.fetched, one.fetches) == (first, 2)
    world.later(timedelta(days=31))
    late = collecting.open(token, KEY, world.at)
    assert isinstance(late, Opened)
    assert late.entry is None
    assert world.deliveries.promising.forget(world.at, 30) == 1
    (one,) = world.all()
    assert (one.address, one.fetches) == (None, 2)
    assert collecting.open(token, KEY, world.later()) == Opened(one, None, late.until)
    assert isinstance(collecting.open(token, "lain", world.at), Shut)
    world.deliveries.promising.stop(one.id, OFFICE, world.at, by="p1", reason="x")
    assert world.all()[0].link is None
    assert isinstance(collecting.open(token, KEY, world.at), Shut)


def test_tries_at_the_same_time_are_answered_and_counted_one_by_one(world: World) -> None:
    world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    world.send()
    token, collecting = token_in(body(world)), world.deliveries.collecting
    with ThreadPoolExecutor(20) as people:
        found = [*people.map(lambda n: collecting.open(token, f"salah{n}", world.at), range(20))]
    assert Counter(found) == {Shut(): 2, Shut(world.at + timedelta(minutes=1)): 18}
    (one,) = world.all()
    assert one.wrong == 3
    assert isinstance(collecting.open(token, KEY, world.later()), Opened)


def test_wrong_pins_wait_longer_and_longer_alike_for_links_that_are_not_there(world: World) -> None:
    made = world.deliveries.promising.send(world.entry.id, MAIL, None, world.at, by="p1", reason="warga meminta")
    assert made.pin
    assert re.fullmatch("[0-9]{6}", made.pin)
    again = world.deliveries.promising.send(world.entry.id, MAIL, None, world.at, by="p1", reason="lagi")
    assert (again.pin, again.new) == (made.pin, False)
    world.send()
    assert made.pin not in body(world)
    token, nowhere = token_in(body(world)), "a" * 26
    collecting, wrong = world.deliveries.collecting, f"{(int(made.pin) + 1) % 10**6:06}"
    waits = []
    for _ in range(MOST_WRONG):
        there, not_there = collecting.open(token, wrong, world.at), collecting.open(nowhere, wrong, world.at)
        assert there == not_there
        assert isinstance(there, Shut)
        if there.until:
            assert collecting.open(token, made.pin, world.at) == there  # not even the right one, before its time
            waits.append((there.until - world.at).total_seconds() // 60)
            world.at = there.until
    assert waits[:6] == [1, 5, 15, 60, 240, 1440]
    assert isinstance(collecting.open(token, made.pin, world.later(timedelta(days=2))), Shut)
    anew = world.deliveries.promising.anew(
        made.delivery.id, OFFICE, MAIL, world.at, pin=True, by="p1", reason="terlalu banyak percobaan"
    )
    world.send()
    assert token_in(body(world)) != token
    assert anew.pin
    spaced = f" {anew.pin[:3]} {anew.pin[3:]}"
    assert isinstance(collecting.open(token_in(body(world)), spaced, world.at), Opened)
    assert isinstance(collecting.open(token, anew.pin, world.at), Shut)


def test_a_clock_that_is_set_back_neither_shuts_a_link_nor_holds_a_letter(world: World) -> None:
    world.mail.stop()
    world.at += timedelta(days=400)
    world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    assert world.send() == {Fate.AWAY: 1}
    world.at -= timedelta(days=400)
    world.mail.start()
    assert world.send() == {Fate.TAKEN: 1}


def test_link_and_pin_never_travel_together(world: World) -> None:
    promising = world.deliveries.promising
    with pytest.raises(WrongState):
        promising.send(world.entry.id, MAIL, MAIL, world.at, by="p1", reason="x")
    same = Contact(Channel.SMS, PHONE.address)
    with pytest.raises(WrongState):  # both would be read on one telephone
        promising.send(world.entry.id, same, PHONE, world.at, by="p1", reason="x")
    made = promising.send(world.entry.id, MAIL, PHONE, world.at, by="p1", reason="warga meminta")
    assert made.pin is None
    assert world.send() == {Fate.TAKEN: 2}
    pin = world.gateway.told()[0]["values"]["pin"]
    assert pin not in body(world)
    assert "ambil" not in world.gateway.came[0][1].decode()
    assert isinstance(world.deliveries.collecting.open(token_in(body(world)), pin, world.at), Opened)
    for one in (PHONE, same):
        with pytest.raises(WrongState):
            promising.anew(made.delivery.id, OFFICE, one, world.at, pin=False, by="p1", reason="x")
    other = Contact(Channel.EMAIL, "benar@contoh.example")
    promising.anew(made.delivery.id, OFFICE, other, world.later(), pin=False, by="p1", reason="salah alamat")
    assert world.send() == {Fate.TAKEN: 2}
    newer = world.gateway.told()[1]["values"]["pin"]
    assert newer != pin
    assert isinstance(world.deliveries.collecting.open(token_in(body(world)), newer, world.at), Opened)
    assert isinstance(world.deliveries.collecting.open(token_in(body(world, 0)), pin, world.at), Shut)


def test_what_was_stopped_is_sent_anew_and_not_as_if_it_were_sent(world: World) -> None:
    promising = world.deliveries.promising
    made = promising.send(world.entry.id, MAIL, None, world.at, by="p1", reason="x")
    promising.stop(made.delivery.id, OFFICE, world.at, by="p1", reason="x")
    with pytest.raises(WrongState) as why:
        promising.send(world.entry.id, MAIL, None, world.at, by="p1", reason="x")
    assert "anew" in why.value.hint
    anew = promising.anew(made.delivery.id, OFFICE, MAIL, world.at, pin=True, by="p1", reason="x")
    world.send()
    assert anew.pin
    assert isinstance(world.deliveries.collecting.open(token_in(body(world)), anew.pin, world.at), Opened)


def test_while_a_channel_is_away_nothing_is_lost_and_afterwards_all_comes_once(world: World) -> None:
    addresses = [f"warga{n}@contoh.example" for n in range(30)]
    for address in addresses:
        world.deliveries.promising.promise(world.entry.id, Contact(Channel.EMAIL, address), world.at)
    world.mail.stop()
    world.gateway.status = 503
    world.deliveries.promising.promise(world.entry.id, PHONE, world.at)
    for delay in DELAYS[:4]:
        world.send()
        world.later(delay)
    assert {(one.state, one.trouble) for one in world.all() if one.attempts} >= {(State.WAITING, "unreachable")}
    assert len(world.all(State.WAITING)) == 31
    world.mail.start()
    world.gateway.status = 202
    for _ in range(6):
        world.later(timedelta(hours=1))
        world.send()
    assert sorted(world.mail.recipients) == sorted(addresses)
    assert len({headers["webhook-id"] for headers, _ in world.gateway.came}) == 1
    assert len(world.all(State.SENT)) == 31


@pytest.mark.parametrize("status", [403, 404, 409, 413, 500])
def test_a_number_that_the_gateway_stumbles_over_holds_up_no_other(world: World, status: int) -> None:
    numbers = [f"+62812345678{n:02d}" for n in range(22)]
    world.gateway.answers[numbers[0]] = status
    for number in numbers:
        world.deliveries.promising.promise(world.entry.id, Contact(Channel.WHATSAPP, number), world.at)
    assert world.send() == {Fate.LATER: 1, Fate.TAKEN: 21}
    (one,) = world.all(State.WAITING)
    assert (one.attempts, one.trouble) == (1, f"status-{status}")


def test_a_gateway_that_is_away_is_tried_with_a_letter_that_was_tried_least(world: World) -> None:
    world.gateway.status = 503
    for number in ("+6281234567800", "+6281234567801"):
        world.deliveries.promising.promise(world.entry.id, Contact(Channel.WHATSAPP, number), world.at)
    for _ in range(2):
        assert world.send() == {Fate.AWAY: 1}
        world.later(timedelta(hours=1))
    assert sorted(one["to"] for one in world.gateway.told()) == ["+6281234567800", "+6281234567801"]


def test_after_two_days_it_has_failed_is_seen_and_can_be_tried_again(world: World) -> None:
    made = world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    world.mail.refuse[MAIL.address] = "450 try later"
    for delay in (*DELAYS, timedelta()):
        assert world.send() == {Fate.LATER: 1}
        world.later(delay)
    assert failed_deliveries(world.register, OFFICE) == failed_deliveries(world.register) == 1
    assert failed_deliveries(world.register, "3171") == 0
    (one,) = world.all(State.FAILED)
    assert (one.trouble, world.send()) == ("smtp-450", {})
    with pytest.raises(NoSuchThing):
        world.deliveries.promising.retry(made.id, "3171", world.at, by="p1")
    world.mail.refuse.clear()
    world.deliveries.promising.retry(made.id, OFFICE, world.at, by="p1")
    assert world.send() == {Fate.TAKEN: 1}
    assert failed_deliveries(world.register) == 0


def test_what_a_server_refuses_for_good_fails_at_once_and_others_go(world: World) -> None:
    wrong = Contact(Channel.EMAIL, "salah@contoh.example")
    world.mail.refuse[wrong.address] = "550 no such user"
    for contact in (wrong, MAIL):
        world.deliveries.promising.promise(world.entry.id, contact, world.at)
    assert world.send() == {Fate.REFUSED: 1, Fate.TAKEN: 1}
    (one,) = world.all(State.FAILED)
    assert one.trouble == "smtp-550"


def test_what_has_no_channel_fails_at_once_and_goes_when_there_is_one(world: World) -> None:
    settings = world.home.path / "tte.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.partition("[delivery.smtp]")[0], encoding="utf-8")
    there, world.home = world.home, Home(world.home.path)
    made = world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    assert world.send() == {Fate.REFUSED: 1}
    (one,) = world.all(State.FAILED)
    assert one.trouble == "no-channel"
    world.home = there
    world.deliveries.promising.retry(made.id, OFFICE, world.at, by="p1")
    assert world.send() == {Fate.TAKEN: 1}


def test_a_revoked_document_is_neither_sent_nor_given(world: World) -> None:
    world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    world.send()
    other = Contact(Channel.EMAIL, "lain@contoh.example")
    world.deliveries.promising.promise(world.entry.id, other, world.at)
    with world.register.turn():
        world.register.revoke(world.entry.id, "salah", world.at)
    assert world.send() == {Fate.REFUSED: 1}
    found = world.deliveries.collecting.open(token_in(body(world)), KEY, world.at)
    assert isinstance(found, Opened)
    assert found.entry is None


@pytest.mark.parametrize(
    ("channel", "typed"),
    [
        ("email", "a@b.example\r\nBcc: semua@b.example"),
        ("email", "a@b.example\n"[:-1] + "\x00"),
        ("email", "Nama <a@b.example>"),
        ("email", "a@b.example, c@d.example"),
        ("email", "a b@c.example"),
        ("email", '"a b"@c.example'),
        ("email", "a@b"),
        ("email", "a@" + "b" * 300 + ".example"),
        ("email", "ａ@b.example"),
        ("sms", "+62 812\r\n34567"),
        ("sms", "0812;DROP"),
        ("sms", "+0812345678"),
        ("sms", "٠٨١٢٣٤٥٦٧٨"),
        ("sms", "112"),
        ("whatsapp", "+" + "1" * 40),
        ("fax", "+6281234567890"),
    ],
)
def test_an_address_that_is_none_is_no_contact(channel: str, typed: str) -> None:
    found = Contact.of(channel, typed)
    assert found is None or (channel == "sms" and found.address == "+6281234567")


def test_an_address_that_slipped_through_reaches_no_header(world: World) -> None:
    """What is kept is checked again where the letter is made."""
    for address in ("a@b.example\r\nBcc: semua@b.example", "a@b.example\nX: y", "<a@b.example>,"):
        world.deliveries.promising.promise(world.entry.id, Contact(Channel.EMAIL, address), world.at)
    assert world.send() == {Fate.REFUSED: 3}
    assert world.mail.letters == []
    assert {one.trouble for one in world.all(State.FAILED)} == {"address"}


def test_a_slow_channel_and_two_services_send_no_letter_twice(world: World) -> None:
    for n in range(20):
        world.deliveries.promising.promise(world.entry.id, Contact(Channel.WHATSAPP, f"+62812345678{n:02d}"), world.at)

    def slowly() -> datetime:
        """Each look at the clock takes 15 s, two or three of them for each letter; another service wakes meanwhile."""
        if world.later(timedelta(seconds=15)) > started + LEASE:
            world.send()
        return world.at

    started = world.at
    world.deliveries.sending.once(slowly, rounds=1)
    world.later(LEASE)
    world.send()
    told = [one["to"] for one in world.gateway.told()]
    assert len(told) == len({*told}) == 20


def test_without_tls_or_with_another_certificate_nothing_is_said(world: World, tmp_path: Path) -> None:
    world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    (tmp_path / "lain").mkdir()
    with mailbox(tmp_path / "lain") as other:
        settings = world.home.path / "tte.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace(str(world.mail.ca), str(other.ca)), encoding="utf-8")
        world.home = Home(world.home.path)
        assert world.deliveries.sending.once(lambda: world.at).troubles == {Channel.EMAIL: "tls"}
    assert (world.mail.logins, world.mail.letters) == (0, [])


def test_a_sender_killed_between_hand_over_and_note_sends_again_under_the_same_id(world: World) -> None:
    made = world.deliveries.promising.promise(world.entry.id, MAIL, world.at)
    sent = _killed_after_hand_over(world.home, lambda: len(world.mail.letters))
    assert sent == -signal.SIGKILL
    assert len(world.mail.letters) == 1
    (one,) = world.all()
    assert (one.id, one.state, one.attempts) == (made.id, State.WAITING, 0)
    assert world.send() == {}  # another has it in hand
    world.at = max(now(), world.at) + LEASE + timedelta(seconds=1)
    assert world.send() == {Fate.TAKEN: 1}
    first, second = world.mail.letters
    assert first["message-id"] == second["message-id"]
    assert token_in(body(world, 0)) == token_in(body(world, 1))


_CHILD = """
import sys, time
from pathlib import Path
from tte.delivery import deliveries_of
from tte.delivery.sending import Sending
from tte.issuance import now
from tte.office import Home
Sending._note = lambda *_: time.sleep(60)  # the process dies before it is noted
home = Home(Path(sys.argv[1]))
with home.open_register() as register:
    name = lambda text: text
    deliveries_of(home, register, office=name, kind=name, now=now).sending.once(now)
"""


def _killed_after_hand_over(home: Home, letters: Callable[[], int]) -> int:
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(home.path)], cwd=ROOT)
    deadline = time.monotonic() + 60
    while not letters() and child.poll() is None and time.monotonic() < deadline:
        os.sched_yield()
    child.kill()
    return child.wait()
