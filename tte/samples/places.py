"""Where fictional people live: streets of nowhere, in villages that exist or in the sample office's own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tte import regions
from tte.regions import Region

_STREETS = (
    *("JL. MELATI", "JL. KENANGA", "JL. DIPONEGORO", "JL. AHMAD YANI", "JL. CUT NYAK DIEN", "GG. MAWAR", "GG. SEPAKAT"),
    *("JL. PATTIMURA", "JL. GATOT SUBROTO", "DUSUN KRAJAN", "DUSUN SUKAMAJU", "KAMPUNG BARU", "JL. R.A. KARTINI"),
    *("PERUMAHAN GRIYA ASRI BLOK C", "KOMPLEK PURI INDAH BLOK A/2", "JL. RAYA PASAR LAMA KM. 4,5 (SEBELAH MASJID)"),
)
_POST = {"1": "2", "3": "4", "5": "8", "6": "7", "7": "9", "9": "9"}


@dataclass(frozen=True, slots=True)
class Home:
    """One address, as forms ask for it."""

    district_code: str
    street: str
    rt: str
    rw: str
    village: str
    district: str
    regency: str
    province: str
    postcode: str


def home_in(rng: Random, regency: str) -> Home:
    """An address in the regency, if its districts are known here, else anywhere."""
    own = regions.within(regency)
    return _home(rng, rng.choice(own) if own else rng.choice(regions.districts()))


def home_elsewhere(rng: Random, regency: str) -> Home:
    """An address in a real regency other than this one."""
    while (district := rng.choice(regions.districts())).code.startswith(regency):
        pass
    return _home(rng, district)


def origin(rng: Random) -> tuple[str, str]:
    """Where somebody comes from: a real district's code, and the town as a place of birth has it."""
    district = rng.choice(regions.districts())
    return district.code, town(_name(regions.regency(district.code[:4]))).upper()


def town(regency: str) -> str:
    """The bare name of a regency or city: "Bandung" for "KOTA BANDUNG"."""
    for title in ("KABUPATEN ADMINISTRASI ", "KOTA ADMINISTRASI ", "KABUPATEN ", "KOTA "):
        if regency.startswith(title):
            return regency.removeprefix(title).title()
    return regency.title()


def _home(rng: Random, district: Region) -> Home:
    village = rng.choice(regions.within(district.code))
    return Home(
        district_code=district.code,
        street=f"{rng.choice(_STREETS)} NO. {rng.randint(1, 199)}",
        rt=f"{rng.randint(1, 12):03d}",
        rw=f"{rng.randint(1, 9):03d}",
        village=village.name.upper(),
        district=district.name.upper(),
        regency=_name(regions.regency(district.code[:4])),
        province=_name(regions.province(district.code[:2])),
        postcode=f"{_POST.get(district.code[0], '9')}{int(village.code) % 8999 + 1000}",
    )


def _name(region: Region | None) -> str:
    return region.name if region else ""
