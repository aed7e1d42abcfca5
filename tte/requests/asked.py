"""What a citizen is asked for: the fields of the template but those that the office fills in, and papers.

An office says it in `templates/_bersama/permohonan.toml`, which is data like a template and no part of any document.
Without that file every field but the number is asked for, and papers may be attached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tte.errors import Problem
from tte.model import Office, Raw
from tte.office import Home
from tte.office.settings import read
from tte.template import Template
from tte.template import field as fields
from tte.template.checks import check_row

FILE: Final = Path("templates", "_bersama", "permohonan.toml")
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(_Data):
    """A paper that may be attached, as people call it."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    english: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Kind(_Data):
    """What one kind asks for: `office` fills in these fields; papers that are needed, and those that may come."""

    office: tuple[str, ...] = ()
    needs: tuple[_Name, ...] = ()
    may: tuple[_Name, ...] = ()


OTHER: Final = "lain"
_OTHER: Final = Paper(label="Dokumen pendukung", english="Supporting document")


class Asking(_Data):
    """The file. `fills`: what the office's draft begins with."""

    office: tuple[str, ...] = ()
    fills: dict[str, Literal["town", "today"]] = Field(default_factory=dict)
    papers: dict[_Name, Paper] = Field(default_factory=dict)
    kinds: dict[str, Kind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _papers_are_known(self) -> Self:
        for name, kind in self.kinds.items():
            if unknown := {*kind.needs, *kind.may} - {*self.papers}:
                raise ValueError(f"{name} asks for papers that are not described: {', '.join(sorted(unknown))}")
        return self


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that is asked for."""

    name: str
    paper: Paper
    needed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request of one kind asks for. `fields` stand for the template's where a form is made of them."""

    name: str
    title: str
    fields: Mapping[str, fields.Field]
    papers: tuple[Wanted, ...]

    def problems(self, values: Mapping[str, Raw], today: date) -> tuple[Problem, ...]:
        """What is wrong with these values, as the template would say it of them."""
        return check_row(self.fields, values, today=today).problems

    def missing(self, attached: Mapping[str, object]) -> tuple[Problem, ...]:
        """The papers that are needed and not attached."""
        return tuple(
            Problem(one.name, "is missing") for one in self.papers if one.needed and not attached.get(one.name)
        )


def asking_of(home: Home) -> Asking:
    """What the home's file says; nothing where it has none. ConfigError with all its problems."""
    path = home.path / FILE
    return read(path, Asking) if path.is_file() else Asking()


def asked_of(asking: Asking, template: Template) -> Asked:
    """What a citizen is asked for who wants a document of this template."""
    kind = asking.kinds.get(template.name, Kind(may=(OTHER,)))
    not_asked = {template.number, *asking.office, *kind.office}
    wanted = {name: field for name, field in template.fields.items() if name not in not_asked}
    papers = [(name, True) for name in kind.needs] + [(name, False) for name in kind.may]
    known = {OTHER: _OTHER, **asking.papers}
    return Asked(
        template.name,
        template.title,
        MappingProxyType(wanted),
        tuple(Wanted(name, known[name], needed) for name, needed in papers if name in known),
    )


def begun(asking: Asking, template: Template, office: Office, values: Mapping[str, Raw], today: date) -> dict[str, Raw]:
    """The values that the office's draft begins with: the citizen's, and what the office fills in as a rule."""
    said: dict[str, Raw] = {"town": office.town.upper(), "today": f"{today:%d-%m-%Y}"}
    filled = {name: said[what] for name, what in asking.fills.items() if name in template.fields}
    return {**filled, **{name: value for name, value in values.items() if name in template.fields}}
