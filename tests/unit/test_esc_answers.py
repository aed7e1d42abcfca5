"""What ESC's answers mean, in both dialects, and which of them leave it open whether something was signed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tte.backends.esc.answers import check_status, lost, refusal
from tte.backends.esc.wire import signed_v1, signed_v2
from tte.errors import (
    CertificateExpired,
    CertificateRevoked,
    ConfigError,
    Fault,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    OutcomeUnknown,
    PinRefused,
    ServiceUnavailable,
    TteError,
)
from tte.http import Answer

SPRING = {"timestamp": "2026-09-01T03:00:00.000+00:00", "error": "…", "path": "/api/sign/pdf"}
ITEXT = "Proses signing gagal : com.itextpdf.text.exceptions.InvalidPdfException: Rebuild failed: trailer not found."


def _answer(status: int, content: Any) -> Answer:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status, {}, body)


@pytest.mark.parametrize("signing", [True, False])
@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, {"error": "Passphrase anda salah", "status_code": 2031}, PinRefused),
        (400, {"error": "Proses signing gagal : Passphrase anda salah 2031", "status_code": 400}, PinRefused),
        (200, {"message": "Passphrase anda salah", "status_code": "2031"}, PinRefused),
        (400, {"error": "User tidak terdaftar", "status_code": 2011}, KeyNotFound),
        (400, {"error": "Proses signing gagal : User tidak terdaftar 2011", "status_code": 400}, KeyNotFound),
        (400, {"error": "NIK 9971202220310001 tidak terdaftar 2011", "status_code": 400}, KeyNotFound),
        (400, {"error": "…", "status_code": 2021}, KeyNotFound),
        (400, {"error": "…", "status_code": 2022}, CertificateExpired),
        (400, {"error": "…", "status_code": 2025}, CertificateRevoked),
        (400, {"error": ITEXT, "status_code": 400}, KeyRefused),
        (400, {"error": "Proses signing gagal : sesuatu", "status_code": 400}, KeyRefused),
        (400, {"error": "Proses signing gagal : log 2024-11-24 3171", "status_code": 400}, KeyRefused),
        (400, {"error": "log 2025 sejak 24-11-2024", "status_code": 400}, KeyRefused),
        (400, {"error": "timeout after 2031 ms", "status_code": 400}, KeyRefused),
        (400, b"<html>Bad Request</html>", KeyRefused),
        (401, SPRING | {"status": 401}, KeyRefused),
        (403, b"", KeyRefused),
        (404, SPRING | {"status": 404}, KeyRefused),
        (413, b"<html>Request Entity Too Large</html>", KeyRefused),
        (429, b"", KeyThrottled),
    ],
)
def test_a_definite_answer_is_a_named_error(status: int, content: Any, kind: type[TteError], signing: bool) -> None:
    error = refusal(_answer(status, content), signing=signing)
    assert type(error) is kind
    assert "9971202220310001" not in f"{error} {error.hint}"


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, SPRING | {"status": 500}),
        (502, b"<html>Bad Gateway</html>"),
        (504, b"<html>Gateway Time-out</html>"),
        (408, b""),
        (200, b"<html>Login</html>"),
        (200, b""),
        (200, {"time": 1}),
        (200, {"file": "no list"}),
        (200, {"file": ["not base64 at all!"]}),
        (200, {"file": [7]}),
        (202, b"%PDF-1.7"),
        (200, {"message": "Passphrase anda salah 2031"}),
        (200, {"error": ITEXT}),
        (500, b'{"error":"Proses signing gagal : log 2024-11-24 2024"}'),
        (500, {"error": ITEXT, "status_code": 500}),
        (504, {"error": "timeout after 2031 ms"}),
        (408, {"error": "timeout after 2031"}),
        (200, b"[" * 100_000),
    ],
)
def test_an_answer_that_is_none_leaves_it_open(status: int, content: Any) -> None:
    answer = _answer(status, content)
    assert list(signed_v1(answer)) == list(signed_v2(answer)) == []
    assert type(refusal(answer, signing=True)) is OutcomeUnknown
    assert type(refusal(answer, signing=False)) is KeyUnavailable


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, {"error": "Passphrase anda salah", "status_code": 2031}), (504, {"error": "…", "status_code": "2024"})],
)
def test_a_code_in_a_failure_leaves_it_open_too(status: int, content: Any) -> None:
    assert type(refusal(_answer(status, content), signing=True)) is OutcomeUnknown


@pytest.mark.parametrize(("code", "doubted"), [(2031, True), (2024, False)])
def test_a_failure_that_speaks_of_the_passphrase_has_that_as_its_cause(code: int, doubted: bool) -> None:
    error = refusal(_answer(500, {"error": "…", "status_code": code}), signing=True)
    assert isinstance(error.__cause__, PinRefused) is doubted
    assert ("passphrase" in error.hint) is doubted


@pytest.mark.parametrize(
    ("fault", "sent", "signing", "kind"),
    [
        (Fault.UNREACHABLE, False, True, KeyUnavailable),
        (Fault.TIMED_OUT, False, True, KeyTimedOut),
        (Fault.NOT_ALLOWED, False, True, ConfigError),
        (Fault.NOT_ALLOWED, True, True, OutcomeUnknown),
        (Fault.TIMED_OUT, True, True, OutcomeUnknown),
        (Fault.BROKE_OFF, True, True, OutcomeUnknown),
        (Fault.TOO_LARGE, True, True, OutcomeUnknown),
        (Fault.TIMED_OUT, True, False, KeyTimedOut),
        (Fault.BROKE_OFF, True, False, KeyUnavailable),
        (Fault.NOT_ALLOWED, True, False, ConfigError),
    ],
)
def test_what_was_sent_to_be_signed_and_lost_is_unknown(
    fault: Fault, sent: bool, signing: bool, kind: type[TteError]
) -> None:
    assert type(lost(ServiceUnavailable("esc.example …", fault, sent=sent), signing=signing)) is kind


@pytest.mark.parametrize(
    "content",
    [
        {"status_code": 1111, "status": "ISSUE", "message": "User sudah terdaftar"},
        {"status_code": "1111", "status": "issue"},
        {"status_code": 1111},
    ],
)
def test_an_official_who_is_issued_may_sign(content: Any) -> None:
    check_status(_answer(200, content))


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (200, {"status_code": 1110, "status": "NOT_REGISTERED", "message": "User belum terdaftar"}, KeyNotFound),
        (200, {"status_code": 1110, "message": "User belum terdaftar"}, KeyNotFound),
        (200, {"status_code": "2021", "status": "NO_CERTIFICATE"}, KeyNotFound),
        (401, SPRING | {"status": 401}, KeyRefused),
        (500, SPRING | {"status": 500}, KeyUnavailable),
        (200, b"<html>Login</html>", KeyUnavailable),
        (200, [], KeyUnavailable),
    ],
)
def test_anybody_else_may_not(status: int, content: Any, kind: type[TteError]) -> None:
    with pytest.raises(kind) as refused:
        check_status(_answer(status, content))
    assert type(refused.value) is kind
