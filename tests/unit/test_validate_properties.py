"""`validate` on bytes that nobody thought of: it always reports, and passes only what is whole."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import re

import pikepdf
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import signed_pdfs
from tests.judged import PASSED, approved, judge, long_term, plain
from tests.signed_pdfs import gap_of
from tte.model import Integrity, Report

MUCH = settings(max_examples=300, deadline=None)


@MUCH
@given(st.data())
def test_a_flipped_byte_in_the_signed_range_never_passes(data: st.DataObject) -> None:
    pdf = bytearray(data.draw(st.sampled_from([plain(), long_term()])))
    begin, end, signed = gap_of(bytes(pdf), 0)
    place = data.draw(st.one_of(st.integers(0, begin - 1), st.integers(end, signed - 1)))
    pdf[place] ^= data.draw(st.integers(1, 255))
    assert judge(bytes(pdf)).indication is not PASSED


@MUCH
@given(st.binary(min_size=1, max_size=200), st.booleans())
def test_appended_bytes_never_pass(tail: bytes, grown: bool) -> None:
    assert judge((long_term() if grown else plain()) + tail).indication is not PASSED


@MUCH
@given(st.data())
def test_a_cut_file_never_passes_unless_the_cut_leaves_an_earlier_signed_whole(data: st.DataObject) -> None:
    pdf = data.draw(st.sampled_from([plain(), long_term()]))
    cut = pdf[: data.draw(st.integers(0, len(pdf) - 1))]
    assume(not re.search(rb"%%EOF\n?\Z", cut))
    assert judge(cut).indication is not PASSED


@MUCH
@given(st.data())
def test_a_replaced_padding_never_passes(data: st.DataObject) -> None:
    pdf = bytearray(plain())
    begin, end, _ = gap_of(plain())
    length = int.from_bytes(bytes.fromhex(plain()[begin + 5 : begin + 9].decode()), "big") + 4
    padding = range(begin + 1 + 2 * length, end - 1)
    assert set(pdf[padding.start : padding.stop]) == {ord("0")}
    for place in data.draw(st.sets(st.sampled_from(padding), min_size=1, max_size=5)):
        pdf[place] = data.draw(st.sampled_from([byte for byte in range(256) if byte != ord("0")]))
    assert judge(bytes(pdf)).indication is not PASSED


PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"/ByteRange [0 1 2 3]", b"9 0 obj", b"endobj", b"<<", b">>", b"/V 4 0 R", b"startxref\n9\n%%EOF\n", b"null"]
    ),
)


@MUCH
@given(st.data())
def test_a_mutant_gives_a_report_and_passes_only_where_the_signed_bytes_are_whole(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([plain(), approved(), long_term(), signed_pdfs.page()]))
    pdf = original
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(pdf)))
        end = data.draw(st.integers(begin, min(len(pdf), begin + 40)))
        pdf = pdf[:begin] + data.draw(PIECES) + pdf[end:]
    report = judge(pdf)
    assert isinstance(report, Report)
    if report.indication is PASSED:
        begin, end, signed = gap_of(original, 0)
        assert pdf[:begin] + pdf[end:signed] == original[:begin] + original[end:signed]


@MUCH
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_give_a_report_that_does_not_pass(noise: bytes, headed: bool) -> None:
    report = judge(b"%PDF-1.7\n" * headed + noise)
    assert report.indication is not PASSED
    assert report.reasons


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError, KeyError])
def test_whatever_a_reader_raises_becomes_a_report(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    pdf = plain()
    monkeypatch.setattr(pikepdf, "open", fail)
    report = judge(pdf)
    assert (report.indication is not PASSED, report.integrity) == (True, Integrity.ERROR)
