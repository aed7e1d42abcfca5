"""Opening a `pkcs11:` key: what is refused, in which words, and how often a PIN is tried. Tokens are SoftHSM's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from tests.pkcs11_faults import FINAL_TRY, LOCKED, PIN_LOCKED, counted, failing, flagged
from tests.remote_keys import certify
from tests.soft_token import AT, PIN, Office, digests_for, opened, session_on, signs
from tte.backends.process import open_key_process
from tte.errors import (
    ConfigError,
    DeviceRemoved,
    KeyNotFound,
    KeyRefused,
    KeyUnavailable,
    PinLocked,
    PinRefused,
    WrongCertificate,
)
from tte.key import KeyUri
from tte.office.settings import Profile, read
from tte.testing.keys import Asked
from tte.testing.softhsm import SoftHsm, SoftToken


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    hsm = SoftHsm.make(tmp_path_factory.mktemp("softhsm") / "hsm")
    with hsm.in_use():
        yield Office(hsm)


@pytest.fixture(scope="module")
def token(office: Office) -> SoftToken:
    """With two keys: `sign` has its certificate on the token, `bare` nowhere."""
    token = office.token("dinas-3171")
    office.certified(token, "sign")
    office.certified(token, "bare", on_token=False)
    return token


def test_a_wrong_pin_is_given_to_the_token_once(office: Office, token: SoftToken) -> None:
    secrets = Asked("kenari-keliru")
    with counted(office.module, "C_Login") as logins, pytest.raises(PinRefused) as refusal:
        opened(token.uri("sign"), secrets)
    assert (logins.times, secrets.times) == (1, 1)
    assert "by hand" in refusal.value.hint
    signs_now(token)


def test_a_locked_pin_is_named_so(office: Office, token: SoftToken) -> None:
    with failing(office.module, "C_Login", PIN_LOCKED) as logins, pytest.raises(PinLocked) as refusal:
        opened(token.uri("sign"))
    assert logins.times == 1
    assert "security officer" in refusal.value.hint


@pytest.mark.parametrize(("flag", "kind"), [(LOCKED, PinLocked), (FINAL_TRY, KeyRefused)])
def test_the_last_try_of_a_pin_is_left_to_people(
    office: Office, token: SoftToken, flag: int, kind: type[KeyRefused]
) -> None:
    secrets = Asked(PIN)
    with (
        flagged(office.module, flag),
        counted(office.module, "C_Login") as logins,
        pytest.raises(kind),
    ):
        opened(token.uri("sign"), secrets)
    assert (logins.times, secrets.times) == (0, 0)


def test_a_token_that_is_not_there_is_named_and_no_pin_asked_for(office: Office, token: SoftToken) -> None:
    secrets = Asked(PIN)
    with pytest.raises(DeviceRemoved, match="dinas-3172"):
        opened(token.uri("sign").replace("dinas-3171", "dinas-3172"), secrets)
    assert not secrets.times


def test_one_of_two_tokens_of_one_name_is_told_by_serial_or_slot(office: Office) -> None:
    first, second = office.token("kembar"), office.token("kembar")
    with pytest.raises(KeyNotFound, match="2 times"):
        opened(first.uri("sign"))
    serial = second.folder.name.replace("-", "")[-16:]  # SoftHSM: the end of its UUID
    by_serial = second.uri("sign", more=f";serial={serial}")
    with pytest.raises(KeyNotFound, match="does not hold the key sign"):
        opened(by_serial)
    with pytest.raises(DeviceRemoved, match="is not there"):
        opened(by_serial.replace("token=kembar;", "slot-id=99999999;"))


def test_no_key_of_that_name_is_not_found(token: SoftToken) -> None:
    with pytest.raises(KeyNotFound, match="does not hold the key tidak-ada"):
        opened(token.uri("tidak-ada"))


def test_of_two_keys_of_one_name_the_id_tells_which(office: Office) -> None:
    token = office.token("dua-kunci")
    first, second = (office.certified(token, name, more=f";id={name}%ff") for name in ("a", "b"))  # %ff is no UTF-8
    with session_on(token) as session:
        for lying in list(session.get_objects()):
            lying[Attribute.LABEL] = "sign"
    with pytest.raises(KeyNotFound, match="2 times"):
        opened(token.uri("sign"))
    for name, certificate in (("a", first), ("b", second)):
        for uri in (token.uri("sign", more=f";id={name}%ff"), token.uri("x").replace("object=x", f"id={name}%FF")):
            with closing(opened(uri)) as key:
                assert key.identity.certificate == certificate


def test_the_modules_place_is_in_no_error(token: SoftToken, tmp_path: Path) -> None:
    not_a_library = tmp_path / "rahasia.so"
    not_a_library.write_bytes(b"not a library")
    another_kind = Path(os.path.realpath(x509.__file__)).parents[1] / "hazmat/bindings"
    (rust,) = another_kind.glob("_rust*.so")
    for path, said in (
        (tmp_path / "rahasia.tidak-ada", "not where"),
        (not_a_library, "loaded"),
        (rust, "another kind"),
    ):
        with pytest.raises(ConfigError, match=said) as refusal:
            opened(token.uri("sign").replace(str(token.hsm.module), str(path)))
        error = refusal.value
        assert "module-path" in error.hint
        assert str(path) not in f"{error!r}{error.hint}{error.__cause__!r}{error.__context__!r}"


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:object=sign?module-path=/m.so&pin-source=env:P",
        "pkcs11:token=dinas?module-path=/m.so&pin-source=env:P",
        "pkcs11:token=;object=sign?module-path=/m.so&pin-source=env:P",
        "pkcs11:token=dinas;object=sign?module-path=m.so&pin-source=env:P",
        "pkcs11:token=dinas;object=sign?pin-source=env:P",
        "pkcs11:token=dinas;object=sign?module-path=/m.so",
        "pkcs11:token=dinas;object=sign;slot-id=satu?module-path=/m.so&pin-source=env:P",
        "pkcs11:token=dinas;object=sign?module-path=/m.so&pin-source=env:P&sessions=0",
        "pkcs11:token=dinas;object=sign?module-path=/m.so&pin-source=env:P&pinpad=yes",
    ],
)
def test_a_uri_that_does_not_say_enough_is_refused(uri: str) -> None:
    with pytest.raises(ConfigError):
        opened(uri)


def test_an_id_of_any_bytes_stands_in_a_uri_as_it_was_written() -> None:
    uri = KeyUri.parse("pkcs11:token=dinas;id=%01%FFk?module-path=/m.so")
    assert str(uri) == "pkcs11:id=%01%FFk;token=dinas"


def test_a_key_without_certificate_is_refused_with_the_remedy(token: SoftToken) -> None:
    with pytest.raises(KeyRefused, match="no certificate") as refusal:
        opened(token.uri("bare"))
    assert "import-certificate" in refusal.value.hint


def test_a_certificate_may_lie_beside_the_token(office: Office, tmp_path: Path) -> None:
    token = office.token("tanpa-sertifikat")
    certificate = x509.load_der_x509_certificate(office.certified(token, "sign", on_token=False))
    file = tmp_path / "keys" / "dinas.pem"
    file.parent.mkdir()
    file.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *office.ca.chain)))
    with closing(opened(token.uri("sign", more=";certificate=keys/dinas.pem"), home=tmp_path)) as key:
        signs(key)
        assert len(key.identity.chain) == 1


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "rsa-2048"])
def test_another_keys_certificate_is_refused(office: Office, token: SoftToken, tmp_path: Path, algorithm: str) -> None:
    other = office.certified(token, f"other-{algorithm}", algorithm, on_token=False)
    file = tmp_path / "other.pem"
    file.write_bytes(x509.load_der_x509_certificate(other).public_bytes(Encoding.PEM))
    with pytest.raises(WrongCertificate):
        opened(token.uri("bare", more=";certificate=other.pem"), home=tmp_path)
    signs_now(token)


def test_a_batch_is_shared_among_sessions_and_stays_in_order(token: SoftToken) -> None:
    with closing(opened(token.uri("sign", access="&sessions=3"))) as key:
        for count in (0, 1, 2, 3, 50):
            signs(key, count)


def test_a_module_that_something_else_in_this_process_uses_is_left_alone(office: Office, token: SoftToken) -> None:
    secrets = Asked(PIN)
    library = pkcs11.lib(str(office.module))
    try:
        with pytest.raises(KeyRefused, match="something else in this process"):
            opened(token.uri("sign"), secrets)
    finally:
        library.finalize()
    assert not secrets.times
    signs_now(token)


def test_a_fork_cannot_sign_and_does_not_log_out(token: SoftToken) -> None:
    key = opened(token.uri("sign"))
    child = os.fork()
    if not child:
        refused = 0
        try:
            key.sign(digests_for(key, 1))
        except KeyUnavailable:
            refused = 1
        try:
            opened(token.uri("sign"))
        except KeyRefused:
            refused += 1
        key.close()
        os._exit(0 if refused == 2 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    signs(key)
    key.close()


def test_a_key_that_wants_the_pin_with_every_signature_gets_it(
    office: Office, token: SoftToken, tmp_path: Path
) -> None:
    with session_on(token) as session:
        curve = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        public, _ = curve.generate_keypair(
            label="tiap-kali", store=True, private_template={Attribute.ALWAYS_AUTHENTICATE: True}
        )
        certify(tmp_path / "tiap-kali.pem", encode_ec_public_key(public))
    secrets = Asked(PIN)
    with counted(office.module, "C_Login") as logins:
        key = opened(
            token.uri("tiap-kali", more=";certificate=tiap-kali.pem", access="&sessions=2"), secrets, home=tmp_path
        )
        signs(key, 4)
        key.close()
    assert secrets.times == 1
    assert logins.times == 1 + 1 + 4  # for the session, the self-test, and each signature


def test_a_closed_key_has_forgotten_the_pin(token: SoftToken) -> None:
    secrets = Asked("".join((PIN[:6], PIN[6:])))
    before = sys.getrefcount(secrets.answer)
    with closing(opened(token.uri("sign"), secrets)) as key:
        during = sys.getrefcount(secrets.answer)
    after = sys.getrefcount(secrets.answer)
    assert during > before == after
    with pytest.raises(KeyUnavailable, match="closed"):
        signs(key)


def test_an_id_of_any_bytes_reaches_the_keys_process(office: Office, token: SoftToken) -> None:
    office.certified(token, "apart", more=";id=%ff%00")
    uri = token.uri("x").replace("object=x", "id=%ff%00")
    with closing(open_key_process(uri, Asked(PIN), pinned=None, at=AT)) as key:
        signs(key)


def test_the_sample_profile_is_one() -> None:
    profile = read(Path(__file__).parents[2] / "keys" / "pkcs11.toml", Profile)
    assert KeyUri.parse(profile.uri).scheme == "pkcs11"


def signs_now(token: SoftToken) -> None:
    """The token is as good as before."""
    with closing(opened(token.uri("sign"))) as key:
        signs(key)
