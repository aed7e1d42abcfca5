"""What keeps an office's memory: the log's checkpoint, the second factors' secret, the archive, room on the disk, and
certificates that are not over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tte.cli.doctor.finding import Finding, State, Words, failed
from tte.errors import TteError
from tte.office import Home
from tte.office.expiry import expiry_of_profile
from tte.office.people import REQUESTS, SECRET
from tte.register.counting import Counts

_FULL, _TIGHT = 256 << 20, 2 << 30


def checkpoint(counts: Counts) -> Iterator[Finding]:
    """Whether the log is under a checkpoint, and that somebody else should have it: the register is known to extend the
    one beside it.
    """
    if not counts.log_size:
        return
    unsigned = counts.log_size - counts.signed_size
    yield Finding.of(
        "checkpoint",
        not unsigned,
        Words(f"{unsigned} baris log belum ditandatangani", f"{unsigned} lines of the log are not signed yet")
        if unsigned
        else Words("seluruh log ditandatangani", "all of the log is under a checkpoint"),
        Words("tte register checkpoint", "sign it: tte register checkpoint"),
        bad=State.WARNING,
    )
    yield Finding(
        "checkpoint-witness",
        State.UNKNOWN,
        Words(
            "apakah pihak lain menyimpan checkpoint tidak terlihat dari sini",
            "whether somebody else has a checkpoint cannot be seen here",
        ),
        Words(
            "serahkan var/log/checkpoint secara berkala kepada pihak luar (docs/log.md)",
            "give var/log/checkpoint to somebody outside, again and again",
        ),
    )


def second_factors(home: Home, counts: Counts) -> Iterator[Finding]:
    """Whether the secret is there without which no second factor can be used, where somebody has one."""
    if not counts.second_factors:
        return
    there = (home.path / "var" / SECRET).is_file()
    yield Finding(
        "second-factors",
        State.UNKNOWN if there else State.FAIL,
        Words(
            f"cadangan var/{SECRET} tidak terlihat dari sini",
            f"whether there is a copy of var/{SECRET} cannot be seen here",
        )
        if there
        else Words(f"var/{SECRET} hilang", f"var/{SECRET} is gone: nobody can sign in"),
        Words(f"simpan salinan var/{SECRET}, terpisah dari basis data", "keep a copy of it, apart from the database")
        if there
        else Words("kembalikan dari cadangan, atau tte user totp", "put it back from its copy, or make factors anew"),
    )


def requests(home: Home, counts: Counts) -> Iterator[Finding]:
    """Whether the secret is there without which nothing that citizens sent can be read, where they sent something."""
    if not counts.sealed_requests:
        return
    there = (home.path / "var" / REQUESTS).is_file()
    yield Finding(
        "requests-secret",
        State.UNKNOWN if there else State.FAIL,
        Words(
            f"cadangan var/{REQUESTS} tidak terlihat dari sini",
            f"whether there is a copy of var/{REQUESTS} cannot be seen here",
        )
        if there
        else Words(f"var/{REQUESTS} hilang", f"var/{REQUESTS} is gone: what citizens sent cannot be read"),
        Words(f"simpan salinan var/{REQUESTS}, terpisah dari basis data", "keep a copy of it, apart from the database")
        if there
        else Words("kembalikan dari cadangan", "put it back from its copy"),
    )


def archive(home: Home) -> Finding:
    """Whether the second place for files can be used; an S3 bucket is asked for the name of one file."""
    settings = home.settings.archive
    if settings is None:
        return Finding(
            "archive",
            State.UNKNOWN,
            Words("tidak ada tempat kedua bagi berkas", "there is no second place for signed files"),
            Words("[archive] url di tte.toml (docs/backup.md)", "name one in tte.toml"),
        )
    try:
        found = home.archive
        if found is not None:
            next(iter(found.names()), None)
    except TteError as why:
        return failed("archive", why, State.WARNING)
    parts = urlsplit(settings.url)
    usable = parts.scheme != "file" or os.access(_nearest(Path(unquote(parts.path))), os.W_OK | os.X_OK)
    return Finding.of(
        "archive",
        usable,
        Words("arsip dapat dipakai", "the archive can be used")
        if usable
        else Words("arsip tidak dapat ditulis", "the archive cannot be written"),
        Words("beri hak menulis kepada pengguna layanan", "let the service's user write there"),
        bad=State.WARNING,
    )


def room(home: Home) -> Finding:
    """Whether there is room where the register lies: a full disk stops issuing, in good order."""
    free = shutil.disk_usage(_nearest(home.path / "var")).free
    return Finding.of(
        "disk",
        free >= _TIGHT,
        Words(f"{free >> 20} MiB kosong di disk", f"{free >> 20} MiB of the disk are free"),
        Words("kosongkan, atau pindahkan register", "make room, or move the register"),
        bad=State.FAIL if free < _FULL else State.WARNING,
    )


def certificates(home: Home, now: datetime) -> Iterator[Finding]:
    """How long the certificates that key profiles name will last. An old one stops nobody from asking of documents."""
    found = {}
    for name in home.profile_names():
        try:
            expiry = expiry_of_profile(home, home.profile(name), now)
        except TteError:
            continue  # `tte key list` says what is wrong with it
        if expiry is not None:
            found[name] = expiry
    if not found:
        return
    ends = ", ".join(f"{name} {expiry.days}" for name, expiry in sorted(found.items(), key=lambda one: one[1].days))
    yield Finding.of(
        "certificates",
        not any(expiry.warning for expiry in found.values()),
        Words(f"sisa hari sertifikat: {ends}", f"days left of each certificate: {ends}"),
        Words("mintalah yang baru (docs/keys.md)", "ask for a new one"),
        bad=State.WARNING,
    )


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(one for one in (path, *path.parents) if one.exists())
