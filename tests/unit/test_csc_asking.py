"""What the `csc` backend asks of a service, in which words, how often; and which secrets it reads for that."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tte.backends import open_key
from tte.backends.process import open_key_process
from tte.errors import ConfigError, KeyUnavailable
from tte.key import Key, KeyUri
from tte.office.settings import Profile, read
from tte.testing.csc import CREDENTIAL, Csc
from tte.testing.csc_rules import Rules

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
PIN = "kenari-4402"
TOKEN = "tanda-masuk-7135"
ACCESS = "token-source=env:TOKEN&pin-source=env:PIN"
SHA256 = "2.16.840.1.101.3.4.2.1"

Serve = Callable[..., Csc]


class Secrets:
    """Answers by source, and remembers in which order it was asked."""

    def __init__(self, service: Csc | None = None) -> None:
        self.asked: list[str] = []
        self.service = service

    def __call__(self, source: str) -> str:
        self.asked.append(source)
        if source == "env:OTP":
            assert self.service is not None
            if self.service.rules.otp == "offline":
                self.service.otps.append(f"sekali-{len(self.asked)}")
            return self.service.otps[-1]
        return {"env:TOKEN": TOKEN, "env:PIN": PIN, "env:SECRET": "rahasia-klien"}[source]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts services that end with the test."""
    with ExitStack() as stack:

        def start(**rules: object) -> Csc:
            usual: dict[str, object] = {"pin": PIN, "token": TOKEN}
            return stack.enter_context(Csc(Rules(**(usual | rules)), at=AT))  # type: ignore[arg-type]

        yield start


@pytest.fixture
def opened(serve: Serve) -> Iterator[Callable[..., Key]]:
    """Opens keys that are closed with the test, before their service ends."""
    with ExitStack() as stack:

        def start(service: Csc, access: str = ACCESS, secrets: Secrets | None = None) -> Key:
            key = open_key(service.uri(access), secrets or Secrets(service), pinned=None, at=AT)
            stack.callback(key.close)
            return key

        yield start


def digests(count: int, name: str = "sha256") -> list[bytes]:
    return [hashlib.new(name, str(number).encode()).digest() for number in range(count)]


