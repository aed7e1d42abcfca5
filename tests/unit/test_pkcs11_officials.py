"""Two officials, each with a token of their own on one SoftHSM: neither can sign with what the other has opened."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import Barrier
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass

from tests.pkcs11_faults import counted
from tests.soft_token import AT, Office, digests_for, opened, signs
from tte.backends.pkcs11.module import module_at
from tte.backends.process import open_key_process
from tte.errors import KeyRefused, PinRefused
from tte.key import Key
from tte.testing.keys import Asked
from tte.testing.softhsm import SoftHsm, SoftToken

PINS = {"pejabat-a": "kenari-satu", "pejabat-b": "merpati-dua"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    hsm = SoftHsm.make(tmp_path_factory.mktemp("softhsm") / "hsm")
    with hsm.in_use():
        yield Office(hsm)


@pytest.fixture(scope="module")
def tokens(office: Office) -> tuple[SoftToken, SoftToken]:
    made = [office.token(label, pin) for label, pin in PINS.items()]
    for token in made:
        office.certified(token, "sign", "rsa-2048")
    first, second = made
    return first, second


def test_while_a_is_logged_in_b_does_not_sign_without_bs_pin(
    office: Office, tokens: tuple[SoftToken, SoftToken]
) -> None:
    a, b = tokens
    with closing(opened(a.uri("sign"), Asked(a.pin))) as key:
        for pin in (a.pin, "tebakan"):
            with counted(office.module, "C_Login") as logins, pytest.raises(PinRefused):
                opened(b.uri("sign"), Asked(pin))
            assert logins.times == 1
        assert not private_keys(office, b)
        signs(key)


def test_as_login_is_of_no_use_to_whoever_else_asks_for_as_key(
    office: Office, tokens: tuple[SoftToken, SoftToken]
) -> None:
    a, _ = tokens
    with closing(opened(a.uri("sign"), Asked(a.pin))) as key:
        for pin in (a.pin, "tebakan", ""):
            secrets = Asked(pin)
            with counted(office.module, "C_OpenSession") as sessions, pytest.raises(KeyRefused, match="already") as no:
                opened(a.uri("sign"), secrets)
            assert (sessions.times, secrets.times) == (0, 0)
            assert "a process of its own" in no.value.hint
        assert private_keys(office, a)  # a session without a PIN sees it: that is what the refusal is for
        signs(key)
    assert not private_keys(office, a)


def test_as_login_in_another_process_opens_nothing_here(office: Office, tokens: tuple[SoftToken, SoftToken]) -> None:
    a, _ = tokens
    with closing(apart(a)) as key:
        signs(key)
        assert not private_keys(office, a)
        with pytest.raises(PinRefused):
            opened(a.uri("sign"), Asked("tebakan"))
        signs(key)


def test_two_officials_sign_at_the_same_time_in_two_processes(tokens: tuple[SoftToken, SoftToken]) -> None:
    with ExitStack() as stack:
        keys = [stack.enter_context(closing(apart(token))) for token in tokens]
        together = Barrier(2)

        def batch(key: Key) -> list[bytes]:
            together.wait(30)
            return list(key.sign(digests_for(key, 100)))

        with ThreadPoolExecutor(2) as pool:
            batches = list(pool.map(batch, keys))
        assert keys[0].identity != keys[1].identity
        for key, signatures in zip(keys, batches, strict=True):
            for digest, signature in zip(digests_for(key, 100), signatures, strict=True):
                key.identity.verify(digest, signature)


def test_neither_a_refused_opening_nor_anothers_close_takes_anything_from_a_key(
    office: Office, tokens: tuple[SoftToken, SoftToken]
) -> None:
    a, b = tokens
    with closing(opened(a.uri("sign"), Asked(a.pin))) as key:
        with pytest.raises(KeyRefused):
            opened(a.uri("sign"), Asked(a.pin))
        with closing(opened(b.uri("sign"), Asked(b.pin))) as other:
            signs(other)
        assert not private_keys(office, b)
        signs(key)
    with closing(opened(a.uri("sign"), Asked(a.pin))) as key:
        signs(key)


def apart(token: SoftToken) -> Key:
    return open_key_process(token.uri("sign"), Asked(token.pin), pinned=None, at=AT)


def private_keys(office: Office, token: SoftToken) -> list[Any]:
    """Those that a session of this process sees on the token; it does not log in."""
    module = module_at(office.module)
    module.enter()
    try:
        found: pkcs11.Token = module.library.get_token(token_label=token.label)
        session = found.open()
        try:
            return list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        finally:
            session.close()
    finally:
        module.leave()
