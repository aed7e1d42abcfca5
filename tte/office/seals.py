"""The seal keys of one office, and the lists that readers of its seals need: all in `var/seal/<office>/`.

`root.pem` signs the key list and is then carried away from this machine; `root.pub` stays, and is what readers pin.
`keys.cose` is the key list, `<kid>.pem` the private key of each entry, `salt` what salts are made from. Every private
file is 0600.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key

from tte.backends.private_file import read_private
from tte.durable import replace_file
from tte.errors import ConfigError, KeyRefused
from tte.issuance.sealing import Sealing, day_of
from tte.model import State as EntryState
from tte.office.seal_files import BACK, loaded, loaded_public, private_pem, public_pem, write_private
from tte.register import Register
from tte.seal import (
    KeyList,
    KeyState,
    Malformed,
    Root,
    SealKey,
    SealWriter,
    State,
    Use,
    check_host,
    kid_of,
    period_of,
    read_key_list,
    write_key_list,
    write_status_list,
    xy_of,
)

DAYS: Final = 366
"""How long a seal key is used; then the next one takes over."""

RENEWED_S: Final = 400 * 86400
"""A key list is to be signed anew within this time: once a year, with the new key, is enough."""

FRESH_S: Final = 86400
"""A status list counts as fresh for a day; `tte seal publish` is to run more often than that."""


@dataclass(frozen=True)
class OfficeSeals:
    """The seals of the office with this code and name, whose own hosts these are; the first stands in the codes.

    Methods raise ConfigError or KeyRefused with what to do. Times are aware.
    """

    folder: Path
    office: str
    name: str
    hosts: tuple[str, ...]

    def has_keys(self) -> bool:
        """Whether this office seals at all."""
        return (self.folder / "keys.cose").exists()

    def root(self) -> Root:
        """What readers of this office's seals pin."""
        return Root(int(self.office), xy_of(loaded_public(self.folder / "root.pub")))

    def published_keys(self) -> bytes:
        """The key list as it is published. ConfigError if this office does not seal."""
        try:
            return (self.folder / "keys.cose").read_bytes()
        except OSError as why:
            raise ConfigError("this office has no seal key", hint="tte seal key makes one") from why

    def keys(self) -> KeyList:
        """The key list, read as everybody reads it."""
        try:
            return read_key_list(self.published_keys(), self.root())
        except Malformed as why:
            raise ConfigError(f"{self.folder / 'keys.cose'} is damaged: {why}", hint=BACK) from why

    def make_key(self, at: datetime, *, root: Path | None = None, test: bool = False) -> SealKey:
        """A new seal key, from now or from the last day of the present one on; the first call makes everything.

        `root` is where the office's root key is, or is to be made; without it, in the folder.
        """
        self._check_hosts()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        root_file = root or self.folder / "root.pem"
        if not self.has_keys():
            return self._first_keys(at, root_file, test=test)
        now, signer = self.keys(), self._root_key(root_file)
        state = KeyState.TEST if test else KeyState.OK
        last = max((key.until for key in now.keys if key.use is Use.SEAL and key.state is state), default=-1)
        made = self._new_key(Use.SEAL, max(day_of(at), last + 1), state)
        self._sign(replace(now, keys=(*now.keys, made)), signer, at)
        return made

    def compromised(self, kid: bytes, at: datetime, *, root: Path | None = None) -> None:
        """Say that a key is in other hands: from now on no reader believes what it sealed, whenever that was."""
        now = self.keys()
        if kid not in {key.kid for key in now.keys}:
            raise ConfigError("the key list of this office has no such key", hint="tte seal keys lists them")
        keys = (replace(key, state=KeyState.COMPROMISED) if key.kid == kid else key for key in now.keys)
        self._sign(replace(now, keys=tuple(keys)), self._root_key(root or self.folder / "root.pem"), at)

    def renew(self, at: datetime, *, root: Path | None = None) -> None:
        """Sign the key list anew, with the hosts and the name as they are now."""
        self._sign(self.keys(), self._root_key(root or self.folder / "root.pem"), at)

    def sealing(self, at: datetime, *, test: bool) -> Sealing | None:
        """What seals documents; None if the office has no seal key for these: specimens have keys of their own.

        KeyRefused if it has, and none may be used today.
        """
        if not self.has_keys():
            return None
        state, day = KeyState.TEST if test else KeyState.OK, day_of(at)
        able = [key for key in self.keys().keys if key.use is Use.SEAL and key.state is state]
        if not able:
            return None
        now = [key for key in able if key.since <= day <= key.until]
        if not now:
            raise KeyRefused("no seal key of this office may be used today", hint="tte seal key makes the next one")
        key = now[-1]
        self._check_hosts()
        writer = SealWriter(self.hosts[0], int(self.office), self._private(key.kid))
        salt = read_private(self.folder / "salt", holds="the secret of the salts")
        return Sealing(writer, since=key.since, until=key.until, secret=salt)

    def status_list(self, register: Register, period: int, at: datetime) -> bytes | None:
        """The status list of this period as it is published, from what the register says now.

        None for a period before the first seal key, or that has not begun: nothing is sealed in it.
        """
        return self.status_lists(register, at, only=period).get(period)

    def status_lists(self, register: Register, at: datetime, *, only: int | None = None) -> dict[int, bytes]:
        """The status lists of all periods since the first seal key, or of one, by period."""
        keys = self.keys()
        first = min(period_of(key.since) for key in keys.keys)
        every = range(first, period_of(day_of(at)) + 1)
        periods = [period for period in every if only in (None, period)]
        ended: dict[int, dict[State, list[str]]] = {period: {} for period in periods}
        for gone in register.gone(self.office):
            period = period_of(day_of(gone.at))
            if period in ended:
                state = State.REPLACED if gone.state is EntryState.REPLACED else State.WITHDRAWN
                ended[period].setdefault(state, []).append(gone.id)
        signer = self._private(next(key.kid for key in reversed(keys.keys) if key.use is Use.STATUS))
        made = int(at.timestamp())
        return {
            period: write_status_list(int(self.office), period, made, made + FRESH_S, some, signer)
            for period, some in ended.items()
        }

    def publish(self, register: Register, folder: Path, at: datetime) -> Sequence[Path]:
        """Write the lists as files for any web server, as they lie under `/.well-known/tte/`; the files written."""
        lists = {folder / "keys": self.published_keys()}
        lists |= {folder / "status" / str(period): said for period, said in self.status_lists(register, at).items()}
        try:
            (folder / "status").mkdir(parents=True, exist_ok=True)
            for file, content in lists.items():
                replace_file(file, content, mode=0o644)
        except OSError as why:
            raise ConfigError(f"{folder} cannot be written: {why.strerror}") from why
        return [*lists]

    def _first_keys(self, at: datetime, root_file: Path, *, test: bool) -> SealKey:
        """Root, salt, a status key and the first seal key. What an interrupted call left is taken over."""
        root = self._root_key(root_file) if root_file.exists() else self._new_private(root_file)
        replace_file(self.folder / "root.pub", public_pem(root), mode=0o644)
        if not (self.folder / "salt").exists():
            write_private(self.folder / "salt", secrets.token_bytes(32))
        day = day_of(at)
        status = replace(self._new_key(Use.STATUS, day, KeyState.OK), until=day + 100 * DAYS)
        made = self._new_key(Use.SEAL, day, KeyState.TEST if test else KeyState.OK)
        self._sign(KeyList(int(self.office), self.name, 0, 0, 0, self.hosts, (status, made)), root, at)
        return made

    def _sign(self, keys: KeyList, root: EllipticCurvePrivateKey, at: datetime) -> None:
        if self.root().xy != xy_of(root.public_key()):
            raise KeyRefused("this is not the root key that readers of this office's seals have pinned")
        now = int(at.timestamp())
        following = replace(
            keys, name=self.name, hosts=self.hosts, seq=keys.seq + 1, made=now, renewed_by=now + RENEWED_S
        )
        replace_file(self.folder / "keys.cose", write_key_list(following, root), mode=0o644)

    def _check_hosts(self) -> None:
        for host in self.hosts:
            try:
                check_host(host)
            except ValueError as why:
                hint = "in tte.toml base_url is https://HOST, and [serve] hosts are such hosts"
                raise ConfigError(f"{host} cannot stand in a seal: {why}", hint=hint) from None

    def _new_key(self, use: Use, since: int, state: KeyState) -> SealKey:
        key = generate_private_key(SECP256R1())
        kid = kid_of(key.public_key())
        write_private(self.folder / f"{kid.hex()}.pem", private_pem(key))
        return SealKey(kid, use, xy_of(key.public_key()), since, since + DAYS - 1, state)

    def _new_private(self, file: Path) -> EllipticCurvePrivateKey:
        key = generate_private_key(SECP256R1())
        write_private(file, private_pem(key))
        return key

    def _private(self, kid: bytes) -> EllipticCurvePrivateKey:
        return loaded(self.folder / f"{kid.hex()}.pem", holds="the seal key")

    def _root_key(self, file: Path) -> EllipticCurvePrivateKey:
        if not file.exists():
            raise KeyRefused(
                f"the root key of this office is not at {file}", hint="bring it, and name its file with --root FILE"
            )
        return loaded(file, holds="the root key")


def key_lists(offices: Iterable[OfficeSeals]) -> list[KeyList]:
    """The key lists of those that seal. One that is damaged is left out: its seals are then by an unknown key."""
    found: list[KeyList] = []
    for office in offices:
        with suppress(ConfigError, KeyRefused):
            if office.has_keys():
                found.append(office.keys())
    return found
