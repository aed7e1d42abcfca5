"""A new key in a PKCS#12 file, its request, and the certificate put into the file."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key, pkcs12

from tests.remote_keys import certify
from tte.backends import generating, open_key
from tte.backends.new_key import SIGNS_AS, NewKey
from tte.errors import ConfigError, KeyRefused, PinRefused, SignatureMismatch, WrongCertificate
from tte.key import KeyUri
from tte.office.signing_request import read_subject, signed_request
from tte.testing.keys import Asked

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
PIN = "kenari-benar"
URI = KeyUri.parse("pkcs12:path=baru.p12?pin-source=file:pin")
SUBJECT = read_subject("CN=Pejabat Uji Coba,O=Uji Coba TTE,C=ID")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that nobody will attack opens at once."""
    monkeypatch.setattr("tte.backends.pkcs12_making.ROUNDS", 1000)


def made(home: Path, algorithm: str = "ecdsa-p256") -> NewKey:
    return generating.make_key(URI, Asked(PIN), algorithm, home=home)


def put(home: Path, pem: bytes, pin: str = PIN) -> Path | None:
    return generating.put_certificate(URI, Asked(pin), pem, home=home)


def issued(home: Path, key: NewKey, name: str = "izin.pem") -> bytes:
    certify(home / name, key.public)
    return (home / name).read_bytes()


def opens(home: Path, pem: bytes) -> None:
    pinned = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    key = open_key(URI, Asked(PIN), pinned=pinned, at=AT, home=home)
    assert len(key.identity.chain) == 1
    key.close()


@pytest.mark.parametrize("algorithm", SIGNS_AS)
def test_a_key_is_made_requested_certified_and_opened(tmp_path: Path, algorithm: str) -> None:
    key = made(tmp_path, algorithm)
    request = x509.load_pem_x509_csr(signed_request(key, SUBJECT))
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=Pejabat Uji Coba,O=Uji Coba TTE,C=ID"
    assert request.public_key() == load_der_public_key(key.public)
    assert request.signature_hash_algorithm is not None
    assert request.signature_hash_algorithm.name == SIGNS_AS[algorithm].digest_name
    key.close()
    pem = issued(tmp_path, key)
    assert put(tmp_path, pem) is None
    opens(tmp_path, pem)


def test_the_file_is_its_owners_and_strongly_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    made(tmp_path)
    content = (tmp_path / "baru.p12").read_bytes()
    assert stat.S_IMODE((tmp_path / "baru.p12").stat().st_mode) == 0o600
    aes256, rounds = bytes.fromhex("060960864801650304012a"), bytes.fromhex("02030f4240")
    assert content.count(aes256) == 2
    assert content.count(rounds) >= 2
    assert bytes.fromhex("060b2a864886f70d010c0a0101") not in content


def test_until_it_has_its_certificate_it_does_not_open(tmp_path: Path) -> None:
    made(tmp_path)
    with pytest.raises(WrongCertificate, match="placeholder") as refusal:
        open_key(URI, Asked(PIN), pinned=None, at=datetime.now(UTC), home=tmp_path)
    assert "import-certificate" in refusal.value.hint


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    made(tmp_path)
    before = (tmp_path / "baru.p12").read_bytes()
    secrets = Asked(PIN)
    with pytest.raises(KeyRefused, match="never written over"):
        generating.make_key(URI, secrets, "ecdsa-p256", home=tmp_path)
    assert secrets.times == 0
    assert (tmp_path / "baru.p12").read_bytes() == before


