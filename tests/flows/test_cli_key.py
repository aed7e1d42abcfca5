"""`tte key` from a new key to its last day: list, check, generate, import-certificate, bench."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.command import Answer
from tte.office import Home
from tte.testing.openbao import OpenBao
from tte.testing.pki import TestCa
from tte.testing.softhsm import SoftHsm, certify

Tte = Callable[..., Answer]

PIN = "kenari-benar"
NAME = "Dra. WULAN SEKAR ARUM, M.Si."
SUBJECT = "CN=Dra. WULAN SEKAR ARUM\\, M.Si.,O=Uji Coba TTE,C=ID"
DAY = timedelta(days=1)
PROFILE = """
uri = "{uri}"
office = "9971"
test = true
{more}
[official]
name  = "Dra. WULAN SEKAR ARUM, M.Si."
nip   = "197903122005012004"
title = ["Kepala Dinas"]
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tte.backends.pkcs12_making.ROUNDS", 1000)
    monkeypatch.setenv("TTE_UJI_PIN", PIN)


@pytest.fixture(scope="module")
def ca() -> TestCa:
    return TestCa(since=datetime.now(UTC).replace(microsecond=0) - DAY)


@pytest.fixture
def authority(ca: TestCa, home: Home) -> TestCa:
    """The CA, its root among the home's anchors."""
    (home.path / "keys" / "trust" / "authority.pem").write_bytes(ca.anchors_pem)
    return ca


def profile(home: Home, uri: str, *, more: str = "", name: str = "baru") -> None:
    (home.path / "keys" / f"{name}.toml").write_text(PROFILE.format(uri=uri, more=more), encoding="utf-8")


def in_a_file(home: Home, **more: str) -> None:
    profile(home, "pkcs12:path=var/baru.p12?pin-source=env:TTE_UJI_PIN", **more)


def issued(
    ca: TestCa, request: Path, target: Path, *, since: datetime | None = None, issuers: bool = True
) -> x509.Certificate:
    """What the CA answers to a request: the certificate, for a year, and the issuing CA's, in a PEM file."""
    asked = x509.load_pem_x509_csr(request.read_bytes())
    assert asked.is_signature_valid
    public = asked.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    begin = since or datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    certificate = certify(ca, public, name=NAME, valid_from=begin)
    chain = [certificate, *(ca.chain if issuers else ())]
    target.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    return certificate


def generate(tte: Tte, request: Path, *more: str, name: str = "baru") -> Answer:
    return tte("key", "generate", name, "--subject", SUBJECT, "--algorithm", "ecdsa-p256", "--csr", str(request), *more)


def ends_in(home: Home, left: timedelta) -> None:
    """The demo's key gets a certificate that ends soon."""
    key = home.path / "var" / "demo.p12"
    key.unlink()
    now = datetime.now(UTC).replace(microsecond=0)
    ca = TestCa(since=now - 700 * DAY)
    ca.issue_pkcs12(
        key,
        (home.path / "var" / "demo.pin").read_text(encoding="ascii"),
        name=NAME,
        valid_from=now - 600 * DAY,
        valid_to=now + left,
        kdf_rounds=1000,
    )
    (home.path / "keys" / "trust" / "demo.pem").write_bytes(ca.anchors_pem)


# A key in a file


def test_a_key_in_a_file_from_request_to_signed_document(
    tte: Tte, home: Home, authority: TestCa, tmp_path: Path, births: Path
) -> None:
    in_a_file(home, more='certificate = "keys/baru.pem"')
    request, answer = tmp_path / "baru.csr", tmp_path / "jawaban.pem"
    made = generate(tte, request)
    assert made.code == 0, made.err
    assert "import-certificate baru" in made.out
    certificate = issued(authority, request, answer)
    done = tte("key", "import-certificate", "baru", str(answer))
    assert done.code == 0, done.err
    assert (home.path / "keys" / "baru.pem").read_bytes() == answer.read_bytes()
    (checked,) = tte("key", "check", "baru", "--json").objects()
    assert checked["signer"] == certificate.subject.rfc4514_string()
    assert checked["expires_in_days"] == 365
    assert checked["warning"] is None
    signed = tte("issue", "akta_kelahiran", str(births), "--key", "baru", "--out", str(tmp_path / "out"))
    assert signed.code == 0, signed.err
    files = [*(tmp_path / "out").glob("*.pdf")]
    assert len(files) == 3
    assert tte("verify", *map(str, files)).code == 0


