"""A login to one token, with the sessions that sign through it; and how it is found again after the token forgot it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress

from pkcs11 import PKCS11Error, Session

from tte.backends.pkcs11.address import Address
from tte.backends.pkcs11.faults import PLUG_IN, in_our_words
from tte.backends.pkcs11.module import Module, module_at
from tte.backends.pkcs11.token import find_token, refuse_without_spare_try, serial_of
from tte.errors import DeviceRemoved, KeyUnavailable, PinLocked, PinRefused, SessionLost
from tte.key import SecretSource


class Login:
    """The only login of this process to the token of `address`; `sessions` are of no use after `close`.

    The PIN is asked for once, when everything else is known to be there. It is kept for as long as the login is open,
    because nobody may be there to be asked when a token restarts in the middle of a batch. `close` forgets it, and so
    does a token that refuses it: no PIN is tried a second time after that. Python cannot wipe it from memory: only the
    end of the process does.
    """

    def __init__(self, address: Address, secrets: SecretSource, *, writing: bool = False) -> None:
        self.address = address
        self.sessions: tuple[Session, ...] = ()
        self._writing = writing
        self._module: Module = module_at(address.module)
        self._pin: str | None = None
        self._serial: str | None = None
        self._held = ExitStack()
        self._process = os.getpid()
        self._enter(lambda: secrets(address.pin_source))

    @property
    def pin(self) -> str:
        """For keys that want it with every signature. SessionLost if the login has forgotten it."""
        if self._pin is None:
            raise SessionLost("the token has forgotten this program, and no PIN is at hand", hint="open the key again")
        return self._pin

    def check_process(self) -> None:
        """KeyUnavailable in a fork of the process that logged in: a login does not cross it (PKCS #11 v2.40 §2.6)."""
        if os.getpid() != self._process:
            raise KeyUnavailable("the key belongs to the process that opened it", hint="sign there")

    def reopen(self) -> None:
        """Sessions in place of dead ones, with the same PIN to the same token; handles of objects are dead as well.

        DeviceRemoved if the token is not there: then it may be tried again. PinRefused, PinLocked, SessionLost if the
        token cannot be entered; then for ever.
        """
        pin = self.pin
        with self._module.lock:
            self._leave()
            self._enter(lambda: pin)

    def forget_pin(self) -> None:
        self._pin = None

    def close(self) -> None:
        self.forget_pin()
        if os.getpid() == self._process:
            self._leave()

    def _enter(self, pin: Callable[[], str]) -> None:
        with ExitStack() as undo:
            self._module.enter()
            undo.callback(self._module.leave)
            token = find_token(self._module.library, self.address)
            if self._serial not in (None, serial_of(token)):
                raise DeviceRemoved(f"another token is in the place of {self.address.token_name}", hint=PLUG_IN)
            slot_id = token.slot.slot_id
            self._module.take(slot_id, self.address.token_name)
            undo.callback(self._module.give_back, slot_id)
            refuse_without_spare_try(token, self.address)
            self._pin = pin()
            sessions = []
            try:
                with self._module.lock, in_our_words():
                    for place in range(self.address.sessions):
                        # The login of the first is that of all.
                        session = token.open(rw=self._writing, user_pin=None if place else self._pin)
                        undo.callback(self._end, session)
                        sessions.append(session)
            except (PinRefused, PinLocked):
                self.forget_pin()
                raise
            self._serial = serial_of(token)
            self.sessions = tuple(sessions)
            self._held = undo.pop_all()

    def _leave(self) -> None:
        self.sessions = ()
        with self._module.lock:
            self._held.close()

    def _end(self, session: Session) -> None:
        """The one that logged in logs out. What is dead already cannot be closed; leaving the module ends the rest."""
        with self._module.lock, suppress(PKCS11Error):
            session.close()
