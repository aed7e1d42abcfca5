"""What a home gives that seals: how long its seal keys still last, and whether the root key is away from here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from tte.cli.doctor.finding import Finding, State, Words
from tte.errors import TteError
from tte.issuance.sealing import day_of
from tte.office import Home
from tte.seal import KeyState, Use

_SOON_DAYS = 30


def seals(home: Home, now: datetime) -> Iterator[Finding]:
    """Two lines for each office that seals; none for the others."""
    try:
        offices = [one for office in home.settings.offices if (one := home.seals(office.code)).has_keys()]
    except TteError:
        return  # another line says what is wrong with tte.toml
    for office in offices:
        try:
            keys = office.keys()
        except TteError as why:
            told = Words("daftar kunci segel tidak dapat dipakai", str(why.args[0]))
            yield Finding(
                "seal-key", State.FAIL, told, Words(why.hint or "lihat pesan itu", why.hint or "see the message")
            )
            continue
        good = (key for key in keys.keys if key.use is Use.SEAL and key.state is not KeyState.COMPROMISED)
        last = max((key.until for key in good), default=0)
        day = f"{date(1970, 1, 1) + timedelta(last):%d-%m-%Y}"
        renewed = f"{datetime.fromtimestamp(keys.renewed_by, UTC):%d-%m-%Y}"
        yield Finding.of(
            "seal-key",
            last >= day_of(now) + _SOON_DAYS and keys.renewed_by > now.timestamp() + _SOON_DAYS * 86400,
            Words(
                f"kunci segel kantor {office.office} sampai {day}, daftarnya sampai {renewed}",
                f"seal keys of office {office.office} until {day}, their list until {renewed}",
            ),
            Words(
                "tte seal key, atau tte seal renew; lalu tte seal publish",
                "tte seal key, or tte seal renew; then tte seal publish",
            ),
        )
        here = (office.folder / "root.pem").exists()
        yield Finding.of(
            "seal-root",
            not here,
            Words("kunci akar segel masih di mesin ini", "the root key of the seals is on this machine")
            if here
            else Words("kunci akar segel tidak di sini", "the root key of the seals is not here"),
            Words(
                f"pindahkan {office.folder / 'root.pem'} ke media terpisah, dengan salinannya",
                "move it to a medium that is kept apart, with a copy",
            ),
            bad=State.WARNING,
        )
