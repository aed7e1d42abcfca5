"""How `tte serve` is reached: by which address, past which proxies, through which socket."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tte.cli.doctor.finding import Finding, State, Words
from tte.errors import TteError
from tte.office import Home

_WIDEST = {4: 16, 6: 48}
_LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Serving:
    """What `tte serve` was told. Of the figures' port nothing is asked: it is on 127.0.0.1 always."""

    host: str = "127.0.0.1"
    socket: Path | None = None
    proxies: str = "127.0.0.1,::1"

    @classmethod
    def of(cls, home: Home) -> Serving:
        """What `tte.toml` says, for who asks without starting it."""
        try:
            return cls(proxies=",".join(home.settings.serve.proxies))
        except TteError:
            return cls()  # `public-address` tells of it


def public_address(home: Home) -> Finding:
    """Whether what stands in the QR code leads to https: else anybody on the way can answer for the office."""
    address = home.settings.base_url
    return Finding.of(
        "public-address",
        address.startswith("https://"),
        Words(f"alamat umum {address}", f"the public address is {address}"),
        Words("base_url di tte.toml harus https://", "base_url in tte.toml begins with https://"),
    )


def proxies(serving: Serving) -> Iterator[Finding]:
    """Whether only somebody in particular is believed about who asks. A socket has its folder to say who may speak."""
    if serving.socket is not None:
        yield _closed(serving.socket)
        return
    wrong, wide = _judged(serving.proxies.split(","))
    yield Finding.of(
        "proxies",
        not wrong and not wide,
        Words(
            f"dipercaya tentang asal permintaan: {serving.proxies}",
            f"believed about where a request is from: {serving.proxies}",
        ),
        Words(
            "--proxies: hanya alamat proxy sendiri, tanpa * dan tanpa nama",
            "--proxies: only the addresses of your own proxies, no * and no names",
        ),
        bad=State.FAIL if wrong else State.WARNING,
    )
    yield Finding.of(
        "listening",
        serving.host in _LOCAL,
        Words(f"mendengarkan di {serving.host}, tanpa TLS", f"it listens on {serving.host}, without TLS"),
        Words("biarkan hanya proxy yang sampai ke sana", "let nobody but the proxy get there"),
        bad=State.WARNING,
    )


def _judged(named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those that are no address, or are everybody; and those that are wider than a house."""
    wrong, wide = [], []
    for one in filter(None, map(str.strip, named)):
        try:
            network = ipaddress.ip_network(one, strict=False)
        except ValueError:
            wrong.append(one)
            continue
        if network.prefixlen == 0:
            wrong.append(one)
        elif network.prefixlen < _WIDEST[network.version]:
            wide.append(one)
    return wrong, wide


def _closed(socket: Path) -> Finding:
    folder = socket.absolute().parent
    closed = folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH
    return Finding.of(
        "socket",
        closed,
        Words(f"folder soket {folder} tertutup bagi pengguna lain", "the socket's folder is closed to other users")
        if closed
        else Words(
            f"folder soket {folder} terbuka atau tidak ada", "the socket's folder is open to others, or missing"
        ),
        Words(f"chmod o= {folder}", "whoever reaches the socket is believed about who asks"),
        bad=State.WARNING,
    )
