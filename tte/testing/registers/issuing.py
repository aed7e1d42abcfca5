"""Reserving, recording and finding again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from time import sleep

import pytest

from tte.errors import AlreadyIssued, RegisterError
from tte.frame import name_of
from tte.model import Entry, Intent, Level
from tte.register import Register, open_register
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import (
    AT,
    OFFICE,
    TEMPLATE,
    intent_of,
    record_of,
    signed_of,
    trailer_of,
)


def reserve_elsewhere(url: str, who: str, numbers: Sequence[str]) -> list[str]:
    """Open the register, try to reserve these numbers one by one under own ids, and say which were won."""
    register = open_register(url)
    try:
        return [number for number in numbers if register.reserve([intent_of(number, id=f"{who}-{number}")]) == [None]]
    finally:
        register.close()


class IssuingSuite(OpenedRegister):
    """A number is issued once, to whom it was reserved, and everything is found again as it was."""

    def test_a_number_is_claimed_by_one_at_a_time(self, register: Register) -> None:
        inside: list[int] = []
        most: list[int] = []

        def take(number: int) -> None:
            numbers = ["1", f"own-{number}"] if number % 2 else [f"own-{number}", "1"]
            with register.turn() as turn:
                while not turn.claim(OFFICE, TEMPLATE, numbers, wait=bool(number % 3)):
                    sleep(0.001)
                inside.append(number)
                most.append(len(inside))
                register.count()
                inside.remove(number)
                if number % 4:
                    turn.release(OFFICE, TEMPLATE, numbers)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(take, range(40)))
        assert set(most) == {1}

    def test_all_numbers_are_claimed_or_none(self, register: Register) -> None:
        """Where a whole register is held instead, the second turn comes after the first."""

        def take(numbers: list[str]) -> bool:
            with register.turn() as turn:
                return turn.claim(OFFICE, TEMPLATE, numbers, wait=False)

        with ThreadPoolExecutor(1) as pool:
            with register.turn() as turn:
                assert turn.claim(OFFICE, TEMPLATE, ["1", "2"], wait=False)
                assert turn.claim(OFFICE, TEMPLATE, ["3"], wait=False)
                turn.release(OFFICE, TEMPLATE, ["1", "2"])
                other = pool.submit(take, ["1", "3"])
                with suppress(TimeoutError):
                    assert not other.result(0.2)
                    assert pool.submit(take, ["1", "2"]).result()
            assert pool.submit(take, ["1", "2", "3"]).result()

    def test_a_new_register_is_empty(self, register: Register) -> None:
        assert register.count() == 0
        assert list(register.entries()) == []
        assert register.pending() == []
        assert register.find("id-1") is None
        assert register.find_pdf(signed_of(intent_of("1")).pdf) is None
        assert register.find_number("1") == []
        assert register.known(OFFICE, TEMPLATE, ["1"]) == {}
        assert register.reserve([]) == []
        assert register.record([], AT) == []
        assert register.augment([], AT) == []
        assert list(register.below_goal()) == list(register.expiring(AT)) == []
        assert register.dispatched() == []

    def test_what_is_reserved_is_pending_with_everything_it_said(self, register: Register) -> None:
        later = intent_of("2", at=AT + timedelta(seconds=1))
        assert register.reserve([later, intent_of("1")]) == [None, None]
        assert register.pending() == [intent_of("1"), later]
        assert register.known(OFFICE, TEMPLATE, ["1", "3"]) == {"1": intent_of("1")}
        assert register.count() == 0
        assert register.find("id-1") is None

    def test_what_is_recorded_is_found_by_everything_it_has(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        assert entry == Entry(
            seq=entry.seq,
            office=OFFICE,
            template=TEMPLATE,
            number="1",
            id="id-1",
            record_digest=record_of("1").digest(),
            pdf_sha256=hashlib.sha256(signed.pdf).digest(),
            level=Level.B_B,
            at=AT,
        )
        assert register.find("id-1") == entry
        assert register.find_pdf(signed.pdf) == entry
        assert register.find_number("1") == register.find_number("1", OFFICE) == [entry]
        assert register.find_number("1", "0000") == []
        assert register.known(OFFICE, TEMPLATE, ["1"]) == {"1": entry}
        assert register.read_pdf("id-1") == signed.pdf
        assert register.pending() == []
        assert register.count() == 1

    def test_times_come_back_to_the_microsecond_in_utc(self, register: Register) -> None:
        jakarta = AT.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+07:00").tzinfo)
        register.reserve([intent_of("1", at=jakarta)])
        [entry] = register.record([signed_of(intent_of("1"))], jakarta)
        assert entry.at == AT
        assert entry.at.tzinfo is UTC

    def test_the_same_intent_twice_is_reserved_once(self, register: Register) -> None:
        intent = intent_of("1")
        assert register.reserve([intent]) == [None]
        assert register.reserve([replace(intent, at=AT + timedelta(days=1))]) == [None]
        assert register.reserve([intent, intent]) == [None, None]
        assert register.pending() == [intent]

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(intent_of("1", id="other"), id="another id"),
            pytest.param(intent_of("1", name="BUDI"), id="another record"),
            pytest.param(intent_of("2", id="id-1"), id="the same id under another number"),
            pytest.param(intent_of("1", office="9972"), id="the same id in another office"),
        ],
    )
    def test_a_reservation_is_never_taken_over(self, register: Register, other: Intent) -> None:
        register.reserve([intent_of("1")])
        [answer] = register.reserve([other])
        assert isinstance(answer, AlreadyIssued)
        assert register.pending() == [intent_of("1")]

    def test_an_issued_number_is_not_reserved_again_even_for_the_same_intent(self, register: Register) -> None:
        self._issue(register, "1")
        answers = register.reserve([intent_of("1"), intent_of("1", id="other")])
        assert all(isinstance(answer, AlreadyIssued) for answer in answers)
        assert register.pending() == []

    def test_one_taken_number_stops_no_other(self, register: Register) -> None:
        self._issue(register, "2")
        answers = register.reserve([intent_of("1"), intent_of("2", id="other"), intent_of("3")])
        assert [answer is None for answer in answers] == [True, False, True]
        assert [intent.number for intent in register.pending()] == ["1", "3"]

    def test_a_number_twice_in_one_call_goes_to_the_first(self, register: Register) -> None:
        answers = register.reserve([intent_of("1", id="a"), intent_of("1", id="b")])
        assert [answer is None for answer in answers] == [True, False]
        assert [intent.id for intent in register.pending()] == ["a"]

    def test_the_same_number_of_another_office_or_template_is_another_number(self, register: Register) -> None:
        here, there = intent_of("1"), intent_of("1", id="there", office="9972")
        elsewhere = replace(intent_of("1", id="elsewhere"), template="akta_kematian")
        assert register.reserve([here, there, elsewhere]) == [None, None, None]

    def test_recording_the_same_bytes_again_gives_the_earlier_entry(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        assert register.record([signed], AT + timedelta(days=1)) == [entry]
        assert register.record([signed, signed], AT) == [entry, entry]
        assert register.count() == 1

    def test_recording_other_bytes_is_refused(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1"), pdf=b"%PDF- other")], AT)
        assert list(register.entries()) == [entry]
        assert register.read_pdf("id-1") == signed.pdf

    def test_two_files_for_one_id_in_one_call_keep_nothing(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        signed = signed_of(intent_of("1"))
        with pytest.raises(RegisterError):
            register.record([signed, signed_of(intent_of("1"), pdf=b"%PDF- other")], AT)
        assert register.count() == 0

    def test_what_was_not_reserved_is_not_recorded(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1")), signed_of(intent_of("2"))], AT)
        assert register.count() == 0
        assert register.pending() == [intent_of("1")]

    def test_what_was_reserved_for_another_record_is_not_recorded(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1"), name="BUDI")], AT)
        assert register.count() == 0

    def test_entries_come_in_the_order_they_were_recorded(self, register: Register) -> None:
        numbers = [str(number) for number in range(700)]
        register.reserve([intent_of(number) for number in numbers])
        entries = register.record([signed_of(intent_of(number)) for number in reversed(numbers)], AT)
        assert [entry.number for entry in entries] == numbers[::-1]
        assert list(register.entries()) == list(entries)
        assert [entry.seq for entry in entries] == sorted({entry.seq for entry in entries})
        assert list(register.entries(after_seq=entries[-3].seq)) == list(entries[-2:])
        assert len(register.known(OFFICE, TEMPLATE, numbers)) == register.count() == 700

    def test_reading_what_was_never_issued_is_an_error(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        for missing in ("id-1", "nowhere"):
            with pytest.raises(RegisterError):
                register.read_pdf(missing)

    def test_hostile_texts_are_only_texts(self, register: Register) -> None:
        number = "1'; DROP TABLE entry; -- %s :x ?\u202e"
        signed, entry = self._issue(register, number)
        assert register.find_number(number) == [entry]
        assert register.find(signed.document.id) == entry
        assert register.find_number("%") == []

    @pytest.mark.parametrize(
        ("shared", "own"),
        [
            pytest.param((b"",), (b"%PDF- all of its own",), id="nothing shared"),
            pytest.param((b"%PDF- all shared",), (b"",), id="nothing of its own"),
            pytest.param((b"", b"", b""), (b"", b"", b""), id="nothing at all"),
            pytest.param((b"%PDF-", b"", b"c", b""), (b"", b"b", b"", b"d"), id="empty in places"),
            pytest.param(
                tuple(b"shared %d " % place for place in range(300)),
                tuple(b"own %d " % place for place in range(300)),
                id="many",
            ),
            pytest.param((bytes(100_000), b"\0\0\0\1"), (b"\xff" * 100_000, b"\0\0\0\0"), id="long, and like a length"),
        ],
    )
    def test_a_file_comes_back_byte_for_byte_whatever_its_parts(
        self, register: Register, url: str, shared: tuple[bytes, ...], own: tuple[bytes, ...]
    ) -> None:
        register.reserve([intent_of("1"), intent_of("2")])
        signed = signed_of(intent_of("1"), shared=shared, own=own)
        [entry] = register.record([signed], AT)
        register.record([signed_of(intent_of("2"))], AT)
        assert entry.pdf_sha256 == hashlib.sha256(signed.pdf).digest()
        assert register.read_pdf("id-1") == signed.pdf
        other = open_register(url)
        assert other.read_pdf("id-1") == signed.pdf
        other.close()

    def test_documents_of_several_kinds_are_recorded_in_one_call(self, register: Register) -> None:
        intents = [intent_of(str(number)) for number in range(9)]
        register.reserve(intents)
        kinds = [(b"%PDF- ", b"a"), (b"%PDF- ", b"b"), (b"%PDF- a",)]
        signed = [
            signed_of(intent, shared=kinds[number % 3], own=tuple(b"%d" % number for _ in kinds[number % 3]))
            for number, intent in enumerate(intents)
        ]
        assert [entry.id for entry in register.record(signed, AT)] == [intent.id for intent in intents]
        assert [register.read_pdf(intent.id) for intent in intents] == [one.pdf for one in signed]

    def test_the_same_bytes_in_other_parts_are_the_same_document(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        assert register.record([signed_of(intent_of("1"), pdf=signed.pdf)], AT) == [entry]
        assert register.read_pdf("id-1") == signed.pdf

    @pytest.mark.parametrize(
        ("shared", "own"), [((b"%PDF-",), (b"a", b"b")), ((b"%PDF-", b"c"), (b"a",)), ((), (b"a",)), ((), ())]
    )
    def test_parts_that_make_no_file_are_refused_and_nothing_is_kept(
        self, register: Register, shared: tuple[bytes, ...], own: tuple[bytes, ...]
    ) -> None:
        register.reserve([intent_of("1"), intent_of("2")])
        wrong = replace(signed_of(intent_of("2")), shared=shared, own=own)
        with pytest.raises(ValueError):  # noqa: PT011  the words differ
            register.record([signed_of(intent_of("1")), wrong], AT)
        assert register.count() == 0
        register.record([signed_of(intent_of("1"))], AT)

    def test_shared_parts_of_a_call_that_kept_nothing_are_kept_by_the_next(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("1")), signed_of(intent_of("2"))], AT)
        signed = signed_of(intent_of("1"))
        register.record([signed], AT)
        assert register.read_pdf("id-1") == signed.pdf

    def test_a_file_is_found_only_by_all_its_bytes(self, register: Register) -> None:
        signed, entry = self._issue(register, "1")
        self._issue(register, "2")
        assert register.find_pdf(signed.pdf) == entry
        for other in (signed.pdf + b"\n", signed.pdf[1:], signed.pdf.replace(b"signed", b"signeD"), b"", b"%PDF-"):
            assert register.find_pdf(other) is None

    @pytest.mark.parametrize(
        "trailer",
        [
            pytest.param(b"/ID[<%b><00>]", id="no white space"),
            pytest.param(b"/ID \r\n[ <%b>\t<00> ]", id="much white space"),
            pytest.param(b"/ID [<00112233445566778899aabbccddeeff> <00>] /ID [<%b> <00>]", id="second"),
            pytest.param(b"".join(b"/ID [<%032x> <00>]" % k for k in range(5000)) + b"/ID [<%b> <00>]", id="last"),
            pytest.param(b"/ID [<%b> <00>]" + b"".join(b"/ID [<%032x> <00>]" % k for k in range(5000)), id="first"),
            pytest.param(b"/ID [<%b> <00>]" * 3, id="three revisions"),
        ],
    )
    @pytest.mark.parametrize("case", [bytes.lower, bytes.upper])
    def test_a_file_is_found_however_its_trailer_is_written(
        self, register: Register, trailer: bytes, case: Callable[[bytes], bytes]
    ) -> None:
        register.reserve([intent_of("1")])
        pdf = b"%PDF- " + trailer.replace(b"%b", case(name_of("id-1").hex().encode()))
        [entry] = register.record([signed_of(intent_of("1"), pdf=pdf)], AT)
        assert register.find_pdf(pdf) == entry

    def test_a_file_under_another_documents_name_is_not_that_document(self, register: Register) -> None:
        signed, _ = self._issue(register, "1")
        register.reserve([intent_of("2")])
        forged = b"%PDF- forged " + trailer_of("id-1")
        register.record([signed_of(intent_of("2"), pdf=forged)], AT)
        assert register.find_pdf(forged) is None
        named = register.find_named(forged)
        assert named is not None
        assert named.id == "id-1"
        assert register.find_named(b"%PDF- nobody's") is None
        assert register.find_pdf(signed.pdf) is not None

    def test_everything_is_there_after_closing_and_opening_again(self, url: str) -> None:
        first = open_register(url)
        signed, entry = self._issue(first, "1")
        first.reserve([intent_of("2")])
        first.close()
        second = open_register(url)
        assert list(second.entries()) == [entry]
        assert second.pending() == [intent_of("2")]
        assert second.read_pdf("id-1") == signed.pdf
        second.close()

    def test_what_one_wrote_another_sees_at_once(self, register: Register, url: str) -> None:
        other = open_register(url)
        _, entry = self._issue(register, "1")
        assert other.find("id-1") == entry
        assert isinstance(other.reserve([intent_of("1", id="other")])[0], AlreadyIssued)
        other.close()

    def test_what_another_recorded_since_is_not_recorded_again(self, register: Register, url: str) -> None:
        register.reserve([intent_of("1"), intent_of("2")])
        other = open_register(url)
        [entry] = other.record([signed_of(intent_of("1"))], AT)
        other.close()
        first, second = register.record([signed_of(intent_of("1")), signed_of(intent_of("2"))], AT + timedelta(days=1))
        assert first == entry
        assert list(register.entries()) == [first, second]

    def test_what_another_recorded_since_with_other_bytes_is_refused(self, register: Register, url: str) -> None:
        register.reserve([intent_of("1"), intent_of("2")])
        other = open_register(url)
        [entry] = other.record([signed_of(intent_of("1"), pdf=b"%PDF- other")], AT)
        other.close()
        with pytest.raises(RegisterError, match="other bytes"):
            register.record([signed_of(intent_of("2")), signed_of(intent_of("1"))], AT)
        assert list(register.entries()) == [entry]

    def test_a_closed_register_says_so(self, url: str) -> None:
        register = open_register(url)
        register.close()
        register.close()
        with pytest.raises(RegisterError):
            register.count()

    def test_of_many_threads_one_gets_each_number(self, register: Register) -> None:
        numbers = [str(number) for number in range(12)]

        def contend(who: str) -> list[str]:
            return [one for one in numbers if register.reserve([intent_of(one, id=f"{who}-{one}")]) == [None]]

        with ThreadPoolExecutor(8) as pool:
            won = [number for mine in pool.map(contend, map(str, range(8))) for number in mine]
        assert sorted(won) == sorted(numbers)
        assert len(register.pending()) == len(numbers)

    def test_of_many_processes_one_gets_each_number_even_in_a_new_register(self, url: str) -> None:
        numbers = [str(number) for number in range(20)]
        with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
            tries = [pool.submit(reserve_elsewhere, url, str(who), numbers) for who in range(4)]
            won = [number for mine in tries for number in mine.result()]
        assert sorted(won) == sorted(numbers)
        register = open_register(url)
        assert len(register.pending()) == len(numbers)
        register.close()

    def test_of_two_threads_recording_the_same_document_both_get_one_entry(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        with ThreadPoolExecutor(4) as pool:
            entries = list(pool.map(lambda _: register.record([signed_of(intent_of("1"))], AT), range(8)))
        assert all(entry == entries[0] for entry in entries)
        assert register.count() == 1
