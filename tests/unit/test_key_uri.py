"""Key URIs: one grammar, and no secret in what may be shown."""

from __future__ import annotations

import pytest

from tte.errors import ConfigError
from tte.key import KeyUri


def test_a_uri_says_which_key_and_how_to_reach_it() -> None:
    uri = KeyUri.parse("pkcs11:token=dinas-3171;object=sign%202026?module-path=/usr/lib/p11.so&pin-source=env:PIN")
    assert uri.scheme == "pkcs11"
    assert uri.which == {"token": "dinas-3171", "object": "sign 2026"}
    assert uri.access == {"module-path": "/usr/lib/p11.so", "pin-source": "env:PIN"}


def test_a_uri_may_end_after_the_scheme() -> None:
    uri = KeyUri.parse("ephemeral:")
    assert (uri.which, uri.access) == ({}, {})


def test_what_is_shown_is_which_key_only() -> None:
    uri = KeyUri.parse("csc:service=https%3A%2F%2Fa.example;credential=X?token-source=env:RAHASIA")
    assert str(uri) == "csc:credential=X;service=https%3A//a.example"
    assert "RAHASIA" not in repr(uri) + str(uri)


def test_what_is_shown_parses_to_the_same_key() -> None:
    uri = KeyUri.parse("pkcs12:path=var/kunci%20%3B%3F%25.p12?pin-source=env:PIN")
    assert KeyUri.parse(str(uri)).which == uri.which


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pkcs12",
        ":path=a",
        "/etc/passwd",
        "pk cs12:path=a",
        "pkcs12:path",
        "pkcs12:=a",
        "pkcs12:path=a;path=b",
        "pkcs12:path=a?pin-source=env:A&pin-source=env:B",
        "pkcs12:path=a?pin-value=rahasia",
        "pkcs12:path=a;pin-value=rahasia",
    ],
)
def test_a_malformed_uri_is_refused_and_not_echoed(text: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        KeyUri.parse(text)
    assert "rahasia" not in f"{refusal.value} {refusal.value.hint}"
    assert refusal.value.__cause__ is None