def test_generate_says_the_same_in_json(tte: Tte, home: Home, tmp_path: Path) -> None:
    in_a_file(home)
    (found,) = generate(tte, tmp_path / "baru.csr", "--json").objects()
    assert found["kind"] == "key-request"
    assert found["key"] == "pkcs12:path=var/baru.p12"
    assert found["algorithm"] == "ecdsa-p256-sha256"
    assert found["subject"] == SUBJECT
    assert Path(found["file"]).read_bytes().startswith(b"-----BEGIN CERTIFICATE REQUEST-----\n")


def test_generate_writes_over_neither_a_key_nor_a_request(tte: Tte, home: Home, tmp_path: Path) -> None:
    in_a_file(home)
    request = tmp_path / "baru.csr"
    request.write_text("ours", encoding="ascii")
    answer = generate(tte, request)
    assert answer.code == 2
    assert "is there already" in answer.err
    assert request.read_text(encoding="ascii") == "ours"
    assert not (home.path / "var" / "baru.p12").exists()
    assert generate(tte, tmp_path / "satu.csr").code == 0
    again = generate(tte, tmp_path / "dua.csr")
    assert again.code == 4
    assert "never written over" in again.err
    assert not (tmp_path / "dua.csr").exists()


def test_generate_checks_what_it_is_told_before_it_makes_a_key(tte: Tte, home: Home, tmp_path: Path) -> None:
    in_a_file(home)
    request = str(tmp_path / "baru.csr")
    for words in (
        ("--subject", "Kepala Dinas", "--csr", request),
        ("--subject", SUBJECT, "--csr", request, "--algorithm", "rsa-1024"),
        ("--subject", SUBJECT, "--csr", str(tmp_path / "tidak" / "ada.csr")),
    ):
        answer = tte("key", "generate", "baru", *words)
        assert answer.code == 2
        assert "error:" in answer.err
    assert not [*tmp_path.glob("*.csr"), *(home.path / "var").glob("baru*")]


def test_a_key_that_is_made_elsewhere_is_said_to_be(tte: Tte, tmp_path: Path) -> None:
    answer = generate(tte, tmp_path / "x.csr", name="csc")
    assert answer.code == 2
    assert "make it where it is kept" in answer.err
    assert not (tmp_path / "x.csr").exists()


# The certificate


@pytest.fixture
def requested(tte: Tte, home: Home, authority: TestCa, tmp_path: Path) -> Path:
    """The request of a new key in a file, whose CA the home trusts."""
    in_a_file(home)
    assert generate(tte, tmp_path / "baru.csr").code == 0
    return tmp_path / "baru.csr"


def refused(tte: Tte, home: Home, file: Path, words: str) -> None:
    before = (home.path / "var" / "baru.p12").read_bytes()
    answer = tte("key", "import-certificate", "baru", str(file))
    assert answer.code == 4
    assert words in answer.err
    assert PIN not in answer.err
    assert (home.path / "var" / "baru.p12").read_bytes() == before


