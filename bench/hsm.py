"""`tte bench` with a key on a SoftHSM token, through PKCS#11: RSA-2048.

python -m bench.hsm [COUNT] [SESSIONS]        # what tte bench --json says
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import Encoding

from tte.testing.homes import sample_home
from tte.testing.pki import TestCa
from tte.testing.softhsm import SoftHsm

PIN = "ukuran-saja"
PROFILE = """
uri = "{uri}"
office = "9971"
test = true

[official]
name = "Pejabat Uji Coba"
nip = "197903122005012004"
title = ["Kepala Dinas"]
"""


def main(count: int, sessions: int) -> None:
    """Make token, key and home, and run the command as a person would."""
    with TemporaryDirectory() as folder:
        home = sample_home(Path(folder) / "home")
        hsm = SoftHsm.make(Path(folder) / "hsm")
        with hsm.in_use():
            token = hsm.make_token("ukuran", PIN)
            since = datetime.now(UTC) - timedelta(days=1)
            ca = TestCa(since=since)
            token.make_key("kunci", ca=ca, valid_from=since)
            pin = home.path / "var" / "hsm.pin"
            pin.touch(mode=0o600)
            pin.write_text(PIN)
            uri = token.uri("kunci", access=f"&sessions={sessions}", pin_source="file:var/hsm.pin")
            (home.path / "keys" / "hsm.toml").write_text(PROFILE.format(uri=uri))
            (home.path / "keys" / "trust" / "hsm.pem").write_bytes(ca.root.certificate.public_bytes(Encoding.PEM))
            command = ["bench", "--key", "hsm", "--template", "akta_kelahiran", "--count", str(count), "--json"]
            subprocess.run([sys.executable, "-m", "tte", "--home", str(home.path), *command], check=True)  # noqa: S603


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*given, *(2000, 1)[len(given) :])
