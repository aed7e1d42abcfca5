"""Signing drafts by a key: one call, in order, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

import pytest

from tests.minimal_pdf import minimal_document
from tte.backends.memory import MemoryKey
from tte.errors import DraftSpent, KeyRefused, KeyUnavailable, SignatureMismatch
from tte.key import Identity, Key
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


class Maker:
    """Makes the signing under test and closes it in the end."""

    def __init__(self, *, beside: bool) -> None:
        self.beside = beside
        self.made: list[KeySigning] = []

    def __call__(self, key: Key) -> KeySigning:
        self.made.append(KeySigning(key, beside=self.beside))
        return self.made[-1]


@pytest.fixture(params=[False, True], ids=["here", "beside"])
def signing_by(request: pytest.FixtureRequest) -> Iterator[Maker]:
    maker = Maker(beside=request.param)
    yield maker
    for signing in maker.made:
        signing.close()


def test_all_drafts_go_to_the_key_in_one_call_and_come_back_in_order(
    key: MemoryKey, drafts: list[Draft], signing_by: Maker
) -> None:
    watched = Watched(key)
    signing: Signing = signing_by(watched)
    assert signing.identity == key.identity
    signed = signing.begin(drafts)()
    assert [one.document for one in signed] == [draft.document for draft in drafts]
    assert watched.calls == [[draft.digest for draft in drafts]]


def test_what_is_begun_first_is_signed_first_whenever_it_is_awaited(
    key: MemoryKey, drafts: list[Draft], signing_by: Maker
) -> None:
    signing = signing_by(key)
    one, two = signing.begin(drafts[:2]), signing.begin(drafts[2:])
    later, earlier = two(), one()
    assert [signed.document for signed in (*earlier, *later)] == [draft.document for draft in drafts]


def test_no_draft_leaves_the_key_alone(key: MemoryKey, signing_by: Maker) -> None:
    watched = Watched(key)
    assert list(signing_by(watched).begin([])()) == []
    assert watched.calls == []


def test_a_draft_for_another_key_is_refused_before_the_key_is_used(drafts: list[Draft], signing_by: Maker) -> None:
    watched = Watched(new_key())
    with pytest.raises(KeyRefused):
        signing_by(watched).begin(drafts)
    assert watched.calls == []


def test_a_spent_or_repeated_draft_is_refused_before_the_key_is_used(
    key: MemoryKey, drafts: list[Draft], signing_by: Maker
) -> None:
    signing_by(key).sign(drafts[:1])
    watched = Watched(key)
    for given in (drafts, [drafts[1], drafts[1]]):
        with pytest.raises(DraftSpent):
            signing_by(watched).begin(given)
    assert watched.calls == []


@pytest.mark.parametrize("fault", ["swap", "lose"])
def test_signatures_in_the_wrong_order_or_number_release_nothing(
    key: MemoryKey, drafts: list[Draft], fault: str, signing_by: Maker
) -> None:
    awaited = signing_by(Watched(key, swap=fault == "swap", lose=fault == "lose")).begin(drafts)
    with pytest.raises(SignatureMismatch):
        awaited()


def test_what_the_key_refuses_is_said_to_who_waits(drafts: list[Draft], key: MemoryKey, signing_by: Maker) -> None:
    class Gone(Watched):
        def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
            raise KeyUnavailable("the key is gone")

    awaited = signing_by(Gone(key)).begin(drafts)
    with pytest.raises(KeyUnavailable):
        awaited()
    assert not any(draft.spent for draft in drafts)


def test_a_key_beside_signs_while_the_caller_goes_on_and_has_one_caller_at_a_time(
    key: MemoryKey, drafts: list[Draft]
) -> None:
    class Slow(Watched):
        waited, alone = Event(), Lock()

        def sign(self, digests: Sequence[bytes]) -> Sequence[bytes]:
            assert self.alone.acquire(blocking=False)
            assert self.waited.wait(30)
            self.alone.release()
            return super().sign(digests)

    slow = Slow(key)
    signing = KeySigning(slow, beside=True)
    both = [signing.begin(drafts[:1]), signing.begin(drafts[1:])]
    assert slow.calls == []
    slow.waited.set()
    assert [len(awaited()) for awaited in both] == [1, 2]
    signing.close()


@pytest.mark.parametrize("beside", [False, True])
def test_after_closing_nothing_is_begun(beside: bool) -> None:
    key = new_key()
    signing = KeySigning(key, beside=beside)
    draft = prepare(minimal_document(), key.identity, AT)
    signing.close()
    signing.close()
    with pytest.raises(KeyUnavailable, match="closed"):
        signing.begin([draft])
    assert not draft.spent
