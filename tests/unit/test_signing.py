"""Signing drafts by a key: one call, in order, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.minimal_pdf import minimal_document
from tte.backends.memory import MemoryKey
from tte.errors import DraftSpent, KeyRefused, SignatureMismatch
from tte.key import Identity
from tte.pades import Draft, prepare
from tte.signing import KeySigning, Signing
from tte.testing.pki import TestCa, generate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)


class Watched:
    """A key that counts how often it is used, and may spoil what it gives."""

    def __init__(self, key: MemoryKey, *, swap: bool = False, lose: bool = False) -> None:
        self.key, self.swap, self.lose = key, swap, lose
        self.calls: list[Sequence[bytes]] = []

    @property
    def identity(self) -> Identity:
        return self.key.identity

    def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        self.calls.append(digests)
        signatures = list(self.key.sign(digests))
        if self.swap:
            signatures.reverse()
        return signatures[1:] if self.lose else signatures

    def close(self) -> None:
        self.key.close()


def new_key() -> MemoryKey:
    private = generate("ecdsa-p256")
    certificate = TestCa(since=AT).certify(private, name="Pejabat", valid_from=AT, valid_to=AT + timedelta(days=1))
    return MemoryKey(private, Identity.of(certificate))


@pytest.fixture(scope="module")
def key() -> MemoryKey:
    return new_key()


@pytest.fixture
def drafts(key: MemoryKey) -> list[Draft]:
    return [prepare(minimal_document(f"Nomor {number}"), key.identity, AT) for number in range(3)]


def test_all_drafts_go_to_the_key_in_one_call_and_come_back_in_order(key: MemoryKey, drafts: list[Draft]) -> None:
    watched = Watched(key)
    signing: Signing = KeySigning(watched)
    assert signing.identity == key.identity
    signed = signing.sign(drafts)
    assert [one.document for one in signed] == [draft.document for draft in drafts]
    assert watched.calls == [[draft.digest for draft in drafts]]


def test_no_draft_leaves_the_key_alone(key: MemoryKey) -> None:
    watched = Watched(key)
    assert list(KeySigning(watched).sign([])) == []
    assert watched.calls == []


def test_a_draft_for_another_key_is_refused_before_the_key_is_used(drafts: list[Draft]) -> None:
    watched = Watched(new_key())
    with pytest.raises(KeyRefused):
        KeySigning(watched).sign(drafts)
    assert watched.calls == []


def test_a_spent_or_repeated_draft_is_refused_before_the_key_is_used(key: MemoryKey, drafts: list[Draft]) -> None:
    KeySigning(key).sign(drafts[:1])
    watched = Watched(key)
    for given in (drafts, [drafts[1], drafts[1]]):
        with pytest.raises(DraftSpent):
            KeySigning(watched).sign(given)
    assert watched.calls == []


@pytest.mark.parametrize("fault", ["swap", "lose"])
def test_signatures_in_the_wrong_order_or_number_release_nothing(
    key: MemoryKey, drafts: list[Draft], fault: str
) -> None:
    with pytest.raises(SignatureMismatch):
        KeySigning(Watched(key, swap=fault == "swap", lose=fault == "lose")).sign(drafts)