def test_a_batch_within_the_limit_is_one_authorisation_and_one_call(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(most=100)
    key = opened(service)
    service.asked.clear()
    assert len(key.sign(digests(100))) == 100
    assert service.methods == ["credentials/authorize", "signatures/signHash"]


def test_a_larger_batch_is_cut_and_each_authorisation_names_its_digests(
    serve: Serve, opened: Callable[..., Key]
) -> None:
    service = serve(most=40)
    key = opened(service)
    service.asked.clear()
    key.sign(digests(100))
    assert service.methods == ["credentials/authorize", "signatures/signHash"] * 3
    authorised, signed = service.bodies("credentials/authorize"), service.bodies("signatures/signHash")
    assert [body["numSignatures"] for body in authorised] == [40, 40, 20]
    assert [body["hashes"] for body in authorised] == [body["hashes"] for body in signed]


def test_version_1_is_asked_in_its_own_words(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(api="v1", algorithm="rsa-2048")
    opened(service)
    assert service.methods == ["info", "credentials/info", "credentials/authorize", "signatures/signHash"]
    (authorised,), (signed,) = service.bodies("credentials/authorize"), service.bodies("signatures/signHash")
    hashes = authorised["hash"]
    assert authorised == {"credentialID": CREDENTIAL, "numSignatures": 1, "hash": hashes, "PIN": PIN}
    assert signed == {
        "credentialID": CREDENTIAL,
        "SAD": service.sads[0],
        "hash": hashes,
        "hashAlgo": SHA256,
        "signAlgo": "1.2.840.113549.1.1.11",
    }


def test_version_2_is_asked_in_its_own_words(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(api="v2")
    opened(service)
    assert service.methods == ["info", "credentials/info", "credentials/authorize", "signatures/signHash"]
    (authorised,), (signed,) = service.bodies("credentials/authorize"), service.bodies("signatures/signHash")
    hashes = authorised["hashes"]
    assert authorised == {
        "credentialID": CREDENTIAL,
        "numSignatures": 1,
        "hashes": hashes,
        "hashAlgorithmOID": SHA256,
        "authData": [{"id": "PIN", "value": PIN}],
    }
    assert signed == {
        "credentialID": CREDENTIAL,
        "SAD": service.sads[0],
        "hashes": hashes,
        "hashAlgorithmOID": SHA256,
        "signAlgo": "1.2.840.10045.4.3.2",
        "operationMode": "S",
    }


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_version_that_is_given_is_not_asked_for(serve: Serve, opened: Callable[..., Key], api: str) -> None:
    service = serve(api=api)
    opened(service, f"{ACCESS}&api={api}")
    assert "info" not in service.methods


def test_the_bare_name_of_the_algorithm_will_do_where_the_service_has_no_other(
    serve: Serve, opened: Callable[..., Key]
) -> None:
    service = serve(algorithm="rsa-2048", algos=["1.2.840.113549.1.1.1"])
    opened(service)
    (signed,) = service.bodies("signatures/signHash")
    assert signed["signAlgo"] == "1.2.840.113549.1.1.1"


def test_r_and_s_become_der(serve: Serve, opened: Callable[..., Key]) -> None:
    key = opened(serve(p1363=True))
    for digest, signature in zip(digests(20), key.sign(digests(20)), strict=True):
        assert signature[0] == 0x30
        key.identity.verify(digest, signature)


def test_the_anchor_is_left_out_of_the_chain(serve: Serve, opened: Callable[..., Key]) -> None:
    key = opened(serve())
    assert len(key.identity.chain) == 1


def test_each_secret_is_read_once_and_the_pin_last(serve: Serve, opened: Callable[..., Key]) -> None:
    service, secrets = serve(most=10), Secrets()
    opened(service, secrets=secrets).sign(digests(30))
    assert secrets.asked == ["env:TOKEN", "env:PIN"]


def test_a_pin_that_is_not_needed_is_not_read(serve: Serve, opened: Callable[..., Key]) -> None:
    service, secrets = serve(pin=""), Secrets()
    opened(service, secrets=secrets)
    assert secrets.asked == ["env:TOKEN"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_source_that_is_missing_is_named(serve: Serve, opened: Callable[..., Key], api: str) -> None:
    with pytest.raises(ConfigError, match="pin-source"):
        opened(serve(api=api), "token-source=env:TOKEN")
    with pytest.raises(ConfigError, match="otp-source"):
        opened(serve(api=api, otp="offline"))


# One-time passwords

OTP = f"{ACCESS}&otp-source=env:OTP"


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_the_trial_signature_and_the_batch_cost_one_password(
    serve: Serve, opened: Callable[..., Key], api: str
) -> None:
    service = serve(api=api, otp="offline", most=100)
    secrets = Secrets(service)
    key = opened(service, OTP, secrets)
    key.sign(digests(60))
    key.sign(digests(39))
    assert secrets.asked == ["env:TOKEN", "env:PIN", "env:OTP"]
    (authorised,) = service.bodies("credentials/authorize")
    assert authorised["numSignatures"] == 100
    name = "hash" if api == "v1" else "hashes"
    extended, signed = service.bodies("credentials/extendTransaction"), service.bodies("signatures/signHash")
    assert [body[name] for body in (authorised, *extended)] == [body[name] for body in signed]


def test_an_authorisation_that_is_used_up_costs_a_new_password(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(otp="offline", most=10)
    secrets = Secrets(service)
    key = opened(service, OTP, secrets)
    for digest, signature in zip(digests(25), key.sign(digests(25)), strict=True):
        key.identity.verify(digest, signature)
    assert secrets.asked.count("env:OTP") == 3
    assert len(service.bodies("signatures/signHash")) == 4


def test_an_authorisation_that_ran_out_costs_a_new_password(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(otp="offline", lifetime_s=1)
    secrets = Secrets(service)
    opened(service, OTP, secrets).sign(digests(5))
    assert secrets.asked.count("env:OTP") == 2


def test_where_nothing_can_be_extended_each_call_costs_a_password(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(otp="offline", extends=False)
    secrets = Secrets(service)
    opened(service, f"{OTP}&api=v2", secrets).sign(digests(5))
    assert secrets.asked.count("env:OTP") == 2
    assert [body["numSignatures"] for body in service.bodies("credentials/authorize")] == [1, 5]


def test_a_key_in_its_own_process_asks_for_passwords_here(serve: Serve) -> None:
    service = serve(otp="offline", most=10)
    secrets = Secrets(service)
    key = open_key_process(service.uri(OTP), secrets, pinned=None, at=AT)
    for digest, signature in zip(digests(25), key.sign(digests(25)), strict=True):
        key.identity.verify(digest, signature)
    key.close()
    assert secrets.asked.count("env:OTP") == 3


@pytest.mark.parametrize(("api", "sends"), [("v1", "credentials/sendOTP"), ("v2", "credentials/getChallenge")])
def test_a_password_that_the_service_sends_is_sent_first(
    serve: Serve, opened: Callable[..., Key], api: str, sends: str
) -> None:
    service = serve(api=api, otp="online", pin="")
    secrets = Secrets(service)
    opened(service, OTP, secrets)
    assert service.methods[2:4] == [sends, "credentials/authorize"]
    assert secrets.asked == ["env:TOKEN", "env:OTP"]


# Access tokens

CLIENT = "client-id=dinas-9971&client-secret-source=env:SECRET&pin-source=env:PIN"


def test_a_token_is_fetched_with_client_credentials_and_renewed(serve: Serve, opened: Callable[..., Key]) -> None:
    service = serve(token="", client=("dinas-9971", "rahasia-klien"))
    secrets = Secrets(service)
    key = opened(service, CLIENT, secrets)
    assert service.methods[0] == "oauth2/token"
    service.forget_tokens()
    service.asked.clear()
    key.sign(digests(3))
    assert service.methods == [
        "credentials/authorize",
        "oauth2/token",
        "credentials/authorize",
        "signatures/signHash",
    ]
    assert secrets.asked == ["env:SECRET", "env:PIN"]


# The address

WRONG = {
    "service=https%3A%2F%2Fttd.example%2Fcsc%2Fv2": "credential",
    "service=http%3A%2F%2Fttd.example%2Fcsc;credential=A": "https",
    "service=ttd.example;credential=A": "address",
    "service=https%3A%2F%2Fa%3Ab@ttd.example;credential=A": "address",
    "service=https%3A%2F%2Fttd.example;credential=A;pin=1234": "pin",
    "service=https%3A%2F%2Fttd.example;credential=A?api=v3": "v1 or v2",
    "service=https%3A%2F%2Fttd.example;credential=A?private=perhaps": "yes or no",
    "service=https%3A%2F%2Fttd.example;credential=A?timeout-s=0": "timeout-s",
    "service=https%3A%2F%2Fttd.example;credential=A?client-id=a": "client-secret-source",
    "service=https%3A%2F%2Fttd.example;credential=A?oauth2=https%3A%2F%2Fa.example": "client-id",
    "service=https%3A%2F%2Fttd.example;credential=A?oauth2=http%3A%2F%2Fa.example": "https",
    "service=https%3A%2F%2Fttd.example;credential=A?token-source=env:T&client-id=a&client-secret-source=env:S": "token",
    "service=https%3A%2F%2Fttd.example;credential=A?ca=not-there.pem": "CA file",
}


@pytest.mark.parametrize(("rest", "says"), WRONG.items())
def test_a_uri_that_cannot_be_used_is_refused_before_a_secret_is_read(rest: str, says: str, tmp_path: Path) -> None:
    secrets = Secrets()
    with pytest.raises(ConfigError) as refusal:
        open_key(f"csc:{rest}", secrets, pinned=None, at=AT, home=tmp_path)
    assert says in f"{refusal.value}"
    assert not secrets.asked


def test_an_address_of_a_private_network_is_not_asked_unless_allowed() -> None:
    uri = f"csc:service=https%3A%2F%2F10.255.0.1%2Fcsc%2Fv2;credential=A?{ACCESS}"
    with pytest.raises(KeyUnavailable) as refusal:
        open_key(uri, Secrets(), pinned=None, at=AT)
    assert "private=yes" in refusal.value.hint


def test_the_uri_that_may_be_logged_says_which_key_and_no_more(serve: Serve) -> None:
    service = serve()
    uri = KeyUri.parse(service.uri(ACCESS))
    assert str(uri).endswith(f";service={service.url.replace(':', '%3A')}")
    assert "source" not in f"{uri} {uri!r}"


# The rest


def test_a_fork_cannot_sign(serve: Serve, opened: Callable[..., Key]) -> None:
    key = opened(serve())
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            key.sign(digests(1))
        except KeyUnavailable:
            os.write(theirs, b"refused")
        finally:
            os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as end:
        assert end.read() == b"refused"


def test_the_sample_profile_can_be_read() -> None:
    profile = read(Path(__file__).parents[2] / "keys" / "csc.toml", Profile)
    assert profile.uri.startswith("csc:service=https%3A%2F%2F")
