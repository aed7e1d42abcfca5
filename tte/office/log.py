"""The log's key, its name, and the checkpoint that a home keeps beside its register.

All of it lies in `var/log`: `key.pem` signs, `keys` has every verifier key there was, `checkpoint` is what was signed
last. A register that does not extend that is an older state put back, or another one: nothing is issued into it until a
person has said that this is known.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tte.backends.private_file import read_private
from tte.durable import replace_file, sync_folder
from tte.errors import ConfigError, KeyRefused, LogError, RegisterError, RegisterRolledBack
from tte.log import Checkpoint, LogKey, Note, NoteKey, extends, open_checkpoint
from tte.register import Register

_LOST = "put var/log back from its backup; if the key is lost for good: tte register checkpoint --new-key"


class SignedElsewhere(ConfigError):
    """The log has a key on another machine."""


@dataclass(frozen=True)
class HomeLog:
    """The log of one home. Methods raise ConfigError or RegisterError with what to do.

    `origin` is what the log is called in its checkpoints; it stays for ever.
    """

    folder: Path
    origin: str

    @property
    def marker(self) -> Path:
        """The file with the last checkpoint that was signed."""
        return self.folder / "checkpoint"

    @property
    def key_file(self) -> Path:
        """The file with the private key (PKCS#8, PEM)."""
        return self.folder / "key.pem"

    def keys(self) -> Sequence[NoteKey]:
        """Every verifier key that the log has had, oldest first; none before the first checkpoint."""
        lines = _read(self.folder / "keys").decode("utf-8", "replace").splitlines()
        try:
            return tuple(NoteKey.parse(line) for line in lines)
        except LogError as why:
            raise ConfigError(f"{self.folder / 'keys'} is damaged: {why}", hint=_LOST) from why

    def trouble(self, register: Register) -> RegisterRolledBack | None:
        """Why nothing may be issued into this register, as far as the checkpoint beside it tells; None if it may."""
        content = _read(self.marker)
        if not content:
            return None
        try:
            kept = self._opened(content)
        except LogError as why:
            return RegisterRolledBack(f"the checkpoint {self.marker} cannot be relied on: {why}", hint=_KNOWN)
        edge = register.log.edge()
        if edge.size < kept.size:
            return RegisterRolledBack(
                f"this register is an older state: its log has {edge.size} lines and had {kept.size}; "
                f"{kept.size - edge.size} changes are missing",
                hint=_KNOWN,
            )
        same = edge.root == kept.root if edge.size == kept.size else extends(kept, register.log.tree())
        if same:
            return None
        return RegisterRolledBack(
            f"this register is another one: the first {kept.size} lines of its log are not those that were there",
            hint=_KNOWN,
        )

    def guard(self, register: Register) -> None:
        """RegisterRolledBack if nothing may be issued into this register."""
        trouble = self.trouble(register)
        if trouble:
            raise trouble

    def settle(self, register: Register, at: datetime) -> None:
        """At the end of a batch: sign what has become of the log, unless another machine has its key."""
        if register.log.edge().size and (self.key_file.exists() or register.log.last_checkpoint() is None):
            with suppress(SignedElsewhere):
                self.checkpoint(register, at)

    def checkpoint(self, register: Register, at: datetime, *, new_key: bool = False) -> bytes:
        """A checkpoint of the log as it stands, signed, kept here and in the register; the last one if no line came.

        `new_key`: a new key takes over; the checkpoint is signed with both.
        RegisterRolledBack, and nothing is signed, if the log does not extend the last checkpoint. SignedElsewhere if
        another machine signed the first one meanwhile, with a key of its own.
        """
        with self._alone():
            self.guard(register)
            edge, last = register.log.edge(), register.log.last_checkpoint()
            if not edge.size:
                raise RegisterError("nothing stands in the log yet", hint="the first tte issue writes into it")
            if last is not None and not new_key:
                kept = self._confirmed(register, last)
                if kept.size == edge.size:
                    self._mark(last, kept.size)
                    return last
            signing, successor = self._signing(last, new=new_key)
            note = Checkpoint(self.origin, edge.size, edge.root).sign(signing).content
            if not register.log.keep_checkpoint(edge.size, note, at, first=last is None):
                self._forget()
                raise SignedElsewhere(
                    "another machine has just signed the log for the first time, with its own key",
                    hint="let that machine sign; or copy its var/log to this one",
                )
            self._mark(note, edge.size)
            if successor:
                self._store(successor)
            return note

    def acknowledge(self, register: Register, reason: str, at: datetime) -> bytes:
        """Note that a person knows that the register is another state; the checkpoint it then goes on from.

        ConfigError if nothing is wrong with it.
        """
        if self.trouble(register) is None:
            raise ConfigError("there is nothing to acknowledge: the register extends the checkpoint beside it")
        if not reason.strip() or len(reason) > 1000:
            raise ConfigError("a reason is needed, of at most 1000 characters")
        last = register.log.last_checkpoint()
        if last is not None:
            self._confirmed(register, last)
        register.log.acknowledge(_read(self.marker), reason, at)
        aside = self.marker.with_name(f"checkpoint.acknowledged-{at:%Y%m%dT%H%M%SZ}")
        with _translated(self.marker):
            self.marker.rename(aside)
            sync_folder(self.folder)
        return self.checkpoint(register, at)

    def _confirmed(self, register: Register, last: bytes) -> Checkpoint:
        """The last checkpoint that the register keeps. It is of this log and key, and the log extends it."""
        try:
            kept = self._opened(last)
        except LogError as why:
            raise ConfigError(
                f"the register's last checkpoint is not of this log: {why}",
                hint="the name of a log ([log] origin in tte.toml, else from base_url) and its key never change by "
                f"themselves; {_LOST}",
            ) from why
        if not extends(kept, register.log.tree()):
            raise RegisterRolledBack(
                "the log does not extend the last checkpoint that the register itself keeps", hint="tte register audit"
            )
        return kept

    def _opened(self, content: bytes) -> Checkpoint:
        keys = self.keys()
        if keys:
            return open_checkpoint(content, origin=self.origin, keys=keys)
        return Checkpoint.parse(Note.parse(content).text)

    def _signing(self, last: bytes | None, *, new: bool) -> tuple[Sequence[LogKey], Ed25519PrivateKey | None]:
        """The keys that sign: the one there is, made at first need; and the one that takes over after that."""
        made = Ed25519PrivateKey.generate()
        if self.key_file.exists():
            present = self._load()
            return ([present, LogKey(self.origin, made)], made) if new else ([present], None)
        if last is not None and not new:
            raise KeyRefused("the key of the log is not here, and a checkpoint was signed with it", hint=_LOST)
        self._store(made)
        return [self._load()], None

    def _forget(self) -> None:
        """The key that was made here for a first checkpoint: it has signed nothing that anybody saw."""
        with _translated(self.folder):
            self.key_file.unlink()
            (self.folder / "keys").unlink()
            sync_folder(self.folder)

    def _load(self) -> LogKey:
        content = read_private(self.key_file, holds="the key of the log")
        try:
            key = load_pem_private_key(content, None)
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyRefused(f"{self.key_file} holds no Ed25519 key (PKCS#8, PEM, without a passphrase)", hint=_LOST)
        found = LogKey(self.origin, key)
        self._publish(found.public)
        return found

    def _store(self, key: Ed25519PrivateKey) -> None:
        self._publish(LogKey(self.origin, key).public)
        with _translated(self.key_file):
            replace_file(
                self.key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600
            )

    def _publish(self, key: NoteKey) -> None:
        known = self.keys()
        if known and known[-1].name != key.name:
            raise ConfigError(
                f"this log is called {known[-1].name}, and tte.toml now calls it {key.name}",
                hint=f'the name stays for ever: write [log] origin = "{known[-1].name}" into tte.toml',
            )
        if key not in known:
            lines = "".join(f"{one.vkey}\n" for one in (*known, key))
            with _translated(self.folder):
                replace_file(self.folder / "keys", lines.encode(), mode=0o644)

    def _mark(self, note: bytes, size: int) -> None:
        present = _read(self.marker)
        if present != note and not (present and self._opened(present).size > size):
            with _translated(self.marker):
                replace_file(self.marker, note, mode=0o644)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off other processes of this home that sign; each reads the log after the one before it."""
        with _translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / ".turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


_KNOWN = "tte register audit says more; if it was put back on purpose: tte register acknowledge --reason TEXT"


def _read(path: Path) -> bytes:
    with _translated(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as why:
        raise RegisterError(
            f"{path} cannot be used: {why.strerror}", hint="check the disk and the permissions of var/log"
        ) from why
