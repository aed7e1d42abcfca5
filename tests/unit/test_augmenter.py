"""The queue that raises levels: what is recorded, told and left alone, with trust services that come and go."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations_with_replacement
from pathlib import Path
from threading import Barrier, Event, Lock
from typing import Any, cast

import pytest

from tests.signed_pdfs import NOW, Party, page, party, sign
from tests.trust_world import YEAR, World
from tte.augmentation import Augmenter, Reached
from tte.augmentation.same import continues
from tte.errors import (
    CertificateRevoked,
    Fault,
    RegisterError,
    SelfValidationFailed,
    ServiceUnavailable,
)
from tte.model import Entry, Goal, Indication, Level
from tte.pades.augmentation import augment
from tte.register import Register, open_register
from tte.services import TimeStamp
from tte.testing.registers import intent_of, signed_of
from tte.validation import Trust, validate

GOAL = Goal("hsm", Level.B_LTA, Level.B_T)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World(crl_only=True)


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:{shutil.copy(sqlite_template, tmp_path / 'register.sqlite')}"


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    opened = open_register(url)
    yield opened
    opened.close()


@dataclass(frozen=True)
class Watched:
    """The services of a world, with something done before each time-stamp, which is told how many came before it."""

    world: World
    before: Callable[[int], None]
    more_anchors: tuple[bytes, ...] = ()
    asked: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    closed: Event = field(default_factory=Event)

    def close(self) -> None:
        self.closed.set()

    @property
    def time_stamps(self) -> Watched:
        return self

    @property
    def revocations(self) -> World:
        return self.world

    @property
    def anchors(self) -> tuple[bytes, ...]:
        return (*self.world.anchors, *self.more_anchors)

    @property
    def now(self) -> datetime:
        return self.world.now

    def stamp(self, imprint: bytes, digest_name: str) -> TimeStamp:
        with self.lock:
            count = len(self.asked)
            self.asked.append(count)
        self.before(count)
        return self.world.stamp(imprint, digest_name)


def augmenter(
    register: Register, services: World | Watched, *, in_flight: int = 4, trust: Trust | None = None
) -> Augmenter:
    believed = trust or Trust(services.anchors)
    return Augmenter(register, cast("Any", services), believed, now=lambda: LATER, in_flight=in_flight)


def issue(
    register: Register, world: World, count: int, goal: Goal = GOAL, *, by: Party | None = None, first: int = 0
) -> list[Entry]:
    """So many documents at B-B, by the world's signer."""
    intents = [intent_of(str(number)) for number in range(first, first + count)]
    register.reserve(intents)
    signed = [signed_of(one, pdf=file_of(world, one.number, by or world.signer)) for one in intents]
    return list(register.record(signed, NOW, goal))


def file_of(world: World, text: str, by: Party) -> bytes:
    return sign(page(text), by=by, issuers=(world.authority,))


def levels(register: Register) -> list[Level]:
    return [entry.level for entry in register.entries()]


def check_files(register: Register, world: World) -> None:
    """Every file is what its entry says it is."""
    for entry in register.entries():
        pdf = register.read_pdf(entry.id)
        report = validate(pdf, Trust(world.anchors), LATER)
        assert report.indication is Indication.TOTAL_PASSED
        assert [signature.level for signature in report.signatures] == [entry.level]


def test_all_reach_their_goal_and_are_told_in_order(register: Register, world: World) -> None:
    issued = issue(register, world, 5)
    reached = list(augmenter(register, world).raise_all(register.below_goal()))
    assert [one.entry.id for one in reached] == [entry.id for entry in issued]
    assert all((one.entry.level, one.why, one.entry.held) == (Level.B_LTA, None, False) for one in reached)
    assert [one.entry for one in reached] == list(register.entries())
    assert list(register.below_goal()) == []
    assert all(entry.until == world.stamper.certificate.not_valid_after_utc for entry in register.entries())
    check_files(register, world)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT])