def test_a_short_pin_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="8 characters"):
        generating.make_key(URI, Asked("1234567"), "ecdsa-p256", home=tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_typed_pin_is_asked_for_twice_and_must_be_the_same(tmp_path: Path) -> None:
    typed = KeyUri.parse("pkcs12:path=baru.p12?pin-source=prompt:")
    answers = iter([PIN, "kenari-lain"])
    with pytest.raises(KeyRefused, match="differ"):
        generating.make_key(typed, lambda source: next(answers), "ecdsa-p256", home=tmp_path)
    assert not [*tmp_path.iterdir()]
    secrets = Asked(PIN)
    generating.make_key(typed, secrets, "ecdsa-p256", home=tmp_path)
    assert secrets.times == 2


def test_the_certificate_of_another_key_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "lain").mkdir()
    pem = issued(tmp_path, made(tmp_path / "lain"))
    before = (tmp_path / "baru.p12").read_bytes()
    with pytest.raises(WrongCertificate):
        put(tmp_path, pem)
    assert (tmp_path / "baru.p12").read_bytes() == before


def test_a_wrong_pin_changes_nothing(tmp_path: Path) -> None:
    pem = issued(tmp_path, made(tmp_path))
    before = (tmp_path / "baru.p12").read_bytes()
    with pytest.raises(PinRefused):
        put(tmp_path, pem, "kenari-keliru")
    assert (tmp_path / "baru.p12").read_bytes() == before


def test_a_renewal_keeps_what_was_there(tmp_path: Path) -> None:
    key = made(tmp_path)
    first, second = issued(tmp_path, key, "satu.pem"), issued(tmp_path, key, "dua.pem")
    put(tmp_path, first)
    before = (tmp_path / "baru.p12").read_bytes()
    assert put(tmp_path, first) is None
    kept = put(tmp_path, second)
    assert kept == tmp_path / "baru.p12.bak"
    assert kept.read_bytes() == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    opens(tmp_path, second)
    with pytest.raises(KeyRefused, match=r"\.bak is there already"):
        put(tmp_path, first)
    opens(tmp_path, second)


def test_the_file_holds_the_certificate_and_its_issuer_under_a_name(tmp_path: Path) -> None:
    key = made(tmp_path)
    put(tmp_path, issued(tmp_path, key))
    store = pkcs12.load_pkcs12((tmp_path / "baru.p12").read_bytes(), PIN.encode())
    assert store.cert is not None
    assert store.cert.friendly_name == b"tte"
    assert len(store.additional_certs) == 1


@pytest.mark.parametrize(
    ("uri", "algorithm"),
    [
        ("csc:service=https%3A%2F%2Fttd.example;credential=x", "rsa-3072"),
        ("ephemeral:algorithm=rsa-2048", "rsa-2048"),
        ("pkcs12:path=baru.p12?pin-source=env:PIN", "rsa-1024"),
        ("nirwana:x=y", "rsa-3072"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_asked(tmp_path: Path, uri: str, algorithm: str) -> None:
    secrets = Asked(PIN)
    with pytest.raises(ConfigError) as refusal:
        generating.make_key(KeyUri.parse(uri), secrets, algorithm, home=tmp_path)
    assert refusal.value.hint or "one of" in str(refusal.value)
    assert secrets.times == 0


@pytest.mark.parametrize("subject", ["", "O=Uji Coba TTE", "Kepala Dinas", "CN=", "CN=x,ZZ=y", "CN=" + "x" * 65])
def test_a_subject_is_a_name_with_a_common_name(subject: str) -> None:
    with pytest.raises(ConfigError, match="CN="):
        read_subject(subject)


def test_a_subject_may_hold_what_a_psre_asks_for() -> None:
    name = read_subject("CN=Dra. CONTOH\\, M.Si.,SERIALNUMBER=197903122005012004,T=Kepala Dinas,E=a@b.example,C=ID")
    assert [one.value for one in name][::-1][:3] == ["Dra. CONTOH, M.Si.", "197903122005012004", "Kepala Dinas"]


def test_no_request_is_made_with_a_signature_of_something_else(tmp_path: Path) -> None:
    key = made(tmp_path)
    other = NewKey(key.public, key.algorithm, lambda digest: key.sign(bytes(32)), key.close)
    for bad in (other, NewKey(key.public, key.algorithm, lambda digest: b"", key.close)):
        with pytest.raises(SignatureMismatch):
            signed_request(bad, SUBJECT)
