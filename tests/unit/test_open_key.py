"""Opening a key: found by its scheme, self-tested, or refused by name with a remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12

from tte.backends import BUILT_IN, open_key, schemes, selftest
from tte.backends.memory import MemoryKey
from tte.errors import ConfigError, KeyRefused, KeyUnavailable, TteError
from tte.key import Algorithm, Identity, Key
from tte.testing.pki import TestCa, generate, make_demo_key, write_pkcs12

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)
DAY = timedelta(days=1)
PIN = "rahasia-8391"
URI = "pkcs12:path=kunci.p12?pin-source=env:PIN"


def answer(source: str) -> str:
    return PIN


def unasked(source: str) -> str:
    raise AssertionError("no secret was needed")


def opened(home: Path, uri: str = URI, *, at: datetime = AT, pinned: bytes | None = None) -> Key:
    return open_key(uri, answer, pinned=pinned, at=at, home=home)


@pytest.fixture(scope="module")
def ca() -> TestCa:
    return TestCa(since=AT - 400 * DAY)


@pytest.fixture
def issue(ca: TestCa, tmp_path: Path) -> Callable[..., bytes]:
    """Makes `kunci.p12` in `tmp_path`; takes what should be different about it and gives the certificate, DER."""

    def make(**different: object) -> bytes:
        wanted: dict[str, object] = {
            "name": "Pejabat",
            "valid_from": AT - DAY,
            "valid_to": AT + DAY,
            "kdf_rounds": 1000,
        }
        certificate = ca.issue_pkcs12(tmp_path / "kunci.p12", PIN, **(wanted | different))  # type: ignore[arg-type]
        return certificate.public_bytes(Encoding.DER)

    return make


def write(home: Path, ca: TestCa, **parts: object) -> None:
    write_pkcs12(home / "kunci.p12", PIN, kdf_rounds=1000, **parts)  # type: ignore[arg-type]


def test_a_good_key_opens_with_the_chain_but_not_the_anchor(
    ca: TestCa, issue: Callable[..., bytes], tmp_path: Path
) -> None:
    pinned = issue()
    key = opened(tmp_path, pinned=pinned)
    assert key.identity.certificate == pinned
    assert key.identity.chain == (ca.issuing.certificate.public_bytes(Encoding.DER),)


@pytest.mark.parametrize("at", [AT - DAY, AT + DAY])
def test_a_certificate_is_valid_to_its_very_ends(issue: Callable[..., bytes], tmp_path: Path, at: datetime) -> None:
    issue()
    opened(tmp_path, at=at).close()


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({"valid_to": AT - timedelta(seconds=1)}, "expired on 2026-08-17"),
        ({"valid_from": AT + timedelta(seconds=1)}, "not valid before 2026-08-17"),
        ({"usage": frozenset({"key_encipherment"})}, "neither digitalSignature nor nonRepudiation"),
        ({"usage": None}, "does not say"),
        ({"usage": frozenset({"digital_signature", "key_cert_sign"})}, "signing certificates"),
        ({"is_ca": True}, "of a CA"),
    ],
)
def test_a_bad_certificate_is_refused_by_name(
    issue: Callable[..., bytes], tmp_path: Path, different: dict[str, object], says: str
) -> None:
    issue(**different)
    with pytest.raises(KeyRefused, match=says) as refusal:
        opened(tmp_path)
    assert refusal.value.hint


@pytest.mark.parametrize("usage", ["digital_signature", "content_commitment"])
def test_either_usage_is_enough(issue: Callable[..., bytes], tmp_path: Path, usage: str) -> None:
    issue(usage=frozenset({usage}))
    opened(tmp_path).close()


def test_another_certificate_than_the_pinned_one_is_refused(issue: Callable[..., bytes], tmp_path: Path) -> None:
    other = TestCa(since=AT - DAY).root.certificate.public_bytes(Encoding.DER)
    issue()
    with pytest.raises(KeyRefused, match="pinned"):
        opened(tmp_path, pinned=other)


def test_the_certificate_of_another_key_is_refused(ca: TestCa, tmp_path: Path) -> None:
    stranger = ca.certify(generate("ecdsa-p256"), name="Lain", valid_from=AT - DAY, valid_to=AT + DAY)
    key = generate("ecdsa-p256")
    content = pkcs12.serialize_key_and_certificates(b"tte", key, None, [stranger], NoEncryption())
    (tmp_path / "kunci.p12").write_bytes(content)
    (tmp_path / "kunci.p12").chmod(0o600)
    with pytest.raises(KeyRefused, match="belongs to its private key"):
        open_key(URI, lambda source: "", pinned=None, at=AT, home=tmp_path)


def test_a_key_that_signs_with_another_key_than_its_certificate_says_is_refused_and_closed(ca: TestCa) -> None:
    certificate = ca.certify(generate("ecdsa-p256"), name="Lain", valid_from=AT - DAY, valid_to=AT + DAY)
    key = MemoryKey(generate("ecdsa-p256"), Identity.of(certificate, ca.chain))
    with pytest.raises(KeyRefused, match="trial signature"):
        selftest.self_test(key, pinned=None, at=AT)


def test_a_chain_in_the_wrong_order_is_refused(ca: TestCa) -> None:
    private = generate("ecdsa-p256")
    certificate = ca.certify(private, name="Pejabat", valid_from=AT - DAY, valid_to=AT + DAY)
    key = MemoryKey(private, Identity.of(certificate, [ca.root.certificate, ca.issuing.certificate]))
    with pytest.raises(KeyRefused, match="chain"):
        selftest.self_test(key, pinned=None, at=AT)


def test_a_certificate_without_its_chain_is_accepted(ca: TestCa, tmp_path: Path) -> None:
    private = generate("ecdsa-p256")
    certificate = ca.certify(private, name="Pejabat", valid_from=AT - DAY, valid_to=AT + DAY)
    write(tmp_path, ca, private=private, certificate=certificate, others=[])
    assert opened(tmp_path).identity.chain == ()


def test_the_chain_is_put_in_order_and_strangers_are_left_out(ca: TestCa, tmp_path: Path) -> None:
    private = generate("ecdsa-p256")
    certificate = ca.certify(private, name="Pejabat", valid_from=AT - DAY, valid_to=AT + DAY)
    stranger = TestCa(since=AT - DAY)
    others = [stranger.issuing.certificate, ca.root.certificate, ca.issuing.certificate, stranger.root.certificate]
    write(tmp_path, ca, private=private, certificate=certificate, others=others)
    assert opened(tmp_path).identity.chain == (ca.issuing.certificate.public_bytes(Encoding.DER),)


def test_a_kind_of_key_we_do_not_sign_with_is_refused(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    content = pkcs12.serialize_key_and_certificates(b"tte", key, None, None, NoEncryption())
    (tmp_path / "kunci.p12").write_bytes(content)
    (tmp_path / "kunci.p12").chmod(0o600)
    with pytest.raises(KeyRefused, match="neither RSA nor ECDSA"):
        open_key(URI, lambda source: "", pinned=None, at=AT, home=tmp_path)


def test_a_file_without_a_key_is_refused(ca: TestCa, tmp_path: Path) -> None:
    write(tmp_path, ca, private=None, certificate=None, others=[ca.root.certificate])
    with pytest.raises(KeyRefused, match="no private key"):
        opened(tmp_path)


def test_a_missing_file_is_unavailable_and_no_secret_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match=r"kunci\.p12"):
        open_key(URI, unasked, pinned=None, at=AT, home=tmp_path)


def test_a_key_file_open_to_others_is_refused_and_no_secret_is_asked_for(
    issue: Callable[..., bytes], tmp_path: Path
) -> None:
    issue()
    (tmp_path / "kunci.p12").chmod(0o644)
    with pytest.raises(KeyRefused) as refusal:
        open_key(URI, unasked, pinned=None, at=AT, home=tmp_path)
    assert "chmod 600" in refusal.value.hint


@pytest.mark.parametrize("content", [b"", b"hello", b"\x30\x80\x00", bytes(100)])
def test_a_file_that_is_no_pkcs12_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kunci.p12").write_bytes(content)
    (tmp_path / "kunci.p12").chmod(0o600)
    with pytest.raises(KeyRefused) as refusal:
        opened(tmp_path)
    assert PIN not in repr(refusal.value) + str(refusal.value.__cause__)


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs12:path=a",
        "pkcs12:?pin-source=env:PIN",
        "pkcs12:path=a;pth=b?pin-source=env:PIN",
        "pkcs12:path=a?pin-source=env:PIN&pin=rahasia",
        "ephemeral:",
        "ephemeral:algorithm=rsa-1024",
        "ephemeral:algorithm=ed25519",
        "ephemeral:algorithm=ecdsa-p256;valid-from=tomorrow",
        "ephemeral:algorithm=ecdsa-p256;name=",
        "ephemeral:algorithm=ecdsa-p256?pin-source=env:PIN",
        "hantu:path=a",
    ],
)
def test_a_uri_its_backend_cannot_follow_is_a_configuration_error(uri: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        open_key(uri, unasked, pinned=None, at=AT, home=tmp_path)
    assert "rahasia" not in f"{refusal.value} {refusal.value.hint}"


def test_an_ephemeral_key_bears_its_name_and_lives_a_week() -> None:
    uri = "ephemeral:algorithm=ecdsa-p384;name=Kepala%20Dinas;valid-from=2026-08-17"
    key = open_key(uri, unasked, pinned=None, at=AT)
    assert key.identity.algorithm is Algorithm.ECDSA_P384
    assert b"Kepala Dinas" in key.identity.certificate
    with pytest.raises(KeyRefused, match="expired"):
        open_key(uri, unasked, pinned=None, at=AT + 8 * DAY)


def test_a_demo_key_opens_now(tmp_path: Path) -> None:
    anchor = make_demo_key(tmp_path / "kunci.p12", PIN, algorithm="ecdsa-p256")
    assert anchor.startswith(b"-----BEGIN CERTIFICATE-----")
    opened(tmp_path, at=datetime.now(UTC)).close()


PLUGIN = """
from tte.key import Identity

