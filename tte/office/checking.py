"""What a home knows that its register is checked with: anchors, whose certificates, which secrets, the archive."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tte.checking import Means
from tte.errors import TteError
from tte.key import KeyUri
from tte.office import Home
from tte.register import Register


def means_of(home: Home, register: Register, *, validated: int | None, progress: Callable[[str, int], None]) -> Means:
    """What to check this register with; `validated`: how many of its files are validated, None for all."""
    trouble = home.log.trouble(register)
    secrets, meant = _secrets(home)
    return Means(
        register=register,
        trust=home.trust(),
        origin=home.log.origin,
        keys=home.log.keys(),
        validated=validated,
        signers=_signers(home),
        secrets=secrets,
        folder=home.path / "var",
        meant=meant | {home.log.key_file},
        archive=home.archive,
        trouble=trouble.args[0] if trouble else "",
        progress=progress,
    )


def _signers(home: Home) -> dict[bytes, frozenset[str]]:
    """Under which offices the register keeps what each pinned certificate signs."""
    offices: defaultdict[bytes, set[str]] = defaultdict(set)
    for name in home.profile_names():
        try:
            profile = home.profile(name)
            pinned = home.pinned(profile)
        except TteError:  # a sample that was not edited yet
            continue
        if pinned:
            code = f"{profile.office} SPECIMEN" if profile.test else profile.office
            offices[hashlib.sha256(pinned[0]).digest()].add(code)
    return {certificate: frozenset(codes) for certificate, codes in offices.items()}


def _secrets(home: Home) -> tuple[tuple[bytes, ...], frozenset[Path]]:
    """The PINs and passphrases that lie where key profiles say, and the files that they lie in."""
    secrets: set[bytes] = set()
    files: set[Path] = set()
    for name in home.profile_names():
        try:
            sources = [text for key, text in KeyUri.parse(home.profile(name).uri).access.items() if "source" in key]
        except TteError:
            continue
        for source in sources:
            kind, _, where = source.partition(":")
            if kind == "file":
                files.add(home.path / where)
                secrets.add(_content(home.path / where))
            elif kind == "env":
                secrets.add(os.environb.get(where.encode(), b""))
    return tuple(secrets - {b""}), frozenset(files)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes().strip()
    except OSError:
        return b""
