"""Certificates for keys whose private half no test has: only the public half is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key, load_pem_public_key

from tte.testing.pki import PublicKey, TestCa

AT = datetime(2026, 8, 17, 3, tzinfo=UTC)


def certify(path: Path, public: bytes) -> bytes:
    """Writes a certificate for this public half (PEM or DER), good at `AT`, and its issuers; gives its DER."""
    ca = TestCa(since=AT - timedelta(days=1))
    held = (load_pem_public_key if public.startswith(b"--") else load_der_public_key)(public)
    assert isinstance(held, PublicKey)
    certificate = ca.certify(
        held,
        name="Pejabat Uji Coba",
        valid_from=AT - timedelta(days=1),
        valid_to=AT + timedelta(days=1),
    )
    issued = (certificate, *ca.chain, ca.root.certificate)
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in issued))
    return certificate.public_bytes(Encoding.DER)
