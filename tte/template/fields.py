"""The `[fields.…]` tables of a template, read strictly and all at once.

Every unknown key, wrong type and dangling reference is a problem: a rule that is spelt wrong would otherwise be a rule
that is silently not applied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from tte.errors import Problem
from tte.model import Value
from tte.template.characters import read_text
from tte.template.field import FEMALE, MALE, TODAY, Field, FieldType, Grouping
from tte.template.numbers import PATTERNS, known_pattern

__all__ = ["Field", "FieldType", "Grouping", "parse_fields"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_KEY_TYPES: Mapping[str, type] = {
    "type": str,
    "label": str,
    "required": bool,
    "min": int,
    "max": int,
    "choices": list,
    "aliases": dict,
    "pattern": str,
    "born": str,
    "sex": str,
    "not_before": str,
    "not_after": str,
    "fields": dict,
}
_OWN_KEYS: Mapping[FieldType, frozenset[str]] = {
    FieldType.NIK: frozenset({"born", "sex"}),
    FieldType.KK: frozenset(),
    FieldType.NIP: frozenset(),
    FieldType.NAME: frozenset({"default", "min", "max"}),
    FieldType.TEXT: frozenset({"default", "min", "max"}),
    FieldType.DATE: frozenset({"not_before", "not_after"}),
    FieldType.INTEGER: frozenset({"default", "min", "max"}),
    FieldType.CHOICE: frozenset({"default", "choices", "aliases"}),
    FieldType.NUMBER: frozenset({"pattern"}),
    FieldType.ROWS: frozenset({"min", "max", "fields"}),
}
_BOUNDS: Mapping[FieldType, tuple[int, int, int]] = {
    FieldType.NAME: (1, 60, 200),  # Permendagri 73/2022 art. 4: 60 letters with the blanks
    FieldType.TEXT: (1, 120, 1000),
    FieldType.INTEGER: (0, 999_999, 999_999_999),
    FieldType.ROWS: (1, 100, 100),
}
"""min and max where the template says nothing, and the biggest max it may say."""


def parse_fields(tables: Mapping[str, object]) -> tuple[Mapping[str, Field], tuple[Problem, ...]]:
    """The fields that the `[fields]` table of a template declares, in its order, and every problem found in it.

    Problems are named by their place, such as `fields.anggota.fields.nik.born`. With problems, use none of the fields.
    """
    problems: list[Problem] = []
    fields = _parse_level(tables, "fields", problems, nested=False)
    _check_references(fields, "fields", problems, around={}, declared=frozenset(tables))
    for field in fields.values():
        path = f"fields.{field.name}.fields"
        for name in sorted(field.fields.keys() & tables.keys()):
            problems.append(Problem(f"{path}.{name}", "has the name of a field of the record around it"))
        _check_references(field.fields, path, problems, around=fields, declared=frozenset({*tables, *field.fields}))
    return fields, tuple(problems)


def _parse_level(tables: Mapping[str, object], path: str, problems: list[Problem], *, nested: bool) -> dict[str, Field]:
    fields = {}
    for name, table in tables.items():
        place = f"{path}.{name}"
        if not _NAME.fullmatch(name) or name == TODAY:
            problems.append(Problem(place, "a field's name is a to z, 0 to 9 and _, and not the word today"))
        elif not isinstance(table, dict):
            problems.append(Problem(place, "is a table with at least a type"))
        elif (field := _parse_field(name, table, place, problems, nested=nested)) is not None:
            fields[name] = field
    return fields


def _parse_field(
    name: str, table: Mapping[str, object], path: str, problems: list[Problem], *, nested: bool
) -> Field | None:
    kinds = [kind.value for kind in FieldType if not (nested and kind is FieldType.ROWS)]
    if table.get("type") not in kinds:
        problems.append(Problem(f"{path}.type", f"is one of {', '.join(kinds)}"))
        return None
    kind = FieldType(str(table["type"]))
    said = _known_keys(kind, table, path, problems)
    low, high = _bounds(kind, said, path, problems)
    choices, meanings = _choices(said, path, problems) if kind is FieldType.CHOICE else ((), {})
    pattern = str(said.get("pattern", ""))
    if kind is FieldType.NUMBER and not known_pattern(pattern):
        problems.append(Problem(f"{path}.pattern", f"is one of {', '.join(PATTERNS)}"))
    tables = said.get("fields")
    if kind is FieldType.ROWS and not tables:
        problems.append(Problem(f"{path}.fields", "rows need fields of their own"))
    field = Field(
        name=name,
        type=kind,
        label=str(said.get("label", name.replace("_", " ").capitalize())),
        required=bool(said.get("required", "default" not in said)),
        default=_default(kind, said),
        min=low,
        max=high,
        choices=choices,
        meanings=meanings,
        pattern=pattern,
        born=str(said.get("born", "")),
        sex=str(said.get("sex", "")),
        not_before=str(said.get("not_before", "")),
        not_after=str(said.get("not_after", "")),
        fields=_parse_level(tables, f"{path}.fields", problems, nested=True) if isinstance(tables, dict) else {},
    )
    if "default" in said:
        problems.extend(Problem(f"{path}.default", message) for message in _default_faults(field))
    return field


def _known_keys(kind: FieldType, table: Mapping[str, object], path: str, problems: list[Problem]) -> dict[str, object]:
    """The keys that a field of this kind may have and that hold the right type of value; the others are problems."""
    allowed = sorted({"type", "label", "required"} | _OWN_KEYS[kind])
    said = {}
    for key, value in table.items():
        wanted = _KEY_TYPES.get(key) or (int if kind is FieldType.INTEGER else str)
        if key not in allowed:
            close = get_close_matches(key, allowed, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(allowed)}"
            problems.append(Problem(f"{path}.{key}", f"a {kind} field has no such key: {hint}"))
        elif type(value) is not wanted:
            problems.append(Problem(f"{path}.{key}", f"is of type {wanted.__name__}"))
        else:
            said[key] = value
    return said


def _bounds(kind: FieldType, said: Mapping[str, object], path: str, problems: list[Problem]) -> tuple[int, int]:
    lowest, usual, biggest = _BOUNDS.get(kind, (0, 0, 0))
    low, high = said.get("min", lowest), said.get("max", usual)
    if not (isinstance(low, int) and isinstance(high, int)):  # never so: _known_keys saw to it
        return lowest, usual
    if not 0 <= low <= high <= biggest:
        problems.append(Problem(path, f"min and max of a {kind} field run from 0 to {biggest}, min first"))
    return low, high


def _choices(
    said: Mapping[str, object], path: str, problems: list[Problem]
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    choices, aliases = said.get("choices"), said.get("aliases", {})
    texts = [choice for choice in choices if isinstance(choice, str)] if isinstance(choices, list) else []
    if not isinstance(choices, list) or not texts or len(set(texts)) != len(choices):
        problems.append(Problem(f"{path}.choices", "a choice needs choices: a list of texts, each once"))
    meanings: dict[str, str] = {}
    for spelling, choice in [*zip(texts, texts, strict=True), *(aliases.items() if isinstance(aliases, dict) else ())]:
        if choice not in texts:
            problems.append(Problem(f"{path}.aliases.{spelling}", "stands for none of the choices"))
        elif not spelling or read_text(spelling).value != spelling:
            problems.append(Problem(f"{path}.choices", "a spelling is printable text, without blanks around it"))
        elif meanings.setdefault(spelling.upper(), choice) != choice:
            problems.append(Problem(f"{path}.choices", "the same spelling stands for two choices, capitals aside"))
    return tuple(texts), meanings


def _default(kind: FieldType, said: Mapping[str, object]) -> Value:
    default = said.get("default", () if kind is FieldType.ROWS else "")
    return default if isinstance(default, (str, int)) else ()


def _default_faults(field: Field) -> list[str]:
    """What is wrong with a default that was given; it is written on the page as it stands."""
    faults = ["makes a field optional: leave out required"] if field.required else []
    if field.type is FieldType.CHOICE and field.default not in field.choices:
        faults.append("is none of the choices")
    if isinstance(field.default, int) and not field.min <= field.default <= field.max:
        faults.append(f"lies outside {field.min} to {field.max}")
    if isinstance(field.default, str) and read_text(field.default) != (field.default, "", ""):
        faults.append("is not printable text in one line")
    return faults


def _check_references(
    fields: Mapping[str, Field],
    path: str,
    problems: list[Problem],
    *,
    around: Mapping[str, Field],
    declared: frozenset[str],
) -> None:
    for field in fields.values():
        for key, target in (("born", field.born), ("sex", field.sex), *_limits(field)):
            place, found = f"{path}.{field.name}.{key}", fields.get(target) or around.get(target)
            if not target or (found is None and target in declared) or (key == "sex" and target in (FEMALE, MALE)):
                continue  # nothing to refer to, or to a field that has a problem of its own
            if found is None or found is field:
                problems.append(Problem(place, "names a field that is not there"))
            elif key == "sex" and not {FEMALE, MALE} <= set(found.choices):
                problems.append(Problem(place, f"names a field that does not offer {FEMALE} and {MALE}"))
            elif key != "sex" and found.type is not FieldType.DATE:
                problems.append(Problem(place, "names a field that is no date"))


def _limits(field: Field) -> list[tuple[str, str]]:
    limits = (("not_before", field.not_before), ("not_after", field.not_after))
    return [(key, target) for key, target in limits if target != TODAY]
