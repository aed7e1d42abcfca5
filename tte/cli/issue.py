"""`tte issue`: a file of rows in, signed documents out."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import Annotated, BinaryIO, Final, cast

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from tte.batches.outcomes import told_of
from tte.cli.beside import Beside, rarely_collect
from tte.cli.console import AsJson, err, home_of, out, print_json, report
from tte.cli.exits import Exit
from tte.cli.expiry import warn_of_expiry
from tte.cli.files import output_folder, settled, write_new
from tte.cli.levels import Behind
from tte.cli.outcome_file import OutcomeFile, outcome_file
from tte.cli.recover import finish
from tte.cli.stopping import Stopping
from tte.errors import ConfigError, TteError
from tte.intake import Format, read
from tte.issuance import Issued, Outcome, Refused
from tte.register import Register

Replacing = Annotated[
    str,
    typer.Option("--replacing", metavar="REASON", help="Why rows whose record has changed replace what is issued."),
]
GiveNumbers = Annotated[bool, typer.Option("--give-numbers", help="Rows without a number get the next one of the day.")]

_LARGE: Final = 100_000
"""Bytes of some hundred records."""


def issue(
    context: typer.Context,
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The kind of document, such as akta_kelahiran.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON or NDJSON; - reads standard input.")],
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where the PDF files go, if files are wanted now.")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    format_name: Annotated[
        Format | None, typer.Option("--format", help="The file's format, where its name does not say.")
    ] = None,
    outcome: Annotated[
        Path | None,
        typer.Option(
            "--outcome", metavar="FILE", help="A CSV file of what became of each row; FILE.part until the end."
        ),
    ] = None,
    replacing: Replacing = "",
    give_numbers: GiveNumbers = False,
    as_json: AsJson = False,
) -> None:
    """Issue one signed document for each row of a file, into the register.

    A row that is not right is refused, by its number and fields, and the others go on. Running the same command
    again is safe: rows issued before give their document again, and only what is missing is signed. Ctrl-C stops
    after the rows that are under way, a second one at once; either way the same command goes on from there.

    A document that could not be raised to the least level its key profile allows is issued and held back: no file of
    it is written until it is raised.
    """
    home = home_of(context)
    format_ = format_name or format_of(file)
    if folder:
        output_folder(folder)
    tally: Counter[str] = Counter()
    behind = Behind()
    name = key or home.settings.default_key
    with (
        opened(file) as stream,
        home.issuer(name, (template,), apart=_is_a_batch(stream)) as issuer,
        Stopping("stopping after the rows that are under way; Ctrl-C again stops at once") as stopping,
        outcome_file(outcome) as told,
    ):
        warn_of_expiry(issuer.signing.identity.certificate)
        finish(issuer, as_json=as_json)
        issuer = replace(issuer, replacing=replacing, giving=give_numbers)
        rarely_collect()
        chosen = issuer.templates[template]
        rows = stopping.until_asked(
            read(stream, format_, grouping=chosen.grouping, fields=chosen.columns(giving=give_numbers))
        )
        try:
            telling = partial(_tell, register=issuer.register, folder=folder, as_json=as_json, behind=behind, told=told)
            with Beside[Outcome](telling, tally) as tell:
                for outcome_ in _progress(issuer.issue(template, rows), quiet=as_json):
                    tell(outcome_)
            if stopping.asked.is_set():
                raise KeyboardInterrupt
        except (TteError, KeyboardInterrupt) as stopped:
            _summary(tally, behind, folder, as_json=as_json, complete=False)
            if told:
                err.print(f"{told.part} has what was settled until then; it is written anew by the next run")
            if isinstance(stopped, TteError):
                raise
            err.print("interrupted; run the same command again to go on: what is issued is not signed again")
            raise typer.Exit(Exit.INTERRUPTED) from None
        if told:
            told.whole()
    if folder:
        settled()
    _summary(tally, behind, folder, as_json=as_json, complete=True)
    if tally["refused"]:
        raise typer.Exit(Exit.REFUSED)
    if tally["held"]:
        raise typer.Exit(Exit.UNAVAILABLE)


def _is_a_batch(stream: BinaryIO) -> bool:
    """Whether it is worth a second process: the key then signs in it, beside this one, on the machine's other cores."""
    several = (os.cpu_count() or 1) > 1
    if not stream.seekable():
        return several
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size > _LARGE and several


