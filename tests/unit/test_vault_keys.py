"""Keys in the transit engine of a real OpenBao: what happens to a key, a token and a server, and what is then said."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_public_key
from cryptography.x509.oid import NameOID

from tests.remote_keys import AT, certify
from tte.backends import open_key
from tte.backends.vault import make_key
from tte.errors import (
    ConfigError,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyUnavailable,
    PinRefused,
    SessionLost,
    WrongCertificate,
)
from tte.key import Key, KeyUri
from tte.testing.keys import Asked
from tte.testing.openbao import OpenBao

DIGESTS = [hashlib.sha256(number.to_bytes(2, "big")).digest() for number in range(600)]


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    with OpenBao(tmp_path_factory.mktemp("openbao")) as running:
        yield running


@pytest.fixture
def name(bao: OpenBao, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A P-256 key of this test's own, its certificate in key.pem."""
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]
    certify(tmp_path / "key.pem", bao.make(name))
    return name


def opened(uri: str, home: Path, token: str) -> Key:
    secrets = Asked(token)
    try:
        return open_key(uri, secrets, pinned=None, at=AT, home=home)
    finally:
        assert secrets.times <= 1


def verify_all(key: Key) -> None:
    for digest, signature in zip(DIGESTS[:3], key.sign(DIGESTS[:3]), strict=True):
        key.identity.verify(digest, signature)


def test_more_digests_than_one_request_takes_are_signed_in_order(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name))
    for digest, signature in zip(DIGESTS, key.sign(DIGESTS), strict=True):
        key.identity.verify(digest, signature)
    key.close()


def test_after_a_restart_of_the_server_the_next_chunk_signs(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name))
    bao.stop()
    with pytest.raises(KeyUnavailable, match="cannot be reached"):
        key.sign(DIGESTS[:3])
    bao.start(unseal=False)
    with pytest.raises(KeyUnavailable) as said:
        key.sign(DIGESTS[:3])
    assert "unseal" in said.value.hint
    bao.unseal()
    verify_all(key)
    bao.stop()
    bao.start()
    verify_all(key)
    key.close()


def test_a_sealed_server_is_unavailable_and_signs_again_when_unsealed(bao: OpenBao, name: str, tmp_path: Path) -> None:
    token = bao.token(name)
    key = opened(bao.uri(name), tmp_path, token)
    bao.seal()
    try:
        for ask in (lambda: key.sign(DIGESTS[:3]), lambda: opened(bao.uri(name), tmp_path, token)):
            with pytest.raises(KeyUnavailable) as said:
                ask()
            assert "unseal" in said.value.hint
    finally:
        bao.unseal()
    verify_all(key)
    key.close()


def test_a_token_that_the_server_does_not_know_is_refused(bao: OpenBao, name: str, tmp_path: Path) -> None:
    with pytest.raises(PinRefused):
        opened(bao.uri(name), tmp_path, "s.bukanTokenSiapaPun")


def test_a_token_that_may_not_read_the_key_is_refused(bao: OpenBao, name: str, tmp_path: Path) -> None:
    with pytest.raises(PinRefused, match="may not read"):
        opened(bao.uri(name), tmp_path, bao.token("another-key"))


def test_a_token_that_may_not_sign_is_told_so(bao: OpenBao, name: str, tmp_path: Path) -> None:
    token = bao.token(name, policy='path "transit/keys/{key}" {{ capabilities = ["read"] }}')
    with pytest.raises(KeyRefused, match="may not use") as said:
        opened(bao.uri(name), tmp_path, token)
    assert "update" in said.value.hint


def test_a_token_that_ends_within_a_batch_is_a_lost_session_and_a_new_one_goes_on(
    bao: OpenBao, name: str, tmp_path: Path
) -> None:
    token = bao.token(name)
    key = opened(bao.uri(name), tmp_path, token)
    verify_all(key)
    bao.ask("POST", "auth/token/revoke", {"token": token})
    with pytest.raises(SessionLost) as said:
        key.sign(DIGESTS[:3])
    assert "new token" in said.value.hint
    key.close()
    again = opened(bao.uri(name), tmp_path, bao.token(name))
    verify_all(again)
    again.close()


def test_a_token_of_one_use_is_a_lost_session_too(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name, num_uses=2))
    with pytest.raises(SessionLost):
        key.sign(DIGESTS[:3])
    key.close()


@pytest.mark.parametrize(
    "where", [";key=tidak-ada;", ";mount=tidak-ada;key=x;", ";namespace=tidak-ada;key=x;", ";version=7;key=NAME;"]
)
def test_a_key_that_is_not_there_is_not_found(bao: OpenBao, name: str, tmp_path: Path, where: str) -> None:
    uri = bao.uri(name).replace(f";key={name};", where.replace("NAME", name))
    with pytest.raises(KeyNotFound):
        opened(uri, tmp_path, bao.root_token)


def test_a_key_that_is_deleted_is_not_found(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name))
    bao.ask("POST", f"transit/keys/{name}/config", {"deletion_allowed": True})
    bao.ask("DELETE", f"transit/keys/{name}")
    with pytest.raises(KeyNotFound):
        key.sign(DIGESTS[:3])
    key.close()


@pytest.mark.parametrize("kind", ["ed25519", "aes256-gcm96"])
def test_a_key_that_cannot_sign_documents_is_refused(bao: OpenBao, name: str, tmp_path: Path, kind: str) -> None:
    bao.make(kind, kind)
    with pytest.raises(KeyRefused, match=kind) as said:
        opened(bao.uri(kind), tmp_path, bao.token(kind))
    assert "rsa-2048" in said.value.hint


def test_the_certificate_of_another_key_is_refused(bao: OpenBao, name: str, tmp_path: Path) -> None:
    certify(tmp_path / "key.pem", bao.make(f"{name}-another"))
    with pytest.raises(WrongCertificate):
        opened(bao.uri(name), tmp_path, bao.token(name))


