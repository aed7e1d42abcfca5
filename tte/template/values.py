"""One given value read as one field: the type's own rules, before anything is held against anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tte.model import Raw
from tte.template import numbers
from tte.template.characters import Verdict, read_name, read_text
from tte.template.dates import read_date
from tte.template.field import Field, FieldType

_INTEGER = re.compile(r"\d{1,9}", re.ASCII)
_DASHES = frozenset("-–—")
_EXACT = 10**15
"""Every program keeps a whole number below this to the last digit (IEEE 754 doubles; spreadsheets show 15 digits)."""


def read_value(each: Field, raw: Raw) -> Verdict | None:
    """What a value says as this field (not rows); None if absent: null, blank or, where optional, a lone dash."""
    if not isinstance(raw, str):
        if raw is None:
            return None
        text = _written_out(each, raw)
        if isinstance(text, Verdict):
            return text
        raw = text
    elif not raw or raw.isspace():
        return None
    verdict = read_name(raw) if each.type is FieldType.NAME else read_text(raw)
    if not each.required and raw.strip() in _DASHES and raw.strip() not in each.meanings:
        return None
    return verdict if verdict.problem else _READ[each.type](each, str(verdict.value))


def _written_out(each: Field, raw: int | float | list[Raw] | dict[str, Raw]) -> str | Verdict:
    """A JSON number as text where nothing can have got lost; a refusal of everything else that is not text."""
    if isinstance(raw, bool):
        return Verdict(problem="is true or false and should be text")
    if isinstance(raw, (list, dict)):
        return Verdict(problem="is a list or an object and should be text")
    if each.type in (FieldType.INTEGER, FieldType.TEXT) and isinstance(raw, int) and 0 <= raw < _EXACT:
        return str(raw)
    if each.type in (FieldType.INTEGER, FieldType.NAME, FieldType.DATE):
        return Verdict(problem=f"is a number that cannot be a {each.type}")
    return Verdict(problem="is a number: write it in quotes, or zeros in front and digits at the end get lost")


def _measured(each: Field, text: str) -> Verdict:
    if each.min <= len(text) <= each.max:
        return Verdict(text)
    wanted = f"at most {each.max}" if len(text) > each.max else f"at least {each.min}"
    return Verdict(problem=f"has {len(text)} letters and may have {wanted}")


def _read_integer(each: Field, text: str) -> Verdict:
    if not _INTEGER.fullmatch(text):
        return Verdict(problem="is a whole number in digits")
    if not each.min <= int(text) <= each.max:
        return Verdict(problem=f"lies outside {each.min} to {each.max}")
    return Verdict(int(text))


def _read_choice(each: Field, text: str) -> Verdict:
    meaning = each.meanings.get(text.upper())
    return Verdict(problem=f"is one of {', '.join(each.choices)}") if meaning is None else Verdict(meaning)


_READ: Mapping[FieldType, Callable[[Field, str], Verdict]] = {
    FieldType.NIK: lambda _, text: numbers.read_nik(text),
    FieldType.KK: lambda _, text: numbers.read_kk(text),
    FieldType.NIP: lambda _, text: numbers.read_nip(text),
    FieldType.NAME: _measured,
    FieldType.TEXT: _measured,
    FieldType.DATE: lambda _, text: read_date(text),
    FieldType.INTEGER: _read_integer,
    FieldType.CHOICE: _read_choice,
    FieldType.NUMBER: lambda each, text: numbers.read_number(text, each.pattern),
}
