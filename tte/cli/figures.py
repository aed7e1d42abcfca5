"""`tte figures`: what offices say of themselves, from a file into the register, and out again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, plain, print_json, print_table, report
from tte.cli.exits import Exit
from tte.errors import ConfigError

app = typer.Typer(help="Figures of offices: take them in, show them.", no_args_is_help=True)

Week = Annotated[
    str,
    typer.Option("--week", metavar="DATE", help="The week of this day; without it the last that ended on a Friday."),
]


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON or NDJSON; - reads standard input.")],
    again: Annotated[
        bool, typer.Option("--again", help="Take figures that were corrected since: the earlier ones hold again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take an office's figures, documents signed elsewhere, or problems into the register.

    A row that is not right is refused, by its number and columns, and the others are kept. The same row twice changes
    nothing; another value for the same office and day is a correction, and the older one stays to be seen.
    """
    from tte.cli.issue import format_of, opened
    from tte.figures import Refused, take
    from tte.intake import read

    tally: Counter[str] = Counter()
    home = home_of(context)
    with opened(file) as stream, home.open_register() as register:
        for told in take(register, read(stream, format_of(file)), now(), again=again):
            if isinstance(told, Refused):
                tally["refused"] += 1
                problems = getattr(told.why, "problems", ())
                if as_json:
                    listed = [{"field": problem.field, "message": problem.message} for problem in problems]
                    content = {
                        "row": told.row,
                        "code": told.why.code,
                        "message": told.why.args[0],
                        "hint": told.why.hint,
                    }
                    print_json("refused", {**content, "problems": listed})
                else:
                    report(told.why, what=f"row {told.row} refused")
                continue
            tally[told.kept] += 1
    names = ("new", "corrected", "same", "refused")
    if as_json:
        print_json("imported", {name: tally[name] for name in names})
    else:
        out.print(f"{', '.join(f'{tally[name]} {name}' for name in names)}.")
        if not tally:
            err.print("The file holds no rows.", style="yellow")
    if tally["refused"]:
        raise typer.Exit(Exit.REFUSED)


@app.command()
def show(
    context: typer.Context,
    topic: Annotated[str, typer.Option("--topic", help="angka, dokumen or masalah.")] = "angka",
    office: Annotated[str | None, typer.Option("--office", metavar="CODE", help="Only of this office.")] = None,
    week: Week = "",
    history: Annotated[bool, typer.Option("--history", help="Also what was corrected since.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV that import reads and no spreadsheet runs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what offices said of a week; of problems, all that there are."""
    from tte.figures import Topic
    from tte.figures.telling import shown, shown_csv

    if topic not in [*Topic]:
        raise ConfigError(f"there is no topic {topic}", hint=f"there are: {', '.join(Topic)}")
    chosen = Topic(topic)
    last = friday_asked(week)
    within = (None, None) if chosen is Topic.MASALAH else (last - timedelta(days=6), last)
    offices = None if office is None else [office.replace(".", "")]
    with home_of(context).open_register() as register:
        listed = shown(register, chosen, offices=offices, first=within[0], last=within[1], history=history)
    if as_csv:
        typer.echo(shown_csv(chosen, listed, history=history), nl=False)
        return
    for one in listed if as_json else ():
        at = plain(one.line.at)
        print_json("figure", {"topic": chosen, **one.values, "at": at, "by": one.line.by, "superseded": one.superseded})
    if not as_json:
        rows = [
            (
                one.line.office,
                one.line.name,
                plain(one.line.at),
                "superseded" if one.superseded else "stands",
                ", ".join(f"{name} {value}" for name, value in one.values.items() if name not in _NAMES),
            )
            for one in listed
        ]
        print_table(("office", "name", "entered", "state", "says"), rows)


@app.command()
def sample(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where angka.csv, dokumen.csv and masalah.csv go.")],
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help="So many weeks, up to the last Friday.")] = 12,
    national: Annotated[
        bool, typer.Option("--national", help="Of all 514 regencies and cities; else of this home's offices.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same figures.")] = 1,
) -> None:
    """Write fictional figures, to try import and report with."""
    from tte import regions
    from tte.cli.files import output_folder, write_as
    from tte.figures import Topic
    from tte.figures.sample import sample as made
    from tte.figures.telling import csv_text
    from tte.figures.topics import FIELDS, topic_of

    last = friday_asked("")
    fridays = [last - timedelta(weeks=back) for back in reversed(range(weeks))]
    places = regions.regencies() if national else home_of(context).settings.offices
    rows = [row for some in made([place.code for place in places], fridays, seed) for row in some.rows]
    for topic in Topic:
        columns = [*FIELDS[topic]]
        said = ([row.get(name) for name in columns] for row in rows if topic_of(row) is topic)
        write_as(output_folder(folder) / f"{topic}.csv", csv_text(columns, said).encode())
    out.print(f"{len(rows)} rows in {folder}")


_NAMES = ("kantor", "tanggal", "jenis", "nomor")


def friday_asked(week: str) -> date:
    """The Friday that ends the week of a day in `--week`; without one the last Friday. ConfigError if it is no day."""
    from tte.figures.friday import WIB, latest_friday, week_of

    if not week:
        return latest_friday(now().astimezone(WIB).date())
    try:
        return week_of(date.fromisoformat(week))
    except ValueError:
        raise ConfigError("a day is written as 2026-12-01") from None
