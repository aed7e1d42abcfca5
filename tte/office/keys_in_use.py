"""Whether an office uses a key now: what a second person has confirmed is the profile as it stands, and no other."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from tte.errors import NotAllowed
from tte.office import Home
from tte.office.settings import Profile
from tte.people import Keys, Standing, Why


def digest_of(home: Home, profile: Profile) -> bytes:
    """SHA-256 over all that a key profile says and the certificates that it pins. ConfigError if these are away."""
    made = sha256(b"tte key profile\n" + profile.model_dump_json().encode())
    for certificate in home.pinned(profile):
        made.update(sha256(certificate).digest())
    return made.digest()


def need_in_use(home: Home, keys: Keys, name: str, at: datetime) -> bytes:
    """What it is now (`digest_of`), if the key profile may be used. NotAllowed otherwise, ConfigError if it cannot be
    read.
    """
    profile = home.profile(name)
    digest = digest_of(home, profile)
    standing = keys.standing(profile.office, name, digest, at)
    if standing is Standing.IN_USE or (standing is Standing.UNSAID and not home.settings.serve.confirmed_keys):
        return digest
    raise NotAllowed(Why.KEY_NOT_IN_USE, hint="an admin of the office proposes the key as it is now, another confirms")