def test_after_a_rotation_the_version_of_the_certificate_signs(bao: OpenBao, name: str, tmp_path: Path) -> None:
    token = bao.token(name)
    key = opened(bao.uri(name), tmp_path, token)
    bao.ask("POST", f"transit/keys/{name}/rotate", {})
    verify_all(key)
    key.close()
    opened(bao.uri(name), tmp_path, token).close()
    with pytest.raises(WrongCertificate):
        opened(bao.uri(name).replace("?", ";version=2?"), tmp_path, token)
    certify(tmp_path / "key.pem", bao.public(name, 2))
    key = opened(bao.uri(name).replace("?", ";version=2?"), tmp_path, token)
    verify_all(key)
    key.close()


def test_a_version_that_the_engine_no_longer_signs_with_is_refused(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name))
    bao.ask("POST", f"transit/keys/{name}/rotate", {})
    bao.ask("POST", f"transit/keys/{name}/config", {"min_encryption_version": 2})
    with pytest.raises(KeyRefused, match="minimum"):
        key.sign(DIGESTS[:3])
    key.close()


def test_a_rate_limit_is_said_as_one(bao: OpenBao, name: str, tmp_path: Path) -> None:
    key = opened(bao.uri(name), tmp_path, bao.token(name))
    quota = "sys/quotas/rate-limit/sempit"
    bao.ask("POST", quota, {"path": "transit/", "rate": 1, "interval": "600s"})
    try:
        verify_all(key)
        with pytest.raises(KeyThrottled):
            key.sign(DIGESTS[:1])
    finally:
        bao.ask("DELETE", quota)
    verify_all(key)
    key.close()


@pytest.fixture(scope="module")
def role(bao: OpenBao) -> str:
    """An AppRole that may do all with the transit engine; gives its role-id."""
    bao.ask("POST", "sys/auth/approle", {"type": "approle"})
    bao.ask("POST", "sys/policies/acl/dinas", {"policy": 'path "transit/*" { capabilities = ["read", "update"] }'})
    bao.ask("POST", "auth/approle/role/dinas", {"token_policies": ["dinas"]})
    return str(bao.ask("GET", "auth/approle/role/dinas/role-id")["data"]["role_id"])


def by_role(uri: str, role: str) -> str:
    return uri.replace("?", f";role-id={role}?").replace("token-source", "secret-source")


def test_a_role_signs_with_its_secret(bao: OpenBao, name: str, tmp_path: Path, role: str) -> None:
    secret = bao.ask("POST", "auth/approle/role/dinas/secret-id", {})["data"]["secret_id"]
    key = opened(by_role(bao.uri(name), role), tmp_path, secret)
    verify_all(key)
    key.close()


def test_a_wrong_secret_of_a_role_is_refused(bao: OpenBao, name: str, tmp_path: Path, role: str) -> None:
    with pytest.raises(PinRefused) as said:
        opened(by_role(bao.uri(name), role), tmp_path, "kenari-keliru")
    assert "kenari" not in str(said.value)


@pytest.mark.parametrize("kind", ["rsa-2048", "ecdsa-p384"])
def test_a_new_key_signs_before_it_has_a_certificate_and_opens_with_it(bao: OpenBao, tmp_path: Path, kind: str) -> None:
    uri = KeyUri.parse(bao.uri(f"baru-{kind}"))
    new = make_key(uri, Asked(bao.root_token), kind)
    public = load_der_public_key(new.public)
    digest = hashlib.new(new.algorithm.digest_name, b"csr").digest()
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(new.sign(digest), digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(new.sign(digest), digest, ec.ECDSA(Prehashed(hashes.SHA384())))
    new.close()
    certify(tmp_path / "key.pem", new.public)
    opened(bao.uri(f"baru-{kind}"), tmp_path, bao.token(f"baru-{kind}")).close()
    assert bao.ask("GET", f"transit/keys/baru-{kind}")["data"]["exportable"] is False
    with pytest.raises(KeyRefused, match="has a key named"):
        make_key(uri, Asked(bao.root_token), kind)


def test_a_key_of_another_kind_is_not_made(bao: OpenBao) -> None:
    with pytest.raises(ConfigError):
        make_key(KeyUri.parse(bao.uri("baru")), Asked(bao.root_token), "ed25519")


def test_a_token_that_may_not_make_keys_is_told_so(bao: OpenBao) -> None:
    with pytest.raises(KeyRefused, match="may not make"):
        make_key(KeyUri.parse(bao.uri("terlarang")), Asked(bao.token("terlarang")), "ecdsa-p256")


def test_over_tls_the_server_is_trusted_by_the_ca_of_the_uri_only(tmp_path: Path) -> None:
    pem, private = self_signed(tmp_path)
    (tmp_path / "openbao").mkdir()
    with OpenBao(tmp_path / "openbao", tls=(pem, private), ca=pem) as bao:
        certify(tmp_path / "key.pem", bao.make("dinas"))
        token = bao.token("dinas")
        key = opened(bao.uri("dinas", ca="server.pem"), tmp_path, token)
        verify_all(key)
        key.close()
        with pytest.raises(KeyUnavailable, match="Certificate"):
            opened(bao.uri("dinas"), tmp_path, token)
        with pytest.raises(KeyUnavailable, match="CA certificates"):
            opened(bao.uri("dinas", ca="missing.pem"), tmp_path, token)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A server certificate for 127.0.0.1 and its key, PEM; good today, as TLS asks the machine's clock."""
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OpenBao Uji Coba")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .sign(private, hashes.SHA256())
    )
    pem, key = folder / "server.pem", folder / "server-key.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return pem, key
