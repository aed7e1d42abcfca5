"""Fictional figures for real region codes: as many weeks of as many offices as wanted. The same seed, the same figures.

Most offices report in time, a few late or not at all in a week; some sign two kinds of document or fewer; some have
more akta than children, because the children were counted earlier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from tte.figures.friday import WIB
from tte.figures.kinds import KINDS
from tte.model import Raw

_PROBLEMS: Final = (
    (
        "Blangko KTP-el habis di tiga kecamatan",
        "Kiriman pekan ini tertunda",
        "Permintaan tambahan diajukan ke provinsi",
    ),
    ("Jaringan kecamatan terputus", "Kabel serat optik putus", "Jalur cadangan dipasang"),
    ("Sertifikat elektronik Kepala Dinas segera berakhir", "Masa berlaku dua tahun", "Perpanjangan diajukan"),
    ("Berkas akta terlambat tanpa dokumen pendukung", "Pemohon belum memiliki buku nikah", "Kunjungan ke desa"),
    ("PRR ganda menunggu penunggalan", "Perekaman dua kali", "Diajukan ke pusat untuk penunggalan"),
)
_OWNERS: Final = ("Kabid Pelayanan Pendaftaran", "Kabid Pencatatan Sipil", "Kabid PIAK", "Sekretaris Dinas")

Said = Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Entered:
    """Rows that came together: when, and what they say."""

    at: datetime
    rows: Sequence[Said]


def sample(offices: Sequence[str], fridays: Sequence[date], seed: int) -> Iterator[Entered]:
    """A week after the other, in the order in which rows come: first those in time, then those that are late."""
    made = [_Office(code, Random(f"{seed} {code}"), len(fridays)) for code in offices]  # noqa: S311  no secret
    for place, friday in enumerate(fridays):
        late: list[Said] = []
        in_time: list[Said] = []
        for office in made:
            state = office.random.random()
            rows = office.week(place, friday)
            if state > 0.995:
                continue
            (late if state > 0.985 else in_time).extend(rows)
        yield Entered(datetime.combine(friday, time(15), WIB), in_time)
        yield Entered(datetime.combine(friday + timedelta(days=2), time(9, 12), WIB), late)


class _Office:
    """One office: what it began with, and how it goes on."""

    def __init__(self, code: str, random: Random, weeks: int) -> None:
        self.code, self.random, self.weeks = code, random, max(weeks, 1)
        self.children = round(random.lognormvariate(10.9, 0.8)) + 900
        self.first, self.gain = random.triangular(0.78, 0.99, 0.95), random.uniform(0.0, 0.03)
        if random.random() < 0.02:
            self.first, self.gain = 1.005 + random.random() * 0.05, 0.012
        self.suket, self.prr = self.children // 55 + random.randrange(300), self.children // 30 + random.randrange(900)
        self.pace = random.uniform(0.2, 1.0)
        kinds = min(max(round(random.gauss(8, 5)), 1), len(KINDS))
        self.kinds = (
            list(KINDS)[:2] + random.sample(list(KINDS)[2:], max(kinds - 2, 0)) if kinds > 1 else ["kartu_keluarga"]
        )
        self.problems = 0

    def week(self, place: int, friday: date) -> list[Said]:
        """What it says on this Friday."""
        done, rough = place / self.weeks, self.random.uniform
        adults = self.children * 2
        rows: list[Said] = [
            {
                "kantor": self.code,
                "tanggal": friday.isoformat(),
                "akta_pembilang": round(self.children * (self.first + self.gain * done)),
                "akta_pembilang_per": friday.isoformat(),
                "akta_penyebut": self.children,
                "akta_penyebut_per": _counted(friday).isoformat(),
                "suket": round(self.suket * (1 - self.pace * done) * rough(0.97, 1.03)),
                "prr": round(self.prr * (1 - self.pace * done) * rough(0.97, 1.03)),
                "ktp_rekam": round(adults * (0.97 + 0.02 * done)),
                "ktp_wajib": adults,
                "kia_punya": round(self.children * (0.40 + 0.25 * done)),
                "kia_anak": self.children,
                "ikd_aktif": round(adults * (0.10 + 0.12 * done)),
                "ikd_wajib": adults,
            }
        ]
        for kind in self.kinds:
            count = round(self.children / 400 * rough(0.2, 1.0) / (1 + 2 * self.kinds.index(kind)))
            rows.append({"kantor": self.code, "tanggal": friday.isoformat(), "jenis": kind, "jumlah": count})
        if self.random.random() < 0.004:
            rows.append(self._problem(friday))
        return rows

    def _problem(self, friday: date) -> Said:
        self.problems += 1
        text, cause, solution = self.random.choice(_PROBLEMS)
        since = friday - timedelta(days=self.random.randrange(1, 6))
        solved = since + timedelta(days=1) if self.random.random() < 0.4 else None
        return {
            "kantor": self.code,
            "nomor": f"M-{friday.year}-{self.problems}",
            "sejak": since.isoformat(),
            "masalah": text,
            "sebab": cause,
            "penyelesaian": solution,
            "penanggung_jawab": self.random.choice(_OWNERS),
            "selesai": solved.isoformat() if solved else "",
        }


def _counted(friday: date) -> date:
    """The end of the half-year before: population is counted twice a year (DKB)."""
    return date(friday.year, 6, 30) if friday > date(friday.year, 6, 30) else date(friday.year - 1, 12, 31)
