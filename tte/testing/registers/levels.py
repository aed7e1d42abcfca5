"""Later files of entries, and the queue of what is below its goal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest

from tte.errors import RegisterError
from tte.model import Goal, Level
from tte.register import Register, open_register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import (
    AT,
    GOAL,
    OFFICE,
    TEMPLATE,
    intent_of,
    raised_of,
    signed_of,
    trailer_of,
)


def raise_elsewhere(url: str, who: str, ids: Sequence[str]) -> list[bool]:
    """Open the register, raise these from the file they were issued with, and say which files were kept."""
    register = open_register(url)
    kept = []
    try:
        for id_ in ids:
            former = signed_of(intent_of(id_.removeprefix("id-"))).pdf
            raised = raised_of(former, Level.B_T, id_, pdf=former + who.encode() + trailer_of(id_))
            [entry] = register.augment([raised], AT)
            kept.append(entry.pdf_sha256 == hashlib.sha256(raised.pdf).digest())
        return kept
    finally:
        register.close()


class LevelSuite(OpenedRegister):
    """A level is raised step by step, by one at a time, and every file that ever was stays."""

    def test_an_entry_knows_its_goal_and_is_held_below_its_minimum(self, register: Register) -> None:
        _, entry = self._issue(register, "1", goal=GOAL)
        assert (entry.goal, entry.level, entry.minimum) == (GOAL, Level.B_B, Level.B_T)
        assert entry.held
        assert entry.below_goal
        assert register.find("id-1") == entry
        assert register.known(OFFICE, TEMPLATE, ["1"]) == {"1": entry}

    @pytest.mark.parametrize("goal", [None, Goal("demo", Level.B_B, Level.B_B)])
    def test_an_entry_that_is_to_reach_no_more_is_not_held(self, register: Register, goal: Goal | None) -> None:
        _, entry = self._issue(register, "1", goal=goal)
        assert entry.goal is None
        assert not entry.held
        assert list(register.below_goal()) == []
        assert register.find("id-1") == entry

    def test_the_goal_of_an_entry_stays(self, register: Register) -> None:
        signed, entry = self._issue(register, "1", goal=GOAL)
        assert register.record([signed], AT, Goal("other", Level.B_T, Level.B_B)) == [entry]
        plain, other = self._issue(register, "2")
        assert register.record([plain], AT, GOAL) == [other]

    def test_a_raised_entry_shows_its_level_and_gives_its_file(self, register: Register, url: str) -> None:
        signed, entry = self._issue(register, "1", goal=GOAL)
        raised = raised_of(signed.pdf, Level.B_T)
        [now] = register.augment([raised], AT + timedelta(days=1))
        assert now == replace(entry, level=Level.B_T, pdf_sha256=hashlib.sha256(raised.pdf).digest())
        assert not now.held
        assert now.below_goal
        other = open_register(url)
        for one in (register, other):
            assert one.find("id-1") == now
            assert list(one.entries()) == one.find_number("1") == [now]
            assert one.known(OFFICE, TEMPLATE, ["1"]) == {"1": now}
            assert one.read_pdf("id-1") == raised.pdf
        other.close()
        assert register.count() == 1

    def test_every_file_an_entry_ever_had_is_found(self, register: Register) -> None:
        signed, _ = self._issue(register, "1", goal=GOAL)
        files = [signed.pdf]
        for level in (Level.B_T, Level.B_LT, Level.B_LTA, Level.B_LTA):
            raised = raised_of(files[-1], level)
            [now] = register.augment([raised], AT)
            assert (now.level, now.pdf_sha256) == (level, hashlib.sha256(raised.pdf).digest())
            files.append(raised.pdf)
        assert [register.find_pdf(pdf) for pdf in files] == [now] * 5
        assert register.find_pdf(files[-1] + b"\n") is None
        assert register.read_pdf("id-1") == files[-1]

    def test_the_first_file_recorded_again_gives_the_entry_as_it_stands(self, register: Register) -> None:
        signed, _ = self._issue(register, "1", goal=GOAL)
        [now] = register.augment([raised_of(signed.pdf, Level.B_LTA)], AT)
        assert register.record([signed], AT) == [now]
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1"), pdf=b"%PDF- other")], AT)

    @pytest.mark.parametrize(
        "later",
        [
            pytest.param(lambda pdf: pdf + bytes(100_000), id="much longer"),
            pytest.param(lambda pdf: pdf.replace(b"signed", b"SIGNED"), id="as long"),
            pytest.param(lambda pdf: pdf.replace(b"signed", b"SIGNED") + b"and more" * 99, id="in it and after it"),
            pytest.param(lambda pdf: pdf[: len(pdf) // 2], id="shorter"),
            pytest.param(lambda pdf: pdf[9:], id="without its beginning"),
            pytest.param(lambda pdf: b"x" + pdf, id="after something"),
            pytest.param(lambda pdf: pdf + pdf + pdf, id="three times"),
            pytest.param(lambda pdf: b"something else altogether", id="nothing in common"),
        ],
    )
    def test_a_later_file_comes_back_byte_for_byte_whatever_it_is(
        self, register: Register, later: Callable[[bytes], bytes]
    ) -> None:
        for number in ("1", "2", "3"):
            signed, _ = self._issue(register, number)
            first = raised_of(signed.pdf, Level.B_T, f"id-{number}", pdf=later(signed.pdf))
            second = raised_of(first.pdf, Level.B_LTA, f"id-{number}", pdf=later(first.pdf))
            register.augment([first], AT)
            assert register.read_pdf(f"id-{number}") == first.pdf
            register.augment([second], AT)
            assert register.read_pdf(f"id-{number}") == second.pdf

    def test_the_same_step_twice_is_kept_once(self, register: Register) -> None:
        signed, _ = self._issue(register, "1")
        raised = raised_of(signed.pdf, Level.B_T)
        [now] = register.augment([raised], AT)
        assert register.augment([raised, raised], AT + timedelta(days=1)) == [now, now]
        assert register.read_pdf("id-1") == raised.pdf

    def test_of_two_who_raise_the_same_file_the_quicker_counts(self, register: Register) -> None:
        signed, _ = self._issue(register, "1")
        quick = raised_of(signed.pdf, Level.B_LT)
        [now] = register.augment([quick], AT)
        for level in Level:
            slow = raised_of(signed.pdf, level, pdf=signed.pdf + b"by somebody else")
            assert register.augment([slow], AT) == [now]
        assert register.read_pdf("id-1") == quick.pdf

    @pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
    def test_a_level_that_is_not_higher_is_refused(self, register: Register, level: Level) -> None:
        signed, _ = self._issue(register, "1")
        other, entry = self._issue(register, "2")
        raised = raised_of(signed.pdf, Level.B_LT)
        register.augment([raised], AT)
        with pytest.raises(RegisterError):
            register.augment([raised_of(other.pdf, Level.B_T, "id-2"), raised_of(raised.pdf, level)], AT)
        assert register.find("id-2") == entry
        assert register.read_pdf("id-1") == raised.pdf

    def test_a_document_that_was_never_issued_is_not_raised(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        register.reserve([intent_of("2")])
        for missing in ("id-2", "nowhere"):
            with pytest.raises(RegisterError):
                register.augment([raised_of(signed.pdf, Level.B_T), raised_of(b"", Level.B_T, missing)], AT)
        assert list(register.entries()) == [entry]

    def test_what_is_below_its_goal_is_listed_until_it_reaches_it(self, register: Register) -> None:
        goals = [GOAL, replace(GOAL, level=Level.B_T), None, replace(GOAL, profile="csc", level=Level.B_LT)]
        files = [self._issue(register, str(number), goal=goal)[0].pdf for number, goal in enumerate(goals)]
        assert [entry.number for entry in register.below_goal()] == ["0", "1", "3"]
        assert [entry.number for entry in register.below_goal("hsm")] == ["0", "1"]
        register.augment([raised_of(files[number], Level.B_T, f"id-{number}") for number in (0, 1, 3)], AT)
        assert [entry.number for entry in register.below_goal()] == ["0", "3"]
        for entry in register.below_goal():
            register.augment([raised_of(register.read_pdf(entry.id), Level.B_LTA, entry.id)], AT)
        assert list(register.below_goal()) == []

    def test_a_long_list_may_be_gone_through_while_its_entries_are_raised(self, register: Register) -> None:
        numbers = [str(number) for number in range(700)]
        register.reserve([intent_of(number) for number in numbers])
        register.record([signed_of(intent_of(number)) for number in numbers], AT, GOAL)
        seen = []
        for entry in register.below_goal():
            seen.append(entry.number)
            if len(seen) % 50 == 0:
                register.augment([raised_of(register.read_pdf(entry.id), Level.B_LTA, entry.id)], AT)
        assert seen == numbers
        assert len(list(register.below_goal())) == 700 - 14

    def test_what_expires_before_a_time_is_listed_until_it_is_renewed(self, register: Register) -> None:
        untils = [AT, AT + timedelta(days=1), AT + timedelta(days=2), None]
        for number, until in enumerate(untils):
            signed, _ = self._issue(register, str(number))
            raised = raised_of(signed.pdf, Level.B_LTA, f"id-{number}", until=until)
            [now] = register.augment([raised], AT)
            assert now.until == until
            assert register.find(f"id-{number}") == now
        assert [entry.number for entry in register.expiring(AT)] == []
        assert [entry.number for entry in register.expiring(AT + timedelta(days=2))] == ["0", "1"]
        renewed = raised_of(register.read_pdf("id-0"), Level.B_LTA, "id-0", until=AT + timedelta(days=900))
        register.augment([renewed], AT)
        assert [entry.number for entry in register.expiring(AT + timedelta(days=2))] == ["1"]
        assert [entry.number for entry in register.expiring(AT + timedelta(days=999))] == ["0", "1", "2"]

    def test_raising_is_done_by_one_at_a_time_and_holds_no_issuer_off(self, register: Register) -> None:
        inside: list[int] = []
        most: list[int] = []

        def take(number: int) -> None:
            with register.raising():
                inside.append(number)
                most.append(len(inside))
                with register.turn():
                    register.count()
                inside.remove(number)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(take, range(40)))
        assert set(most) == {1}

    def test_of_many_processes_one_raises_each_document(self, register: Register, url: str) -> None:
        ids = [self._issue(register, str(number))[1].id for number in range(20)]
        with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
            kept = [pool.submit(raise_elsewhere, url, str(who), ids) for who in range(3)]
            for each in zip(*(one.result() for one in kept), strict=True):
                assert sum(each) == 1
