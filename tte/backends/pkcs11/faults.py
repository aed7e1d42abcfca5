"""Return values of PKCS#11 as the errors of this program (PKCS #11 v2.40, §5.1).

No message holds what the library said but a return value: the rest may show where the module is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pkcs11
from pkcs11 import PKCS11Error

from tte.errors import DeviceRemoved, KeyNotFound, KeyRefused, KeyUnavailable, PinLocked, PinRefused, TteError

PIN = "check the PIN by hand, once; every wrong one brings the token nearer to being locked"
UNLOCK = "the token's security officer can set a new PIN (with pkcs11-tool: --init-pin)"
PLUG_IN = "plug the token in, or start its service, then try again"
OWN_PROCESS = "open each key in a process of its own: a PKCS#11 login counts for the whole process"
LOOK_AT_DEVICE = "look at the device and at its own log, then try again"

_REFUSALS: dict[type[PKCS11Error], tuple[type[TteError], str, str]] = {
    pkcs11.PinIncorrect: (PinRefused, "the token refused the PIN", PIN),
    pkcs11.PinInvalid: (PinRefused, "the PIN holds what the token cannot take", PIN),
    pkcs11.PinLenRange: (PinRefused, "the PIN is shorter or longer than any PIN of this token", PIN),
    pkcs11.PinLocked: (PinLocked, "the token accepts no PIN any more", UNLOCK),
    pkcs11.PinExpired: (KeyRefused, "the PIN has expired", "give the token a new PIN, with its vendor's tool"),
    pkcs11.UserPinNotInitialized: (KeyRefused, "the token has no user PIN yet", UNLOCK),
    pkcs11.UserAlreadyLoggedIn: (KeyRefused, "this process is logged in to the token already", OWN_PROCESS),
    pkcs11.AnotherUserAlreadyLoggedIn: (KeyRefused, "another user is logged in to the token", OWN_PROCESS),
    pkcs11.UserTooManyTypes: (KeyRefused, "the token allows no more users at a time", OWN_PROCESS),
    pkcs11.TokenNotPresent: (DeviceRemoved, "the token is not there", PLUG_IN),
    pkcs11.TokenNotRecognised: (DeviceRemoved, "the token in the slot is none that its module knows", PLUG_IN),
    pkcs11.DeviceRemoved: (DeviceRemoved, "the token was taken away", PLUG_IN),
    pkcs11.SlotIDInvalid: (DeviceRemoved, "the token's slot is gone", PLUG_IN),
    pkcs11.SessionCount: (KeyUnavailable, "the token gives no more sessions", "lower sessions in the key profile"),
    pkcs11.DeviceMemory: (KeyUnavailable, "the token has no memory left", "delete what it holds and nobody needs"),
    pkcs11.TokenWriteProtected: (KeyRefused, "the token is write-protected", ""),
    pkcs11.SessionReadOnly: (KeyRefused, "the token cannot be written to", ""),
    pkcs11.MechanismInvalid: (KeyRefused, "the token cannot make such keys, or such signatures", ""),
    pkcs11.KeyTypeInconsistent: (KeyRefused, "the key cannot make such signatures", ""),
    pkcs11.KeySizeRange: (KeyRefused, "the token has no keys of that size", ""),
    pkcs11.FunctionNotSupported: (KeyRefused, "the token cannot do what is asked of it", ""),
    pkcs11.NoSuchKey: (KeyNotFound, "the token has no such key", ""),
}

FORGOTTEN = (
    pkcs11.DeviceError,
    pkcs11.DeviceRemoved,
    pkcs11.FunctionFailed,
    pkcs11.GeneralError,
    pkcs11.KeyHandleInvalid,
    pkcs11.ObjectHandleInvalid,
    pkcs11.OperationActive,
    pkcs11.OperationNotInitialized,
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.SlotIDInvalid,
    pkcs11.TokenNotPresent,
    pkcs11.UserNotLoggedIn,
)
"""After these a session may be dead, and new sessions may help."""


def ours(error: PKCS11Error) -> TteError:
    """The error of this program that `error` means; KeyUnavailable for one that means nothing to it."""
    if type(error) in _REFUSALS:
        kind, message, hint = _REFUSALS[type(error)]
        return kind(message, hint=hint)
    return KeyUnavailable(f"the token failed ({_name(error)})", hint=LOOK_AT_DEVICE)


def may_be_forgotten(error: PKCS11Error) -> bool:
    """Whether new sessions may help. An error without a type is a return value that the library does not know."""
    return isinstance(error, FORGOTTEN) or type(error) is PKCS11Error


def _name(error: PKCS11Error) -> str:
    """The return value, as a name or as a number; the rest of what the library says stays out."""
    code = str(error).rpartition(" ")[2]
    return code if type(error) is PKCS11Error and code.startswith("0x") else type(error).__name__


@contextmanager
def in_our_words() -> Iterator[None]:
    """Any error of the library within becomes one of ours."""
    try:
        yield
    except PKCS11Error as error:
        raise ours(error) from None
