"""What of a record the seal on its page says: the `[seal]` table of a template.

    [seal]
    kind   = 1                  # docs/seal.md
    name   = "nama"             # a claim, and the field it is taken from
    born   = "tanggal_lahir"
    checks = ["nik"]            # NIKs, of which a seal keeps one byte each; "anggota.nik" for those of a table

The order says what goes first when a code would grow too large: the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tte.errors import Problem
from tte.model import Record
from tte.seal import KINDS, Claim, check_number
from tte.seal.claims import LONGEST, Fact
from tte.template import elements as e
from tte.template.field import FEMALE, MALE, Field, FieldType
from tte.template.reader import Reader

_EPOCH: Final = date(1970, 1, 1).toordinal()

_TEXT, _DATE = frozenset((FieldType.NAME, FieldType.TEXT)), frozenset((FieldType.DATE,))
_TYPES: Final[Mapping[str, tuple[Claim, frozenset[FieldType]]]] = {
    "name": (Claim.NAME, _TEXT),
    "born": (Claim.BORN, _DATE),
    "place": (Claim.PLACE, _TEXT),
    "to_place": (Claim.TO_PLACE, _TEXT),
    "count": (Claim.COUNT, frozenset((FieldType.ROWS,))),
    "name2": (Claim.NAME2, _TEXT),
    "event": (Claim.EVENT, _DATE),
    "sex": (Claim.SEX, frozenset((FieldType.CHOICE,))),
    "dated": (Claim.DATED, _DATE),
    "until": (Claim.UNTIL, _DATE),
    "country": (Claim.COUNTRY, _TEXT),
    "deed": (Claim.DEED, frozenset((FieldType.NUMBER,))),
}
"""Claims by their word in a template, with the types of field that they can be taken from."""

_SEXES: Final = {MALE: 1, FEMALE: 2}
_CHECKS: Final = "checks"

SMALLEST_MM: Final = 0.40
"""A module of a code that holds a seal; smaller ones do not survive a photocopy (docs/seal.md)."""

SIDE: Final = 77
"""Modules along the side of the largest code with a seal (version 13), the white around it included."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a template seals. `claims` stand in the order of their weight."""

    kind: int
    claims: tuple[tuple[Claim, tuple[str, ...]], ...]

    def facts(self, record: Record) -> dict[int, Fact]:
        """The claims of a record, the weightiest first: kind, number, then what the template names and it has."""
        found: dict[int, Fact] = {Claim.KIND.value: self.kind, Claim.NUMBER.value: record.number}
        for claim, names in self.claims:
            fact = _fact(claim, [_value(record.values, name) for name in names])
            if fact is not None:
                found[claim.value] = fact
        return found


def _value(values: Mapping[str, Any], name: str) -> Any:
    rows, _, column = name.partition(".")
    return [row[column] for row in values[rows]] if column else values[name]


def _fact(claim: Claim, values: list[Any]) -> Fact | None:
    if claim is Claim.CHECKS:
        numbers = [number for value in values for number in (value if isinstance(value, list) else [value]) if number]
        return bytes(map(check_number, numbers)) or None
    (value,) = values
    if isinstance(value, date):
        return value.toordinal() - _EPOCH
    if isinstance(value, tuple):
        return len(value)
    if claim is Claim.SEX:
        return _SEXES.get(value)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST else None


def parse_seal(table: object, fields: Mapping[str, Field], problems: list[Problem]) -> Sealed | None:
    """The `[seal]` table, or None where a template has none. Whatever is wrong goes to `problems`."""
    if table is None:
        return None
    read = Reader(table, "seal", problems)
    kind = read.whole("kind")
    if kind not in KINDS:
        read.wrong(f"kind must be one of {', '.join(map(str, KINDS))}; docs/seal.md says what they mean")
    claims: list[tuple[Claim, tuple[str, ...]]] = []
    for word in table if isinstance(table, Mapping) else ():
        if word == _CHECKS:
            names = read.names(word)
            _check(read, word, names, fields, frozenset((FieldType.NIK,)))
            claims.append((Claim.CHECKS, names))
        elif word in _TYPES:
            claim, types = _TYPES[word]
            name = read.text(word)
            _check(read, word, (name,), fields, types)
            claims.append((claim, (name,)))
    read.done()
    return Sealed(kind, tuple(claims))


def _check(
    read: Reader, word: str, names: tuple[str, ...], fields: Mapping[str, Field], types: frozenset[FieldType]
) -> None:
    for name in names:
        rows, _, column = name.partition(".")
        found = fields.get(rows)
        if column:
            found = found.fields.get(column) if found and word == _CHECKS else None
        if found is None:
            read.wrong(f"{word} names no field of this template: {name}")
        elif found.type not in types or (word == "sex" and not set(_SEXES) & set(found.choices)):
            read.wrong(f"{word} must be taken from a field of type {' or '.join(sorted(types))}")


def check_room(seal: Sealed | None, draw: Sequence[e.Element], problems: list[Problem]) -> None:
    """The square for the code must be large enough for a seal."""
    for element in draw:
        if seal and isinstance(element, e.Qr) and element.size < SIDE * SMALLEST_MM:
            least = f"{SIDE * SMALLEST_MM:.1f} mm"
            problems.append(Problem(element.where, f"size must be {least} at least, for the code to hold a seal"))
