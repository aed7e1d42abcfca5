"""Files made to cost much: each is answered within its limits, in a child that ends alone."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

import pytest

from tests.bombs import bombs, zeros
from tests.signed_pdfs import NOW, sign, world
from tte.model import Indication, Report
from tte.sandbox import Limits, Undetermined
from tte.sandbox.limits import MIB
from tte.sandbox.process import Mother, Outcome
from tte.sandbox.sandbox import report_of
from tte.sandbox.zygote import JUDGE, VALIDATION
from tte.validation import Trust

TIGHT = Limits(cpu_s=1, wall_s=30)
BOMBS = dict(bombs())


@pytest.fixture(scope="module")
def mother() -> Iterator[Mother]:
    opened = Mother(TIGHT, VALIDATION)
    yield opened
    opened.close()


def judge(mother: Mother, pdf: bytes) -> tuple[Outcome, Report | Undetermined]:
    outcome = mother.ask(JUDGE, pdf, Trust((world().root.der,)), NOW)
    return outcome, report_of(outcome, hashlib.sha256(pdf).hexdigest(), NOW, TIGHT)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_keeps_to_its_limits_and_the_next_file_is_fine(mother: Mother, name: str) -> None:
    """By the kernel's own account of the child: memory in use at its peak, and time on a processor."""
    outcome, report = judge(mother, BOMBS[name])
    assert outcome.peak_bytes <= 512 * MIB
    assert outcome.cpu_s <= TIGHT.cpu_s + 1.5
    if isinstance(report, Report):
        assert report.indication is not Indication.TOTAL_PASSED
    else:
        assert report in {Undetermined.PROCESSOR, Undetermined.TIME, Undetermined.MEMORY}
    _, following = judge(mother, sign())
    assert isinstance(following, Report)
    assert following.indication is Indication.TOTAL_PASSED


def test_a_bomb_is_one() -> None:
    """What it is made of unpacks in full to what it says."""
    size = 64 * MIB
    assert zlib.decompress(zeros(size)) == bytes(size)
    assert len(zeros(size)) < size // 900
