"""How the Friday report writes numbers, days and names: Indonesian, and never more exact than what was said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from tte.figures.friday import WIB, Friday, OfficeWeek, Part, Punctual, Scope
from tte.words import bulan, tanggal

NONE: Final = "–"
_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_SMALL: Final = {"Di", "Dan"}


def count(value: int | None) -> str:
    """1.207"""
    return NONE if value is None else f"{value:,}".replace(",", ".")


def change(value: int) -> str:
    """+12, –189 or tetap"""
    return f"{'+' if value > 0 else '–'}{count(abs(value))}" if value else "tetap"


def percent(value: float, places: int = 2) -> str:
    """96,40 %: rounded down, so that nothing that is not reached looks reached."""
    step = 10**places
    return f"{int(value * step + 1e-9) / step:.{places}f} %".replace(".", ",")


def short(day: date) -> str:
    """20 Nov"""
    return f"{day.day} {bulan(day)[:3]}"


def day_of(day: date) -> str:
    """Jumat, 20 November 2026"""
    return f"{_DAYS[day.weekday()]}, {tanggal(day)}"


def moment(at: datetime) -> str:
    """Jumat, 20 November 2026 pukul 14.02 WIB"""
    here = at.astimezone(WIB)
    return f"{day_of(here.date())} pukul {here:%H.%M} WIB"


def span(seconds: float) -> str:
    """2 hari 3 jam, 1 jam 12 menit, 40 menit"""
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} hari {hours} jam" if hours else f"{days} hari"
    return f"{hours} jam {rest} menit" if hours else f"{rest} menit"


def place(name: str) -> str:
    """KABUPATEN ACEH SELATAN, as in running text: Kabupaten Aceh Selatan."""
    words = [word if word.startswith("(") else word.capitalize() for word in name.lower().split(" ")]
    text = " ".join(word.lower() if word in _SMALL else word for word in words)
    return (
        text.replace("Dki ", "DKI ").replace("Di Yogyakarta", "DI Yogyakarta").replace("di Yogyakarta", "DI Yogyakarta")
    )


def brief(name: str) -> str:
    """The same for a narrow column: Kab. Aceh Selatan."""
    return place(name).replace("Kabupaten ", "Kab. ").replace("Administrasi ", "Adm. ")


def title(friday: Friday) -> str:
    """What the report is about."""
    if friday.scope is Scope.NATIONAL:
        return f"Nasional, {count(len(friday.offices))} kabupaten/kota"
    if friday.scope is Scope.PROVINCE:
        return f"Provinsi {place(friday.name)}, {len(friday.offices)} kabupaten/kota"
    return place(friday.name)


def excess(part: Part) -> str:
    """Why a coverage is above 100 %."""
    if part.part_per and part.whole_per and part.part_per > part.whole_per:
        return (
            f"Di atas 100 %: pembilang (per {tanggal(part.part_per)}) lebih baru daripada penyebut (per "
            f"{tanggal(part.whole_per)}), sehingga memuat anak yang belum ada dalam penyebut. Angka tidak dipotong."
        )
    return "Di atas 100 %: pembilang lebih besar daripada penyebut. Angka tidak dipotong; kedua angka perlu diperiksa."


def standing(one: OfficeWeek) -> str:
    """How an office reported this week."""
    if one.punctual is Punctual.MISSING:
        last = f"angka terakhir per {tanggal(one.day)}" if one.day else "tidak ada angka dalam dua belas pekan"
        return f"Belum melapor pekan ini; {last}"
    if one.came is None:
        raise ValueError("an office that reported did so at some time")
    return f"Angka diterima {moment(one.came)}, {one.punctual}"
