"""The service, open: what `DocumentSigning` asks to sign."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn, SupportsIndex

from tte.backends.esc import wire
from tte.backends.esc.address import Address, Api
from tte.backends.esc.answers import RECONCILE, lost, refusal
from tte.backends.esc.wire import Official, Request
from tte.errors import ConfigError, KeyUnavailable, OutcomeUnknown, PinRefused, ServiceUnavailable
from tte.http import Answer, Http
from tte.key import Identity

MORE_S = 10.0
"""Seconds that every further document of a request may take."""


class Line:
    """Requests to one ESC, with the user name and password of its API. Nothing is sent twice to be signed.

    `repeats`: the service has said (as `tte serve` does) that it tells again what it made for a request, and makes
    nothing anew, if it is asked so.
    """

    __slots__ = ("_address", "_authorization", "_http", "repeats")

    def __init__(self, address: Address, user: str, password: str) -> None:
        self._address, self.repeats = address, False
        self._authorization = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self._http = Http(
            hosts=[address.host],
            private=address.private,
            seconds=address.timeout_s,
            tls=address.tls,
            fresh=True,
        )

    def ask(self, request: Request, *, signing: bool = False, more_s: float = 0, only_kept: bool = False) -> Answer:
        """The answer, whatever it says. Errors as of `answers.lost`."""
        headers = {"Authorization": self._authorization, "Accept": "*/*"}
        if request.kind:
            headers["Content-Type"] = request.kind
        if request.id:
            headers["Idempotency-Key"] = request.id
        if only_kept:
            headers["X-TTE-Only-Kept"] = "yes"
        fault: ServiceUnavailable
        try:
            answer = self._http.ask(
                request.method,
                f"{self._address.service}{request.path}",
                request.body,
                most=request.most,
                headers=headers,
                seconds=self._address.timeout_s + more_s,
            )
            self.repeats |= not signing and answer.headers.get("x-tte-repeats") == "yes"
            return answer
        except ServiceUnavailable as why:
            fault = why
        raise lost(fault, signing=signing)  # outside the handler: what it caught may show the address, and so the NIK

    def close(self) -> None:
        self._authorization = ""
        self._http.close()


class Esc:
    """A `SigningService` (see tte.signing). Made by `open_esc`.

    It can be neither pickled nor copied, and its repr shows the certificate only.
    """

    __slots__ = ("_address", "_identity", "_line", "_official", "_signed")

    def __init__(self, address: Address, line: Line, official: Official, identity: Identity) -> None:
        self._address, self._line, self._identity = address, line, identity
        self._official: Official | None = official
        self._signed = False

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def at_once(self) -> int:
        return self._address.at_once

    @property
    def signed(self) -> bool:
        """Whether it has given documents back, so that what opens it is known to be right."""
        return self._signed

    def sign(self, pdfs: Sequence[bytes]) -> Sequence[bytes]:
        """What came back for each of these files. Sent once, together; as many as `at_once`.

        OutcomeUnknown if the request may have arrived and no such answer came, not even when asked for again, where
        that is safe. PinRefused for a wrong passphrase: this is closed then (also if that is only the cause of
        OutcomeUnknown), so that it is never tried again. Other errors as of `answers.refusal`; then nothing was signed.
        """
        if self._official is None:
            raise KeyUnavailable("the signing service is closed", hint="open it again")
        if not 1 <= len(pdfs) <= self.at_once:
            raise ValueError(f"one request takes 1 to {self.at_once} documents")
        if self._address.api is Api.V1:
            request, read = wire.sign_v1(self._official, pdfs[0]), wire.signed_v1
        else:
            request, read = wire.sign_v2(self._official, pdfs), wire.signed_v2
        found = self._found(request, read, MORE_S * (len(pdfs) - 1))
        if len(found) != len(pdfs):
            raise OutcomeUnknown(
                f"{len(pdfs)} documents went to the signing service and {len(found)} came back", hint=RECONCILE
            )
        self._signed = True
        return found

    def _found(self, request: Request, read: Callable[[Answer], Sequence[bytes]], more_s: float) -> Sequence[bytes]:
        """What came back. Of a service that repeats, a lost answer is asked for once more: it signs nothing then."""
        try:
            answer = self._line.ask(request, signing=True, more_s=more_s)
            if found := read(answer):
                return found
            raise refusal(answer, signing=True)
        except OutcomeUnknown as unknown:
            if self._line.repeats and not isinstance(unknown.__cause__, PinRefused):
                with suppress(OutcomeUnknown, KeyUnavailable, ConfigError):
                    again = self._line.ask(request, signing=True, more_s=more_s, only_kept=True)
                    if found := read(again):
                        return found
            if isinstance(unknown.__cause__, PinRefused):
                self.close()
            raise
        except PinRefused:
            self.close()
            raise

    def close(self) -> None:
        self._official = None
        self._line.close()

    def __repr__(self) -> str:
        fingerprint = hashlib.sha256(self._identity.certificate).hexdigest()[:16]
        closed = " closed" if self._official is None else ""
        return f"<Esc {self._address.official} {self._address.api} certificate {fingerprint}{closed}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a signing service stays in the process that opened it; it is neither pickled nor copied")
