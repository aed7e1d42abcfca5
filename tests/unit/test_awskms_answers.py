"""What can go wrong with a key in AWS KMS, and what is then said; KMS is moto's, see tests/kms.py."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.kms import Kms, kms_server, refusal
from tests.remote_keys import AT, certify
from tte.backends import open_key
from tte.backends.awskms import make_key
from tte.errors import (
    ConfigError,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    PinRefused,
    SessionLost,
    TteError,
    WrongCertificate,
)
from tte.key import Key, KeyUri

DIGESTS = [hashlib.sha256(bytes([number])).digest() for number in range(100)]


@pytest.fixture(scope="module")
def running() -> Iterator[Kms]:
    with kms_server() as kms:
        yield kms


@pytest.fixture
def kms(running: Kms) -> Iterator[Kms]:
    """KMS, of which nothing has been asked yet, and which has nothing left to say to the next who ask."""
    running.asked.clear()
    yield running
    running.instead.clear()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def arn(running: Kms, home: Path) -> str:
    """A P-256 key that stays as it is, its certificate in `home`."""
    return made(running, home)


@pytest.fixture(scope="module")
def key(running: Kms, home: Path, arn: str) -> Iterator[Key]:
    """The same key, open; it asks once."""
    key = opened(running.uri(arn, attempts="1"), home)
    yield key
    key.close()


def made(kms: Kms, home: Path, spec: str = "ECC_NIST_P256") -> str:
    """A new key with its certificate in key.pem; gives its ARN."""
    arn = kms.make(spec)
    certify(home / "key.pem", public_of(kms, arn))
    return arn


def public_of(kms: Kms, key: str) -> bytes:
    return bytes(kms.client.get_public_key(KeyId=key)["PublicKey"])


def opened(uri: str, home: Path) -> Key:
    return open_key(uri, no_secret, pinned=None, at=AT, home=home)


def no_secret(source: str) -> str:
    raise AssertionError("a secret was asked for")


@pytest.mark.parametrize(
    ("code", "status", "error", "remedy"),
    [
        ("ThrottlingException", 400, KeyThrottled, "threads="),
        ("RequestLimitExceeded", 400, KeyThrottled, "quota"),
        ("AccessDeniedException", 400, KeyRefused, "kms:Sign"),
        ("NotFoundException", 400, KeyNotFound, "region"),
        ("DisabledException", 400, KeyRefused, "enabled"),
        ("KMSInvalidStateException", 400, KeyRefused, "deletion"),
        ("InvalidKeyUsageException", 400, KeyRefused, "SIGN_VERIFY"),
        ("UnsupportedOperationException", 400, KeyRefused, "SIGN_VERIFY"),
        ("UnrecognizedClientException", 400, PinRefused, "credentials"),
        ("InvalidSignatureException", 400, PinRefused, "clock"),
        ("ExpiredTokenException", 400, SessionLost, "new ones"),
        ("KMSInternalException", 500, KeyUnavailable, "later"),
        ("DependencyTimeoutException", 503, KeyUnavailable, "later"),
        ("KeyUnavailableException", 500, KeyUnavailable, "later"),
    ],
)
def test_what_kms_answers_is_said_with_a_remedy(
    kms: Kms, key: Key, arn: str, home: Path, code: str, status: int, error: type[TteError], remedy: str
) -> None:
    for ask in (lambda: opened(kms.uri(arn, attempts="1"), home), lambda: key.sign(DIGESTS[:3])):
        kms.instead.append(refusal(code, status))
        with pytest.raises(error) as said:
            ask()
        assert type(said.value) is error
        assert code in str(said.value)
        assert remedy in said.value.hint
        assert "rahasia" not in f"{said.value!r} {said.value.__context__!r}"
    assert len(key.sign(DIGESTS[:3])) == 3


def test_a_throttled_request_is_made_again(kms: Kms, arn: str, home: Path) -> None:
    key = opened(kms.uri(arn, attempts="2"), home)
    kms.instead.append(refusal("ThrottlingException"))
    key.identity.verify(DIGESTS[0], key.sign(DIGESTS[:1])[0])
    assert kms.asked[-2:] == ["Sign", "Sign"]
    key.close()


def test_after_the_first_error_nothing_more_is_asked_for(kms: Kms, arn: str, home: Path) -> None:
    key = opened(kms.uri(arn, attempts="1", threads="2"), home)
    kms.asked.clear()
    kms.instead.extend([refusal("AccessDeniedException")] * len(DIGESTS))
    with pytest.raises(KeyRefused):
        key.sign(DIGESTS)
    assert len(kms.asked) < len(DIGESTS)
    key.close()


def test_as_many_are_asked_for_at_once_as_there_are_threads(kms: Kms, arn: str, home: Path) -> None:
    key = opened(kms.uri(arn, threads="4"), home)
    together = threading.Barrier(4)

    def wait(asked: dict[str, Any]) -> None:
        together.wait(10)

    kms.instead.extend([wait] * 4)
    for digest, signature in zip(DIGESTS, key.sign(DIGESTS[:4]), strict=False):
        key.identity.verify(digest, signature)
    assert not together.broken
    key.close()


def test_an_alias_that_is_pointed_elsewhere_does_not_change_an_open_key(kms: Kms, arn: str, home: Path) -> None:
    kms.client.create_alias(AliasName="alias/dinas-9971", TargetKeyId=arn)
    key = opened(kms.uri("alias/dinas-9971"), home)
    kms.client.update_alias(AliasName="alias/dinas-9971", TargetKeyId=kms.make("ECC_NIST_P256"))
    key.identity.verify(DIGESTS[0], key.sign(DIGESTS[:1])[0])
    key.close()
    with pytest.raises(WrongCertificate):
        opened(kms.uri("alias/dinas-9971"), home)


@pytest.mark.parametrize("state", ["disabled", "pending deletion"])
def test_a_key_that_is_taken_out_of_use_is_refused(kms: Kms, tmp_path: Path, state: str) -> None:
    arn = made(kms, tmp_path)
    key = opened(kms.uri(arn), tmp_path)
    take_out = kms.client.disable_key if state == "disabled" else kms.client.schedule_key_deletion
    take_out(KeyId=arn.rpartition("/")[2])
    with pytest.raises(KeyRefused):
        key.sign(DIGESTS[:1])
    key.close()
    with pytest.raises(KeyRefused):
        opened(kms.uri(arn), tmp_path)


def test_the_certificate_of_another_key_is_refused_before_anything_is_signed(kms: Kms, home: Path) -> None:
    with pytest.raises(WrongCertificate):
        opened(kms.uri(kms.make("ECC_NIST_P256")), home)
    assert "Sign" not in kms.asked


@pytest.mark.parametrize("spec", ["RSA_2048", "SYMMETRIC_DEFAULT"])
def test_a_key_for_encrypting_is_refused(kms: Kms, arn: str, home: Path, spec: str) -> None:
    with pytest.raises(KeyRefused) as said:
        opened(kms.uri(kms.make(spec, "ENCRYPT_DECRYPT")), home)
    assert type(said.value) is KeyRefused


def test_a_key_on_another_curve_is_refused(kms: Kms, tmp_path: Path) -> None:
    with pytest.raises(KeyRefused):
        opened(kms.uri(made(kms, tmp_path, "ECC_SECG_P256K1")), tmp_path)


def test_without_credentials_the_key_is_unavailable(
    kms: Kms, arn: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(KeyUnavailable, match="no credentials") as said:
        opened(kms.uri(arn), home)
    assert said.value.hint


def test_the_region_is_that_of_the_arn(kms: Kms, arn: str, home: Path) -> None:
    opened(kms.uri(arn).replace("region=ap-southeast-3&", ""), home).close()
    with pytest.raises(ConfigError, match="region"):
        opened(kms.uri("alias/x").replace("region=ap-southeast-3&", ""), home)


@pytest.mark.parametrize(
    "access",
    [
        {"profile": "tidak-ada"},
        {"region": "not a region"},
        {"endpoint": "http://kms.example"},
        {"endpoint": "https://user@kms.example"},
        {"endpoint": "kms"},
        {"threads": "0"},
        {"threads": "many"},
        {"attempts": "21"},
        {"timeout-s": "0"},
        {"timeout-s": "nan"},
        {"aws-secret-access-key": "rahasia"},
    ],
    ids=str,
)
def test_a_uri_that_cannot_be_used_is_refused_and_nothing_asked(
    kms: Kms, arn: str, home: Path, access: dict[str, str]
) -> None:
    with pytest.raises(ConfigError) as said:
        opened(kms.uri(arn, **access), home)
    assert kms.asked == []
    assert "rahasia" not in str(said.value)


def test_an_answer_that_does_not_come_is_timed_out_and_the_next_chunk_signs(kms: Kms, arn: str, home: Path) -> None:
    key = opened(kms.uri(arn, **{"timeout-s": "0.2", "attempts": "1"}), home)
    asked_long_enough = threading.Event()

    def hang(asked: dict[str, Any]) -> bytes:
        asked_long_enough.wait(30)
        return b"{}"

    kms.instead.append(hang)
    with pytest.raises(KeyTimedOut):
        key.sign(DIGESTS[:1])
    asked_long_enough.set()
    key.identity.verify(DIGESTS[0], key.sign(DIGESTS[:1])[0])
    key.close()


def test_an_endpoint_that_nobody_answers_is_unavailable(kms: Kms, arn: str, home: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        uri = kms.uri(arn, endpoint=f"http://127.0.0.1:{bound.getsockname()[1]}", attempts="1")
        with pytest.raises(KeyUnavailable, match="cannot be reached"):
            opened(uri, home)


@pytest.mark.parametrize("page", [b"<html>Selamat datang", b"{}", b'{"Signature": 7}', b"[]"])
def test_a_page_instead_of_an_answer_is_unavailable(kms: Kms, key: Key, arn: str, home: Path, page: bytes) -> None:
    for ask in (lambda: opened(kms.uri(arn, attempts="1"), home), lambda: key.sign(DIGESTS[:1])):
        kms.instead.append(lambda asked: page)
        with pytest.raises(KeyUnavailable):
            ask()


def test_no_secret_is_in_a_log_an_error_or_a_repr(
    kms: Kms, arn: str, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"AWS_SECRET_ACCESS_KEY": "kenari-kunci", "AWS_SESSION_TOKEN": "kenari-sesi"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG)
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("botocore", "boto3")]:
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    uri = kms.uri(arn, attempts="1")
    key = opened(uri, home)
    key.sign(DIGESTS[:20])
    said = [repr(key), str(key)]
    for code in ("AccessDeniedException", "ThrottlingException", "InvalidSignatureException", "KMSInternalException"):
        kms.instead.append(refusal(code))
        with pytest.raises(TteError) as refused:
            key.sign(DIGESTS[:1])
        said.append(f"{refused.value!r} {refused.value.hint} {refused.value.__context__!r} {refused.value.__cause__!r}")
    key.close()
    assert caplog.records
    assert not [text for text in (*said, caplog.text) if "kenari" in text or "rahasia" in text]


def test_a_new_key_signs_before_it_has_a_certificate_and_opens_with_it(kms: Kms, tmp_path: Path) -> None:
    name = f"alias/baru-{os.urandom(4).hex()}"
    uri = kms.uri(name)
    new = make_key(KeyUri.parse(uri), no_secret, "ecdsa-p256")
    public = load_der_public_key(new.public)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(new.sign(DIGESTS[0]), DIGESTS[0], ec.ECDSA(Prehashed(hashes.SHA256())))
    new.close()
    certify(tmp_path / "key.pem", new.public)
    opened(uri, tmp_path).close()
    kms.asked.clear()
    with pytest.raises(KeyRefused, match=name):
        make_key(KeyUri.parse(uri), no_secret, "ecdsa-p256")
    assert "CreateKey" not in kms.asked


@pytest.mark.parametrize(("key", "algorithm"), [("dinas", "ecdsa-p256"), ("alias/dinas", "ed25519")])
def test_a_key_is_not_made_without_an_alias_or_of_another_kind(kms: Kms, key: str, algorithm: str) -> None:
    with pytest.raises(ConfigError):
        make_key(KeyUri.parse(kms.uri(key)), no_secret, algorithm)
    assert kms.asked == []


def test_a_key_that_was_made_and_not_named_is_told(kms: Kms) -> None:
    kms.instead.extend([lambda asked: None, lambda asked: None, refusal("AccessDeniedException")])
    with pytest.raises(KeyRefused, match=r"arn:aws:kms:\S+ was made"):
        make_key(KeyUri.parse(kms.uri("alias/tanpa-nama", attempts="1")), no_secret, "ecdsa-p256")
