"""The sandbox, with real children: whatever one does, there is a report, and the next file is fine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from tests.signed_pdfs import NOW, changed, draw_over, sign, stamper, with_document_time_stamp, world
from tests.vectors.families import FAMILIES
from tte.model import Indication, Report
from tte.sandbox import Busy, Limits, Protection, Sandbox, Undetermined
from tte.validation import Trust, validate

MISBEHAVING = "tests.sandbox_jobs:misbehave"
TIGHT = Limits(cpu_s=1, wall_s=30, at_once=2, waiting=8)
NOBODY = Trust()


@pytest.fixture(scope="module")
def wild() -> Iterator[Sandbox]:
    """A sandbox whose children do what the file says."""
    with Sandbox(TIGHT, job=MISBEHAVING) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def real() -> Iterator[Sandbox]:
    """A sandbox as it is used."""
    with Sandbox() as sandbox:
        yield sandbox


def told(sandbox: Sandbox, deed: str) -> Report:
    report = sandbox.validate(deed.encode(), NOBODY, NOW)
    assert report.indication is Indication.INDETERMINATE
    assert sandbox.validate(b"next", NOBODY, NOW).reasons == ("examined",)
    return report


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("loop", Undetermined.PROCESSOR),
        ("hog", Undetermined.MEMORY),
        ("exit", Undetermined.GARBAGE),
        ("raise", Undetermined.CRASHED),
        ("crash", Undetermined.CRASHED),
        ("say garbage", Undetermined.GARBAGE),
        ("say twice", Undetermined.GARBAGE),
        ("pretend to have ended", Undetermined.GARBAGE),
        ("flood", Undetermined.GARBAGE),
        ("say too much", Undetermined.GARBAGE),
        ("lie about the file", Undetermined.GARBAGE),
        ("lie about the time", Undetermined.GARBAGE),
        ("pass without signature", Undetermined.GARBAGE),
        ("load more", Undetermined.INCOMPLETE),
        ("forge a long text", Undetermined.GARBAGE),
        ("forge control characters", Undetermined.GARBAGE),
        ("forge another kind", Undetermined.GARBAGE),
        ("forge many", Undetermined.GARBAGE),
        ("forge an indication", Undetermined.GARBAGE),
    ],
)
def test_a_child_that_misbehaves_is_a_report_with_the_reason_and_the_next_file_is_fine(
    wild: Sandbox, deed: str, reason: Undetermined
) -> None:
    assert told(wild, deed).reasons == (reason,)


def test_memory_that_is_refused_and_given_back_harms_nobody(wild: Sandbox) -> None:
    assert told(wild, "hog quietly").reasons == ("examined",)


def test_a_child_that_is_late_is_killed() -> None:
    with Sandbox(Limits(cpu_s=30, wall_s=0.2), job=MISBEHAVING) as sandbox:
        assert told(sandbox, "loop").reasons == (Undetermined.TIME,)


def test_a_child_prints_nothing(wild: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    told(wild, "print")
    assert capfd.readouterr() == ("", "")


def test_a_child_holds_nothing_but_its_file_and_where_to_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TTE_DEMO_PIN", "a secret")
    with Sandbox(TIGHT, job=MISBEHAVING) as sandbox:
        variables, descriptors, register = told(sandbox, "tell what is open").reasons
    assert variables in {"0 variables", "1 variables"}  # Python itself may set LC_CTYPE
    assert descriptors == "0,1,2,3,4"
    assert register == "False"


def test_nothing_that_a_hostile_program_tries_succeeds_in_a_child(real: Sandbox) -> None:
    """On a machine without these protections this fails, as it should: `tte doctor` then says which are missing."""
    assert all(real.protections.values()), real.protections
    assert set(real.protections) == set(Protection)
    assert real.attempts() == set()


def test_a_report_is_that_of_validation(real: Sandbox) -> None:
    trust = Trust((world().root.der,))
    whole = sign(time_stamper=stamper())
    files = (
        sign(),
        whole,
        with_document_time_stamp(whole),
        changed(sign(), draw_over),
        sign()[:-20],
        b"",
        b"%PDF-1.7\n%%EOF\n",
        b"\x00" * 5000,
    )
    for pdf in files:
        assert real.validate(pdf, trust, NOW) == validate(pdf, trust, NOW)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_child_lacks_nothing_to_examine_any_family_of_files(real: Sandbox, family: str) -> None:
    """Fails when something is loaded late that no child can load: then it belongs into `zygote.LATE`."""
    pdf = FAMILIES[family][0].make()
    found = real.validate(pdf, Trust((world().root.der,)), NOW)
    assert str(Undetermined.INCOMPLETE) not in found.reasons
    assert found.integrity is validate(pdf, Trust((world().root.der,)), NOW).integrity


def test_the_first_file_of_a_new_sandbox_need_not_wait_for_all_to_be_loaded() -> None:
    trust = Trust((world().root.der,))
    files = sign(), sign(time_stamper=stamper())  # the second needs what is loaded later
    for pdf in files:
        with Sandbox() as sandbox:
            assert sandbox.validate(pdf, trust, NOW) == validate(pdf, trust, NOW)


def test_a_time_without_zone_is_taken_as_utc(real: Sandbox) -> None:
    report = real.validate(b"%PDF-1.7", NOBODY, datetime(2026, 1, 1))  # noqa: DTZ001 it is the point
    assert report.at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_file_that_is_too_large_reaches_no_child() -> None:
    sandbox = Sandbox(Limits(file_bytes=10))
    assert sandbox.validate(b"x" * 11, NOBODY, NOW).reasons == (Undetermined.TOO_LARGE,)


def test_many_authorities_can_be_trusted(real: Sandbox) -> None:
    """More than one packet between two processes could hold."""
    trust = Trust((world().root.der,) * 2000)
    assert real.validate(sign(), trust, NOW).indication is Indication.TOTAL_PASSED


def test_many_threads_get_each_their_own_report(real: Sandbox) -> None:
    files = [b"%%PDF-1.7 %d" % number for number in range(24)]
    limits = Limits(at_once=3, waiting=24)
    with Sandbox(limits) as sandbox, ThreadPoolExecutor(12) as threads:
        reports = list(threads.map(lambda pdf: sandbox.validate(pdf, NOBODY, NOW), files))
    assert reports == [validate(pdf, NOBODY, NOW) for pdf in files]


def test_more_than_may_wait_are_told_busy() -> None:
    together = Barrier(4)

    def one(sandbox: Sandbox) -> str:
        together.wait()
        try:
            return sandbox.validate(b"loop", NOBODY, NOW).reasons[0]
        except Busy as busy:
            return busy.code

    limits = Limits(cpu_s=1, wall_s=1, at_once=1, waiting=1)
    with Sandbox(limits, job=MISBEHAVING) as sandbox, ThreadPoolExecutor(4) as threads:
        assert sandbox.protections
        told_each = list(threads.map(one, [sandbox] * 4))
        assert told_each.count("busy") == 2
        assert sandbox.validate(b"next", NOBODY, NOW).reasons == ("examined",)


def test_the_mother_process_is_replaced_after_its_number_of_files_and_no_file_is_lost() -> None:
    with Sandbox(Limits(recycle_after=5), job=MISBEHAVING) as sandbox:
        first = sandbox.mother
        sandbox.protections  # noqa: B018 waits until it is ready
        seen = set()
        for _ in range(5000):
            assert sandbox.validate(b"file", NOBODY, NOW).reasons == ("examined",)
            seen.add(sandbox.mother)
            if len(seen) > 2:
                break
    assert first in seen
    assert len(seen) > 2


def test_a_mother_process_that_is_replaced_lets_its_children_end() -> None:
    limits = Limits(cpu_s=2, wall_s=30, recycle_after=1, at_once=2)
    with Sandbox(limits, job=MISBEHAVING) as sandbox, ThreadPoolExecutor(1) as threads:
        assert sandbox.validate(b"file", NOBODY, NOW).reasons == ("examined",)
        first = sandbox.mother
        running = threads.submit(sandbox.validate, b"loop", NOBODY, NOW)
        while sandbox.mother == first and not running.done():
            sandbox.validate(b"file", NOBODY, NOW)
        assert running.result().reasons == (Undetermined.PROCESSOR,)


def test_a_mother_process_that_dies_is_started_again() -> None:
    with Sandbox(TIGHT, job=MISBEHAVING) as sandbox:
        assert sandbox.validate(b"file", NOBODY, NOW).reasons == ("examined",)
        before = sandbox.mother
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert sandbox.validate(b"file", NOBODY, NOW).reasons == ("examined",)
        assert sandbox.mother != before


def test_nothing_runs_any_more_after_the_block() -> None:
    with Sandbox(TIGHT, job=MISBEHAVING) as sandbox, ThreadPoolExecutor(1) as threads:
        running = threads.submit(sandbox.validate, b"loop", NOBODY, NOW)
        mother = sandbox.mother
        assert mother is not None
    assert running.result().indication is Indication.INDETERMINATE
    with pytest.raises(ProcessLookupError):
        os.kill(mother, 0)
    assert sandbox.validate(b"file", NOBODY, NOW).reasons == (Undetermined.UNAVAILABLE,)


def test_a_mother_process_that_cannot_start_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(TIGHT, job="tests.sandbox_jobs:nothing_of_that_name") as sandbox:
        assert sandbox.protections == {}
        assert sandbox.attempts() is None
        assert sandbox.validate(b"file", NOBODY, NOW).reasons == (Undetermined.UNAVAILABLE,)
    assert "nothing_of_that_name" in capfd.readouterr().err


def test_limits_are_above_zero() -> None:
    for limits in ({"cpu_s": 0}, {"waiting": -1}, {"answer_bytes": 1 << 20}):
        with pytest.raises(ValueError, match=r"."):
            Limits(**limits)
