"""Faults of a token, put in where they come from: at the functions that a PKCS#11 module offers, by their names.

The module is the real one; for a while one of its functions answers otherwise, or is counted.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

DEVICE_ERROR, PIN_INCORRECT, PIN_LOCKED = 0x30, 0xA0, 0xA4
FINAL_TRY, LOCKED = 0x20000, 0x40000

PLACES = {
    "C_Initialize": 0,
    "C_Finalize": 1,
    "C_GetTokenInfo": 6,
    "C_OpenSession": 12,
    "C_CloseAllSessions": 14,
    "C_Login": 18,
    "C_SignInit": 42,
    "C_Sign": 43,
}
"""Where each stands in CK_FUNCTION_LIST (PKCS #11 v2.40)."""

ARGUMENTS = {"C_GetTokenInfo": 2, "C_OpenSession": 5, "C_Login": 4, "C_SignInit": 3, "C_Sign": 5}
FLAGS_AT = 96
"""Where the flags stand in CK_TOKEN_INFO."""


class _FunctionList(ctypes.Structure):
    _fields_ = (("version", ctypes.c_ubyte * 2), ("functions", ctypes.c_void_p * 68))


def _functions(module: Path) -> ctypes.Array[ctypes.c_void_p]:
    found = ctypes.POINTER(_FunctionList)()
    assert not ctypes.CDLL(str(module)).C_GetFunctionList(ctypes.byref(found))
    functions: ctypes.Array[ctypes.c_void_p] = found.contents.functions
    return functions


class Calls:
    """How often a function was called."""

    def __init__(self) -> None:
        self.times = 0


@contextmanager
def watched(
    module: Path, name: str, answer: Callable[[int, Callable[..., int], tuple[int, ...]], int]
) -> Iterator[Calls]:
    """`answer` is called instead of the function: with how many calls there were, the function, and its arguments."""
    functions = _functions(module)
    kind = ctypes.CFUNCTYPE(ctypes.c_ulong, *[ctypes.c_size_t] * ARGUMENTS[name])
    real = functions[PLACES[name]]
    assert real
    function: Callable[..., int] = kind(int(real))
    calls = Calls()

    def instead(*arguments: int) -> int:
        calls.times += 1
        return answer(calls.times, function, arguments)

    callback = kind(instead)
    functions[PLACES[name]] = ctypes.cast(callback, ctypes.c_void_p).value
    try:
        yield calls
    finally:
        functions[PLACES[name]] = real


def counted(module: Path, name: str) -> AbstractContextManager[Calls]:
    """Counts the calls, and lets each through."""
    return watched(module, name, lambda _, function, arguments: function(*arguments))


def failing(module: Path, name: str, result: int, *, times: int = 1000) -> AbstractContextManager[Calls]:
    """The first `times` calls fail with `result`; later ones are let through."""
    return watched(module, name, lambda call, function, arguments: result if call <= times else function(*arguments))


def flagged(module: Path, flags: int) -> AbstractContextManager[Calls]:
    """Every token has these flags as well."""

    def answer(_: int, function: Callable[..., int], arguments: tuple[int, ...]) -> int:
        result = function(*arguments)
        held = ctypes.c_ulong.from_address(arguments[1] + FLAGS_AT)
        held.value |= flags
        return result

    return watched(module, "C_GetTokenInfo", answer)


def restart(module: Path) -> None:
    """The module starts anew, behind the back of whoever uses it: no session and no login is left."""
    functions = _functions(module)
    call = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)
    arguments = (ctypes.c_size_t * 6)(0, 0, 0, 0, 2, 0)  # CK_C_INITIALIZE_ARGS with CKF_OS_LOCKING_OK
    for name, argument in (("C_Finalize", None), ("C_Initialize", ctypes.addressof(arguments))):
        address = functions[PLACES[name]]
        assert address
        assert not call(int(address))(argument)
