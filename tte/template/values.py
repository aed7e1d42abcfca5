"""Given values read as their fields: the type's own rules, before anything is held against anything else.

There are two ways to one result, because nearly every row of an office's file is plain and a batch has many. The
explaining way, `read_value`, takes one value, understands every spelling that offices use, and finds the words for
what is wrong or doubtful; it alone decides. The quick way, `PlainForm`, reads all values of a row with one regular
expression that only the most usual spellings of good values match: ASCII, dates of 1900 to 2099, known regions. It
never refuses anything: it gives the values that the explaining way would give, without a problem and without a
warning, or None, and then the row goes the explaining way. Whoever changes a rule changes it there, and narrows the
plain form if it became stricter; tests/unit/test_checks.py holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tte import regions
from tte.model import Raw, Scalar, Value
from tte.template import numbers
from tte.template.characters import Verdict, read_name, read_text
from tte.template.dates import read_date
from tte.template.field import Field, FieldType
from tte.template.letters import ASCII, foreign

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


_BETWEEN = "\x1f"
"""Stands between the values that are matched at once. No plain form allows it, so no value can pass for two."""

_DDMM = r"(?:(?:0[1-9]|1\d|2[0-8])(?:0[1-9]|1[0-2])|(?:29|30)(?:0[13-9]|1[0-2])|31(?:0[13578]|1[02]))"
_DDMM_OF_NIK = (
    r"(?:(?:[04][1-9]|[15]\d|[26][0-8])(?:0[1-9]|1[0-2])|(?:[26]9|[37]0)(?:0[13-9]|1[0-2])|[37]1(?:0[13578]|1[02]))"
)
"""Days that every year has; women: DD + 40. The 29th of February goes the explaining way."""
_YEAR = r"(?:19|20)\d\d"
_SERIAL = r"(?!0000)\d{4}"
_SIXTEEN_OF_KK = rf"\d{{6}}{_DDMM}\d\d{_SERIAL}"


@dataclass(frozen=True, slots=True)
class PlainForm:
    """What the values of all fields (rows aside) look like in a row that is plainly right; made by `plain_form`.

    `blank` has "" for every field, in order; `apart` are the fields of rows, which are not read here; `whole` may be
    JSON numbers; `turned` are the fields whose text is not their value yet: the field, its texts that mean "absent",
    and what gives its value, or None if it is not plain.
    """

    form: re.Pattern[str]
    blank: Mapping[str, str]
    apart: tuple[str, ...]
    whole: tuple[str, ...]
    turned: tuple[tuple[Field, frozenset[str], Callable[[Field, str], Scalar | None]], ...]

    def read(self, given: Mapping[str, Raw]) -> dict[str, Value] | None:
        """The value of every field but rows, all printable, if all are plain and no column is unknown; else None."""
        values: dict[str, Any] = {**self.blank, **given}
        for name in self.apart:
            values.pop(name, None)
        if len(values) != len(self.blank):
            return None
        for name in self.whole:
            if type(values[name]) is int and 0 <= values[name] < _EXACT:
                values[name] = str(values[name])
        try:
            texts = _BETWEEN.join(values.values())
        except TypeError:  # a value that is not text
            return None
        if "  " in texts or self.form.fullmatch(texts) is None:
            return None
        for each, absent, turn in self.turned:
            text = values[each.name]
            value = each.default if text in absent else turn(each, text)
            if value is None:
                return None
            values[each.name] = value
        return values


def plain_form(fields: Mapping[str, Field]) -> PlainForm | None:
    """The plain form of these fields; None unless ASCII and all their defaults and choices can be printed."""
    read = [each for each in fields.values() if each.type is not FieldType.ROWS]
    if any(foreign(str(value)) for each in read for value in (ASCII, each.default, *each.meanings.values())):
        return None
    return PlainForm(
        form=re.compile(_BETWEEN.join(map(_form, read)), re.ASCII),
        blank={each.name: "" for each in read},
        apart=tuple(each.name for each in fields.values() if each.type is FieldType.ROWS),
        whole=tuple(each.name for each in read if each.type is FieldType.INTEGER),
        turned=tuple(
            (each, _absent(each), turn) for each in read if (turn := _turn(each)) is not _kept or not each.required
        ),
    )


def _form(each: Field) -> str:
    form = _form_of_present(each)
    return form if each.required else f"(?:{form}|[{''.join(sorted(_DASHES))}]?)"


def _form_of_present(each: Field) -> str:
    if each.type is FieldType.NIK:
        return rf"\d{{6}}{_DDMM_OF_NIK}\d\d{_SERIAL}"
    if each.type is FieldType.KK or each.pattern == "kk":
        return _SIXTEEN_OF_KK
    if each.type is FieldType.DATE:
        return rf"(?:{_YEAR}-\d\d-\d\d|\d\d-\d\d-{_YEAR}|\d\d/\d\d/{_YEAR})"
    if each.pattern.startswith("suket:"):
        return rf"{each.pattern.removeprefix('suket:')}/\d{{4}}/{_DDMM}{_YEAR}/{_SERIAL}"
    if each.pattern.startswith("akta:"):
        codes = each.pattern.removeprefix("akta:").replace(",", "|")
        return rf"\d{{4}}-(?:{codes})-{_DDMM}{_YEAR}-{_SERIAL}"
    if each.pattern == "surat":
        return rf"(?=[^\d{_BETWEEN}]*\d)(?!\d{{16}}(?![^{_BETWEEN}]))[A-Z\d./-]{{3,40}}"
    if each.type is FieldType.INTEGER:
        return r"\d{1,9}"
    if each.type is FieldType.NAME:
        return _letters(r"[A-Za-z][A-Za-z'`.,\- ]", each.min, each.max)
    if each.type is FieldType.TEXT:
        return _letters("[!-~][ -~]", each.min, each.max)
    return _letters("[!-~][ -~]", 1, max(map(len, each.meanings), default=40))  # what it says, its reader finds out


def _letters(pair: str, least: int, most: int) -> str:
    """So many letters, blanks inside: `pair` is what may stand first, and what may follow and end if it is no blank."""
    return rf"{pair}{{{max(least, 1) - 1},{most - 1}}}(?<! )" if most else "(?!)"


def _absent(each: Field) -> frozenset[str]:
    return frozenset() if each.required else frozenset({"", *_DASHES} - each.meanings.keys())


def _turn(each: Field) -> Callable[[Field, str], Scalar | None]:
    """What makes the value of a text that matched; it gives None where the explaining way has something to say."""
    if each.type in (FieldType.NAME, FieldType.TEXT) or each.pattern == "surat":
        return _kept
    if each.type is FieldType.DATE:
        return _day
    if each.type is FieldType.CHOICE:
        return _chosen
    if each.type is FieldType.INTEGER:
        return _counted
    if each.type in (FieldType.NIK, FieldType.KK) or each.pattern.startswith(("akta:", "suket:", "kk")):
        return _of_known_region
    return _read_in_full


def _kept(_: Field, text: str) -> Scalar:
    return text


def _day(_: Field, text: str) -> Scalar | None:
    try:
        return date.fromisoformat(text if text[4] == "-" else f"{text[6:]}-{text[3:5]}-{text[:2]}")
    except ValueError:
        return None


def _chosen(each: Field, text: str) -> Scalar | None:
    return each.meanings.get(text.upper())


def _counted(each: Field, text: str) -> Scalar | None:
    number = int(text)
    return number if each.min <= number <= each.max else None


def _of_known_region(each: Field, text: str) -> Scalar | None:
    return (
        text if regions.known(text.partition("/")[2][:4] if each.pattern.startswith("suket:") else text[:4]) else None
    )


def _read_in_full(each: Field, text: str) -> Scalar | None:
    verdict = _READ[each.type](each, text)
    return None if verdict.problem or verdict.warning else verdict.value
