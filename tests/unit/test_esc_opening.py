"""Opening BSrE's ESC: what can be known before a document is sent, and what is never shown."""

from __future__ import annotations

import copy
import pickle
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.esc_double import Purse, bsre, now, official, opened, pinned, running, uri_of
from tte.backends.esc import open_esc
from tte.errors import (
    CertificateExpired,
    CertificateRevoked,
    ConfigError,
    KeyNotFound,
    KeyRefused,
    KeyUnavailable,
    TteError,
    WrongCertificate,
)
from tte.key import KeyUri
from tte.testing.esc import EscDouble

APIS = pytest.mark.parametrize("api", ["v1", "v2"])
GOOD = (
    "esc:service=https%3A%2F%2Fesc.example;official=kadis-9971?nik-source=env:NIK&user-source=env:USER"
    "&password-source=env:PASSWORD&pin-source=env:PIN"
)


@pytest.fixture
def esc() -> Iterator[EscDouble]:
    with running() as double:
        yield double


def _refusal(uri: str, purse: Purse, kind: type[TteError]) -> TteError:
    with pytest.raises(kind) as refusal:
        open_esc(uri, purse, pinned=pinned(official()), at=now()).close()
    return refusal.value


@APIS
def test_it_has_the_pinned_identity_and_asks_each_secret_once_the_passphrase_last(esc: EscDouble, api: str) -> None:
    purse = Purse(esc)
    service = opened(esc, api, purse=purse)
    assert service.identity.certificate == official().der
    assert len(service.identity.chain) == 1
    assert sorted(purse.asked) == ["NIK", "PASSWORD", "PIN", "USER"]
    assert purse.asked[-1] == "PIN"
    assert esc.sign_requests == 0
    service.close()


def test_the_service_gives_the_issuers_that_are_not_pinned(esc: EscDouble) -> None:
    service = open_esc(uri_of(esc), Purse(esc), pinned=[official().der], at=now())
    assert len(service.identity.chain) == 1
    service.close()
    esc.gives_chain = False
    service = open_esc(uri_of(esc), Purse(esc), pinned=[official().der], at=now())
    assert service.identity.chain == ()
    service.close()


def test_one_time_code_takes_the_place_of_the_passphrase(esc: EscDouble) -> None:
    purse = Purse(esc)
    uri = uri_of(esc, factor="totp-source=env:TOTP")
    open_esc(uri, purse, pinned=pinned(official()), at=now()).close()
    assert purse.asked[-1] == "TOTP"
    assert "PIN" not in purse.asked


@pytest.mark.parametrize(
    "uri",
    [
        GOOD.replace("https", "http"),
        GOOD.replace("https%3A%2F%2Fesc.example", "esc.example"),
        GOOD.replace("esc.example", "user:word@esc.example"),
        GOOD.replace("esc.example", "esc.example%3Fnik=1"),
        GOOD.replace("esc.example", "esc.example%3A99999"),
        GOOD + "&api=v3",
        GOOD + "&plain=true",
        GOOD + "&private=1",
        GOOD + "&totp-source=env:TOTP",
        GOOD + "&api=v1&at-once=2",
        GOOD + "&at-once=0",
        GOOD + "&timeout-s=0",
        GOOD + "&nik=1",
        GOOD.replace("&pin-source=env:PIN", ""),
        GOOD.replace("&pin-source=env:PIN", "&api=v1&totp-source=env:TOTP"),
        GOOD.replace("nik-source=env:NIK&", ""),
        GOOD.replace(";official=kadis-9971", ";official=kadis-9971;nik=1"),
        GOOD + "&ca=nowhere.pem",
    ],
)
def test_a_mistake_in_the_uri_is_told_before_any_secret_is_read(uri: str, esc: EscDouble) -> None:
    purse = Purse(esc)
    _refusal(uri, purse, ConfigError)
    assert purse.asked == []


