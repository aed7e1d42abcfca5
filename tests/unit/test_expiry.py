"""How long a signing certificate still lives, and how loud that is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tte.cli.expiry import in_words
from tte.office.expiry import Expiry, Urgency
from tte.testing.pki import TestCa, generate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def ca() -> TestCa:
    return TestCa(since=AT - timedelta(days=900))


def certificate(ca: TestCa, left: timedelta, *, life: timedelta = timedelta(days=730)) -> x509.Certificate:
    end = AT + left
    return ca.certify(generate("ecdsa-p256"), name="Pejabat", valid_from=end - life, valid_to=end)


@pytest.mark.parametrize(
    ("left", "days", "warning"),
    [
        (timedelta(days=60, seconds=1), 60, None),
        (timedelta(days=60), 60, Urgency.SOON),
        (timedelta(days=30, seconds=1), 30, Urgency.SOON),
        (timedelta(days=30), 30, Urgency.NOW),
        (timedelta(days=7, seconds=1), 7, Urgency.NOW),
        (timedelta(days=7), 7, Urgency.URGENT),
        (timedelta(hours=5), 0, Urgency.URGENT),
        (timedelta(seconds=-1), -1, Urgency.EXPIRED),
        (timedelta(days=-3), -3, Urgency.EXPIRED),
    ],
)
def test_the_warning_grows_louder(ca: TestCa, left: timedelta, days: int, warning: Urgency | None) -> None:
    one = certificate(ca, left)
    expiry = Expiry.of(one, AT)
    assert (expiry.days, expiry.warning) == (days, warning)
    assert expiry.at == one.not_valid_after_utc
    assert Expiry.of(one.public_bytes(Encoding.DER), AT) == expiry


def test_one_that_was_made_for_a_week_is_not_warned_of(ca: TestCa) -> None:
    week = timedelta(days=7)
    assert Expiry.of(certificate(ca, timedelta(days=6), life=week), AT).warning is None
    assert Expiry.of(certificate(ca, timedelta(days=-1), life=week), AT).warning is Urgency.EXPIRED


@pytest.mark.parametrize("days", [59, 29, 6, -2])
def test_it_is_said_in_indonesian_and_in_english(ca: TestCa, days: int) -> None:
    said = in_words(Expiry.of(certificate(ca, timedelta(days=days)), AT))
    assert "berakhir" in said
    assert "the signing certificate" in said


def test_nothing_is_said_while_the_end_is_far_off(ca: TestCa) -> None:
    assert in_words(Expiry.of(certificate(ca, timedelta(days=300)), AT)) == ""
