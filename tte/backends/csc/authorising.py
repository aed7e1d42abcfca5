"""Leave to sign, asked of the service for digests that are named: the signature activation data (SAD).

CSC API 1.0.4.0 §11.6 to §11.8, 2.0.0.2 §11.6 to §11.9.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from tte.backends.csc.credential import Credential
from tte.backends.csc.factors import Fixed, OneTime, Request
from tte.backends.csc.service import Service
from tte.backends.csc.vocabulary import AUTHORIZE, EXTEND, Api, Json, digests_named, factors_named
from tte.errors import KeyRefused, KeyUnavailable

LIFETIME_S: Final = 3600
"""How long a SAD lasts if the service does not say (§11.6)."""

MARGIN_S: Final = 10


class Authoriser:
    """Gets a SAD for each call that signs. It names the digests and is for no others (SCAL2), whether the credential
    demands that or not.

    A credential without a one-time password is authorised anew for each call, for exactly as many signatures. With
    one, and if the service can extend a transaction, the password is asked for once: the authorisation is for as many
    signatures as one may be for, and each further call extends it by the digests it signs, until it is used up or has
    run out. So the trial signature at opening costs no second password. If the service cannot extend, each call, the
    trial included, costs a password.

    A PIN that was refused is not given again, and nothing else is then asked.
    """

    __slots__ = ("_api", "_credential", "_extends", "_given", "_left", "_refused", "_sad", "_service", "_until")

    def __init__(
        self,
        service: Service,
        api: Api,
        credential: Credential,
        given: Sequence[Fixed | OneTime],
        *,
        extends: bool,
    ) -> None:
        self._service, self._api, self._credential, self._given = service, api, credential, tuple(given)
        self._extends = extends and credential.most > 1 and any(isinstance(one, OneTime) for one in given)
        self._refused: tuple[type[KeyRefused], str, str] | None = None
        self._sad, self._left, self._until = "", 0, 0.0

    def room(self) -> int:
        """How many digests the next SAD may be for: one or more."""
        if self._left and time.monotonic() >= self._until:
            self.forget()
        return self._left or self._credential.most

    def sad(self, digests: Sequence[str]) -> str:
        """A SAD for these digests, base64, at most `room()`. It is used once.

        PinRefused, PinLocked or another KeyRefused if the service refuses; KeyUnavailable and its kinds if it gives no
        answer that can be used.
        """
        if self._left:
            answer = self._service.ask(EXTEND, {**self._named(digests), "SAD": self._sad})
        else:
            count = self._credential.most if self._extends else len(digests)
            answer = self._authorised({**self._named(digests), "numSignatures": count})
            self._left = count if self._extends else 0
        sad = answer.get("SAD")
        if not isinstance(sad, str) or not sad:
            raise _no_sad(answer)
        if self._extends:
            self._keep(sad, answer.get("expiresIn"), len(digests))
        return sad

    def forget(self) -> None:
        """Let go of an authorisation that is open, as after a failure: nobody knows how much of it is left."""
        self._sad, self._left, self._until = "", 0, 0.0

    def close(self) -> None:
        """Forget the authorisation and the PIN."""
        self.forget()
        self._given = ()

    def _named(self, digests: Sequence[str]) -> Json:
        digest_oid = self._credential.digest_oid
        return {"credentialID": self._credential.id, **digests_named(self._api, digests, digest_oid)}

    def _authorised(self, body: Json) -> Json:
        if self._refused:
            kind, message, hint = self._refused
            raise kind(message, hint=hint)
        factors = {one.id: one.value if isinstance(one, Fixed) else self._one_time(one) for one in self._given}
        try:
            return self._service.ask(AUTHORIZE, body | factors_named(self._api, factors))
        except KeyRefused as why:
            if any(isinstance(one, Fixed) for one in self._given):
                self._refused = type(why), str(why), why.hint
            raise

    def _one_time(self, factor: OneTime) -> str:
        """A new one-time password. Those that the service sends, it sends first (§11.8)."""
        if factor.request is Request.SEND:
            self._service.ask(factor.request.value, {"credentialID": self._credential.id})
        elif factor.request is Request.CHALLENGE:
            asked: Json = {"credentialID": self._credential.id, "authObjectID": factor.id}
            if self._service.ask(factor.request.value, asked):
                raise KeyRefused("the credential asks a question that a person must see, which is not supported")
        return factor.ask()

    def _keep(self, sad: str, lifetime: object, used: int) -> None:
        seconds = lifetime if isinstance(lifetime, int | float) else LIFETIME_S
        self._sad, self._left = sad, max(self._left - used, 0)
        self._until = time.monotonic() + min(float(seconds), LIFETIME_S) - MARGIN_S


def _no_sad(answer: Json) -> KeyRefused | KeyUnavailable:
    if "handle" in answer:
        return KeyRefused(
            "the service waits for its owner to approve elsewhere, which is not supported",
            hint="ask the service for a credential with PIN or one-time password",
        )
    return KeyUnavailable("the service's answer holds no authorisation")
