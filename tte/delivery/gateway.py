"""WhatsApp and SMS by a gateway: one signed POST for each message, to the address that the administrator set.

Standard Webhooks (standardwebhooks.com); `webhook-id` stays the same when a message is handed over again. Nobody who
sends us elsewhere is followed, and nothing in a private network is asked unless the home says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Final

import orjson

from tte.delivery.channels import TAKEN, Away, Fate, Line, Told
from tte.delivery.letters import Letter
from tte.errors import ServiceUnavailable, TteError
from tte.http import Http
from tte.http.telling import signed_headers
from tte.office.settings import GatewaySettings

_SECONDS: Final = 15.0
_MOST: Final = 64 * 1024
_FATES: Final = {400: Fate.REFUSED, 422: Fate.REFUSED} | dict.fromkeys((401, 429, 502, 503, 504), Fate.AWAY)
"""Refused: it understood us and will not have this message. Away: it takes none now. After any other answer this one
message is tried again, and no other waits for it.
"""


class Gateway:
    """`secret` gives `whsec_…` when it is needed."""

    def __init__(
        self, channel: str, settings: GatewaySettings, secret: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._channel, self._settings, self._secret, self._now = channel, settings, secret, now

    @contextmanager
    def open(self) -> Iterator[Line]:
        """Connections are kept for the length of a block."""
        try:
            secret = self._secret()
        except TteError as why:
            with Away(why.code).open() as away:
                yield away
            return
        with closing(Http(hosts=None, private=self._settings.private, seconds=_SECONDS)) as http:
            yield _Open(self, http, secret)

    def tell(self, http: Http, secret: str, letter: Letter) -> Told:
        at = self._now()
        said = {
            "type": "message.send",
            "timestamp": at,
            "data": {
                "channel": self._channel,
                "to": letter.to,
                "text": letter.short,
                "template": letter.template,
                "values": dict(letter.values),
            },
        }
        body = orjson.dumps(said)
        try:
            headers = signed_headers(secret, letter.id, at, body)
            status = http.post(self._settings.url, body, most=_MOST, headers=headers).status
        except ValueError:  # no base64 in the secret
            return Told(Fate.AWAY, "secret")
        except ServiceUnavailable as why:
            return Told(Fate.LATER if why.sent else Fate.AWAY, str(why.fault))
        if 200 <= status < 300:
            return TAKEN
        return Told(_FATES.get(status, Fate.LATER), f"status-{status}")


class _Open:
    def __init__(self, gateway: Gateway, http: Http, secret: str) -> None:
        self._gateway, self._http, self._secret = gateway, http, secret

    def hand_over(self, letter: Letter) -> Told:
        return self._gateway.tell(self._http, self._secret, letter)
