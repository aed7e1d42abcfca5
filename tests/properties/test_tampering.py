"""Whatever is done to the bytes of an issued document, it is never TOTAL-PASSED again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rows import births
from tte.issuance import Issued, now
from tte.model import Indication
from tte.testing.homes import sample_home
from tte.validation import Trust, validate


@dataclass(frozen=True, repr=False)
class Genuine:
    """A document as issued, where its signature value stands, and another document of the same kind and key."""

    pdf: bytes
    trust: Trust
    gap: tuple[int, int]
    other: bytes

    def passes(self, pdf: bytes) -> bool:
        return validate(pdf, self.trust, now()).indication is Indication.TOTAL_PASSED


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    folder: Path = tmp_path_factory.mktemp("tampering")
    with sample_home(folder).issuer("demo", ("akta_kelahiran",)) as issuer:
        both = [issued.entry for issued in issuer.issue("akta_kelahiran", births(2)) if isinstance(issued, Issued)]
        pdf, other = (issuer.register.read_pdf(entry.id) for entry in both)
        return Genuine(pdf, issuer.trust, gap(pdf), other)


def gap(pdf: bytes) -> tuple[int, int]:
    (found,) = re.findall(rb"/ByteRange \[0 (\d+) (\d+) \d+ *\]", pdf)
    return int(found[0]), int(found[1])


slow = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_document_itself_passes(genuine: Genuine) -> None:
    assert genuine.passes(genuine.pdf)


@slow
@given(data=st.data())
def test_no_signed_byte_can_change(genuine: Genuine, data: st.DataObject) -> None:
    start, end = genuine.gap
    size = len(genuine.pdf) - (end - start)
    # anywhere; in the signature dictionary; in the words, the table and the trailer, which are the document's own
    place = data.draw(st.integers(0, size - 1) | st.integers(start - 400, start - 1) | st.integers(start, size - 1))
    place += end - start if place >= start else 0
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(genuine.pdf)
    changed[place] ^= 1 << bit
    assert not genuine.passes(bytes(changed))


def test_no_part_can_come_from_another_document_of_the_same_kind_and_key(genuine: Genuine) -> None:
    (start, end), other = genuine.gap, genuine.other
    assert genuine.passes(other)
    assert gap(other) == (start, end)
    mine = genuine.pdf[:start], genuine.pdf[start:end], genuine.pdf[end:]
    theirs = other[:start], other[start:end], other[end:]
    for chosen in product((0, 1), repeat=3):
        mixed = b"".join((mine, theirs)[which][part] for part, which in enumerate(chosen))
        assert genuine.passes(mixed) is (mixed in (genuine.pdf, other))


@slow
@given(place=st.integers(1, 256), bit=st.integers(0, 7))
def test_the_signature_value_cannot_change(genuine: Genuine, place: int, bit: int) -> None:
    """It is the end of the CMS, in hex digits, for this key has RSA."""
    start, end = genuine.gap
    content = bytearray.fromhex(genuine.pdf[start + 1 : end - 1].decode())
    content[-place] ^= 1 << bit
    pdf = genuine.pdf[: start + 1] + content.hex().encode() + genuine.pdf[end - 1 :]
    assert len(pdf) == len(genuine.pdf)
    assert not genuine.passes(pdf)


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
