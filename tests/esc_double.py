"""A double of BSrE's ESC for tests, and how it is opened. The people are fictional, the secrets are made here."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from cryptography.hazmat.primitives.serialization import Encoding

from tte.backends.esc import Esc, open_esc
from tte.testing.esc import EscDouble
from tte.testing.esc_signer import BsreLike, Holder
from tte.validation import Trust

NAME = "Dra. WULAN SEKAR ARUM, M.Si."


class Purse:
    """A secret source: `env:NAME` for each secret that opens a double. It counts what it is asked for."""

    def __init__(self, double: EscDouble, **others: str) -> None:
        self.held = {
            "NIK": double.nik,
            "USER": double.user,
            "PASSWORD": double.password,
            "PIN": double.passphrase,
            "TOTP": double.totp,
            **others,
        }
        self.asked: list[str] = []

    def __call__(self, source: str) -> str:
        name = source.removeprefix("env:")
        self.asked.append(name)
        return self.held[name]


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@cache
def bsre() -> BsreLike:
    return BsreLike(now())


@cache
def official() -> Holder:
    return bsre().official(NAME)


@cache
def trust() -> Trust:
    return Trust((bsre().ca.root.certificate.public_bytes(Encoding.DER),))


@contextmanager
def running(*, older: bool = False) -> Iterator[EscDouble]:
    """A double with an official, whose NIK, passphrase and one-time code are words that appear nowhere else."""
    double = EscDouble(
        bsre(),
        official(),
        nik="99710" + str(secrets.randbelow(10**11)).zfill(11),
        passphrase=f"sandi&/{secrets.token_hex(8)}",
        user=f"dinas-{secrets.token_hex(4)}",
        password=secrets.token_hex(12),
        totp=str(secrets.randbelow(10**12)).zfill(12),
        older=older,
    )
    with double.running():
        yield double


def uri_of(double: EscDouble, api: str = "v2", *, factor: str = "pin-source=env:PIN", more: str = "") -> str:
    """The key URI of a double, with all that a plain address on one's own network needs."""
    return (
        f"esc:service={quote(double.url, safe='')};official=kadis-9971?api={api}&plain=yes&private=yes"
        f"&nik-source=env:NIK&user-source=env:USER&password-source=env:PASSWORD&{factor}&timeout-s=20{more}"
    )


def pinned(holder: Holder) -> list[bytes]:
    return [one.public_bytes(Encoding.DER) for one in (holder.certificate, *holder.chain)]


def opened(double: EscDouble, api: str = "v2", *, purse: Purse | None = None, more: str = "") -> Esc:
    """The double, opened as the office would."""
    return open_esc(uri_of(double, api, more=more), purse or Purse(double), pinned=pinned(official()), at=now())
