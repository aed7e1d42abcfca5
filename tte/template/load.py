"""Loading a template folder: everything is checked at once, and the folder is refused with all its problems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tte.errors import Problem, TemplateError
from tte.model import Row, Value
from tte.template import elements as e
from tte.template.checks import check_row
from tte.template.field import Field, FieldType
from tte.template.fields import parse_fields
from tte.template.filters import FILTERS, Filter, translation
from tte.template.folder import SAMPLE, Files, read_folder
from tte.template.layout import Setting
from tte.template.lint import lint
from tte.template.names import PREVIEW, WIDEST_ID, page_names
from tte.template.place import Workshop
from tte.template.reader import Reader, Table
from tte.template.seal import check_room, parse_seal
from tte.template.style import Ink, parse_inks, parse_styles
from tte.template.template import Template, unprintable
from tte.template.vocabulary import read_elements

PAGES: Final = {"A4": (210.0, 297.0), "A4 landscape": (297.0, 210.0)}
_NO_INK: Final = Ink("#000000", "#000000", "#000000", "#000000", "#000000")


def load(folder: Path) -> Template:
    """Read, check and return the template in a folder; its name is the folder's name.

    TemplateError lists every problem: fields, filters, styles, keys or files that do not exist, a filter that does not
    suit its field, words that could overlap or leave the page, a sample that is no record or does not fit. Reads only
    the folder and the shared files it names.
    """
    problems: list[Problem] = []
    files = read_folder(folder, problems)
    fields, faults = parse_fields(_fields(files, problems))
    problems += faults
    head = Reader(files.main.get("template", {}), "template", problems)
    page = PAGES[head.choice("page", tuple(PAGES), "A4")]
    margins = _margins(head, page)
    template = Template(
        name=folder.resolve().name,
        title=head.text("title"),
        number=_number(head, fields),
        page=page,
        ink=_ink(head, files, problems),
        fields=fields,
        draw=tuple(_draw(files, fields, margins, problems)),
        assets=files.assets,
        sample=Row(1, files.sample),
        sha256=files.sha256(),
        seal=parse_seal(files.main.get("seal"), fields, problems),
        english=head.text("english", ""),
    )
    head.done()
    for key in files.main:
        if key not in ("template", "seal", "draw"):
            problems.append(Problem(key, "is no part of a template"))
    check_room(template.seal, template.draw, problems)
    lint(template.draw, fields, page, problems)
    if not problems:
        problems += _sample(template)
    if problems:
        raise TemplateError(f"the template {template.name} cannot be used", problems)
    return template


def _draw(
    files: Files, fields: Mapping[str, Field], margins: tuple[float, float], problems: list[Problem]
) -> list[e.Element]:
    shop = Workshop(
        left=margins[0],
        right=margins[1],
        styles=parse_styles(files.shared["styles"], problems),
        filters={**FILTERS, **_translations(files.shared["words"], problems)},
        parts=files.shared["parts"],
        assets=files.assets,
        most_rows={field.name: field.max for field in fields.values() if field.type is FieldType.ROWS},
        problems=problems,
    )
    tables = files.main.get("draw", [])
    if not isinstance(tables, list) or not tables:
        problems.append(Problem("draw", "is missing: the list of what is drawn"))
        return []
    return read_elements(tables, "draw", shop)


def _translations(tables: Table, problems: list[Problem]) -> Mapping[str, Filter]:
    made = {}
    for name, table in tables.items():
        if isinstance(table, Mapping) and all(isinstance(word, str) for word in table.values()):
            filter_ = translation(name, table)
            made[filter_.name] = filter_
        else:
            problems.append(Problem(f"words.{name}", "must be a table of texts"))
    return made


def _fields(files: Files, problems: list[Problem]) -> Table:
    tables = files.shared["fields"]
    if not tables:
        problems.append(Problem("fields", "is missing: a table"))
    return tables


def _margins(head: Reader, page: tuple[float, float]) -> tuple[float, float]:
    match head.items("margins"):
        case []:
            return 24.0, page[0] - 24.0
        case [int() | float() as left, int() | float() as right] if 0 <= left < right <= page[0]:
            return float(left), float(right)
    head.wrong("margins must be the left and the right edge of the text in mm")
    return 24.0, page[0] - 24.0


def _number(head: Reader, fields: Mapping[str, Field]) -> str:
    number = head.text("number")
    field = fields.get(number)
    if number and (field is None or field.type not in (FieldType.NUMBER, FieldType.KK)):
        head.wrong("number must name a field of type number or kk")
    return number


def _ink(head: Reader, files: Files, problems: list[Problem]) -> Ink:
    inks = parse_inks(files.shared["inks"], problems)
    name = head.text("ink")
    if name not in inks:
        head.wrong(f"there is no ink {name}")
    return inks.get(name, _NO_INK)


def _sample(template: Template) -> list[Problem]:
    """What is wrong with the sample: as a record, and as a page of a fictional office."""
    checked = check_row(template.fields, template.sample.values)
    problems = [*checked.problems, *unprintable(checked.values)]
    if problems:
        return [Problem(f"{SAMPLE} {problem.field}", problem.message) for problem in problems]
    misfits: set[str] = set()
    for public_id in ("", WIDEST_ID):
        misfits |= set(_misfits(template, checked.values, public_id))
    return [Problem(SAMPLE, f"{name} does not fit on the page") for name in sorted(misfits)]


def _misfits(template: Template, values: Mapping[str, Value], public_id: str) -> list[str]:
    setting = Setting({**page_names(PREVIEW, public_id), **values}, [])
    for element in template.draw:
        if isinstance(element, e.Words):
            setting.place(element)
    return setting.misfits
