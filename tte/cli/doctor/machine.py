"""What this machine gives: walls around files from strangers, and a clock."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

from tte.cli.doctor.finding import Finding, Words
from tte.sandbox import Limits, Protection, Sandbox, landlock_version

_KERNEL = Words("pakai kernel Linux yang lebih baru, atau aktifkan", "use a newer Linux kernel, or switch it on")
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
        yield Finding.of(
            f"sandbox-{protection}", given.get(protection) if given else False, _named(protection, what), todo
        )
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


def clock() -> Finding:
    """Whether the kernel says that its clock is kept right (adjtimex(2)). A virtual machine may not say so."""
    room = ctypes.create_string_buffer(512)  # modes = 0: nothing is changed
    state = ctypes.CDLL(None).adjtimex(room)
    unsynchronised = 5
    good = True if 0 <= state < unsynchronised else None
    return Finding.of(
        "clock-synchronised",
        good,
        Words("jam mesin ini diselaraskan", "this machine's clock is kept right")
        if good
        else Words(
            "kernel tidak menyatakan jamnya diselaraskan", "the kernel does not say that its clock is kept right"
        ),
        Words("jalankan chrony atau systemd-timesyncd", "run chrony or systemd-timesyncd"),
    )
