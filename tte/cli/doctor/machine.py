"""What this machine gives: walls around files from strangers, a clock, and memory that is not written to a disk."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

from tte.cli.doctor.finding import Finding, State, Words
from tte.sandbox import Limits, Protection, Sandbox, landlock_version

_KERNEL = Words("pakai kernel Linux yang lebih baru, atau aktifkan", "use a newer Linux kernel, or switch it on")
_TIMESYNCD = Path("/run/systemd/timesync/synchronized")
_WALLS = {
    Protection.LANDLOCK: (
        Words("Landlock menutup berkas dan port TCP", "Landlock closes files and TCP ports"),
        Words(
            "aktifkan Landlock (Linux 5.13 ke atas, lsm=landlock,…)",
            "switch Landlock on (Linux 5.13 or newer, lsm=landlock,…)",
        ),
    ),
    Protection.SECCOMP: (
        Words("seccomp hanya mengizinkan perhitungan", "seccomp allows nothing but computing"),
        Words("pakai kernel dengan seccomp pada x86_64 atau aarch64", "use a kernel with seccomp on x86_64 or aarch64"),
    ),
    Protection.NETWORK_NAMESPACE: (
        Words("jaringan tersendiri tanpa antarmuka", "a network of its own without interfaces"),
        Words("izinkan user namespace bagi pengguna layanan", "allow user namespaces for the service's user"),
    ),
    Protection.UNPRIVILEGED: (
        Words("berjalan tanpa hak istimewa", "runs without privileges"),
        Words("jalankan layanan bukan sebagai root", "run the service as another user than root"),
    ),
    Protection.NO_NEW_PRIVILEGES: (Words("hak tidak dapat bertambah", "rights cannot grow"), _KERNEL),
    Protection.PRIVATE_MEMORY: (
        Words("memori tidak terbaca proses lain", "no other process reads its memory"),
        _KERNEL,
    ),
}


def walls() -> Iterator[Finding]:
    """What stands between a hostile file and this machine; then whether anything a hostile program tries succeeds."""
    with Sandbox(Limits(at_once=1)) as sandbox:
        given, succeeded = sandbox.protections, sandbox.attempts()
    for protection, (what, todo) in _WALLS.items():
        here = given.get(protection) if given else False
        yield Finding.of(f"sandbox-{protection}", here, _named(protection, what), todo, bad=State.WARNING)
    what = Words("percobaan berkas jahat di dalamnya gagal semua", "all that a hostile file tries in there fails")
    if succeeded:
        tried = ", ".join(sorted(succeeded))
        what = Words(f"percobaan yang berhasil di dalamnya: {tried}", f"attempts that succeed in there: {tried}")
    todo = Words(
        "jangan periksa berkas dari luar di mesin ini sebelum yang di atas beres",
        "do not examine strangers' files on this machine before what stands above is put right",
    )
    yield Finding.of("sandbox-attempts", succeeded is not None and not succeeded, what, todo)


def _named(protection: Protection, what: Words) -> Words:
    if protection is not Protection.LANDLOCK or not landlock_version():
        return what
    return Words(f"{what.indonesian}, ABI {landlock_version()}", f"{what.english}, ABI {landlock_version()}")


def clock(*, kept_by_host: bool) -> Finding:
    """Whether this machine's clock is kept right, and who says so: the kernel (adjtimex(2)), systemd-timesyncd, or the
    office itself for a virtual machine, whose kernel may not know.
    """
    room = ctypes.create_string_buffer(512)  # modes = 0: nothing is changed
    unsynchronised = 5
    if 0 <= ctypes.CDLL(None).adjtimex(room) < unsynchronised:
        source = Words("kata kernel, adjtimex", "says the kernel, adjtimex")
    elif _TIMESYNCD.exists():
        source = Words("kata systemd-timesyncd", "says systemd-timesyncd")
    elif kept_by_host:
        source = Words("kata tte.toml, clock_kept_by_host", "says tte.toml, clock_kept_by_host")
    else:
        source = None
    said = Words("tidak ada yang menyatakan jam diselaraskan", "nothing says that this machine's clock is kept right")
    if source:
        said = Words(
            f"jam mesin ini diselaraskan: {source.indonesian}", f"this machine's clock is kept right: {source.english}"
        )
    return Finding.of(
        "clock-synchronised",
        source is not None,
        said,
        Words(
            "jalankan chrony atau systemd-timesyncd; bila tuan rumah mesin virtual yang menjaganya: "
            "[serve] clock_kept_by_host = true",
            "run chrony or systemd-timesyncd; if the host of a virtual machine keeps it, say so in tte.toml",
        ),
    )


def swap(table: Path = Path("/proc/swaps"), devices: Path = Path("/sys/dev/block")) -> Finding:
    """Whether memory may be written to a disk in the clear: PINs and keys pass through it."""
    try:
        lines = table.read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        hidden = Words("swap tidak terlihat dari sini", "swap cannot be seen from here")
        return Finding("swap", State.UNKNOWN, hidden)
    clear = [words[0] for words in map(str.split, lines) if words and not _sealed(Path(words[0]), devices)]
    what = Words("memori tidak ditulis terbuka ke disk", "memory is not written to a disk in the clear")
    if clear:
        shown = ", ".join(clear)
        what = Words(f"swap tanpa enkripsi: {shown}", f"swap that is not encrypted: {shown}")
    todo = Words("swapoff, atau enkripsikan (dm-crypt)", "switch swap off, or encrypt it (dm-crypt)")
    return Finding.of("swap", not clear, what, todo, bad=State.WARNING)


def _sealed(place: Path, devices: Path) -> bool:
    """Whether a swap area is encrypted by dm-crypt, or is memory itself."""
    if place.name.startswith("zram"):
        return True
    try:
        device = place.stat().st_rdev
        uuid = (devices / f"{os.major(device)}:{os.minor(device)}" / "dm" / "uuid").read_text(encoding="ascii")
    except OSError:
        return False
    return uuid.startswith("CRYPT-")
