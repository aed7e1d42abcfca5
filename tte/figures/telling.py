"""Figures for other programs: a report as JSON and back, its offices as CSV, and what was said and superseded."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from tte.figures.friday import Friday, OfficeWeek, Part
from tte.figures.topics import FIELDS, PAIRS, Topic, cell
from tte.register import Register
from tte.register.figures import Line, reading

_AHEAD: Final = ("kantor", "nama", "pekan", "status", "diterima", "angka_per")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line, and whether a later one has taken its place."""

    line: Line
    superseded: bool

    @property
    def values(self) -> Mapping[str, Any]:
        """What it says, under the names that its row had."""
        named: dict[str, Any] = {"kantor": self.line.office}
        if self.line.topic == Topic.MASALAH:
            named["nomor"] = self.line.name
        else:
            named |= dict(zip(("tanggal", "jenis"), self.line.name.split(" "), strict=False))
        said = {**named, **orjson.loads(self.line.content)}
        return {name: said[name] for name in FIELDS[Topic(self.line.topic)] if name in said}


def shown(
    register: Register,
    topic: Topic,
    *,
    offices: Collection[str] | None = None,
    first: date | None = None,
    last: date | None = None,
    history: bool = False,
) -> Sequence[Shown]:
    """What was said on a topic, from and to a day, by office and name; with `history` what was superseded, too."""
    with reading(register) as lines:
        found = lines.all(topic, offices=offices, first=first, last=last)
    standing = {(line.office, line.name): line.seq for line in found}
    listed = [Shown(line, standing[line.office, line.name] != line.seq) for line in found]
    listed.sort(key=lambda one: (one.line.office, one.line.name, one.line.seq))
    return [one for one in listed if history or not one.superseded]


def shown_csv(topic: Topic, listed: Iterable[Shown], *, history: bool = False) -> str:
    """Lines as CSV with the columns that `tte figures import` reads; with `history`, what became of each besides."""
    more = ["diterima", "digantikan"] if history else []
    rows = [
        [
            *(one.values.get(name) for name in FIELDS[topic]),
            *([one.line.at.isoformat(), "ya" if one.superseded else "tidak"] if history else []),
        ]
        for one in listed
    ]
    return csv_text([*FIELDS[topic], *more], rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV (RFC 4180) that no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def to_json(friday: Friday) -> str:
    """All that a report says, in one canonical form: equal reports, equal text."""
    return orjson.dumps(_adapter().dump_python(friday, mode="json"), option=orjson.OPT_SORT_KEYS).decode()


def of_json(text: str) -> Friday:
    """The report that `to_json` told. ValueError if it is none."""
    try:
        return _adapter().validate_json(text)
    except ValidationError:
        raise ValueError("not a report of figures") from None


def told(friday: Friday) -> Mapping[str, Any]:
    """The same for scripts, with the sums besides (docs/figures.md)."""
    content: dict[str, Any] = _adapter().dump_python(friday, mode="json")
    last = friday.weeks[-1]
    return {
        "number": friday.number,
        **content,
        "totals": {
            **{name: _part(friday.total(name)) for name in PAIRS},
            "suket": last.suket,
            "prr": last.prr,
            "documents": friday.documents,
        },
    }


def offices_csv(friday: Friday) -> str:
    """The report's offices, a row each, in the order of their codes."""
    pairs = [name for pair in PAIRS.values() for name in pair]
    header = [*_AHEAD, *pairs, "akta_pembilang_per", "akta_penyebut_per", "akta_persen", "suket", "prr"]
    return csv_text([*header, "jenis_tte", "dokumen_tte"], (_row(friday, one) for one in friday.offices))


def _row(friday: Friday, one: OfficeWeek) -> Sequence[object]:
    parts = [getattr(one, name) for name in PAIRS]
    counts = [value for part in parts for value in ((part.part, part.whole) if part else (None, None))]
    akta = one.akta
    return (
        one.code,
        one.name,
        friday.friday,
        one.punctual,
        one.came and one.came.isoformat(),
        one.day,
        *counts,
        *((akta.part_per, akta.whole_per, f"{akta.percent:.2f}") if akta else (None, None, None)),
        one.suket,
        one.prr,
        None if one.kinds is None else len(one.kinds),
        one.documents,
    )


def _part(part: Part | None) -> Mapping[str, Any] | None:
    if part is None:
        return None
    return {"part": part.part, "whole": part.whole, "percent": round(part.percent, 4)}


@cache
def _adapter() -> TypeAdapter[Friday]:
    return TypeAdapter(Friday)