def test_a_goal_is_not_overshot(register: Register, world: World, level: Level) -> None:
    issue(register, world, 1, replace(GOAL, level=level))
    list(augmenter(register, world).raise_all(register.below_goal()))
    assert levels(register) == [level]
    check_files(register, world)


def test_with_every_service_down_all_stay_as_they_are_and_are_held(register: Register, world: World) -> None:
    issued = issue(register, world, 9)
    world.down |= {"tsa", "ocsp", "crl"}
    reached = list(augmenter(register, world).raise_all(register.below_goal()))
    assert [one.entry for one in reached] == issued
    assert all(isinstance(one.why, ServiceUnavailable) and one.entry.held for one in reached)
    world.down.clear()
    list(augmenter(register, world).raise_all(register.below_goal()))
    assert levels(register) == [Level.B_LTA] * 9
    check_files(register, world)


def test_a_service_that_is_down_is_not_asked_for_every_document(register: Register, world: World) -> None:
    issue(register, world, 40)
    world.down.add("tsa")
    list(augmenter(register, world).raise_all(register.below_goal()))
    assert 4 <= len(world.asked) < 12


def test_a_service_that_rests_is_asked_once(register: Register, world: World) -> None:
    def rest(_: int) -> None:
        raise ServiceUnavailable("resting", Fault.RESTING)

    resting = Watched(world, rest)
    issue(register, world, 12)
    reached = list(augmenter(register, resting, in_flight=1).raise_all(register.below_goal()))
    assert len(resting.asked) == 1
    assert all(isinstance(one.why, ServiceUnavailable) for one in reached)


def test_a_level_that_is_reached_is_kept_when_the_next_one_is_not(register: Register, world: World) -> None:
    issue(register, world, 6)
    world.down |= {"ocsp", "crl"}
    reached = list(augmenter(register, world).raise_all(register.below_goal()))
    assert [(one.entry.level, one.entry.held) for one in reached] == [(Level.B_T, False)] * 6
    assert all(isinstance(one.why, ServiceUnavailable) for one in reached)
    check_files(register, world)
    stamped = world.asked.count("tsa")
    world.down.clear()
    list(augmenter(register, world).raise_all(register.below_goal()))
    assert levels(register) == [Level.B_LTA] * 6
    assert world.asked.count("tsa") == stamped + 6
    check_files(register, world)


def test_one_failure_among_many_stops_nobody_else(register: Register, world: World) -> None:
    def break_off(count: int) -> None:
        if count % 5 == 4:
            raise ServiceUnavailable("broke off", Fault.BROKE_OFF)

    issue(register, world, 30, replace(GOAL, level=Level.B_T))
    reached = list(augmenter(register, Watched(world, break_off)).raise_all(register.below_goal()))
    assert sum(one.why is None for one in reached) == 24
    assert [one.entry.level for one in reached if one.why] == [Level.B_B] * 6


def test_a_revoked_certificate_is_told_and_others_go_on(register: Register, world: World) -> None:
    issue(register, world, 5)
    issue(register, world, 5, by=party("Siti Contoh, S.Sos.", world.authority, ends=NOW + YEAR), first=5)
    world.revoked[world.signer.der] = NOW - timedelta(days=1)
    reached = list(augmenter(register, world, in_flight=2).raise_all(register.below_goal()))
    assert all(isinstance(one.why, CertificateRevoked) for one in reached[:5])
    assert levels(register) == [Level.B_B] * 5 + [Level.B_LTA] * 5


@pytest.mark.parametrize("hopeless", ["expired", "damaged"])
def test_documents_without_hope_stop_nobody_behind_them(
    register: Register, url: str, world: World, hopeless: str
) -> None:
    """More than are tried at a time, at the head of the queue."""
    goal = replace(GOAL, level=Level.B_T)
    former = party("Siti Contoh, S.Sos.", world.authority, ends=NOW - timedelta(days=1))
    by = former if hopeless == "expired" else None
    issue(register, world, 34, goal, by=by)
    if hopeless == "damaged":
        with closing(sqlite3.connect(url.removeprefix("sqlite:"))) as database, database:
            database.execute("DROP TRIGGER body_no_update")
            database.execute("UPDATE body SET own = zeroblob(8)")
    issue(register, world, 3, goal, first=34)
    reached = list(augmenter(register, world, in_flight=2).raise_all(register.below_goal()))
    assert [one.entry.level for one in reached[34:]] == [Level.B_T] * 3


