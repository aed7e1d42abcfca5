"""`tte batch`: files of rows left to workers, and how far these are with them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from tte.batches import COLUMNS, Progress, State, all_progress, outcome_lines, progress_of, submit
from tte.batches.outcomes import csv_line
from tte.batches.rows import CHUNK
from tte.cli.console import AsJson, err, home_of, out, print_json, print_table
from tte.cli.exits import Exit
from tte.cli.issue import GiveNumbers, Replacing, format_of, opened
from tte.cli.outcome_file import outcome_file
from tte.errors import RegisterError
from tte.intake import Format
from tte.office import Home
from tte.register.batches import Batches, batches_of

app = typer.Typer(help="Files of rows for workers: submit them, see how far they are.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(metavar="ID", help="The batch's id.")]
_LOOK_S: Final = 0.5
_WHOLE_CHUNK: Final = 32
"""Rows in a chunk for a service that signs whole documents, which takes a second for each."""


@app.command("submit")
def submit_(
    context: typer.Context,
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The kind of document, such as akta_kelahiran.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON or NDJSON; - reads standard input.")],
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    priority: Annotated[int, typer.Option("--priority", min=-100, max=100, help="Higher goes first.")] = 0,
    chunk: Annotated[
        int | None, typer.Option("--chunk", min=1, max=1000, metavar="ROWS", help="How many a worker takes at a time.")
    ] = None,
    replacing: Replacing = "",
    give_numbers: GiveNumbers = False,
    again: Annotated[bool, typer.Option("--again", help="Make another batch of a file that was submitted.")] = False,
    format_name: Annotated[
        Format | None, typer.Option("--format", help="The file's format, where its name does not say.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Leave a file of rows to workers, and print the batch's id.

    The same file, template, key and options are the same batch, however often it is submitted, until it is cancelled.
    """
    home = home_of(context)
    name = key or home.settings.default_key
    profile, chosen = home.profile(name), home.template(template)
    with opened(file) as stream, _batches(home) as batches:
        id_ = submit(
            batches,
            chosen,
            stream,
            format_name or format_of(file),
            profile=name,
            priority=priority,
            again=again,
            per_batch=profile.per_batch,
            replacing=replacing,
            giving=give_numbers,
            size=chunk or (_WHOLE_CHUNK if home.signs_whole_documents(name) else CHUNK),
        )
        if batches.url is not None:
            from tte.batches.waking import wake

            with suppress(RegisterError):  # the batch is kept; workers find it themselves
                wake(batches, {name: profile.sessions} if profile.sessions else {})
        progress = progress_of(batches, id_)
    if as_json:
        _print_json(progress)
        return
    out.print(id_)
    err.print(
        f"{progress.rows} rows, {progress.state}; tte worker issues them, tte batch wait {id_} shows how far it is"
    )


@app.command()
def status(
    context: typer.Context,
    id_: Annotated[str | None, typer.Argument(metavar="ID", help="The batch's id; all of them without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how far a batch is, or all of them."""
    with _batches(home_of(context)) as batches:
        found = all_progress(batches) if id_ is None else [progress_of(batches, id_)]
    _show(found, as_json=as_json)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the batches, the newest first."""
    with _batches(home_of(context)) as batches:
        found = all_progress(batches)
    _show(found, as_json=as_json)


@app.command()
def wait(context: typer.Context, id_: _Id, as_json: AsJson = False) -> None:
    """Wait until a batch is over. The exit code is that of `tte issue`; 1 also if it was cancelled before its end."""
    with _batches(home_of(context)) as batches:
        progress = progress_of(batches, id_)
        with _bar(quiet=as_json) as show:
            while not progress.over:
                show(progress)
                sleep(_LOOK_S)
                progress = progress_of(batches, id_)
    if as_json:
        _print_json(progress)
    else:
        out.print(_counts(progress))
    if progress.refused or progress.done < progress.rows:
        raise typer.Exit(Exit.REFUSED)
    if progress.held:
        raise typer.Exit(Exit.UNAVAILABLE)


@app.command()
def cancel(context: typer.Context, id_: _Id, as_json: AsJson = False) -> None:
    """Begin no more rows of a batch. What is under way is finished; what is issued stays issued."""
    with _batches(home_of(context)) as batches:
        batches.cancel(id_)
        progress = progress_of(batches, id_)
    if as_json:
        _print_json(progress)
        return
    out.print(_counts(progress))
    if progress.workers:
        err.print(f"{progress.workers} chunks are under way and will be finished")


@app.command()
def outcome(
    context: typer.Context,
    id_: _Id,
    file: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the CSV goes.")] = None,
) -> None:
    """Write what became of each row, as CSV: row, number, id, outcome, reason."""
    with _batches(home_of(context)) as batches, outcome_file(file) as written:
        progress = progress_of(batches, id_)
        if written:
            written.add(outcome_lines(batches.outcomes(id_)))
            written.whole()
        else:
            sys.stdout.write(csv_line(COLUMNS))
            sys.stdout.writelines(map(csv_line, outcome_lines(batches.outcomes(id_))))
    if progress.done < progress.rows:
        err.print(
            f"{progress.rows - progress.done} of {progress.rows} rows are not in it: {progress.state}", style="yellow"
        )


@contextmanager
def _batches(home: Home) -> Iterator[Batches]:
    with home.open_register() as register:
        yield batches_of(register)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Any]:
    if quiet or not err.is_terminal:
        yield lambda progress: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} rows"),
    )
    with Bar(*columns, TextColumn("{task.fields[pace]}"), TimeElapsedColumn(), console=err, transient=True) as bar:
        task = bar.add_task("", total=None, pace="")

        def show(progress: Progress) -> None:
            pace = (
                f"{progress.rate:,.0f} a second, {progress.eta_s:,.0f} s left"
                if progress.rate and progress.eta_s
                else ""
            )
            said = progress.trouble or pace
            bar.update(task, total=progress.rows, completed=progress.done, description=progress.state, pace=said)

        yield show


def _show(found: list[Progress] | Any, *, as_json: bool) -> None:
    if as_json:
        for progress in found:
            _print_json(progress)
    elif found:
        heading = ("id", "template", "key", "priority", "state", "rows", "done", "refused", "held", "submitted")
        print_table(heading, (_cells(progress) for progress in found))
        for progress in found:
            if progress.trouble:
                err.print(f"{progress.id}: {progress.trouble}", style="yellow")
    else:
        out.print("no batches")


def _cells(one: Progress) -> tuple[str, ...]:
    numbers = (str(one.rows), str(one.done), str(one.refused), str(one.held))
    return (
        one.id,
        one.template,
        one.profile,
        str(one.priority),
        one.state,
        *numbers,
        f"{one.submitted_at:%Y-%m-%d %H:%M}",
    )


def _counts(one: Progress) -> str:
    words = {State.CANCELLED: "cancelled: "}.get(one.state, "")
    left = f", {one.rows - one.done} not begun" if one.done < one.rows else ""
    return f"{words}{one.issued} issued, {one.earlier} issued earlier, {one.refused} refused{left}."


def _print_json(progress: Progress) -> None:
    print_json("batch", dataclasses.asdict(progress))
