"""A result as a file: the JSON of `tte verify --json`, ETSI XML, the page. What the office alone may know is masked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from tte.reports.shape import shape
from tte.verdict import Examined, Known
from tte.web.comparing import masked


def as_json(one: Examined) -> bytes:
    """The report. Why a document ended is for the office. Whoever only knows an id, and has not the file, gets a masked
    number.
    """
    return orjson.dumps({"v": 1, "kind": "report", **shape(_public(one))}, _plain)


def as_xml(one: Examined) -> bytes:
    from tte.reports.xml import report_xml

    return report_xml(one.report, _public(one).verdict)


def as_pdf(one: Examined) -> bytes:
    from tte.reports.pdf import report_pdf

    return report_pdf(one.report, _public(one).verdict, one.file, one.seal)


def _public(one: Examined) -> Examined:
    known = one.verdict.known
    entry = known.entry
    if entry is None:
        return one
    ended = entry.ended and replace(entry.ended, reason="")
    number = entry.number if known.found in ("issued", "extended") else masked(entry.number)
    shown = Known(known.found, replace(entry, number=number, ended=ended), known.present)
    return replace(one, verdict=replace(one.verdict, known=shown))


def _plain(value: object) -> Any:
    return value.hex() if isinstance(value, bytes) else str(value)
