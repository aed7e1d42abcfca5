"""The country on one page, for who sees all offices: adoption, coverage, backlog, who is missing and who is late.

Filtered by province, searched and ordered by the address, so that every view is a link. An office opens as the page of
its week.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from tte import regions
from tte.errors import NoSuchThing
from tte.figures import Topic
from tte.figures.country import BANDS, FILTERS, ORDERS, Province, bands_of, found, provinces
from tte.figures.friday import FEW, Friday, Punctual, Scope
from tte.figures.kinds import KINDS
from tte.figures.telling import csv_text, shown
from tte.people import Action
from tte.reports.friday.words import place
from tte.web.office.figures.days import csv_file
from tte.web.office.figures.friday import file_of, office_week, shown_week
from tte.web.office.figures.standing import register_of
from tte.web.office.figures.tiles import SHORT
from tte.web.office.figures.weeks import week_asked, week_shown
from tte.web.office.visits import COUNTRY, Pages, Visit, place_of

_PER_PAGE: Final = 50
_STEPS: Final = 5

MEASURES: Final[Mapping[str, Callable[[Province], float | None]]] = {
    "akta": lambda one: one.akta.percent if one.akta else None,
    "jenis": lambda one: one.kinds,
    "sedikit": lambda one: 100 * one.few / one.offices if one.offices else None,
    "lapor": lambda one: 100 * one.reported / one.offices if one.offices else None,
    "prr": lambda one: one.prr,
    "suket": lambda one: one.suket,
}
"""What a tile of the map can show, darker where it is higher."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the map: its step from 0 to 4, None where nothing is known."""

    province: Province
    short: str
    value: float | None
    step: int | None


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for, each part as it can be used."""

    province: str
    text: str
    only: str
    order: str
    down: bool
    measure: str
    page: int
    week: str

    def link(self, base: str = COUNTRY, **other: object) -> str:
        """The address of this view with something else in it."""
        now = {"provinsi": self.province, "cari": self.text, "hanya": self.only, "urut": self.order}
        now |= {"turun": "1" if self.down else "", "ukuran": self.measure, "pekan": self.week}
        usual = {"urut": "nama", "ukuran": "akta"}
        asked = {**now, **{name: "" if value is None else str(value) for name, value in other.items()}}
        kept = {name: value for name, value in asked.items() if value and value != usual.get(name)}
        return f"{base}?{urlencode(kept)}" if kept else base


def declare(pages: Pages) -> None:
    """`/nasional`."""

    @pages.get(COUNTRY, Action.SEE_COUNTRY)
    def country(visit: Visit) -> Response:
        view = _view(visit)
        national = week_shown(visit, Scope.NATIONAL, "", week_asked(visit))
        shown_ = national
        if view.province:
            shown_ = week_shown(visit, Scope.PROVINCE, view.province, week_asked(visit))
        lines = found(shown_.offices, text=view.text, only=view.only, order=view.order, down=view.down)
        pages_ = max(-(-len(lines) // _PER_PAGE), 1)
        page = min(max(view.page, 1), pages_)
        by_province = provinces(national)
        return visit.show(
            "figures/country.html",
            "country",
            **shown_week(visit, shown_),
            view=view,
            tiles=(tiles := _tiles(by_province, view.measure)),
            span_=_span(tiles),
            measures=MEASURES,
            provinces=sorted(by_province, key=lambda one: -(one.akta.percent if one.akta else -1)),
            lines=lines[(page - 1) * _PER_PAGE : page * _PER_PAGE],
            count=len(lines),
            page=page,
            pages=pages_,
            filters=FILTERS,
            orders=ORDERS,
            bands=_bands(shown_),
            few=sum(one.signs_few for one in shown_.offices),
            late=len(shown_.having(Punctual.LATE)),
            missing=shown_.having(Punctual.MISSING),
            stale=sum(one.day is not None for one in shown_.having(Punctual.MISSING)),
            provinces_by_code={one.code: one.name for one in regions.provinces()},
            office_names={one.code: one.name for one in shown_.offices},
        )

    @pages.get(COUNTRY + "/kantor/{code}", Action.SEE_COUNTRY)
    def office(visit: Visit) -> Response:
        code = str(visit.request.path_params["code"])
        friday = week_shown(visit, Scope.OFFICE, _real(code).code, week_asked(visit))
        served = any(one.code == code for one in visit.service.home.settings.offices)
        return visit.show(
            "figures/week.html",
            "country",
            base=f"{COUNTRY}/kantor/{code}",
            back=f"{COUNTRY}?provinsi={code[:2]}",
            back_word=place(_province_of(code)),
            workplace=f"/kantor/{code}" if served else "",
            **office_week(visit, friday),
        )

    @pages.get(COUNTRY + "/kantor/{code}/{file}", Action.SEE_COUNTRY)
    def office_file(visit: Visit) -> Response:
        return file_of(visit, Scope.OFFICE, _real(str(visit.request.path_params["code"])).code)

    @pages.get(COUNTRY + "/masalah.csv", Action.SEE_COUNTRY)
    def problems(visit: Visit) -> Response:
        return csv_file(_problems_csv(visit, _view(visit).province), "masalah.csv")

    @pages.get(COUNTRY + "/unduh/{file}", Action.SEE_COUNTRY)
    def country_file(visit: Visit) -> Response:
        province = _view(visit).province
        return file_of(visit, Scope.PROVINCE if province else Scope.NATIONAL, province)


def _real(code: str) -> regions.Region:
    region = regions.regency(code)
    if region is None:
        raise NoSuchThing("there is no regency or city of this code")
    return region


def _province_of(code: str) -> str:
    region = regions.province(code[:2])
    return region.name if region else ""


def _view(visit: Visit) -> View:
    asked = visit.asked
    province, only, order, measure = (asked(name, 20) for name in ("provinsi", "hanya", "urut", "ukuran"))
    return View(
        province if any(one.code == province for one in regions.provinces()) else "",
        asked("cari", 60),
        only if only in FILTERS else "",
        order if order in ORDERS else "nama",
        asked("turun", 1) == "1",
        measure if measure in MEASURES else "akta",
        place_of(asked("hal", 4)) or 1,
        asked("pekan", 10),
    )


def _tiles(by_province: Sequence[Province], measure: str) -> Sequence[Tile]:
    """Every province with its step: fifths of the way from the lowest to the highest."""
    values = {one.code: MEASURES[measure](one) for one in by_province}
    known = [value for value in values.values() if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    tiles = []
    for one in by_province:
        value = values[one.code]
        step = None if value is None else min(int(_STEPS * (value - low) / (high - low or 1)), _STEPS - 1)
        tiles.append(Tile(one, SHORT[one.code][0], value, step))
    return tiles


def _span(tiles: Sequence[Tile]) -> Sequence[Tile]:
    """The lowest and the highest; nothing where nothing is known."""
    known = sorted((one for one in tiles if one.value is not None), key=lambda one: one.value or 0)
    return (known[0], known[-1]) if known else ()


def _bands(friday: Friday) -> Sequence[tuple[str, dict[str, int], int, bool]]:
    """How many offices sign how many kinds: a word, what fills it, the count, and whether that is few."""
    *counts, everything, unknown = bands_of(friday.offices)
    bands = [
        ("band_none" if not high else "band_range", {"low": low, "high": high}, count, high <= FEW)
        for (low, high), count in zip(BANDS, counts, strict=True)
    ]
    return [*bands, ("band_all", {"all": len(KINDS)}, everything, False), ("band_unknown", {}, unknown, False)]


def _problems_csv(visit: Visit, province: str) -> str:
    """Every problem that stands, of all offices or those of a province, with the names of its office."""
    names = {one.code: one.name for one in regions.regencies()}
    codes = [code for code in names if code.startswith(province)] if province else None
    listed = shown(register_of(visit), Topic.MASALAH, offices=codes)
    columns = ("nomor", "sejak", "masalah", "sebab", "penyelesaian", "penanggung_jawab", "selesai")
    rows: list[list[Any]] = [
        [one.line.office, names.get(one.line.office, ""), *(one.values.get(name) for name in columns)] for one in listed
    ]
    return csv_text(["kantor", "nama", *columns], rows)
