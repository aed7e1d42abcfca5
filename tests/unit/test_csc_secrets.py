"""PIN, one-time password, access token, client secret and SAD are seen nowhere but in the requests they are for."""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import product

import pytest

from tte.backends import open_key
from tte.backends.process import open_key_process
from tte.errors import TteError
from tte.key import Key
from tte.testing.csc import Csc, Trouble
from tte.testing.csc_http import Says
from tte.testing.csc_rules import Rules

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
PIN, OTP, TOKEN, CLIENT_SECRET = "kenari-4402", "sekali-9183", "tanda-masuk-7135", "rahasia-klien-2"
DIGESTS = [hashlib.sha256(str(number).encode()).digest() for number in range(3)]
ACCESS = "token-source=env:TOKEN&pin-source=env:PIN&otp-source=env:OTP&timeout-s=1"
SENT = ("credentials/info", "credentials/authorize", "credentials/extendTransaction", "signatures/signHash")


def answer(source: str) -> str:
    return {"env:PIN": PIN, "env:OTP": OTP, "env:TOKEN": TOKEN, "env:SECRET": CLIENT_SECRET}[source]


def said_by(error: BaseException | None) -> str:
    """All that an error, what caused it and what it came upon could put into a log or a file."""
    if error is None:
        return ""
    own = f"{error!s} {error!r} {vars(error)!r} {pickle.dumps(error)!r} {''.join(traceback.format_exception(error))}"
    return own + said_by(error.__cause__) + said_by(error.__context__)


def troubles() -> list[Trouble | Says]:
    """Among them services that send back whatever they know."""
    echo = f"{PIN} {OTP} {TOKEN} {CLIENT_SECRET}"
    words = json.dumps({"error": PIN, "error_description": echo, "SAD": 7, "signatures": [echo], "specs": TOKEN})
    return [
        Trouble.NOT_HTTP,
        Trouble.RESET,
        Says(200, words.encode()),
        Says(200, b"\xff" + echo.encode()),
        Says(200, echo.encode() * 100_000),
        Says(302, headers={"Location": f"https://lain.example/?{TOKEN}"}),
        *(Says(status, words.encode(), {"Retry-After": echo}) for status in (400, 401, 403, 404, 429, 500, 503)),
    ]


@pytest.mark.parametrize("opens", [open_key, open_key_process])
@pytest.mark.parametrize("api", ["v1", "v2"])
def test_no_secret_is_shown_whatever_goes_wrong(
    api: str,
    opens: Callable[..., Key],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    rules = Rules(api=api, pin=PIN, token=TOKEN, otp="offline", most=1000)
    with Csc(rules, at=AT) as service:
        service.otps += [OTP] * 1000
        few = opens is open_key_process
        for method, trouble in product(SENT[-1:] if few else SENT, troubles()[:4] if few else troubles()):
            service.trouble = {method: trouble}
            try:
                key = opens(service.uri(ACCESS), answer, pinned=None, at=AT)
                seen.append(f"{key!r} {key!s}")
                with closing(key):
                    key.sign(DIGESTS)
            except TteError as error:
                seen.append(said_by(error))
        sads = [*service.sads]
        assert any(
            body.get("OTP") == OTP or OTP in json.dumps(body) for body in service.bodies("credentials/authorize")
        )
    seen += [record.getMessage() + str(vars(record)) for record in caplog.records]
    seen += [*capfd.readouterr()]
    shown = "".join(seen)
    assert sads
    assert not [secret for secret in (PIN, OTP, TOKEN, *sads) if secret in shown]


def test_no_client_secret_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    access = "client-id=dinas-9971&client-secret-source=env:SECRET&pin-source=env:PIN&timeout-s=1"
    seen: list[str] = []
    with Csc(Rules(pin=PIN, client=("dinas-9971", CLIENT_SECRET)), at=AT) as service:
        for trouble in troubles():
            service.trouble = {"oauth2/token": trouble}
            with pytest.raises(TteError) as met:
                open_key(service.uri(access), answer, pinned=None, at=AT)
            seen.append(said_by(met.value))
    seen += [record.getMessage() + str(vars(record)) for record in caplog.records]
    assert CLIENT_SECRET not in "".join(seen)


def test_a_key_holds_its_secrets_where_no_repr_leads() -> None:
    with Csc(Rules(pin=PIN, token=TOKEN), at=AT) as service:
        key = open_key(service.uri(ACCESS), answer, pinned=None, at=AT)
        shown = f"{key!r} {key!s}"
        with pytest.raises((TypeError, pickle.PicklingError)) as refusal:
            pickle.dumps(key)
        shown += said_by(refusal.value)
        key.close()
    assert not [secret for secret in (PIN, TOKEN) if secret in shown]
