"""Objects of more values than are looked at are refused before qpdf reads them; long ones of few values are not."""

from __future__ import annotations

import pytest

from tests.bombs import pdf, stream
from tests.signed_pdfs import NOW
from tte.model import Integrity
from tte.validation import Trust, validate
from tte.validation.giants import has_giant
from tte.validation.reasons import Reason

VALUES = b"1 " * 1_000_000


@pytest.mark.parametrize(
    "value", [b"[" + VALUES + b"]", b"<< /A [" + VALUES + b"] >>", b"<< " + b"/A 1" * 400_000 + b" >>"]
)
def test_an_object_of_a_million_values_is_not_judged(value: bytes) -> None:
    report = validate(pdf({1: value}), Trust(), NOW)
    assert report.integrity is Integrity.ERROR
    assert report.reasons == (str(Reason.TOO_COMPLEX),)


@pytest.mark.parametrize("value", [stream(VALUES), b"<" + b"0" * 4_000_000 + b">", b"(" + b"x" * 4_000_000 + b")"])
def test_a_long_stream_or_string_is_no_giant(value: bytes) -> None:
    assert not has_giant(pdf({1: value}))
