"""A vendor's PKCS#11 module in this process: loaded once, initialised while a key of it is open, one login to a token.

python-pkcs11 initialises a module for one thread only; two threads then break it, even with a session each. So it is
initialised here, with the system's locks (PKCS #11 v2.40 §5.4, CKF_OS_LOCKING_OK), and python-pkcs11 is handed the
module as it is. A module that something else in this process uses, or a parent process, is left alone: a login counts
for the whole process, and whoever was let in by somebody else's PIN could sign.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import pkcs11._pkcs11

from tte.backends.pkcs11.faults import OWN_PROCESS
from tte.errors import ConfigError, KeyRefused, KeyUnavailable

OS_LOCKING_OK = 2
CANT_LOCK = 0x0A
ALREADY_INITIALIZED = 0x191

CHECK_PATH = "check module-path in the key profile; the vendor's or the package's documentation says where it is"


class _InitializeArgs(ctypes.Structure):
    """CK_C_INITIALIZE_ARGS: no mutexes of ours, but the system's."""

    _fields_ = (
        ("mutexes", ctypes.c_void_p * 4),
        ("flags", ctypes.c_ulong),
        ("reserved", ctypes.c_void_p),
    )


class _Functions(ctypes.Structure):
    """The beginning of CK_FUNCTION_LIST."""

    _fields_ = (
        ("version", ctypes.c_ubyte * 2),
        ("initialize", ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)),
        ("finalize", ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)),
    )


class Module:
    """One module. `library` is python-pkcs11's view of it, good between `enter` and `leave`.

    `lock` is held by whoever initialises, opens or closes sessions, logs in or out: modules are known to fail when two
    threads do. Signing needs no lock.
    """

    def __init__(self, path: str) -> None:
        self.lock = RLock()
        self._functions = _functions(path)
        self.library: Any = _uninitialised_library(path)
        self._users = 0
        self._taken: set[int] = set()
        self._process = 0

    def enter(self) -> None:
        """Initialise the module if nobody has; each `enter` has its `leave`."""
        with self.lock:
            if not self._users:
                self._initialise()
            elif self._process != os.getpid():
                raise KeyRefused("the PKCS#11 module belongs to the parent of this process", hint=OWN_PROCESS)
            self._users += 1

    def leave(self) -> None:
        """The last one to leave finalises the module: whatever it still held open, or knew of tokens, is gone."""
        with self.lock:
            self._users -= 1
            if not self._users:
                self._taken.clear()
                self._functions.finalize(None)

    def take(self, slot_id: int, token: str) -> None:
        """Let nobody else in this process use the token in this slot; KeyRefused if somebody does."""
        with self.lock:
            if slot_id in self._taken:
                raise KeyRefused(f"this process is logged in to {token} already", hint=OWN_PROCESS)
            self._taken.add(slot_id)

    def give_back(self, slot_id: int) -> None:
        with self.lock:
            self._taken.discard(slot_id)

    def _initialise(self) -> None:
        arguments = _InitializeArgs(flags=OS_LOCKING_OK)
        result = self._functions.initialize(ctypes.addressof(arguments))
        if result == ALREADY_INITIALIZED:
            raise KeyRefused("something else in this process uses the PKCS#11 module", hint=OWN_PROCESS)
        if result == CANT_LOCK:
            raise KeyRefused("the PKCS#11 module cannot be used with threads", hint="ask the vendor for a newer one")
        if result:
            raise KeyUnavailable(
                f"the PKCS#11 module cannot be initialised (0x{result:x})",
                hint="is its service running, and does its own configuration name a device?",
            )
        self._process = os.getpid()


_modules: dict[str, Module] = {}
_loading = Lock()


def module_at(path: Path) -> Module:
    """The module in this file, loaded when first asked for. ConfigError if it cannot be."""
    real = os.path.realpath(path)
    with _loading:
        if real not in _modules:
            if not Path(real).is_file():
                raise ConfigError("the PKCS#11 module is not where the key profile says", hint=CHECK_PATH)
            _modules[real] = Module(real)
        return _modules[real]


def _functions(path: str) -> _Functions:
    found = ctypes.POINTER(_Functions)()
    try:
        result = ctypes.CDLL(path).C_GetFunctionList(ctypes.byref(found))
    except OSError:
        problem = "cannot be loaded: it, or a library that it needs, is not for this machine"
    except AttributeError:
        problem = "is a library of another kind"
    else:
        if not result and found:
            return found.contents
        problem = "gives no list of its functions"
    raise ConfigError(f"the PKCS#11 module {problem}", hint=CHECK_PATH)  # what was caught shows where it is


def _uninitialised_library(path: str) -> Any:
    """`pkcs11.lib(path)` without its `__init__`, which would initialise the module for one thread."""
    library: Any = pkcs11._pkcs11.lib
    return library.__new__(library, path)
