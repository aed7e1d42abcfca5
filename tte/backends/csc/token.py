"""The access token that every request carries: given, or fetched with OAuth client credentials and then renewed.

RFC 6749 §4.4, CSC API 1.0.4.0 §8.3.3 and 2.0.0.2 §8.4.4. Services that know their clients by other means need none.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from tte.backends.csc.address import TOKEN, Address
from tte.backends.csc.answers import LARGEST, lost, read_object, refusal
from tte.errors import KeyRefused, KeyUnavailable, PinRefused, ServiceUnavailable
from tte.http import Answer, Http
from tte.key import SecretSource

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]{1,16384}=*")
"""b64token of RFC 6750 §2.1: nothing that could end a header."""


class Token:
    """The token of one opening; shown to nobody."""

    __slots__ = ("_client", "_value")

    def __init__(self, value: str, client: Client | None = None) -> None:
        self._value, self._client = value, client

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._value}"} if self._value else {}

    def renewed(self) -> bool:
        """Whether there is a new token now, as the old one was not accepted; errors as of `Client.token`."""
        if self._client is None:
            return False
        self._value = self._client.token()
        return True


class Client:
    """OAuth client credentials. They are refused once: after that nobody is asked again."""

    __slots__ = ("_http", "_id", "_refused", "_secret", "_url")

    def __init__(self, http: Http, url: str, client: str, secret: str) -> None:
        self._http, self._url, self._id, self._secret = http, url, client, secret
        self._refused = False

    def token(self) -> str:
        """A new access token. PinRefused if the client secret is refused, KeyUnavailable if none is to be had now."""
        if self._refused:
            raise self._no()
        answer = self._ask()
        if answer.status in (400, 401, 403):
            self._refused = True
            raise self._no()
        if answer.status != 200:
            raise refusal("oauth2/token", answer)
        value = read_object("oauth2/token", answer).get("access_token")
        if not isinstance(value, str) or not _TOKEN.fullmatch(value):
            raise KeyUnavailable("the service gave no access token")
        return value

    def _ask(self) -> Answer:
        form = {"grant_type": "client_credentials", "client_id": self._id, "client_secret": self._secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        fault: ServiceUnavailable
        try:
            return self._http.post(self._url, urlencode(form).encode(), most=LARGEST, headers=headers)
        except ServiceUnavailable as why:
            fault = why
        raise lost("oauth2/token", fault)  # outside the handler: what it caught may show what was sent

    def _no(self) -> PinRefused:
        return PinRefused(
            "the service does not accept the client secret", hint="ask the service for the client's id and secret"
        )


def token_for(address: Address, http: Http, secrets: SecretSource) -> Token:
    """The token that the key URI leads to; none, if it names no source of one."""
    if TOKEN in address.sources:
        value = secrets(address.sources[TOKEN])
        if not _TOKEN.fullmatch(value):
            raise KeyRefused("the access token holds characters that no token has", hint="copy it again, whole")
        return Token(value)
    if not address.client:
        return Token("")
    secret = secrets(address.sources["client-secret-source"])
    client = Client(http, f"{address.oauth2}/oauth2/token", address.client, secret)
    return Token(client.token(), client)
