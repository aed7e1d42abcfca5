"""A country with a year of fictional figures, and what its database says of them in SQL of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tte import regions
from tte.figures import Refused, take
from tte.figures.sample import Entered, sample
from tte.model import Raw, Row
from tte.register import open_register

FRIDAY = date(2025, 11, 21)
ABOVE = "1571"
"""An office with 106.79 %."""
CORRECTED = "3171"
SEED = 20


@dataclass(frozen=True)
class Country:
    """514 offices in one register, and the rows that its figures came from."""

    database: Path
    fridays: Sequence[date]
    entered: Sequence[Entered]

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the table of figures, asked for without any of our code."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement, values).fetchall()


def year() -> list[date]:
    return [FRIDAY - timedelta(weeks=back) for back in reversed(range(52))]


def made(folder: Path) -> Country:
    """The country, with a correction and an office above 100 %. Documents only of the last two weeks."""
    fridays = year()
    codes = [place.code for place in regions.regencies()]
    entered = [*_lately(sample(codes, fridays, SEED)), *_by_hand()]
    database = folder / "register.sqlite"
    register = open_register(f"sqlite:{database}")
    for some in entered:
        told = take(register, [Row(number, row) for number, row in enumerate(some.rows, 1)], some.at)
        assert not [one for one in told if isinstance(one, Refused)]
    register.close()
    return Country(database, fridays, entered)


def _lately(entered: Iterator[Entered]) -> Iterator[Entered]:
    first = (FRIDAY - timedelta(weeks=2)).isoformat()
    for some in entered:
        yield Entered(some.at, [row for row in some.rows if "jenis" not in row or str(row["tanggal"]) > first])


def _by_hand() -> Iterator[Entered]:
    day = FRIDAY.isoformat()
    per: dict[str, Raw] = {"akta_pembilang_per": day, "akta_penyebut_per": "2017-12-31"}
    above: dict[str, Raw] = {"kantor": ABOVE, "tanggal": day, "akta_pembilang": 106790, "akta_penyebut": 100000, **per}
    right: dict[str, Raw] = {"kantor": CORRECTED, "tanggal": day, "suket": 4321, "prr": 1234}
    yield Entered(datetime(2025, 11, 21, 8, 30, tzinfo=UTC), [above, right])
