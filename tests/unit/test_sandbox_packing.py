"""A report as JSON and back, and what is not taken for one."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tte.model import Indication, Level, Report, SignatureReport, SubIndication
from tte.sandbox.packing import LONGEST_TEXT, MOST_ITEMS, Garbage, pack, unpack

SIGNATURE = SignatureReport(
    field="TandaTangan",
    indication=Indication.TOTAL_PASSED,
    sub_indication=None,
    level=Level.B_LT,
    signer="Dra. CONTOH SAJA, M.Si. 𝕏",
    issuer="Uji Coba",
    certificate_sha256="ab" * 32,
    algorithm="rsa-pkcs1v15-sha256",
    claimed_at=datetime(2026, 1, 2, 3, 4, 5, 6, timezone(timedelta(hours=7))),
    covers_file=True,
    certified=False,
    chain=("a", "b"),
    reasons=(),
)
REPORT = Report(
    Indication.INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    (SIGNATURE, dataclasses.replace(SIGNATURE, level=None, claimed_at=None)),
    ("why", "and why"),
    "0" * 64,
    datetime(2026, 11, 24, tzinfo=UTC),
)


def spoilt(**changes: Any) -> bytes:
    return json.dumps({**json.loads(pack(REPORT)), **changes}).encode()


def test_a_report_comes_back_as_it_was() -> None:
    assert unpack(pack(REPORT)) == REPORT


@given(
    text=st.text(max_size=LONGEST_TEXT).filter(str.isprintable),
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))])),
)
def test_any_text_and_time_comes_back(text: str, at: datetime) -> None:
    report = dataclasses.replace(REPORT, signatures=(dataclasses.replace(SIGNATURE, signer=text, claimed_at=at),))
    assert unpack(pack(report)) == report


def test_long_texts_are_cut_and_half_characters_replaced() -> None:
    long = dataclasses.replace(SIGNATURE, signer="x" * 5000, issuer="\ud800!")
    (back,) = unpack(pack(dataclasses.replace(REPORT, signatures=(long,)))).signatures
    assert back.signer == "x" * (LONGEST_TEXT - 1) + "…"
    assert back.issuer == "?!"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"indication": "TOTAL-PASSED"}',
        spoilt(more=1),
        spoilt(indication="PASSED"),
        spoilt(indication=None),
        spoilt(sub_indication=3),
        spoilt(reasons="why"),
        spoilt(reasons=[1]),
        spoilt(reasons={"0": "why"}),
        spoilt(reasons=["x"] * (MOST_ITEMS + 1)),
        spoilt(reasons=["x" * (LONGEST_TEXT + 1)]),
        spoilt(reasons=["x" * 10_000_000]),
        spoilt(reasons=["\x1b[2Jbersih"]),
        spoilt(reasons=["asli\nASLI DAN BERLAKU"]),
        spoilt(reasons=["\u202eilsA"]),
        spoilt(size="1"),
        spoilt(size=1 << 60),
        spoilt(size=1.0),
        spoilt(integrity="fine"),
        spoilt(at="yesterday"),
        spoilt(at="2026-11-24T00:00:00"),
        spoilt(at=0),
        spoilt(signatures=[{}]),
        spoilt(signatures=[None]),
        spoilt(pdf_sha256=None),
        spoilt(signatures=[{**json.loads(pack(REPORT))["signatures"][0], "covers_file": 1}]),
        spoilt(signatures=[{**json.loads(pack(REPORT))["signatures"][0], "covers_file": "true"}]),
        spoilt(signatures=[{**json.loads(pack(REPORT))["signatures"][0], "level": "B-Z"}]),
    ],
)
def test_what_is_no_report_is_garbage(answer: bytes) -> None:
    with pytest.raises(Garbage):
        unpack(answer)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_garbage(answer: bytes) -> None:
    with pytest.raises(Garbage):
        unpack(answer)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(key=st.sampled_from(sorted(json.loads(pack(REPORT)))), value=json_values)
def test_any_value_in_any_place_is_a_report_or_garbage(key: str, value: object) -> None:
    try:
        report = unpack(spoilt(**{key: value}))
    except Garbage:
        return
    assert isinstance(report, Report)
    assert unpack(pack(report)) == report


def test_a_garbage_error_does_not_repeat_what_came() -> None:
    with pytest.raises(Garbage) as caught:
        unpack(spoilt(indication="<script>"))
    assert "<script>" not in str(caught.value)


def test_what_is_not_printable_becomes_a_blank() -> None:
    assert unpack(pack(dataclasses.replace(REPORT, reasons=("a\x1b[2J\u202eb\n",)))).reasons == ("a [2J b ",)


def test_what_a_report_cannot_hold_is_not_packed() -> None:
    with pytest.raises(TypeError):
        pack(dataclasses.replace(REPORT, reasons=(1.5,)))  # type: ignore[arg-type] # it is the point