def test_what_does_not_pass_our_own_validation_is_not_recorded(register: Register, world: World) -> None:
    issued = issue(register, world, 3)
    stranger = Trust(World().anchors)
    reached = list(augmenter(register, world, trust=stranger).raise_all(register.below_goal()))
    assert all(isinstance(one.why, SelfValidationFailed) for one in reached)
    assert list(register.entries()) == issued


def test_what_our_own_validation_finds_less_in_is_recorded_as_that(register: Register, world: World) -> None:
    """The last time-stamp comes from somebody whom the services believe and our validation does not."""
    stranger = World()

    def change(count: int) -> None:
        if count == 1:
            world.stamper = stranger.stamper

    services = Watched(world, change, more_anchors=stranger.anchors)
    issue(register, world, 1)
    (reached,) = augmenter(register, services, trust=Trust(world.anchors)).raise_all(register.below_goal())
    assert reached.entry.level is Level.B_LT
    assert reached.entry.until is None
    assert isinstance(reached.why, SelfValidationFailed)
    check_files(register, world)
    (reached,) = augmenter(register, services, trust=Trust(world.anchors)).raise_all(register.below_goal())
    assert reached.entry.level is Level.B_LT
    assert isinstance(reached.why, SelfValidationFailed)


def test_a_file_damaged_in_the_register_stops_nobody_else(register: Register, url: str, world: World) -> None:
    issue(register, world, 4)
    with closing(sqlite3.connect(url.removeprefix("sqlite:"))) as database, database:
        database.execute("DROP TRIGGER body_no_update")
        database.execute("UPDATE body SET own = zeroblob(8) WHERE entry = 2")
    reached = list(augmenter(register, world).raise_all(register.below_goal()))
    assert isinstance(reached[1].why, RegisterError)
    assert [one.entry.level for one in reached] == [Level.B_LTA, Level.B_B, Level.B_LTA, Level.B_LTA]


def test_as_many_are_in_flight_as_wanted(register: Register, world: World) -> None:
    barrier = Barrier(6, timeout=30)
    meeting = Watched(world, lambda _: cast("None", barrier.wait()))  # breaks unless six wait there together
    issue(register, world, 12, replace(GOAL, level=Level.B_T))
    assert all(one.why is None for one in augmenter(register, meeting, in_flight=6).raise_all(register.below_goal()))


def test_an_interrupt_loses_no_time_stamp_that_came(register: Register, world: World) -> None:
    def interrupt(count: int) -> None:
        if count >= 5:
            raise KeyboardInterrupt

    issue(register, world, 9, replace(GOAL, level=Level.B_T))
    with pytest.raises(KeyboardInterrupt):
        list(augmenter(register, Watched(world, interrupt), in_flight=3).raise_all(register.below_goal()))
    assert levels(register).count(Level.B_T) == 5
    check_files(register, world)


def test_an_interrupt_lets_go_of_services_that_hang(register: Register, world: World) -> None:
    let_go = []

    def hang(count: int) -> None:
        if count == 0:
            raise KeyboardInterrupt
        let_go.append(hanging.closed.wait(30))
        raise ServiceUnavailable("broke off", Fault.BROKE_OFF)

    hanging = Watched(world, hang)
    issue(register, world, 3, replace(GOAL, level=Level.B_T))
    with pytest.raises(KeyboardInterrupt):
        list(augmenter(register, hanging, in_flight=3).raise_all(register.below_goal()))
    assert set(let_go) <= {True}
    assert hanging.closed.is_set()


