"""Whom `tte serve` knows when it speaks BSrE's ESC wire: officials by NIK or e-mail, applications by a password.

Neither stands anywhere as it is. A NIK or an address is kept as an HMAC under a secret of the home (a plain hash of a
NIK could be guessed), a password as argon2id. All of it lies in `var/esc`, for its owner only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tte.backends.private_file import read_private
from tte.durable import replace_file
from tte.errors import ConfigError, NoSuchThing
from tte.key import KeyUri
from tte.office import Home, Profile
from tte.people import passwords

NIK: Final = re.compile(r"[0-9]{16}")
EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class EscBook:
    """What a home keeps of them. Each call reads the files anew."""

    def __init__(self, home: Home) -> None:
        self._home, self._folder = home, home.path / "var" / "esc"

    # Officials

    def name(self, profile: str, who: str) -> None:
        """`who`, a NIK or an e-mail address, is whose key this profile reaches; nobody else's from now on.

        ConfigError if the profile cannot be used here: see `check`.
        """
        self.check(profile)
        officials = {**self._officials(), self._mark(who): profile}
        self._write("officials.json", json.dumps(officials, indent=1, sort_keys=True).encode())

    def forget(self, profile: str) -> int:
        """Nobody is known by this profile any more; how many entries that were."""
        officials = self._officials()
        left = {mark: name for mark, name in officials.items() if name != profile}
        self._write("officials.json", json.dumps(left, indent=1, sort_keys=True).encode())
        return len(officials) - len(left)

    def profile_of(self, who: str) -> str | None:
        """The key profile of the official with this NIK or e-mail address."""
        officials = self._officials()
        return officials.get(self._mark(who)) if officials and is_known_kind(who) else None

    def profiles(self) -> Mapping[str, int]:
        """Profiles that officials are known by, and by how many NIKs and addresses."""
        found = list(self._officials().values())
        return {name: found.count(name) for name in sorted(set(found))}

    def check(self, name: str) -> Profile:
        """A profile that an official can sign with over ESC's wire: it asks for a passphrase, unless it is listed in
        `[esc] totp`, and pins its certificate, from which his status is told. ConfigError.
        """
        profile = self._home.profile(name)
        asks = "prompt:" in KeyUri.parse(profile.uri).access.values()
        if not asks and name not in self._home.settings.esc.totp:
            raise ConfigError(
                f"the key profile {name} asks nobody: every application could sign with it",
                hint="an official's key profile says pin-source=prompt:",
            )
        if self._home.signs_whole_documents(name):
            raise ConfigError(f"{name} is itself a service that takes whole documents", hint="choose a key of your own")
        if profile.certificate is None:
            raise ConfigError(
                f"the key profile {name} pins no certificate", hint="add certificate = …; tte key import writes it"
            )
        return profile

    # Applications

    def set_password(self, client: str, password: str) -> None:
        """The password that this application shows. ConfigError if `tte.toml` has no such client."""
        if client not in self._home.settings.esc.clients:
            raise ConfigError(f"tte.toml has no [esc.clients.{client}]", hint="add it, with its office")
        self._write(f"{client}.password", passwords.again(password).encode())

    def password_of(self, client: str) -> str | None:
        """The password as it is kept (argon2id); None if there is none yet."""
        path = self._folder / f"{client}.password"
        return read_private(path, holds="a client's password").decode() if path.exists() else None

    # Within

    def _officials(self) -> dict[str, str]:
        path = self._folder / "officials.json"
        if not path.exists():
            return {}
        try:
            found = json.loads(read_private(path, holds="who the officials are"))
            return {str(mark): str(profile) for mark, profile in found.items()}
        except (ValueError, AttributeError):
            raise ConfigError(f"{path} cannot be read", hint="remove it and name the officials again") from None

    def _mark(self, who: str) -> str:
        if not is_known_kind(who):
            raise NoSuchThing("this is no NIK of 16 digits and no e-mail address")
        return hmac.new(self._secret(), who.strip().casefold().encode(), hashlib.sha256).hexdigest()

    def _secret(self) -> bytes:
        path = self._folder / "secret"
        if not path.exists():
            self._write("secret", secrets.token_bytes(32))
        return read_private(path, holds="the secret of the officials' NIKs")

    def _write(self, name: str, content: bytes) -> None:
        path: Path = self._folder / name
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(path, content, mode=0o600)
        except OSError as why:
            raise ConfigError(
                f"{path} cannot be written: {why.strerror}", hint="give the folder to the user that runs tte"
            ) from why


def is_known_kind(who: str) -> bool:
    """Whether this could be a NIK or an e-mail address at all."""
    return bool(NIK.fullmatch(who.strip()) or EMAIL.fullmatch(who.strip()))
