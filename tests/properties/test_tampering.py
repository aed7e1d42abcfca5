"""Whatever is done to the bytes of an issued document, it is never TOTAL-PASSED again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rows import births
from tte.issuance import Issued, now
from tte.model import Indication
from tte.testing.homes import sample_home
from tte.validation import Trust, validate


@dataclass(frozen=True)
class Genuine:
    pdf: bytes
    trust: Trust
    gap: tuple[int, int]

    def passes(self, pdf: bytes) -> bool:
        return validate(pdf, self.trust, now()).indication is Indication.TOTAL_PASSED


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    folder: Path = tmp_path_factory.mktemp("tampering")
    with sample_home(folder).issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", births(1))
        assert isinstance(issued, Issued)
        pdf = issuer.register.read_pdf(issued.entry.id)
        found = re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+\d+\s*\]", pdf)
        return Genuine(pdf, issuer.trust, (int(found[-1][0]), int(found[-1][1])))


slow = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_document_itself_passes(genuine: Genuine) -> None:
    assert genuine.passes(genuine.pdf)


@slow
@given(data=st.data())
def test_no_signed_byte_can_change(genuine: Genuine, data: st.DataObject) -> None:
    start, end = genuine.gap
    size = len(genuine.pdf) - (end - start)
    place = data.draw(st.integers(0, size - 1))
    place += end - start if place >= start else 0
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(genuine.pdf)
    changed[place] ^= 1 << bit
    assert not genuine.passes(bytes(changed))


@slow
@given(more=st.binary(min_size=1, max_size=200))
def test_nothing_can_be_appended(genuine: Genuine, more: bytes) -> None:
    assert not genuine.passes(genuine.pdf + more)


@pytest.mark.parametrize("more", [b"\n", b" ", b"\r\n", b"\x00", b"%%EOF", b"\n%%EOF\n", b"% a remark\n"])
def test_not_even_what_readers_skip_can_be_appended(genuine: Genuine, more: bytes) -> None:
    assert not genuine.passes(genuine.pdf + more)


@slow
@given(data=st.data())
def test_it_cannot_be_cut(genuine: Genuine, data: st.DataObject) -> None:
    assert not genuine.passes(genuine.pdf[: data.draw(st.integers(0, len(genuine.pdf) - 1))])


@slow
@given(more=st.binary(min_size=1, max_size=50))
def test_nothing_can_be_put_before_it(genuine: Genuine, more: bytes) -> None:
    assert not genuine.passes(more + genuine.pdf)
