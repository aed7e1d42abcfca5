"""What a Vault, or what stands in its place, may answer, and what is then said."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.remote_keys import AT, certify
from tests.vault_double import VaultDouble, vault_double
from tte.backends import open_key
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
)
from tte.key import Key
from tte.testing.keys import Asked

TOKEN = "s.kenariBenar"
DIGESTS = [hashlib.sha256(bytes([number])).digest() for number in range(3)]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[VaultDouble]:
    """Its certificate is in key.pem."""
    with vault_double() as double:
        certify(tmp_path / "key.pem", double.public)
        yield double


@pytest.fixture
def key(vault: VaultDouble, tmp_path: Path) -> Iterator[Key]:
    """Open, and has signed once."""
    key = opened(vault.uri, tmp_path)
    yield key
    key.close()


def opened(uri: str, home: Path, token: str = TOKEN) -> Key:
    return open_key(uri, Asked(token), pinned=None, at=AT, home=home)


def errors(*said: str) -> bytes:
    return json.dumps({"errors": said}).encode()


def results(*items: object) -> bytes:
    return json.dumps({"data": {"batch_results": items}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (403, errors("permission denied"), SessionLost, "new token"),
        (404, errors("no handler for route"), KeyNotFound, "mount="),
        (400, errors("signing key not found"), KeyNotFound, "key="),
        (400, errors("unknown signature algorithm"), KeyRefused, "unknown signature algorithm"),
        (400, b"<html>", KeyUnavailable, "no Vault"),
        (429, errors("request path quota exceeded"), KeyThrottled, "same batch again"),
        (500, errors("local node not active but active cluster node not found"), KeyUnavailable, "not active"),
        (502, b"<html>Bad gateway", KeyUnavailable, "status 502"),
        (503, errors("Vault is sealed"), KeyUnavailable, "unseal"),
        (307, b"", KeyUnavailable, "active node"),
        (204, b"", KeyUnavailable, "no Vault"),
        (200, b"<html>Selamat datang", KeyUnavailable, "no Vault"),
        (200, b"[]", KeyUnavailable, "no Vault"),
        (200, b'{"data": []}', KeyUnavailable, "no Vault"),
        (200, results(), KeyUnavailable, "no Vault"),
        (200, results(1, 2, 3), KeyUnavailable, "no Vault"),
        (200, results({}, {}, {}), KeyRefused, "version 1"),
        (200, results(*[{"signature": "vault:v2:AAAA"}] * 3), KeyRefused, "version 1"),
        (200, results(*[{"signature": "vault:v1:@"}] * 3), KeyUnavailable, "no Vault"),
        (200, results({"error": "digest is bad"}, {}, {}), KeyRefused, "digest is bad"),
        (200, b"{" + b" " * (1 << 20), KeyUnavailable, "1,048,576"),
        (400, errors("\x1b[31m" + "x" * 999), KeyRefused, "xxx"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_a_service_answers_to_sign_is_said_with_a_remedy_and_the_next_chunk_signs(
    vault: VaultDouble, key: Key, status: int, body: bytes, error: type[TteError], words: str
) -> None:
    vault.instead.append(lambda: (status, body))
    with pytest.raises(error) as said:
        key.sign(DIGESTS)
    assert type(said.value) is error
    assert words in f"{said.value} {said.value.hint}"
    assert str(said.value).isprintable()
    assert len(str(said.value)) < 300
    for digest, signature in zip(DIGESTS, key.sign(DIGESTS), strict=True):
        key.identity.verify(digest, signature)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"type": "ecdsa-p256"},
        {"type": "ecdsa-p256", "keys": {"1": 1795522739}},
        {"type": "ecdsa-p256", "keys": {"one": {"public_key": ""}}},
        {"type": "ecdsa-p256", "keys": {"1": {"public_key": "-----BEGIN"}}},
    ],
    ids=str,
)
def test_what_is_no_key_is_unavailable(vault: VaultDouble, tmp_path: Path, told: object) -> None:
    vault.instead.append(lambda: (200, json.dumps({"data": told}).encode()))
    with pytest.raises(KeyUnavailable):
        opened(vault.uri, tmp_path)


def test_a_wrong_token_is_sent_once(vault: VaultDouble, tmp_path: Path) -> None:
    vault.instead.append(lambda: (403, errors("permission denied")))
    with pytest.raises(PinRefused):
        opened(vault.uri, tmp_path)
    assert vault.asked == ["GET /v1/transit/keys/dinas"]


@pytest.mark.parametrize("token", ["s.kenari\nX-Vault-Token: other", "two words", "kenári", "x" * 5000])
def test_what_can_be_no_token_is_never_sent(vault: VaultDouble, tmp_path: Path, token: str) -> None:
    with pytest.raises(PinRefused) as said:
        opened(vault.uri, tmp_path, token)
    assert token not in str(said.value)
    assert vault.asked == []


def test_an_answer_that_does_not_come_is_timed_out_and_the_next_chunk_signs(vault: VaultDouble, tmp_path: Path) -> None:
    key = opened(vault.uri + "&timeout-s=0.3", tmp_path)
    asked_long_enough = threading.Event()

    def hang() -> tuple[int, bytes]:
        asked_long_enough.wait(30)
        return 200, b"{}"

    vault.instead.append(hang)
    with pytest.raises(KeyTimedOut):
        key.sign(DIGESTS)
    asked_long_enough.set()
    assert len(key.sign(DIGESTS)) == 3
    key.close()


def test_a_service_that_nobody_answers_is_unavailable(vault: VaultDouble, tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        taken = f"vault:service=http%3A%2F%2F127.0.0.1%3A{bound.getsockname()[1]};{vault.uri.partition(';')[2]}"
        with pytest.raises(KeyUnavailable, match="cannot be reached"):
            opened(taken, tmp_path)


def test_a_private_address_is_asked_only_if_the_uri_says_so(vault: VaultDouble, tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="private network") as said:
        opened(vault.uri.replace("private=yes&", ""), tmp_path)
    assert "private=yes" in said.value.hint
    assert vault.asked == []


def test_the_mount_and_the_namespace_are_where_the_uri_says(vault: VaultDouble, tmp_path: Path) -> None:
    opened(vault.uri.replace("?", ";mount=dukcapil/transit;namespace=provinsi/9971?"), tmp_path).close()
    assert vault.asked == ["GET /v1/dukcapil/transit/keys/dinas", "POST /v1/dukcapil/transit/sign/dinas/sha2-256"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http%3A%2F%2F127.0.0.1", "http%3A%2F%2Fvault.example"),
        ("http%3A%2F%2F127.0.0.1", "https%3A%2F%2Fuser%40vault.example"),
        ("http%3A%2F%2F127.0.0.1", "ftp%3A%2F%2F127.0.0.1"),
        ("http%3A%2F%2F127.0.0.1", "https%3A%2F%2F[1"),
        ("key=dinas", "key=.."),
        ("key=dinas", "key=a/b"),
        ("key=dinas", "key=a%3Fb"),
        ("key=dinas", "key=a;mount=../sys"),
        ("key=dinas", "key=a;namespace=a%0Ab"),
        ("key=dinas", "key=a;token=s.kenari"),
        ("private=yes", "private=ja"),
        ("private=yes", "timeout-s=soon"),
        ("private=yes", "threads=0"),
        ("token-source=env:TOKEN", "secret-source=env:TOKEN"),
        ("token-source=env:TOKEN", "token-source=env:TOKEN&secret-source=env:TOKEN"),
    ],
)
def test_a_uri_that_cannot_be_used_is_refused_before_the_token_is_asked_for(
    vault: VaultDouble, tmp_path: Path, old: str, new: str
) -> None:
    token = Asked(TOKEN)
    assert old in vault.uri
    with pytest.raises(ConfigError) as said:
        open_key(vault.uri.replace(old, new), token, pinned=None, at=AT, home=tmp_path)
    assert (token.times, vault.asked) == (0, [])
    assert "kenari" not in str(said.value)


def test_the_certificate_is_looked_at_before_the_token_is_asked_for(vault: VaultDouble, tmp_path: Path) -> None:
    token = Asked(TOKEN)
    (tmp_path / "key.pem").unlink()
    with pytest.raises(KeyUnavailable, match=r"key\.pem"):
        open_key(vault.uri, token, pinned=None, at=AT, home=tmp_path)
    assert token.times == 0


def test_no_token_is_in_a_log_an_error_or_a_repr(
    vault: VaultDouble, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = opened(vault.uri, tmp_path)
    said = [repr(key), str(key)]
    answers: list[Callable[[], tuple[int, bytes]]] = [
        lambda: (403, errors("permission denied")),
        lambda: (400, errors(f"bad token {TOKEN}")),
        lambda: (200, results(*[{"error": f"bad token {TOKEN}"}] * 3)),
        lambda: (200, b"\xff" + TOKEN.encode()),
        lambda: (302, b""),
        lambda: (999999, b""),
    ]
    for answer in answers:
        vault.instead.append(answer)
        with pytest.raises(TteError) as refused:
            key.sign(DIGESTS)
        said.append(_all_of(refused.value))
    key.close()
    assert not [text for text in (*said, caplog.text) if TOKEN in text]


def _all_of(error: BaseException | None) -> str:
    if error is None:
        return ""
    return f"{error!r} {error} {vars(error)} " + _all_of(error.__cause__) + _all_of(error.__context__)
