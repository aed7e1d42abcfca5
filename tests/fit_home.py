"""A home that is fit for production, as far as a home can be: nothing in it is only for trying out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.rows import births
from tte.office import Home

SERVE = """
[serve]
mode = "production"
clock_kept_by_host = true
"""


def issue_one(home: Home) -> None:
    """The first document, and with it a register."""
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        list(issuer.issue("akta_kelahiran", births(1)))


def made_fit(home: Home, *, serve: str = SERVE) -> Home:
    """The home with a register, a root that is not a trial one, and a default key that is said to be no test key."""
    issue_one(home)
    trust = home.path / "keys" / "trust"
    (trust / "demo.pem").unlink()
    (trust / "root.pem").write_bytes(_root())
    profile = home.path / "keys" / "demo.toml"
    profile.write_text(re.sub(r"test +=.*", "test = false", profile.read_text(encoding="utf-8")), encoding="utf-8")
    settings = home.path / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + serve, encoding="utf-8")
    return Home(home.path)


def _root() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Akar Contoh")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
