"""Finds the token that an address means, and asks it nothing."""

from __future__ import annotations

from typing import Any

from pkcs11 import PKCS11Error, Slot, Token, TokenFlag

from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.faults import PLUG_IN, UNLOCK, in_our_words
from tte.errors import DeviceRemoved, KeyNotFound, KeyRefused, PinLocked


def find_token(library: Any, address: Address) -> Token:
    """The one token that `address` means. DeviceRemoved if there is none, KeyNotFound if there are several."""
    with in_our_words():
        slots: list[Slot] = library.get_slots(token_present=True)
    found = [token for slot in slots if (token := _token_in(slot)) is not None and _is_meant(token, address)]
    if not found:
        raise DeviceRemoved(f"{address.token_name} is not there", hint=PLUG_IN)
    if len(found) > 1:
        raise KeyNotFound(
            f"{address.token_name} is there {len(found)} times", hint="name it by serial=…, see pkcs11-tool -L"
        )
    return found[0]


def refuse_without_spare_try(token: Token, address: Address) -> None:
    """A wrong PIN must not be what locks a token: PinLocked if it is, KeyRefused if it has one try left."""
    if TokenFlag.USER_PIN_LOCKED in token.flags:
        raise PinLocked(f"{address.token_name} accepts no PIN any more", hint=UNLOCK)
    if TokenFlag.USER_PIN_FINAL_TRY in token.flags:
        raise KeyRefused(
            f"{address.token_name} will take one more PIN, and be locked if it is wrong",
            hint="log in by hand first, once, to have all tries again: pkcs11-tool --login --list-objects",
        )


def _token_in(slot: Slot) -> Token | None:
    """None for a slot that was emptied, or whose token answers nothing: it cannot be the one that is looked for."""
    try:
        token = slot.get_token()
    except PKCS11Error:
        return None
    return token if TokenFlag.TOKEN_INITIALIZED in token.flags else None


def _is_meant(token: Token, address: Address) -> bool:
    return (
        address.token in (None, token.label)
        and address.serial in (None, serial_of(token))
        and address.slot_id in (None, token.slot.slot_id)
    )


def serial_of(token: Token) -> str:
    return token.serial.rstrip(b"\0 ").decode("utf-8", "replace")
