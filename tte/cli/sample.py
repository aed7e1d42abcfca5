"""`tte sample`: fictional records to try a template with."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tte.cli.console import home_of
from tte.intake import Format
from tte.samples import sample_rows, write


def sample(
    context: typer.Context,
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The kind of document, such as akta_kelahiran.")],
    count: Annotated[int, typer.Option("--count", min=1, max=10_000_000, help="How many records.")] = 10,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same records.")] = 1,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
) -> None:
    """Write fictional records with real region codes to standard output."""
    home = home_of(context)
    grouping = home.template(template).grouping
    rows = sample_rows(template, count=count, seed=seed, office=home.settings.offices[0].code)
    write(rows, format_, sys.stdout.buffer, grouping=grouping)
