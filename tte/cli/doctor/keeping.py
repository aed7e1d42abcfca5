"""What keeps an office's memory: the log's checkpoint, its secrets, the archive, room on the disk, and certificates
that are not over.
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
from tte.office.delivery import SECRET as DELIVERIES
from tte.office.expiry import expiry_of_profile
from tte.office.people import REQUESTS, SECRET
from tte.register.counting import Counts

_FULL, _TIGHT = 256 << 20, 2 << 30
_FROM_COPY = Words("kembalikan dari cadangan", "put it back from its copy")


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
    remedy = Words("kembalikan dari cadangan, atau tte user totp", "put it back from its copy, or make factors anew")
    yield _secret(home, "second-factors", SECRET, "nobody can sign in", remedy)


def requests(home: Home, counts: Counts) -> Iterator[Finding]:
    """Whether the secret is there without which nothing that citizens sent can be read, where they sent something."""
    if counts.sealed_requests:
        yield _secret(home, "requests-secret", REQUESTS, "what citizens sent cannot be read")


def deliveries(home: Home, counts: Counts) -> Iterator[Finding]:
    """Whether the secret is there without which no link that was sent opens, where one does."""
    if counts.open_deliveries:
        yield _secret(home, "delivery-secret", DELIVERIES, "no link that was sent opens")


def _secret(home: Home, check: str, name: str, without: str, remedy: Words = _FROM_COPY) -> Finding:
    """Whether a secret is there that cannot be made anew, and that somebody should have a copy."""
    if not (home.path / "var" / name).is_file():
        return Finding(check, State.FAIL, Words(f"var/{name} hilang", f"var/{name} is gone: {without}"), remedy)
    return Finding(
        check,
        State.UNKNOWN,
        Words(
            f"cadangan var/{name} tidak terlihat dari sini",
            f"whether there is a copy of var/{name} cannot be seen here",
        ),
        Words(f"simpan salinan var/{name}, terpisah dari basis data", "keep a copy of it, apart from the database"),
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
