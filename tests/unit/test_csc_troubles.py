"""What goes wrong at a remote signing service has its named error, and what may have signed is not asked twice."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tte.backends import open_key
from tte.errors import (
    CertificateExpired,
    CertificateRevoked,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    PinLocked,
    PinRefused,
    SessionLost,
    SignatureMismatch,
    TteError,
    WrongCertificate,
)
from tte.key import Key
from tte.testing.csc import Csc, Trouble
from tte.testing.csc_http import Says
from tte.testing.csc_rules import Rules
from tte.testing.pki import generate

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
PIN = "kenari-4402"
TOKEN = "tanda-masuk-7135"
ACCESS = "token-source=env:TOKEN&pin-source=env:PIN&timeout-s=1"
DIGESTS = [hashlib.sha256(str(number).encode()).digest() for number in range(5)]
HOSTILE = "<script>alert(1)</script>\x1b[2J kenari-4402"

AUTHORIZE, SIGN = "credentials/authorize", "signatures/signHash"


def answer(source: str) -> str:
    return {"env:TOKEN": TOKEN, "env:PIN": PIN, "env:SECRET": "rahasia-klien"}[source]


def opening(service: Csc, access: str = ACCESS, **more: str) -> Key:
    return open_key(service.uri(access, **more), answer, pinned=None, at=AT)


def says(text: str, error: str = "invalid_request", status: int = 400) -> Says:
    return Says(status, json.dumps({"error": error, "error_description": text}).encode())


@pytest.fixture(params=["v1", "v2"])
def service(request: pytest.FixtureRequest) -> Iterator[Csc]:
    with Csc(Rules(api=request.param, pin=PIN, token=TOKEN), at=AT) as running:
        yield running


@pytest.fixture
def key(service: Csc) -> Iterator[Key]:
    """A key that is open, at a service that has forgotten what it was asked for that."""
    opened = opening(service)
    service.asked.clear()
    yield opened
    opened.close()


TROUBLES: dict[str, tuple[Trouble | Says, type[TteError], str]] = {
    "reset": (Trouble.RESET, KeyUnavailable, "broke off"),
    "not http": (Trouble.NOT_HTTP, KeyUnavailable, "broke off"),
    "html": (Says(200, b"<!DOCTYPE html><p>Pemeliharaan"), KeyUnavailable, "no answer of the CSC API"),
    "a list": (Says(200, b"[]"), KeyUnavailable, "no answer of the CSC API"),
    "deep": (Says(200, b'{"a":' * 4_000), KeyUnavailable, "no answer of the CSC API"),
    "nothing": (Says(200, b"{}"), KeyUnavailable, "the service"),
    "large": (Says(200, b" " * (1 << 19)), KeyUnavailable, "bytes"),
    "elsewhere": (Says(302, headers={"Location": "https://lain.example/"}), KeyUnavailable, "elsewhere"),
    "500": (Says(500, HOSTILE.encode()), KeyUnavailable, "HTTP 500"),
    "503": (Says(503, headers={"Retry-After": "Mon, 17 Aug 2026 04:00:00 GMT"}), KeyUnavailable, "2026-08-17 04:00"),
    "504": (Says(504), KeyTimedOut, "HTTP 504"),
    "429": (Says(429, headers={"Retry-After": "7"}), KeyThrottled, "come again in 7 s"),
    "429 hostile": (Says(429, headers={"Retry-After": HOSTILE.replace("\x1b", "")}), KeyThrottled, "no more requests"),
    "403": (says(HOSTILE, "access_denied", 403), KeyRefused, "access_denied"),
    "unknown": (says(HOSTILE, HOSTILE), KeyRefused, "HTTP 400"),
    "certificate": (says("Signing certificate 'O=Dinas,CN=A' is expired"), CertificateExpired, "expired"),
    "locked": (says("PIN locked"), PinLocked, "no PIN"),
    "disabled": (says("The credential identified by credentialID is disabled"), KeyRefused, "disabled"),
    "sad expired": (says("SAD expired"), KeyUnavailable, "ran out"),
    "unauthorised": (says("Hash is not authorized by the SAD"), KeyRefused, "not authorised"),
}


@pytest.mark.parametrize("method", [AUTHORIZE, SIGN])
@pytest.mark.parametrize("name", TROUBLES)
def test_each_trouble_has_its_error_and_is_met_once(service: Csc, key: Key, name: str, method: str) -> None:
    trouble, error, text = TROUBLES[name]
    service.trouble[method] = trouble
    with pytest.raises(error) as met:
        key.sign(DIGESTS)
    said = f"{met.value} {met.value.hint}"
    assert text in said
    assert not [word for word in ("script", "\x1b", PIN) if word in said]
    assert service.methods.count(method) == 1


@pytest.mark.parametrize("method", [AUTHORIZE, SIGN])
def test_a_service_that_does_not_answer_is_given_up(method: str) -> None:
    with Csc(Rules(pin=PIN, token=TOKEN), at=AT) as service:
        key = opening(service)
        service.asked.clear()
        service.trouble[method] = Trouble.HANG
        with pytest.raises(KeyTimedOut, match="in time"):
            key.sign(DIGESTS)
        assert service.methods.count(method) == 1
        key.close()


@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.TOO_FEW, Says(503), Says(429)])
def test_the_next_batch_signs_when_the_trouble_at_signing_is_over(
    service: Csc, key: Key, trouble: Trouble | Says
) -> None:
    service.trouble[SIGN] = trouble
    with pytest.raises(KeyUnavailable):
        key.sign(DIGESTS)
    service.trouble.clear()
    for digest, signature in zip(DIGESTS, key.sign(DIGESTS), strict=True):
        key.identity.verify(digest, signature)


def test_a_lost_answer_may_have_been_counted(service: Csc, key: Key) -> None:
    service.trouble[SIGN] = Trouble.RESET
    with pytest.raises(KeyUnavailable) as met:
        key.sign(DIGESTS)
    assert "may have signed" in met.value.hint


def test_too_few_signatures_are_none(service: Csc, key: Key) -> None:
    service.trouble[SIGN] = Trouble.TOO_FEW
    with pytest.raises(KeyUnavailable, match="5 signatures for 5 digests"):
        key.sign(DIGESTS)


@pytest.mark.parametrize("value", ["", "!!", "QUJD", None, 7, "é"])
def test_what_is_no_signature_is_none(service: Csc, key: Key, value: object) -> None:
    service.trouble[SIGN] = Says(200, json.dumps({"signatures": [value]}).encode())
    with pytest.raises(KeyUnavailable, match="no signature"):
        key.sign(DIGESTS[:1])


def test_another_keys_signature_is_found_out(service: Csc, key: Key) -> None:
    service.trouble[SIGN] = Trouble.ANOTHER_KEY
    (signature,) = key.sign(DIGESTS[:1])
    with pytest.raises(SignatureMismatch):
        key.identity.verify(DIGESTS[0], signature)
    with pytest.raises(WrongCertificate):
        opening(service)


# PIN and token


def test_a_pin_that_was_refused_is_never_given_again(service: Csc, key: Key) -> None:
    service.rules.pin = "diganti-oleh-pemiliknya"
    for _ in range(3):
        with pytest.raises(PinRefused):
            key.sign(DIGESTS)
    assert service.methods == [AUTHORIZE]


def test_a_locked_credential_says_so(service: Csc) -> None:
    right, service.rules.pin = service.rules.pin, "lain"
    for _ in range(3):
        with pytest.raises(PinRefused):
            opening(service)
    service.rules.pin = right
    with pytest.raises(PinLocked):
        opening(service)


def test_a_token_that_was_never_good_is_refused(service: Csc) -> None:
    service.forget_tokens()
    with pytest.raises(PinRefused, match="access token"):
        opening(service)
    assert service.methods == ["info", "credentials/info"]


def test_a_token_that_ran_out_is_a_lost_session(service: Csc, key: Key) -> None:
    service.forget_tokens()
    with pytest.raises(SessionLost, match="any more"):
        key.sign(DIGESTS)
    assert service.methods == [AUTHORIZE]


def test_a_token_that_ran_out_before_opening_is_a_lost_session(service: Csc) -> None:
    service.trouble["credentials/info"] = says("The token is expired or has been revoked", "expired_token", 400)
    with pytest.raises(SessionLost):
        opening(service)


def test_a_missing_token_is_named(service: Csc) -> None:
    with pytest.raises(KeyRefused) as refusal:
        opening(service, "pin-source=env:PIN")
    assert "token-source" in refusal.value.hint


def test_a_token_that_is_none_is_not_sent(service: Csc) -> None:
    with pytest.raises(KeyRefused, match="no token has"):
        open_key(service.uri(ACCESS), lambda _: "a\r\nX-Lain: b", pinned=None, at=AT)
    assert not service.asked


def test_a_client_secret_is_tried_once(service: Csc) -> None:
    service.rules.client = ("dinas-9971", "lain")
    with pytest.raises(PinRefused, match="client secret"):
        opening(service, "client-id=dinas-9971&client-secret-source=env:SECRET&pin-source=env:PIN")
    assert service.methods == ["oauth2/token"]


def test_a_token_that_cannot_be_renewed_is_asked_for_once(service: Csc) -> None:
    service.rules.token, service.rules.client = "", ("dinas-9971", "rahasia-klien")
    key = opening(service, "client-id=dinas-9971&client-secret-source=env:SECRET&pin-source=env:PIN")
    service.forget_tokens()
    service.rules.client = ("dinas-9971", "diganti")
    service.asked.clear()
    for _ in range(2):
        with pytest.raises(PinRefused):
            key.sign(DIGESTS)
    assert service.methods.count("oauth2/token") == 1
    key.close()


# The credential


@pytest.mark.parametrize(
    ("rules", "error", "text"),
    [
        ({"cert_status": "expired", "key_status": "disabled"}, CertificateExpired, "expired"),
        ({"cert_status": "revoked"}, CertificateRevoked, "revoked"),
        ({"cert_status": "suspended"}, CertificateRevoked, "suspended"),
        ({"key_status": "disabled"}, KeyRefused, "disabled"),
        ({"mode": "oauth2code"}, KeyRefused, "browser"),
        ({"algos": ["1.2.840.113549.1.1.10"]}, KeyRefused, "does not sign with"),
        ({"most": 0}, KeyUnavailable, "none of the CSC API"),
    ],
)
def test_a_credential_that_does_not_sign_is_refused_before_the_pin_is_read(
    service: Csc, rules: dict[str, object], error: type[TteError], text: str
) -> None:
    asked: list[str] = []

    def ask(source: str) -> str:
        asked.append(source)
        return answer(source)

    for name, value in rules.items():
        setattr(service.rules, name, value)
    with pytest.raises(error, match=text):
        open_key(service.uri(ACCESS), ask, pinned=None, at=AT)
    assert asked == ["env:TOKEN"]
    assert AUTHORIZE not in service.methods


def test_a_credential_that_is_not_there_is_not_found_and_the_others_are_named(service: Csc) -> None:
    with pytest.raises(KeyNotFound) as refusal:
        opening(service, credential="GX9")
    assert refusal.value.hint == "the service has GX0112348, HX0224685"


def test_names_that_are_not_plain_are_not_repeated(service: Csc) -> None:
    service.trouble["credentials/list"] = Says(200, json.dumps({"credentialIDs": [HOSTILE, 7, "A" * 99]}).encode())
    with pytest.raises(KeyNotFound) as refusal:
        opening(service, credential="GX9")
    assert refusal.value.hint == "check the credential's id"


@pytest.mark.parametrize("body", [b"{}", b'{"key": 1}', b'{"key": {"status": "enabled", "algo": []}, "cert": {}}'])
def test_an_answer_about_the_credential_that_says_nothing_is_unavailable(service: Csc, body: bytes) -> None:
    service.trouble["credentials/info"] = Says(200, body)
    with pytest.raises(KeyUnavailable, match="none of the CSC API"):
        opening(service)


@pytest.mark.parametrize(("specs", "error"), [("3.0", KeyRefused), (HOSTILE, KeyRefused), (2, KeyUnavailable)])
def test_another_version_is_refused(service: Csc, specs: object, error: type[TteError]) -> None:
    service.trouble["info"] = Says(200, json.dumps({"specs": specs}).encode())
    with pytest.raises(error) as refusal:
        opening(service)
    assert "script" not in f"{refusal.value}"


def test_an_owner_who_approves_elsewhere_is_not_waited_for(service: Csc, key: Key) -> None:
    service.trouble[AUTHORIZE] = Says(202, b'{"handle": "878287f37b2bv293"}')
    with pytest.raises(KeyRefused, match="elsewhere"):
        key.sign(DIGESTS)


@pytest.mark.parametrize(
    ("auth", "text"),
    [
        ({"mode": "explicit", "objects": [{"type": "ChallengeResponseOOB", "id": "SMS"}]}, "telephone"),
        (
            {
                "mode": "explicit",
                "expression": "(PIN AND OTP) OR SMS",
                "objects": [{"type": "Password", "id": "PIN"}],
            },
            "combination",
        ),
    ],
)
def test_ways_of_authorising_that_are_not_known_are_refused(auth: object, text: str) -> None:
    with Csc(Rules(token=TOKEN), at=AT) as service:
        told = service.told_about_credential()
        service.trouble["credentials/info"] = Says(200, json.dumps(told | {"auth": auth}).encode())
        with pytest.raises(KeyRefused, match=text):
            opening(service)


def test_of_alternatives_the_first_that_has_a_source_is_given() -> None:
    objects = [{"type": "Password", "id": "OTP", "generator": "totp"}, {"type": "Password", "id": "PIN"}]
    with Csc(Rules(token=TOKEN, pin=PIN), at=AT) as service:
        told = service.told_about_credential()
        auth = {"mode": "explicit", "expression": "OTP XOR PIN", "objects": objects}
        service.trouble["credentials/info"] = Says(200, json.dumps(told | {"auth": auth}).encode())
        opening(service).close()
        (authorised,) = service.bodies(AUTHORIZE)
    assert authorised["authData"] == [{"id": "PIN", "value": PIN}]


# TLS


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """What a server with a certificate of its own CA speaks, and that CA's certificate as a file in a home."""
    home = tmp_path_factory.mktemp("home")
    private = generate("ecdsa-p256")
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "Uji Coba TLS")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    (home / "layanan.pem").write_bytes(pem)
    both = home / "server.pem"
    both.write_bytes(pem + private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, home


def test_a_ca_of_the_services_own_is_read_from_the_home(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, home = tls
    with Csc(Rules(pin=PIN, token=TOKEN), at=AT, tls=context) as service:
        uri = service.uri(f"{ACCESS}&ca=layanan.pem")
        open_key(uri, answer, pinned=None, at=AT, home=home).close()


def test_a_service_that_nobody_vouches_for_is_told_nothing(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, _ = tls
    with Csc(Rules(pin=PIN, token=TOKEN), at=AT, tls=context) as service:
        with pytest.raises(KeyUnavailable):
            opening(service)
        assert not service.asked


def test_nobody_there_is_unavailable() -> None:
    with Csc(Rules(), at=AT) as service:
        uri = service.uri(ACCESS)
    with pytest.raises(KeyUnavailable, match="cannot be reached"):
        open_key(uri, answer, pinned=None, at=AT)


def test_a_closed_key_asks_nobody(service: Csc, key: Key) -> None:
    key.close()
    with pytest.raises(KeyUnavailable, match="closed"):
        key.sign(DIGESTS)
    assert not service.asked