opened = []

class Useless:
    identity = Identity(b"no certificate", (), "ecdsa-p256-sha256")
    closed = False
    def sign(self, digests): raise AssertionError("signed before it was known to be the right key")
    def close(self): self.closed = True

def open_key(uri, secrets):
    opened.append(Useless())
    return opened[-1]
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[object]:
    """A distribution with a backend `uji`, and one that would like to be `pkcs12`; gives the keys that were opened."""
    (tmp_path / "uji_backend.py").write_text(PLUGIN, encoding="utf-8")
    info = tmp_path / "uji_backend-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: uji-backend\nVersion: 1.0\n", encoding="utf-8")
    points = (
        "[tte.backends]\nuji = uji_backend:open_key\npkcs12 = uji_backend:open_key\npatah = uji_backend.none:open_key\n"
    )
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    import uji_backend  # type: ignore[import-not-found]

    opened: Sequence[object] = uji_backend.opened
    return opened


def test_a_backend_is_found_by_its_entry_point_and_a_bad_key_of_it_is_closed(installed: Sequence[object]) -> None:
    assert "uji" in schemes()
    with pytest.raises(KeyRefused, match="cannot be read"):
        open_key("uji:", unasked, pinned=None, at=AT)
    assert installed[-1].closed  # type: ignore[attr-defined]


def test_a_built_in_scheme_cannot_be_taken_over(installed: Sequence[object], tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        open_key(URI, unasked, pinned=None, at=AT, home=tmp_path)


def test_a_backend_that_cannot_be_imported_says_so(installed: Sequence[object]) -> None:
    with pytest.raises(ConfigError, match="patah"):
        open_key("patah:", unasked, pinned=None, at=AT)


def test_built_in_schemes_need_no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata.Distribution, "discover", lambda **_: iter(()))
    assert schemes() == tuple(sorted(BUILT_IN))
    with pytest.raises(TteError):
        open_key("ephemeral:algorithm=none", unasked, pinned=None, at=AT)
    open_key("ephemeral:algorithm=ecdsa-p256;valid-from=2026-08-15", unasked, pinned=None, at=AT).close()