def test_an_address_of_a_private_network_must_be_allowed(esc: EscDouble) -> None:
    why = _refusal(uri_of(esc).replace("&private=yes", ""), Purse(esc), ConfigError)
    assert "private=yes" in why.hint
    assert esc.paths == []


def test_without_a_pinned_certificate_nothing_is_asked(esc: EscDouble) -> None:
    with pytest.raises(ConfigError):
        open_esc(uri_of(esc), Purse(esc), pinned=[], at=now())
    assert esc.paths == []


@APIS
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("NOT_REGISTERED", KeyNotFound),
        ("NO_CERTIFICATE", KeyNotFound),
        ("EXPIRED", CertificateExpired),
        ("REVOKE", CertificateRevoked),
        ("SUSPEND", CertificateRevoked),
        ("RENEW", KeyRefused),
        ("NEW", KeyRefused),
        ("WAITING_FOR_VERIFICATION", KeyRefused),
        ("SOMETHING_NEW", KeyRefused),
    ],
)
def test_only_who_is_issued_may_sign(esc: EscDouble, api: str, status: str, kind: type[TteError]) -> None:
    esc.status = status
    purse = Purse(esc)
    why = _refusal(uri_of(esc, api), purse, kind)
    assert type(why) is kind
    assert "PIN" not in purse.asked


@APIS
def test_a_nik_that_nobody_has_is_not_found(esc: EscDouble, api: str) -> None:
    _refusal(uri_of(esc, api), Purse(esc, NIK="9971000000000001"), KeyNotFound)


@pytest.mark.parametrize("nik", ["", "123", "99710000000000011", "997100000000000x", " 9971000000000001"])
def test_what_is_no_nik_is_not_sent(esc: EscDouble, nik: str) -> None:
    _refusal(uri_of(esc), Purse(esc, NIK=nik), KeyRefused)
    assert esc.paths == []


@APIS
def test_a_wrong_password_of_the_api_is_refused_and_tried_once(esc: EscDouble, api: str) -> None:
    why = _refusal(uri_of(esc, api), Purse(esc, PASSWORD="another"), KeyRefused)
    assert "user name or password" in str(why)
    assert len(esc.paths) == 1


def test_another_certificate_at_the_service_than_pinned_is_refused(esc: EscDouble) -> None:
    esc.holder = bsre().official("ORANG LAIN")
    _refusal(uri_of(esc), Purse(esc), WrongCertificate)


@pytest.mark.parametrize("days", [-400, 400])
def test_a_certificate_outside_its_validity_is_refused(esc: EscDouble, days: int) -> None:
    with pytest.raises(KeyRefused):
        open_esc(uri_of(esc), Purse(esc), pinned=pinned(official()), at=now() + timedelta(days=days))


@APIS
def test_a_service_that_is_not_there_is_unavailable(esc: EscDouble, api: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        esc.url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        _refusal(uri_of(esc, api), Purse(esc), KeyUnavailable)


@APIS
def test_something_else_at_that_address_is_told(esc: EscDouble, api: str) -> None:
    esc.url += "/elsewhere"
    _refusal(uri_of(esc, api), Purse(esc), KeyRefused)


def test_it_is_neither_pickled_nor_copied_and_shows_nothing_of_what_opens_it(esc: EscDouble) -> None:
    service = opened(esc)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises((TypeError, pickle.PicklingError)):
            leave(service)
    shown = repr(service) + str(service) + str(KeyUri.parse(uri_of(esc)))
    assert not [word for word in Purse(esc).held.values() if word in shown]
    service.close()
    service.close()
    assert "closed" in repr(service)
    with pytest.raises(KeyUnavailable):
        service.sign([b"%PDF-"])


def test_the_sample_profile_is_one_that_can_be_read() -> None:
    from tte.backends.esc.address import read_address
    from tte.office import Home

    home = Home(Path(__file__).parents[2])
    profile = home.profile("esc")
    assert profile.certificate
    address = read_address(KeyUri.parse(profile.uri), home.path)
    assert address.service == "https://esc.dinas.example"
