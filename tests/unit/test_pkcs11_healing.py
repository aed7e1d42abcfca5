"""A token that forgets its sessions, fails, is taken away or exchanged while a `pkcs11:` key is open."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.pkcs11_faults import DEVICE_ERROR, counted, failing, restart
from tests.soft_token import PIN, Office, opened, signs
from tte.errors import DeviceRemoved, KeyUnavailable, PinRefused, SessionLost, WrongCertificate
from tte.key import Key
from tte.testing.keys import Asked
from tte.testing.softhsm import SoftHsm, SoftToken


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    hsm = SoftHsm.make(tmp_path_factory.mktemp("softhsm") / "hsm")
    with hsm.in_use():
        yield Office(hsm)


@pytest.fixture(scope="module")
def token(office: Office) -> SoftToken:
    token = office.token("dinas-3171")
    office.certified(token, "sign")
    return token


@pytest.fixture
def secrets() -> Asked:
    return Asked(PIN)


@pytest.fixture
def key(token: SoftToken, secrets: Asked) -> Iterator[Key]:
    with closing(opened(token.uri("sign", access="&sessions=2"), secrets)) as key:
        yield key


def test_after_a_restart_of_the_token_the_next_batch_is_signed(office: Office, key: Key, secrets: Asked) -> None:
    for _ in range(2):
        restart(office.module)
        signs(key, 10)
    assert secrets.times == 1


def test_a_device_error_in_a_batch_is_got_over(office: Office, key: Key, secrets: Asked) -> None:
    for function in ("C_SignInit", "C_Sign"):
        with failing(office.module, function, DEVICE_ERROR, times=1) as calls:
            signs(key, 10)
        assert calls.times > 10
    assert secrets.times == 1


def test_a_device_that_keeps_failing_is_named_and_may_recover(office: Office, key: Key) -> None:
    with failing(office.module, "C_Sign", DEVICE_ERROR), pytest.raises(KeyUnavailable, match="DeviceError"):
        signs(key)
    signs(key)


def test_a_login_that_fails_for_another_reason_than_the_pin_is_made_again(office: Office, key: Key) -> None:
    restart(office.module)
    with failing(office.module, "C_Login", DEVICE_ERROR) as logins, pytest.raises(KeyUnavailable):
        signs(key)
    assert logins.times == 1
    signs(key)


def test_a_token_that_was_taken_away_signs_when_it_is_back(token: SoftToken, key: Key, tmp_path: Path) -> None:
    away = shutil.move(token.folder, tmp_path / "away")
    try:
        for _ in range(2):
            with pytest.raises(DeviceRemoved, match="dinas-3171"):
                signs(key)
    finally:
        shutil.move(away, token.folder)
    signs(key)


def test_another_token_of_the_same_name_is_not_given_the_pin(
    office: Office, token: SoftToken, key: Key, tmp_path: Path
) -> None:
    away = shutil.move(token.folder, tmp_path / "away")
    other = office.token(token.label)
    try:
        with counted(office.module, "C_Login") as logins, pytest.raises(DeviceRemoved, match="another token"):
            signs(key)
        assert not logins.times
    finally:
        shutil.rmtree(other.folder)
        shutil.move(away, token.folder)
    signs(key)


def test_another_key_under_the_same_name_is_not_signed_with(office: Office, tmp_path: Path) -> None:
    token = office.token("bertukar")
    empty = shutil.copytree(token.folder, tmp_path / "empty")
    office.certified(token, "sign")
    first = shutil.copytree(token.folder, tmp_path / "first")
    replace(token.folder, empty)
    office.certified(token, "sign")
    second = shutil.copytree(token.folder, tmp_path / "second")
    replace(token.folder, first)
    with closing(opened(token.uri("sign"))) as key:
        replace(token.folder, second)
        restart(office.module)
        with pytest.raises(WrongCertificate, match="another key"):
            signs(key)
        replace(token.folder, first)
        signs(key)


def test_a_pin_that_was_changed_is_refused_once_and_not_tried_again(office: Office) -> None:
    token = office.token("ganti-pin")
    office.certified(token, "sign")
    secrets = Asked(PIN)
    with closing(opened(token.uri("sign"), secrets)) as key, counted(office.module, "C_Login") as logins:
        restart(office.module)
        change_pin(token, "kenari-baru")
        with pytest.raises(PinRefused):
            signs(key)
        for _ in range(2):
            with pytest.raises(SessionLost) as lost:
                signs(key)
    assert (logins.times, secrets.times) == (1, 1)
    assert "open the key again" in lost.value.hint
    with closing(opened(token.uri("sign"), Asked("kenari-baru"))) as again:
        signs(again)


def test_keys_of_two_tokens_in_one_process_both_recover(office: Office, token: SoftToken) -> None:
    another = office.token("dinas-3172", "kenari-dua")
    office.certified(another, "sign", "rsa-2048")
    with closing(opened(token.uri("sign"))) as first:
        with closing(opened(another.uri("sign"), Asked("kenari-dua"))) as second:
            restart(office.module)
            signs(first)
            signs(second)
        signs(first)


CHANGE = """
import pkcs11, sys
module, label, old, new = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label=label).open(rw=True, user_pin=old) as session:
    session.set_pin(old, new)
"""


def change_pin(token: SoftToken, new: str) -> None:
    """As its owner does it, with another program."""
    words = [str(token.hsm.module), token.label, token.pin, new]
    subprocess.run([sys.executable, "-c", CHANGE, *words], check=True)


def replace(folder: Path, by: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(by, folder)
