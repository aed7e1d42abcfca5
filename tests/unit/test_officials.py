"""`officials.toml`: who may sign for which office, from when to when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tte.errors import ConfigError
from tte.office import Home
from tte.office.officials import Kept, officials
from tte.verdict import Capacity

LINE = """
[[official]]
name = "Dra. CONTOH, M.Si."
nip = "197001011990011001"
title = ["Kepala Dinas"]
office = "9971"
"""
DIGEST = "ab" * 32


def written(home: Home, text: str) -> Home:
    (home.path / "officials.toml").write_text(LINE + text, encoding="utf-8")
    return home


def test_days_are_whole_and_those_of_jakarta(home: Home) -> None:
    text = f'certificate = "{DIGEST}"\nfrom = 2026-01-05\nuntil = 2026-01-05\ncapacity = "plh"'
    found = officials(written(home, text))
    (mandate,) = found.mandates
    assert found.listed
    assert mandate.capacity is Capacity.PLH
    assert mandate.covers(datetime(2026, 1, 4, 17, tzinfo=UTC))
    assert mandate.covers(datetime(2026, 1, 5, 16, 59, 59, tzinfo=UTC))
    assert not mandate.covers(datetime(2026, 1, 4, 16, 59, 59, tzinfo=UTC))
    assert not mandate.covers(datetime(2026, 1, 5, 17, tzinfo=UTC))


def test_a_time_with_a_zone_is_taken_as_it_stands(home: Home) -> None:
    (mandate,) = officials(written(home, f'certificate = "{DIGEST}"\nuntil = 2026-01-05T08:00:00+07:00')).mandates
    assert mandate.ends == datetime(2026, 1, 5, 1, tzinfo=UTC)


def test_a_certificate_is_a_file_of_the_home_or_its_digest_however_written(home: Home) -> None:
    (anchor,) = sorted((home.path / "keys" / "trust").glob("*.pem"))[:1]
    first = x509.load_pem_x509_certificates(anchor.read_bytes())[0]
    (mandate,) = officials(written(home, f'certificate = "keys/trust/{anchor.name}"')).mandates
    assert mandate.certificate_sha256 == hashlib.sha256(first.public_bytes(Encoding.DER)).hexdigest()
    (mandate,) = officials(written(home, f'certificate = "{":".join(["AB"] * 32)}"')).mandates
    assert mandate.certificate_sha256 == DIGEST


@pytest.mark.parametrize(
    "text",
    [
        "",
        'certificate = "keys/nowhere.pem"',
        'certificate = "tte.toml"',
        f'certificate = "{DIGEST}"\nfrom = 2026-01-05\nuntil = 2026-01-04',
        f'certificate = "{DIGEST}"\nuntil = 2026-01-05T08:00:00',
        f'certificate = "{DIGEST}"\ncapacity = "raja"',
        f'certificate = "{DIGEST}"\nsince = 2026-01-05',
    ],
    ids=["no certificate", "no file", "no PEM", "backwards", "no zone", "no capacity", "unknown key"],
)
def test_a_list_that_cannot_be_used_is_told(home: Home, text: str) -> None:
    with pytest.raises(ConfigError, match=r"officials\.toml"):
        officials(written(home, text))


def test_without_a_list_what_profiles_pin_counts_and_a_test_key_only_for_specimens(home: Home) -> None:
    anchor = next((home.path / "keys" / "trust").glob("*.pem"))
    demo = home.path / "keys" / "demo.toml"
    pinned = f'certificate = "keys/trust/{anchor.name}"\n'
    demo.write_text(pinned + demo.read_text(encoding="utf-8"), encoding="utf-8")
    found = officials(home)
    assert not found.listed
    assert [one.office for one in found.mandates] == ["9971 SPECIMEN"]


def test_the_list_is_no_key_profile(home: Home) -> None:
    before = home.profile_names()
    assert written(home, f'certificate = "{DIGEST}"').profile_names() == before


def test_a_changed_list_is_read_again_and_one_that_cannot_be_used_changes_nothing(home: Home) -> None:
    kept = Kept(written(home, f'certificate = "{DIGEST}"'))
    assert [one.certificate_sha256 for one in kept.now().mandates] == [DIGEST]
    written(home, f'certificate = "{DIGEST}"\nuntil = 2026-01-05')
    assert kept.now().mandates[0].ends
    written(home, "certificate = 7")
    assert kept.now().mandates[0].ends
    written(home, f'certificate = "{"cd" * 32}"')
    assert [one.certificate_sha256 for one in kept.now().mandates] == ["cd" * 32]
