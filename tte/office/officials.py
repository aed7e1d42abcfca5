"""Who may sign for the offices of a home: `officials.toml`, or what the key profiles pin where there is none.

The list is kept by the office and never shortened: who has left keeps the line, with the day it ended, so that what was
signed before can still be judged.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field, StringConstraints, model_validator

from tte.errors import ConfigError
from tte.model import Official
from tte.office.settings import OfficialSettings, read
from tte.office.settings import _Strict as Strict
from tte.verdict import Capacity, Mandate, Officials

if TYPE_CHECKING:
    from tte.office import Home

FILE = "officials.toml"
_WIB = timezone(timedelta(hours=7))
_HEX = 64


class OfficialLine(OfficialSettings):
    """One `[[official]]`. `from` and `until` are whole days as in Jakarta, or times with a zone."""

    office: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}( SPECIMEN)?$")]
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    capacity: Capacity = Capacity.HEAD
    begins: date | datetime | None = Field(None, alias="from")
    until: date | datetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for moment in (self.begins, self.until):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError("a time has a zone, such as 2026-03-01T08:00:00+07:00; or write only the day")
        begins, ends = _moment(self.begins), _moment(self.until, last=True)
        if begins and ends and ends <= begins:
            raise ValueError("until lies before from")
        return self


class OfficialList(Strict):
    """`officials.toml`."""

    official: tuple[OfficialLine, ...] = ()


def officials(home: Home) -> Officials:
    """Everybody who may sign for the offices of a home.

    ConfigError if `officials.toml` is there and cannot be used. Without it: the certificates that key profiles
    pin, without bounds in time; a profile that cannot be read, or whose certificate is not there, has none.
    """
    if not (home.path / FILE).exists():
        return Officials(tuple(one for name in home.profile_names() for one in _pinned(home, name)))
    lines = read(home.path / FILE, OfficialList).official
    return Officials(tuple(_mandate(home, line) for line in lines), listed=True)


class Kept:
    """The officials of a home, read again when `officials.toml` changes. ConfigError if it cannot be used at first.

    A change that cannot be used leaves the list as it was before: `tte doctor` says what is wrong with it. Where there
    is no such file, key profiles are read once. May be used by many threads.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._one, self._seen = Lock(), self._mark()
        self._list = officials(home)

    def now(self) -> Officials:
        """The list as it is now."""
        with self._one:
            if (mark := self._mark()) != self._seen:
                self._seen = mark
                with suppress(ConfigError):
                    self._list = officials(self._home)
            return self._list

    def _mark(self) -> tuple[int, ...]:
        """What is another after each change of the file."""
        try:
            found = (self._home.path / FILE).stat()
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns


def _mandate(home: Home, line: OfficialLine) -> Mandate:
    return Mandate(
        Official(line.name, line.nip, line.title),
        line.office,
        _fingerprint(home, line.certificate),
        _moment(line.begins),
        _moment(line.until, last=True),
        line.capacity,
    )


def _fingerprint(home: Home, certificate: str) -> str:
    """SHA-256 of the certificate: as it stands, with or without colons, or of the first one in a PEM file."""
    digits = certificate.replace(":", "").lower()
    if len(digits) == _HEX and all(digit in "0123456789abcdef" for digit in digits):
        return digits
    path = home.path / certificate
    try:
        first = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as why:
        raise ConfigError(f"{FILE}: the certificate {path} cannot be read: {why.strerror}") from why
    except ValueError:
        raise ConfigError(
            f"{FILE}: {path} is not a PEM certificate", hint="or write the SHA-256 of the certificate, 64 digits"
        ) from None
    return sha256(first.public_bytes(Encoding.DER)).hexdigest()


def _moment(moment: date | datetime | None, *, last: bool = False) -> datetime | None:
    """When a day begins, or for a `last` one when it is over."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), _WIB) + timedelta(days=last)


def _pinned(home: Home, name: str) -> tuple[Mandate, ...]:
    try:
        profile = home.profile(name)
        pinned = home.pinned(profile)
    except ConfigError:
        return ()
    office = f"{profile.office} SPECIMEN" if profile.test else profile.office
    return tuple(Mandate(profile.as_official(), office, sha256(der).hexdigest()) for der in pinned[:1])
