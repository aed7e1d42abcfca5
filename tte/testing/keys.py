"""What every key backend must do, as tests. A plug-in author subclasses one suite and gives one fixture.

    class TestOurHsm(PinKeySuite):
        @pytest.fixture(scope="class")
        @classmethod
        def opening(cls) -> Opening:
            return Opening("hsm:object=sign?pin-source=env:PIN", pin="1234", wrong_pin="4321", at=datetime.now(UTC))

`KeySuite` is for keys that ask for no PIN, `PinKeySuite` for those that do. The backend is reached as the program
reaches it, through `tte.backends.open_key`, so its entry point is tried as well. The suite gives one wrong PIN in
all.
"""

from __future__ import annotations

import copy
import hashlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from tte.backends import open_key
from tte.errors import KeyRefused, KeyUnavailable, SignatureMismatch, TteError
from tte.key import Identity, Key


@dataclass(frozen=True, slots=True)
class Opening:
    """How the suite opens the key. `pinned` is the certificate it must have, DER; `home` is for relative paths."""

    uri: str
    at: datetime
    home: Path = Path()
    pinned: bytes | None = None
    pin: str = field(default="", repr=False)
    wrong_pin: str = field(default="", repr=False)


class Asked:
    """A secret source that answers always the same and counts how often it was asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.times = 0

    def __call__(self, source: str) -> str:
        self.times += 1
        return self.answer


def opened(opening: Opening, secrets: Callable[[str], str] | None = None) -> Key:
    """The key of `opening`, as the program opens it."""
    ask = secrets or Asked(opening.pin)
    return open_key(opening.uri, ask, pinned=opening.pinned, at=opening.at, home=opening.home)


def digest_of(identity: Identity, text: str) -> bytes:
    return hashlib.new(identity.algorithm.digest_name, text.encode()).digest()


class KeySuite:
    """For any key. Give the fixture `opening`; a key that is dear to open is opened three times."""

    @pytest.fixture(scope="class")
    @classmethod
    def opening(cls) -> Opening:
        raise NotImplementedError("a suite is subclassed with a fixture `opening`")

    @pytest.fixture(scope="class")
    @classmethod
    def key(cls, opening: Opening) -> Iterator[Key]:
        key = opened(opening)
        yield key
        key.close()

    def test_a_signature_verifies_with_the_certificate(self, key: Key) -> None:
        digest = digest_of(key.identity, "satu")
        (signature,) = key.sign([digest])
        key.identity.verify(digest, signature)

    def test_many_digests_are_signed_in_order(self, key: Key) -> None:
        digests = [digest_of(key.identity, str(number)) for number in range(50)]
        signatures = key.sign(digests)
        assert len(signatures) == len(digests)
        for digest, signature in zip(digests, signatures, strict=True):
            key.identity.verify(digest, signature)

    def test_a_signature_is_no_signature_of_another_digest(self, key: Key) -> None:
        (signature,) = key.sign([digest_of(key.identity, "satu")])
        with pytest.raises(SignatureMismatch):
            key.identity.verify(digest_of(key.identity, "dua"), signature)

    def test_signatures_are_plain_bytes(self, key: Key) -> None:
        assert all(type(signature) is bytes for signature in key.sign([digest_of(key.identity, "satu")]))

    def test_no_digest_gives_no_signature(self, key: Key) -> None:
        assert list(key.sign([])) == []

    @pytest.mark.parametrize("change", [-1, 1])
    def test_a_digest_of_wrong_length_is_refused(self, key: Key, change: int) -> None:
        good = digest_of(key.identity, "satu")
        wrong = bytes(len(good) + change)
        with pytest.raises(KeyRefused):
            key.sign([good, wrong])

    def test_the_identity_is_stable(self, key: Key) -> None:
        before = key.identity
        key.sign([digest_of(before, "satu")])
        assert key.identity == before

    def test_the_identity_travels(self, key: Key) -> None:
        assert pickle.loads(pickle.dumps(key.identity)) == key.identity  # noqa: S301 made on this line

    def test_the_key_is_neither_pickled_nor_copied(self, key: Key) -> None:
        for leave in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises((TypeError, pickle.PicklingError)):
                leave(key)

    def test_a_closed_key_is_unavailable_and_closes_again(self, opening: Opening) -> None:
        key = opened(opening)
        digest = digest_of(key.identity, "satu")
        key.close()
        key.close()
        with pytest.raises(KeyUnavailable):
            key.sign([digest])

    def test_a_key_with_another_certificate_than_pinned_is_refused(self, opening: Opening) -> None:
        with pytest.raises(KeyRefused):
            open_key(opening.uri, Asked(opening.pin), pinned=b"another", at=opening.at, home=opening.home)


class PinKeySuite(KeySuite):
    """For a key that is kept somewhere and asks for a PIN. `pin` and `wrong_pin` are words that appear nowhere else."""

    def test_the_pin_is_asked_for_once(self, opening: Opening) -> None:
        secrets = Asked(opening.pin)
        opened(opening, secrets).close()
        assert secrets.times == 1

    def test_a_wrong_pin_is_tried_once_and_the_right_one_still_opens(self, opening: Opening) -> None:
        secrets = Asked(opening.wrong_pin)
        with pytest.raises(KeyRefused) as refusal:
            opened(opening, secrets)
        assert secrets.times == 1
        assert opening.wrong_pin not in _said(refusal.value)
        opened(opening).close()

    def test_the_same_key_opens_again(self, key: Key, opening: Opening) -> None:
        again = opened(opening)
        assert again.identity == key.identity
        again.close()

    def test_neither_key_nor_errors_show_the_pin(self, key: Key, opening: Opening) -> None:
        said = [repr(key), str(key)]
        with pytest.raises(KeyRefused) as refusal:
            key.sign([b"short"])
        said.append(_said(refusal.value))
        with pytest.raises(TteError) as refused:
            open_key(opening.uri, Asked(opening.pin), pinned=b"another", at=opening.at, home=opening.home)
        said.append(_said(refused.value))
        assert not [text for text in said if opening.pin in text]


def _said(error: BaseException | None) -> str:
    """All that an error and what caused it would put into a log."""
    if error is None:
        return ""
    own = f"{error!s} {error!r} {getattr(error, 'hint', '')}"
    return own + _said(error.__cause__) + _said(error.__context__)
