"""How the command line speaks: results on standard output, the rest on standard error; JSON one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from tte.errors import TteError

if TYPE_CHECKING:
    from tte.office import Home

JSON_VERSION = 1
"""The version of the JSON shapes in docs/json.md. It rises when a key goes or changes its meaning."""

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, one object a line (docs/json.md).")]


def home_of(context: typer.Context) -> Home:
    """The home that --home, $TTE_HOME or the current folder says. Secrets may be asked for if a person sits there."""
    from tte.office import Home  # not for those who need no home

    path: Path = context.obj
    return Home(path, interactive=err.is_terminal)


def now() -> datetime:
    """The present, to the second, as `tte.issuance.now`, which takes half a second to import."""
    return datetime.now(UTC).replace(microsecond=0)


def print_json(kind: str, content: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own: `v`, `kind`, then the content."""
    line = json.dumps({"v": JSON_VERSION, "kind": kind, **content}, ensure_ascii=False, default=plain)
    typer.echo(line)


def plain(value: object) -> str:
    """A value as people get it, and JSON what it has no kind for: times in ISO 8601, digests in hexadecimal."""
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case bytes():
            return value.hex()
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def print_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their widest cell; nothing is cut or broken, so that a cell can be copied."""
    lines = [heading, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.print(cells.rstrip(), style="bold" if line is heading else None)


def report(error: TteError, *, what: str = "error") -> None:
    """Say what happened, every problem of it, and what to do."""
    err.print(Text.assemble((f"{what}:", "red"), f" {error.args[0]}"))
    for problem in getattr(error, "problems", ()):
        err.print(f"  • {problem}")
    if error.hint:
        err.print(Text.assemble(("what to do:", "cyan"), f" {error.hint}"))