def test_a_caller_who_stops_listening_has_what_was_told_recorded(register: Register, world: World) -> None:
    issue(register, world, 12, replace(GOAL, level=Level.B_T))
    telling = augmenter(register, world, in_flight=1).raise_all(register.below_goal())
    first = next(telling)
    telling.close()  # type: ignore[attr-defined]
    assert register.find(first.entry.id) == first.entry
    assert 1 <= levels(register).count(Level.B_T) < 12


def test_two_at_once_raise_each_document_once(url: str, register: Register, world: World) -> None:
    issue(register, world, 10)
    listed = list(register.below_goal())

    def raise_all(_: int) -> Sequence[Reached]:
        own = open_register(url)
        try:
            return list(augmenter(own, world, in_flight=2).raise_all(listed))
        finally:
            own.close()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(raise_all, range(2))
    assert one == other == [Reached(entry) for entry in register.entries()]
    assert levels(register) == [Level.B_LTA] * 10
    assert world.asked.count("tsa") == 20


def test_renewing_adds_a_newer_proof_once(register: Register, world: World) -> None:
    issue(register, world, 3)
    list(augmenter(register, world).raise_all(register.below_goal()))
    before = [register.read_pdf(entry.id) for entry in register.entries()]
    world.now += timedelta(days=900)
    world.stamper = world.new_stamper("TSA Baru", until=NOW + timedelta(days=4000))
    late = NOW + timedelta(days=900, minutes=1)
    renewing = Augmenter(register, cast("Any", world), Trust(world.anchors), now=lambda: late)
    listed = list(register.expiring(NOW + timedelta(days=1200)))
    assert len(listed) == 3
    for _ in range(2):  # the second time somebody has renewed them already
        renewed = list(renewing.renew_all(listed))
        assert [one.why for one in renewed] == [None] * 3
        assert all(one.entry.until == world.stamper.certificate.not_valid_after_utc for one in renewed)
    assert list(register.expiring(NOW + timedelta(days=1200))) == []
    for entry, former in zip(register.entries(), before, strict=True):
        pdf = register.read_pdf(entry.id)
        assert pdf.startswith(former)
        assert hashlib.sha256(pdf).digest() == entry.pdf_sha256
        assert validate(pdf, Trust(world.anchors), late).indication is Indication.TOTAL_PASSED


def test_a_renewal_that_a_service_refuses_leaves_the_entry_as_it_is(register: Register, world: World) -> None:
    issue(register, world, 2)
    list(augmenter(register, world).raise_all(register.below_goal()))
    listed = list(register.entries())
    world.down.add("tsa")
    renewed = list(augmenter(register, world).renew_all(listed))
    assert [one.entry for one in renewed] == listed
    assert all(isinstance(one.why, ServiceUnavailable) for one in renewed)


def test_a_raised_file_is_known_as_the_same_document_and_another_is_not(world: World) -> None:
    pdf = file_of(world, "satu", world.signer)
    steps = [pdf]
    for level in (Level.B_T, Level.B_LT, Level.B_LTA):
        steps.append(augment(steps[-1], level, cast("Any", world)).pdf)
    for earlier, later in combinations_with_replacement(steps, 2):
        assert continues(later, earlier)
    assert not continues(pdf, steps[-1])
    others = [
        file_of(world, "dua", world.signer),
        file_of(world, "satu", party("Siti Contoh, S.Sos.", world.authority, ends=NOW + YEAR)),
        page("satu"),
        pdf[:20] + b"?" + pdf[21:],
        pdf[:-1] + b"?",
    ]
    for other in others:
        assert not continues(other + bytes(len(pdf)), pdf)
        assert not continues(steps[-1], other)


def test_a_place_with_no_signature_in_it_is_another_document(world: World) -> None:
    pdf = file_of(world, "satu", world.signer)
    begin = pdf.index(b"/Contents <") + len(b"/Contents <") if b"/Contents <" in pdf else pdf.index(b"/Contents<") + 10
    assert not continues(pdf[:begin] + b"zz" + pdf[begin + 2 :], pdf)
    assert not continues(pdf[:begin] + b"00" + pdf[begin + 2 :], pdf)
