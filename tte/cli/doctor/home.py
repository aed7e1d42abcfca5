"""What a home gives: who may read its secrets and write its anchors, which keys and authorities it is set to."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from tte.cli.doctor import keeping
from tte.cli.doctor.finding import Finding, State, Words, failed
from tte.errors import RegisterError, TteError
from tte.key import KeyUri
from tte.office import Home
from tte.register.counting import counted

_CLOCK_SLACK = timedelta(minutes=5)
_TRIAL = "Uji Coba"
"""Stands in the subject of every certificate that `tte demo` and the tests make."""
_SHOWN = 5


def files(home: Home) -> Iterator[Finding]:
    """Who may read what is secret, and write what is believed."""
    named = {path: _mode(path) for path in _named_by_profiles(home)}
    secret = {path: _mode(path, within=home.path) for path in _inside(home.path / "var")} | named
    believed = {path: _mode(path) for path in (home.path / "tte.toml", *_inside(home.path / "keys"))}
    yield _closed(
        "private-files",
        secret,
        stat.S_IRWXG | stat.S_IRWXO,
        Words("register dan kunci hanya terbaca pemiliknya", "register and keys are for their owner only"),
        Words("terbuka bagi pengguna lain", "open to other users"),
        "chmod go= ",
    )
    yield _closed(
        "settings-files",
        believed,
        stat.S_IWGRP | stat.S_IWOTH,
        Words("pengaturan hanya dapat diubah pemiliknya", "settings and anchors can be changed by their owner only"),
        Words("dapat diubah pengguna lain", "can be changed by other users"),
        "chmod go-w ",
    )


def register(home: Home, now: datetime) -> Iterator[Finding]:
    """Whether the register opens, which it does only with its safe settings, and is not ahead of the clock."""
    try:
        there = home.has_register()
    except RegisterError as why:
        yield failed("register", why)
        return
    if not there:
        nothing = Words("belum ada register di sini", "there is no register here yet")
        yield Finding("register", State.UNKNOWN, nothing, Words("tte issue membuatnya", "tte issue makes one"))
        return
    try:
        with home.open_register() as opened:
            counts, trouble = counted(opened), home.log.trouble(opened)
            latest = max((entry.at for entry in opened.entries(max(0, counts.issued - 1))), default=None)
    except TteError as why:
        yield failed("register", why)
        return
    on_server = home.register_url.startswith("postgresql:")
    settings = "fsync, synchronous_commit" if on_server else "WAL, synchronous=FULL"
    safe = Words(f"register terbuka: {settings}, penjaga utuh", f"the register opens: {settings}, guards intact")
    yield Finding("register", State.PASS, safe)
    yield Finding.of(
        "clock-register",
        None if latest is None else latest <= now + _CLOCK_SLACK,
        Words("jam tidak mendahului entri terbaru register", "the newest entry of the register is not in the future"),
        Words("periksa jam mesin ini", "check this machine's clock"),
    )
    yield from (failed("checkpoint", trouble),) if trouble else keeping.checkpoint(counts)
    yield from keeping.second_factors(home, counts)
    yield from keeping.requests(home, counts)
    yield from keeping.deliveries(home, counts)


def authorities(home: Home) -> Iterator[Finding]:
    """Whether anything is trusted, and whether that is meant for real documents."""
    try:
        anchors = home.trust().anchors
    except TteError as why:
        yield failed("trust", why)
        return
    names = [x509.load_der_x509_certificate(anchor).subject.rfc4514_string() for anchor in anchors]
    trial = sum(_TRIAL in name for name in names)
    yield Finding.of(
        "trust",
        bool(anchors),
        Words(
            f"{len(anchors)} otoritas dipercaya di keys/trust/",
            f"{len(anchors)} authorities are trusted in keys/trust/",
        ),
        Words("taruh sertifikat akar ke keys/trust/", "put the root certificates into keys/trust/"),
    )
    yield Finding.of(
        "trust-trial",
        not trial,
        Words(f"{trial} otoritas uji coba dipercaya", f"{trial} trial authorities are trusted"),
        Words("hapus keys/trust/demo.pem sebelum dipakai sungguhan", "remove keys/trust/demo.pem before real use"),
    )


def default_key(home: Home) -> Finding:
    """Whether what is issued without naming a key is signed by a real one."""
    try:
        name = home.settings.default_key
        test = home.profile(name).test
    except TteError as why:
        return failed("default-key", why)
    return Finding.of(
        "default-key",
        not test,
        Words(f"kunci bawaan {name} adalah kunci uji", f"the default key {name} is a test key")
        if test
        else Words(f"kunci bawaan {name} bukan kunci uji", f"the default key {name} is no test key"),
        Words(
            "pasang kunci kantor (docs/keys.md) dan default_key di tte.toml",
            "set up the office's key (docs/keys.md) and default_key in tte.toml",
        ),
    )


def _closed(check: str, found: dict[Path, int], forbidden: int, good: Words, bad: Words, remedy: str) -> Finding:
    if not any(found.values()):
        return Finding(check, State.UNKNOWN, Words("tidak ada berkasnya di sini", "there are no such files here"))
    is_open = sorted(str(path) for path, mode in found.items() if mode & forbidden)
    if not is_open:
        return Finding(check, State.PASS, good)
    shown = ", ".join(is_open[:_SHOWN]) + (", …" if len(is_open) > _SHOWN else "")
    todo = f"{remedy}{' '.join(is_open[:_SHOWN])}"
    return Finding(
        check, State.FAIL, Words(f"{shown}: {bad.indonesian}", f"{len(is_open)} {bad.english}"), Words(todo, "as shown")
    )


def _mode(path: Path, within: Path | None = None) -> int:
    """Who may do what with it; 0 if it is not there. A folder up to `within` that others may not enter closes it too;
    without `within` only the file itself counts, as when a key is opened.
    """
    if not path.is_file():
        return 0
    mode = path.stat().st_mode
    for folder in path.parents if within else ():
        if folder == within:
            break
        enter = folder.stat().st_mode
        mode &= ~(0 if enter & stat.S_IXGRP else stat.S_IRWXG) & ~(0 if enter & stat.S_IXOTH else stat.S_IRWXO)
    return mode


def _inside(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _named_by_profiles(home: Home) -> Iterator[Path]:
    """The files that key profiles name for a key, a PIN or a token."""
    for name in home.profile_names():
        try:
            uri = KeyUri.parse(home.profile(name).uri)
        except TteError:
            continue  # `tte key list` says what is wrong with it
        places = [value.removeprefix("file:") for value in uri.access.values() if value.startswith("file:")]
        yield from (home.path / place for place in (*places, *filter(None, [uri.which.get("path")])))
