"""Certificates as asn1crypto reads them, each read once and in full, so that threads may share them."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from asn1crypto import x509

from tte.validation.kept import Kept

_MOST_BYTES = 16 * 1024
_read: Kept[bytes, x509.Certificate] = Kept(256)


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate in these bytes, not to be changed. ValueError, TypeError or KeyError if there is none."""
    found = _read.get(der)
    if found is None:
        found = x509.Certificate.load(der)
        found.native, found.sha256, found.key_usage_value, found.self_issued  # noqa: B018  asn1crypto reads late
        if len(der) <= _MOST_BYTES:
            _read.put(der, found)
    return found
