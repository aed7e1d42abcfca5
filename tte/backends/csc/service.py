"""One conversation with the service: a request, and what came of it. Nothing is sent twice but what was not accepted.

What is sent and what is answered is never logged and stands in no error.
"""

from __future__ import annotations

import orjson

from tte.backends.csc.address import Address
from tte.backends.csc.answers import (
    LARGEST,
    lost,
    read_object,
    refusal,
    says_token_is_bad,
    says_token_is_expired,
)
from tte.backends.csc.token import Token
from tte.backends.csc.vocabulary import Json
from tte.errors import KeyRefused, PinRefused, ServiceUnavailable, SessionLost, TteError
from tte.http import Answer, Http


class Service:
    """The methods of the API at one address, for as long as it is open."""

    __slots__ = ("_accepted", "_address", "_http", "_token")

    def __init__(self, address: Address, http: Http, token: Token) -> None:
        self._address, self._http, self._token = address, http, token
        self._accepted = False

    def ask(
        self, method: str, body: Json, *, most: int = LARGEST, more_s: float = 0, open_to_all: bool = False
    ) -> Json:
        """The answer to `method`, an empty object if there is nothing in it (HTTP 204).

        `most` bytes of it, and `more_s` seconds beyond the address's deadline, are allowed. `open_to_all`: the token
        is not needed and not sent. A token that is refused is renewed, where that is possible, and the request sent
        again: a refused one was not carried out. Else SessionLost, or PinRefused for one that was never accepted.
        Other errors as of `refusal` and `lost`.
        """
        answer = self._post(method, body, most, more_s, open_to_all)
        if not open_to_all and says_token_is_bad(answer) and self._token.renewed():
            answer = self._post(method, body, most, more_s, open_to_all)
        if not open_to_all and says_token_is_bad(answer):
            raise self._unknown(answer)
        if answer.status not in (200, 202, 204):
            raise refusal(method, answer)
        self._accepted = self._accepted or not open_to_all
        return {} if answer.status == 204 else read_object(method, answer)

    def close(self) -> None:
        """Let go of the connections and the token. Closing twice is fine."""
        self._http.close()
        self._token = Token("")

    def _post(self, method: str, body: Json, most: int, more_s: float, open_to_all: bool) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        fault: ServiceUnavailable
        try:
            return self._http.ask(
                "POST",
                f"{self._address.service}/{method}",
                orjson.dumps(body),
                most=most,
                headers=headers if open_to_all else headers | self._token.header,
                seconds=self._address.timeout_s + more_s,
            )
        except ServiceUnavailable as why:
            fault = why
        raise lost(method, fault)  # outside the handler: what it caught may show what was sent

    def _unknown(self, answer: Answer) -> TteError:
        hint = "get a new access token from the service, or let tte fetch it with client-id and client-secret-source"
        if not self._token.header:
            return KeyRefused("the service asks for an access token", hint="the key URI needs a token-source")
        if self._accepted or says_token_is_expired(answer):
            return SessionLost("the service does not accept the access token any more", hint=hint)
        return PinRefused("the service does not accept the access token", hint=hint)
