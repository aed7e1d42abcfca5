"""What of our environment the process of a key gets: never another official's PIN."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tte.backends.process import environment_for, open_key_process
from tte.backends.secrets import secret_source
from tte.key import KeyUri

URI = KeyUri.parse("pkcs12:path=kunci.p12?pin-source=env:AWS_PIN")


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "LC_ALL",
        "TZ",
        "SOFTHSM2_CONF",
        "AWS_PROFILE",
        "https_proxy",
        "NO_PROXY",
        "TPM2_PKCS11_STORE",
        "XDG_RUNTIME_DIR",
    ],
)
def test_what_the_system_and_devices_need_passes(name: str) -> None:
    assert environment_for(URI, {name: "x"}) == {name: "x"}


@pytest.mark.parametrize("name", ["PIN_LAIN", "TTE_PIN", "AWS_PIN", "MYPATH", "PATHS", "TTE_KEY_VARIABLES"])
def test_anything_else_does_not(name: str) -> None:
    assert environment_for(URI, {name: "x"}) == {}


def test_others_pass_when_they_are_named_but_no_secret_of_the_key() -> None:
    ours = {"TTE_KEY_VARIABLES": "CHRYSTOKI_CONF, AWS_PIN", "CHRYSTOKI_CONF": "x", "AWS_PIN": "y", "PIN_LAIN": "z"}
    assert environment_for(URI, ours) == {"CHRYSTOKI_CONF": "x"}


def test_the_pin_of_another_official_is_not_in_the_process_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIN_LAIN", "kenari-9902")
    monkeypatch.setenv("SOFTHSM2_CONF", "needed")
    key = open_key_process(
        "ephemeral:algorithm=ecdsa-p256", secret_source(), pinned=None, at=datetime.now(UTC), home=tmp_path
    )
    try:
        environment = Path(f"/proc/{key.pid}/environ").read_bytes()  # type: ignore[attr-defined]
    except PermissionError:
        pytest.skip("not even its owner may look")
    finally:
        key.close()
    assert b"kenari-9902" not in environment
    assert b"SOFTHSM2_CONF=needed" in environment
