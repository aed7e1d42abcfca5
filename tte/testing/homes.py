"""An office home that can sign: the sample office with a throw-away CA. What `tte demo` and the tests run on."""

from __future__ import annotations

import secrets
from pathlib import Path

from tte.office import Home, starter
from tte.testing.pki import make_demo_key


def sample_home(folder: Path) -> Home:
    """The sample office in `folder`, its profile `demo` ready to sign. What is there stays, so calling twice is fine.

    The CA's private key is forgotten at once; the signing key lies in `var/demo.p12`, its PIN in `var/demo.pin`, both
    readable by their owner only, the anchor in `keys/trust/demo.pem`. ConfigError if the folder cannot be written.
    """
    starter.unpack(folder)
    home = Home(folder)
    pin_file, key_file = folder / "var" / "demo.pin", folder / "var" / "demo.p12"
    anchor_file = folder / "keys" / "trust" / "demo.pem"
    if not all(file.exists() for file in (pin_file, key_file, anchor_file)):
        for file in (pin_file, key_file, anchor_file):  # of a start that was interrupted
            file.unlink(missing_ok=True)
        pin = secrets.token_urlsafe(18)
        anchor = make_demo_key(key_file, pin, name=home.profile("demo").official.name)
        pin_file.touch(mode=0o600)
        pin_file.write_text(pin, encoding="ascii")
        anchor_file.write_bytes(anchor)
    return home
