"""Every vector gets the verdict it must get, for a reason it names; none takes long."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.signed_pdfs import world
from tests.vectors.families import FAMILIES, KNOWN_WRONG, VECTORS
from tests.vectors.vector import Vector
from tte.model import Indication, Report
from tte.validation import Trust, validate

_CPU_SECONDS = 5


def wrong(report: Report, vector: Vector) -> list[str]:
    """What is not as expected."""
    expects = vector.expects
    given = {*report.reasons, *(why for one in report.signatures for why in one.reasons)}
    found = []
    if (report.indication, report.sub_indication) != (expects.indication, expects.sub_indication):
        found.append(f"{report.indication} {report.sub_indication}")
    if report.integrity != vector.integrity:
        found.append(f"integrity {report.integrity}")
    if expects.reasons and not given & set(map(str, expects.reasons)):
        found.append(f"reasons {sorted(given)}")
    if expects.indication is Indication.TOTAL_PASSED and report.signatures[0].level is not expects.level:
        found.append(f"level {report.signatures[0].level}")
    return found


def _cases() -> list[object]:
    return [
        pytest.param(
            vector,
            id=vector.name,
            marks=[pytest.mark.xfail(reason=KNOWN_WRONG[vector.name], strict=True)]
            if vector.name in KNOWN_WRONG
            else [],
        )
        for vector in VECTORS
    ]


@pytest.mark.parametrize("vector", _cases())
def test_the_verdict_is_what_it_must_be(vector: Vector) -> None:
    pdf = vector.make()
    began = time.process_time()
    report = validate(pdf, Trust((world().root.der,)), vector.expects.at)
    took = time.process_time() - began
    assert wrong(report, vector) == []
    assert took < _CPU_SECONDS


def test_there_are_enough_and_each_has_its_own_name() -> None:
    names = Counter(vector.name for vector in VECTORS)
    assert [name for name, times in names.items() if times > 1] == []
    assert sum(vector.ending != "ok" for vector in VECTORS) >= 60
    assert len(VECTORS) >= 100
    assert set(KNOWN_WRONG) <= set(names)
    assert all(FAMILIES.values())