def test_another_keys_certificate_is_refused(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    profile(home, "pkcs12:path=var/lain.p12?pin-source=env:TTE_UJI_PIN", name="lain")
    assert generate(tte, tmp_path / "lain.csr", name="lain").code == 0
    issued(authority, tmp_path / "lain.csr", tmp_path / "lain.pem")
    refused(tte, home, tmp_path / "lain.pem", "not that of the key")


def test_one_outside_its_validity_is_refused(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for since, words in ((now + DAY, "not valid before"), (now - 400 * DAY, "expired")):
        issued(authority, requested, tmp_path / "x.pem", since=since)
        refused(tte, home, tmp_path / "x.pem", words)


def test_a_ca_is_not_taken_for_a_signer(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.pem").write_bytes(authority.issuing.certificate.public_bytes(Encoding.PEM))
    refused(tte, home, tmp_path / "x.pem", "that of a CA")


def test_one_in_another_name_is_taken_for_a_test_and_warned_of(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    issued(authority, requested, tmp_path / "x.pem")
    silent = tte("key", "import-certificate", "baru", str(tmp_path / "x.pem"))
    assert (silent.code, silent.err) == (0, "")
    path = home.path / "keys" / "baru.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("WULAN SEKAR ARUM", "ORANG LAIN"), encoding="utf-8")
    answer = tte("key", "import-certificate", "baru", str(tmp_path / "x.pem"))
    assert answer.code == 0
    assert "in another name than the official" in answer.err
    assert "test = true" in answer.err


def test_an_issuer_that_is_missing_is_named(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    issued(authority, requested, tmp_path / "x.pem", issuers=False)
    refused(tte, home, tmp_path / "x.pem", "Uji Coba TTE Issuing CA")


def test_a_root_that_is_missing_is_named(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    (home.path / "keys" / "trust" / "authority.pem").unlink()
    (home.path / "keys" / "trust" / "demo.pem").unlink()
    issued(authority, requested, tmp_path / "x.pem")
    refused(tte, home, tmp_path / "x.pem", "Uji Coba TTE Root CA")


def test_an_issuer_may_lie_with_the_anchors(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    issuing = authority.issuing.certificate.public_bytes(Encoding.PEM)
    (home.path / "keys" / "trust" / "issuing.pem").write_bytes(issuing)
    issued(authority, requested, tmp_path / "x.pem", issuers=False)
    assert tte("key", "import-certificate", "baru", str(tmp_path / "x.pem")).code == 0
    assert tte("key", "check", "baru").code == 0


def test_a_file_without_a_certificate_is_refused(tte: Tte, home: Home, requested: Path, tmp_path: Path) -> None:
    refused(tte, home, requested, "no certificate in PEM")
    refused(tte, home, tmp_path / "tidak-ada.pem", "cannot be read")


def test_a_renewal_keeps_what_was_there_and_says_where(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    in_a_file(home, more='certificate = "keys/baru.pem"')
    for name in ("satu", "dua"):
        issued(authority, requested, tmp_path / f"{name}.pem")
    assert tte("key", "import-certificate", "baru", str(tmp_path / "satu.pem")).code == 0
    (found,) = tte("key", "import-certificate", "baru", str(tmp_path / "dua.pem"), "--json").objects()
    assert found["kind"] == "key-certificate"
    assert found["kept"] == [str(home.path / "var" / "baru.p12.bak"), str(home.path / "keys" / "baru.pem.bak")]
    assert (home.path / "keys" / "baru.pem.bak").read_bytes() == (tmp_path / "satu.pem").read_bytes()
    assert tte("key", "check", "baru").code == 0
    (same,) = tte("key", "import-certificate", "baru", str(tmp_path / "dua.pem"), "--json").objects()
    assert (same["written"], same["kept"]) == ([], [])
    third = tte("key", "import-certificate", "baru", str(tmp_path / "satu.pem"))
    assert third.code == 2
    assert "is there already" in third.err
    assert tte("key", "check", "baru").code == 0


def test_a_key_that_keeps_its_certificate_itself_needs_a_file_to_pin_it(
    tte: Tte, home: Home, authority: TestCa, requested: Path, tmp_path: Path
) -> None:
    issued(authority, requested, tmp_path / "x.pem")
    answer = tte("key", "import-certificate", "ephemeral", str(tmp_path / "x.pem"))
    assert answer.code == 2
    assert "certificate = " in answer.err


# Keys elsewhere


@pytest.fixture
def hsm(tmp_path: Path) -> Iterator[SoftHsm]:
    hsm = SoftHsm.make(tmp_path / "softhsm")
    with hsm.in_use():
        yield hsm


def test_a_key_on_a_token_from_request_to_check(
    tte: Tte, home: Home, authority: TestCa, hsm: SoftHsm, tmp_path: Path
) -> None:
    token = hsm.make_token("dinas-9971", PIN)
    profile(home, token.uri("tanda-2026", pin_source="env:TTE_UJI_PIN"), more='certificate = "keys/baru.pem"')
    request, answer = tmp_path / "baru.csr", tmp_path / "jawaban.pem"
    assert generate(tte, request).code == 0
    certificate = issued(authority, request, answer)
    done = tte("key", "import-certificate", "baru", str(answer))
    assert done.code == 0, done.err
    (checked,) = tte("key", "check", "baru", "--json").objects()
    assert checked["valid_to"] == f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    assert generate(tte, tmp_path / "lagi.csr").code == 4


def test_a_wrong_pin_costs_a_token_one_try_whatever_is_run(
    tte: Tte, home: Home, hsm: SoftHsm, tmp_path: Path, births: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM counts no tries, so the right PIN, put where the wrong one was, shows that nobody tries."""
    token = hsm.make_token("dinas-9971", PIN)
    for name in ("satu", "dua"):
        profile(home, token.uri(name, pin_source="env:TTE_UJI_PIN"), name=name)
    monkeypatch.setenv("TTE_UJI_PIN", "kenari-keliru")
    assert generate(tte, tmp_path / "satu.csr", name="satu").code == 4
    monkeypatch.setenv("TTE_UJI_PIN", PIN)
    for answer in (
        generate(tte, tmp_path / "satu.csr", name="satu"),
        generate(tte, tmp_path / "dua.csr", name="dua"),
        tte("key", "bench", "dua"),
        tte("issue", "akta_kelahiran", str(births), "--key", "satu"),
    ):
        assert answer.code == 4
        assert "was not tried again" in answer.err
        assert "tte key check" in answer.err


def test_a_key_in_a_vault_gets_its_certificate_in_the_file_that_its_uri_names(
    tte: Tte, home: Home, authority: TestCa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bao").mkdir()
    with OpenBao(tmp_path / "bao") as bao:
        monkeypatch.setenv("TTE_UJI_TOKEN", bao.root_token)
        profile(home, bao.uri("dinas", "keys/dinas.pem", token_source="env:TTE_UJI_TOKEN"))
        request, answer, other = tmp_path / "baru.csr", tmp_path / "jawaban.pem", tmp_path / "lain.pem"
        made = generate(tte, request)
        assert made.code == 0, made.err
        in_a_file(home, name="lain")
        assert generate(tte, tmp_path / "lain.csr", name="lain").code == 0
        issued(authority, tmp_path / "lain.csr", other)
        wrong = tte("key", "import-certificate", "baru", str(other))
        assert wrong.code == 4
        assert not (home.path / "keys" / "dinas.pem").exists()
        issued(authority, request, answer)
        done = tte("key", "import-certificate", "baru", str(answer))
        assert done.code == 0, done.err
        assert (home.path / "keys" / "dinas.pem").read_bytes() == answer.read_bytes()
        assert tte("key", "check", "baru").code == 0
        assert not [*(home.path / "var").glob(".certificate*")]


# A wrong PIN


@pytest.fixture
def pin(home: Home) -> Path:
    """Where the demo's PIN is."""
    return home.path / "var" / "demo.pin"


def test_a_wrong_pin_is_tried_once_until_somebody_checks_the_key(tte: Tte, pin: Path, births: Path) -> None:
    right = pin.read_bytes()
    pin.write_bytes(b"kenari-keliru")
    first = tte("issue", "akta_kelahiran", str(births))
    assert first.code == 4
    assert "tte key check demo" in first.err
    pin.write_bytes(right)
    for words in (("issue", "akta_kelahiran", str(births)), ("key", "bench", "demo"), ("demo", str(pin.parents[1]))):
        again = tte(*words)
        assert again.code == 4, words
        assert re.search(r"refused on \d{4}-\d\d-\d\d \d\d:\d\d UTC and was not tried again", again.err)
        assert "tte key check demo" in again.err
    assert tte("key", "check", "demo").code == 0
    assert tte("issue", "akta_kelahiran", str(births)).code == 0


def test_a_check_with_a_wrong_pin_lifts_nothing(tte: Tte, pin: Path, births: Path) -> None:
    right = pin.read_bytes()
    pin.write_bytes(b"kenari-keliru")
    for _ in range(2):
        answer = tte("key", "check", "demo")
        assert answer.code == 4
        assert "the PIN does not open" in answer.err
    pin.write_bytes(right)
    assert tte("issue", "akta_kelahiran", str(births)).code == 4


def test_a_key_in_a_process_of_its_own_is_remembered_too(home: Home, pin: Path) -> None:
    from tte.errors import PinRefused

    right = pin.read_bytes()
    pin.write_bytes(b"kenari-keliru")
    for words in ("does not open", "not tried again"):
        with pytest.raises(PinRefused, match=words), home.open_key("demo", apart=True):
            raise AssertionError("not reached")
        pin.write_bytes(right)


def test_the_note_holds_nothing_of_the_pin(tte: Tte, home: Home, pin: Path) -> None:
    pin.write_bytes(b"kenari-keliru")
    tte("key", "check", "demo")
    (note,) = (home.path / "var" / "keys").glob("*.refused")
    assert "kenari" not in note.read_text(encoding="utf-8")
    assert "demo.pin" not in note.read_text(encoding="utf-8")


# The end of a certificate


@pytest.mark.parametrize(
    ("days", "word", "said"), [(59, "soon", "ask for a new one"), (29, "now", "now"), (6, "urgent", "URGENT")]
)
def test_a_certificate_that_ends_soon_is_warned_of_louder_and_louder(
    tte: Tte, home: Home, days: int, word: str, said: str
) -> None:
    ends_in(home, days * DAY + timedelta(hours=1))
    answer = tte("key", "check", "demo", "--json")
    assert answer.code == 0, answer.err
    (found,) = answer.objects()
    assert (found["expires_in_days"], found["warning"]) == (days, word)
    assert f"berakhir {days} hari lagi" in answer.err
    assert said in answer.err


def test_whoever_signs_is_warned_in_one_line(tte: Tte, home: Home, births: Path) -> None:
    ends_in(home, 20 * DAY)
    for words in (
        ("issue", "akta_kelahiran", str(births)),
        ("demo", str(home.path)),
        ("key", "bench", "demo", "--count", "1"),
    ):
        answer = tte(*words)
        assert answer.code == 0, answer.err
        assert answer.err.count("berakhir") == 1


def test_nobody_is_warned_of_a_key_with_a_year_to_go_or_made_for_a_week(tte: Tte, births: Path) -> None:
    for key in ("demo", "ephemeral"):
        assert "berakhir" not in tte("key", "check", key).err
    assert "berakhir" not in tte("issue", "akta_kelahiran", str(births)).err


def test_the_list_shows_the_end_of_a_pinned_certificate_and_opens_nothing(
    tte: Tte, home: Home, ca: TestCa, tmp_path: Path
) -> None:
    in_a_file(home, more='certificate = "keys/baru.pem"')
    assert generate(tte, tmp_path / "baru.csr").code == 0
    certificate = issued(ca, tmp_path / "baru.csr", home.path / "keys" / "baru.pem")
    shutil.rmtree(home.path / "var")
    found = {each["profile"]: each for each in tte("key", "list", "--json").objects()}
    assert found["baru"]["valid_to"] == f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    assert found["baru"]["expires_in_days"] == 365
    assert found["baru"]["warning"] is None
    assert found["demo"]["valid_to"] is None
    assert found["pkcs12"]["expires_in_days"] is None
    assert f"{certificate.not_valid_after_utc:%Y-%m-%d} (365 days)" in tte("key", "list").out


# Speed


def test_bench_measures_single_signatures_and_batches(tte: Tte) -> None:
    (found,) = tte("key", "bench", "demo", "--count", "40", "--json").objects()
    assert found["kind"] == "key-bench"
    assert (found["profile"], found["count"]) == ("demo", 40)
    assert [batch["digests"] for batch in found["batches"]] == [1, 16, 256]
    assert all(batch["per_s"] > 0 for batch in found["batches"])
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    answer = tte("key", "bench", "demo", "--count", "3")
    assert "signatures a second" in answer.out
    assert "19 of 20" in answer.out


def test_no_pin_is_said_by_any_of_them(tte: Tte, home: Home, tmp_path: Path) -> None:
    in_a_file(home)
    for answer in (
        generate(tte, tmp_path / "baru.csr"),
        tte("key", "list"),
        tte("key", "check", "baru"),
        tte("key", "import-certificate", "baru", str(tmp_path / "baru.csr")),
    ):
        assert os.environ["TTE_UJI_PIN"] not in answer.out + answer.err


def _typed(home: Home, typed: str, *words: str) -> tuple[int, str]:
    """Exit code and words of a command at a terminal, where somebody types this PIN when asked."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", AT_TERMINAL, "--home", str(home.path), *words]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown, answered = b"", False
    with contextlib.suppress(OSError):  # what a terminal says when nobody has its other end
        while more := os.read(ours, 1024):
            shown += more
            if b"PIN: " in shown and not answered:
                os.write(ours, f"{typed}\n".encode())
                answered = True
    os.close(ours)
    return running.wait(), shown.decode()


AT_TERMINAL = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from tte.cli import main
main()
"""


def test_who_types_the_pin_is_asked_each_time(tte: Tte, home: Home, pin: Path) -> None:
    right = pin.read_text(encoding="ascii")
    pin.write_bytes(b"kenari-keliru")
    assert tte("key", "bench", "demo", "--count", "1").code == 4
    path = home.path / "keys" / "demo.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("file:var/demo.pin", "prompt:"), encoding="utf-8")
    words = ("key", "bench", "demo", "--count", "1")
    code, shown = _typed(home, "kenari-keliru", *words)
    assert code == 4
    assert "the PIN does not open" in shown
    code, shown = _typed(home, right, *words)
    assert code == 0, shown
    assert right not in shown
    assert not [*(home.path / "var" / "keys").glob("*.refused")]
