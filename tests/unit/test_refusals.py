"""A wrong PIN is tried once, by anyone, ever: the notes that a home keeps of refused PINs."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tte.errors import KeyUnavailable, OutcomeUnknown, PinLocked, PinRefused
from tte.key import KeyUri
from tte.office.refusals import Refusals

FILE = "pkcs11:token=dinas;object=satu?module-path=/m.so&pin-source=file:pin"


def refusals(home: Path, uri: str = FILE, *, interactive: bool = False) -> Refusals:
    return Refusals.of(home, KeyUri.parse(uri), "dinas", interactive=interactive)


def refused(which: Refusals, error: Exception | None = None, *, by_hand: bool = False) -> None:
    """One attempt with a wrong PIN."""
    with pytest.raises((PinRefused, PinLocked)), which.attempt(by_hand=by_hand):
        raise error or PinRefused("the token refused the PIN")


def is_tried(which: Refusals, *, by_hand: bool = False) -> bool:
    """Whether an opening would try the PIN; nothing is refused in it."""
    try:
        with which.attempt(by_hand=by_hand):
            return True
    except PinRefused:
        return False


def test_what_was_refused_is_not_tried_again_by_anyone(tmp_path: Path) -> None:
    refused(refusals(tmp_path))
    assert not is_tried(refusals(tmp_path))
    assert not is_tried(refusals(tmp_path, interactive=True))


def test_a_locked_token_is_not_tried_again_either(tmp_path: Path) -> None:
    refused(refusals(tmp_path), PinLocked("the token accepts no PIN any more"))
    assert not is_tried(refusals(tmp_path))


def test_the_refusal_says_when_it_was_and_what_to_do(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    refused(refusals(tmp_path))
    with pytest.raises(PinRefused) as again, refusals(tmp_path).attempt():
        raise AssertionError("not reached")
    assert f"{before:%Y-%m-%d}" in str(again.value)
    assert again.value.hint.endswith("tte key check dinas")


def test_the_first_refusal_says_that_it_is_the_last_try(tmp_path: Path) -> None:
    why = PinRefused("the token refused the PIN", hint="check it by hand")
    refused(refusals(tmp_path), why)
    assert why.hint.startswith("check it by hand; ")
    assert "tte key check dinas" in why.hint


def test_by_hand_it_is_tried_once_more_and_then_opens_for_all(tmp_path: Path) -> None:
    refused(refusals(tmp_path))
    refused(refusals(tmp_path), by_hand=True)
    assert not is_tried(refusals(tmp_path))
    assert is_tried(refusals(tmp_path), by_hand=True)
    assert is_tried(refusals(tmp_path))


def test_a_key_that_cannot_be_reached_leaves_the_note(tmp_path: Path) -> None:
    refused(refusals(tmp_path))
    with pytest.raises(KeyUnavailable), refusals(tmp_path).attempt(by_hand=True):
        raise KeyUnavailable("the token is not there")
    assert not is_tried(refusals(tmp_path))


def test_other_errors_leave_no_note(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable), refusals(tmp_path).attempt():
        raise KeyUnavailable("the token is not there")
    assert is_tried(refusals(tmp_path))


def test_a_refusal_while_the_key_is_open_counts_too(tmp_path: Path) -> None:
    which = refusals(tmp_path)
    with which.attempt():
        pass
    with pytest.raises(PinRefused), which.noting():
        raise PinRefused("the token was put in again and refused the PIN")
    assert not is_tried(refusals(tmp_path))


def test_the_note_holds_a_time_and_the_public_part_of_the_uri(tmp_path: Path) -> None:
    which = refusals(tmp_path)
    refused(which)
    at, uri, *_ = which.note.read_text(encoding="utf-8").splitlines()
    assert datetime.fromisoformat(at).tzinfo is not None
    assert uri == "pkcs11:object=satu;token=dinas"
    assert "pin" not in which.note.name


@pytest.mark.parametrize(
    "same",
    [
        FILE.replace("file:pin", "env:PIN"),
        FILE.replace("object=satu", "object=dua"),
        FILE.replace("object=satu", "id=%01;certificate=x.pem"),
    ],
)
def test_all_keys_of_a_token_are_refused_together(tmp_path: Path, same: str) -> None:
    refused(refusals(tmp_path))
    assert not is_tried(refusals(tmp_path, same))


def test_another_key_is_not_concerned(tmp_path: Path) -> None:
    refused(refusals(tmp_path))
    assert is_tried(refusals(tmp_path, FILE.replace("token=dinas", "token=lain")))


@pytest.mark.parametrize(
    "uri", ["pkcs12:path=x?pin-source=prompt:", "awskms:key=alias/x", "vault:key=x?token-source=env:TOKEN"]
)
def test_nothing_is_kept_where_no_pin_could_be_tried_unasked(tmp_path: Path, uri: str) -> None:
    for _ in range(2):
        refused(refusals(tmp_path, uri, interactive=True))
    assert not [*tmp_path.iterdir()]


MIXED = "csc:service=s;credential=c?token-source=file:token&otp-source=env:X&pin-source=prompt:"
ESC = "esc:service=s;official=o?nik-source=file:n&user-source=file:u&password-source=file:p&pin-source={}"


@pytest.mark.parametrize(
    "uri",
    [
        "csc:service=s;credential=c?pin-source=file:pin&otp-source=prompt:",
        "csc:service=s;credential=c?pin-source=prompt:&client-secret-source=env:X",
        "aneh:key=k?passphrase-source=env:X&otp-source=prompt:",
        "aneh:key=k?password-source=env:X&pin-source=prompt:",
        "vault:key=k?secret-source=file:x&pin-source=prompt:",
        ESC.format("file:pin&totp-source=prompt:"),
    ],
)
def test_a_pin_that_lies_somewhere_is_noted_whatever_else_a_person_types(tmp_path: Path, uri: str) -> None:
    refused(refusals(tmp_path, uri, interactive=True))
    assert not is_tried(refusals(tmp_path, uri, interactive=True))


def test_the_password_of_an_api_does_not_hold_up_who_types_the_passphrase(tmp_path: Path) -> None:
    refused(refusals(tmp_path, ESC.format("prompt:"), interactive=True))
    assert is_tried(refusals(tmp_path, ESC.format("prompt:"), interactive=True))


def test_where_only_signing_tries_the_pin_opening_clears_nothing(tmp_path: Path) -> None:
    file, typed = refusals(tmp_path, ESC.format("file:p")), refusals(tmp_path, ESC.format("prompt:"), interactive=True)
    with pytest.raises(PinRefused) as why, file.attempt(), file.noting():
        raise PinRefused("wrong")
    assert why.value.hint.endswith("tte key check dinas --pin-corrected")
    assert is_tried(typed)
    assert not is_tried(file)
    assert is_tried(file, by_hand=True)
    assert is_tried(file)


def test_a_note_that_was_written_while_a_key_was_opened_stays(tmp_path: Path) -> None:
    """Another process had the key open, and it was refused there."""
    for interactive in (False, True):
        uri = MIXED if interactive else FILE
        which, other = refusals(tmp_path, uri, interactive=interactive), refusals(tmp_path, uri)
        with pytest.raises(PinRefused), other.noting():
            raise PinRefused("wrong")
        with which.attempt(by_hand=True), pytest.raises(PinRefused), other.noting():
            raise PinRefused("wrong again")
        assert not is_tried(other)


def test_a_refusal_that_is_the_cause_of_an_unknown_outcome_is_noted(tmp_path: Path) -> None:
    with pytest.raises(OutcomeUnknown), refusals(tmp_path).noting():
        raise OutcomeUnknown("HTTP 500") from PinRefused("wrong")
    assert not is_tried(refusals(tmp_path))
    with pytest.raises(OutcomeUnknown), refusals(tmp_path, ESC.format("env:X")).noting():
        raise OutcomeUnknown("HTTP 500") from KeyUnavailable("gone")
    assert is_tried(refusals(tmp_path, ESC.format("env:X")))


def test_a_person_who_types_the_pin_is_never_held_up_and_clears_the_note(tmp_path: Path) -> None:
    refused(refusals(tmp_path, MIXED))
    assert not is_tried(refusals(tmp_path, MIXED))
    refused(refusals(tmp_path, MIXED, interactive=True))
    assert is_tried(refusals(tmp_path, MIXED, interactive=True))
    assert is_tried(refusals(tmp_path, MIXED))


def test_a_note_that_cannot_be_read_still_counts(tmp_path: Path) -> None:
    which = refusals(tmp_path)
    refused(which)
    which.note.write_bytes(b"\xff")
    with pytest.raises(PinRefused, match="earlier"), refusals(tmp_path).attempt():
        raise AssertionError("not reached")


def test_nothing_is_tried_where_no_note_could_be_kept(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder", encoding="ascii")
    with pytest.raises(KeyUnavailable, match="remembered"), refusals(tmp_path).attempt():
        raise AssertionError("not reached")


def _try_as_nobody(home: Path, trials: Path) -> None:
    os.chdir(home)  # whose parents are closed to others
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        with refusals(Path()).attempt():
            trials.touch()
    except KeyUnavailable:
        sys.exit(4)


def test_nothing_is_tried_where_the_folder_is_read_only(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "keys"
    folder.mkdir(parents=True)
    with refusals(tmp_path).attempt():
        pass  # its lock is there and can be read
    folder.chmod(0o555)
    trial = multiprocessing.get_context("spawn").Process(target=_try_as_nobody, args=(tmp_path, tmp_path / "tried"))
    trial.start()
    trial.join()
    assert trial.exitcode == 4
    assert not (tmp_path / "tried").exists()


def _open_with_wrong_pin(home: Path, trials: Path, wait: Callable[[], object]) -> None:
    wait()
    try:
        with refusals(home).attempt():
            with trials.open("ab", buffering=0) as file:
                file.write(b"x")
            raise PinRefused("the token refused the PIN")
    except PinRefused:
        pass


def test_of_many_processes_at_once_one_tries(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    gate = spawning.Barrier(3)
    trials = tmp_path / "trials"
    racers = [
        spawning.Process(target=_open_with_wrong_pin, args=(tmp_path / "home", trials, gate.wait)) for _ in range(3)
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0] * 3
    assert trials.read_bytes() == b"x"