def format_of(file: Path) -> Format:
    try:
        return Format(file.suffix.removeprefix(".").lower())
    except ValueError:
        known = ", ".join(Format)
        raise ConfigError(f"the name of {file} does not say its format", hint=f"give --format: {known}") from None


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    if str(file) == "-":
        with _seekable(sys.stdin.buffer) as stream:
            yield stream
        return
    try:
        stream = file.open("rb")
    except OSError as why:
        raise ConfigError(f"{file} cannot be read: {why.strerror}") from why
    with stream:
        yield stream


@contextmanager
def _seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Standard input as a file that can be read twice, as grouped CSV is; on disk where it does not fit in memory."""
    with SpooledTemporaryFile(max_size=64 << 20) as kept:
        shutil.copyfileobj(stream, kept)
        kept.seek(0)
        yield cast("BinaryIO", kept)


def _progress(outcomes: Iterator[Outcome], *, quiet: bool) -> Iterator[Outcome]:
    if quiet or not err.is_terminal:
        yield from outcomes
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TextColumn("{task.fields[pace]}"))
    with Progress(*columns, TimeElapsedColumn(), console=err, transient=True) as progress:
        task = progress.add_task("issuing", total=None, pace="")
        began = monotonic()
        for count, outcome in enumerate(outcomes, 1):
            if count % 100 == 0:
                progress.update(task, completed=count, pace=f"{count / (monotonic() - began):,.0f} a second")
            yield outcome


def _tell(
    outcome: Outcome,
    *,
    register: Register,
    folder: Path | None,
    as_json: bool,
    behind: Behind,
    told: OutcomeFile | None,
) -> tuple[str, ...]:
    """Say what became of one row, write its file if files are wanted and it may leave, and give the words it counts
    under.
    """
    if told:
        told.add((told_of(outcome),))
    if isinstance(outcome, Refused):
        _tell_refused(outcome, as_json=as_json)
        return ("refused",)
    entry = outcome.entry
    behind.note(entry, outcome.behind)
    file = write_new(folder, entry, register.read_pdf(entry.id)) if folder and not entry.held else None
    if as_json:
        print_json(
            "issued",
            {
                "row": outcome.row,
                "number": entry.number,
                "id": entry.id,
                "file": str(file) if file else None,
                "pdf_sha256": entry.pdf_sha256,
                "earlier": outcome.earlier,
                "level": entry.level,
                "held": entry.held,
                "behind": None if outcome.behind is None else outcome.behind.code,
                "warnings": _problems(outcome),
            },
        )
    else:
        for warning in outcome.warnings:
            err.print(Text.assemble((f"row {outcome.row}, warning:", "yellow"), f" {warning}"))
    return ("earlier" if outcome.earlier else "issued", *(("held",) if entry.held else ()))


def _problems(outcome: Issued) -> list[dict[str, str]]:
    return [{"field": warning.field, "message": warning.message} for warning in outcome.warnings]


def _tell_refused(refused: Refused, *, as_json: bool) -> None:
    why = refused.why
    problems = getattr(why, "problems", ())
    if as_json:
        listed = [{"field": problem.field, "message": problem.message} for problem in problems]
        content = {"row": refused.row, "code": why.code, "message": why.args[0], "hint": why.hint, "problems": listed}
        print_json("refused", content)
        return
    report(why, what=f"row {refused.row} refused")


def _summary(tally: Counter[str], behind: Behind, folder: Path | None, *, as_json: bool, complete: bool) -> None:
    issued, earlier, refused, held = (tally[word] for word in ("issued", "earlier", "refused", "held"))
    if as_json:
        counts = {"issued": issued, "earlier": earlier, "refused": refused, "held": held}
        print_json("summary", {**counts, "complete": complete})
        return
    where = "tte register export DIR writes the files"
    if folder and held and held == issued + earlier:
        where = f"no files in {folder} yet"
    elif folder:
        where = f"files in {folder}"
    out.print(f"{issued} issued{behind.levels}, {earlier} issued earlier, {refused} refused; {where}.")
    behind.report()
    if not complete:
        err.print("The batch stopped before its end.", style="red")
    elif not tally:
        err.print("The file holds no rows.", style="yellow")
