"""`tte issue`: a file of rows in, signed documents out."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from tte.cli.console import AsJson, err, home_of, out, print_json, report
from tte.cli.exits import Exit
from tte.cli.files import output_folder, write_new
from tte.errors import ConfigError, TteError
from tte.intake import Format, read
from tte.issuance import Issued, Outcome, Refused
from tte.register import Register


def issue(
    context: typer.Context,
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The kind of document, such as akta_kelahiran.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSON or NDJSON; - reads standard input.")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the PDF files go.")],
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    format_name: Annotated[
        Format | None, typer.Option("--format", help="The file's format, where its name does not say.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Issue one signed document for each row of a file.

    A row that is not right is refused, by its number and fields, and the others go on. Running the same command
    again is safe: rows issued before give their document again, and only what is missing is signed.
    """
    home = home_of(context)
    format_ = format_name or _format_of(file)
    output_folder(folder)
    tally: Counter[str] = Counter()
    with _opened(file) as stream, home.issuer(key or home.settings.default_key, (template,)) as issuer:
        chosen = issuer.templates[template]
        outcomes = issuer.issue(template, read(stream, format_, grouping=chosen.grouping))
        try:
            for outcome in _progress(outcomes, quiet=as_json):
                tally[_tell(outcome, issuer.register, folder, as_json=as_json)] += 1
        except (TteError, KeyboardInterrupt) as stopped:
            _summary(tally, folder, as_json=as_json, complete=False)
            if isinstance(stopped, TteError):
                raise
            err.print("interrupted; run the same command again to go on")
            raise typer.Exit(Exit.INTERRUPTED) from None
    _summary(tally, folder, as_json=as_json, complete=True)
    if tally["refused"]:
        raise typer.Exit(Exit.REFUSED)


def _format_of(file: Path) -> Format:
    try:
        return Format(file.suffix.removeprefix(".").lower())
    except ValueError:
        known = ", ".join(Format)
        raise ConfigError(f"the name of {file} does not say its format", hint=f"give --format: {known}") from None


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
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
    columns = (TextColumn("issuing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("issuing", total=None)
        for outcome in outcomes:
            progress.advance(task)
            yield outcome


def _tell(outcome: Outcome, register: Register, folder: Path, *, as_json: bool) -> str:
    """Say what became of one row and give the word it counts under."""
    if isinstance(outcome, Refused):
        _tell_refused(outcome, as_json=as_json)
        return "refused"
    entry = outcome.entry
    file = write_new(folder, entry, register.read_pdf(entry.id))
    if as_json:
        print_json(
            "issued",
            {
                "row": outcome.row,
                "number": entry.number,
                "id": entry.id,
                "file": file,
                "pdf_sha256": entry.pdf_sha256,
                "earlier": outcome.earlier,
                "warnings": _problems(outcome),
            },
        )
    else:
        for warning in outcome.warnings:
            err.print(Text.assemble((f"row {outcome.row}, warning:", "yellow"), f" {warning}"))
    return "earlier" if outcome.earlier else "issued"


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


def _summary(tally: Counter[str], folder: Path, *, as_json: bool, complete: bool) -> None:
    issued, earlier, refused = (tally[word] for word in ("issued", "earlier", "refused"))
    if as_json:
        print_json("summary", {"issued": issued, "earlier": earlier, "refused": refused, "complete": complete})
        return
    out.print(f"{issued} issued, {earlier} issued earlier, {refused} refused; files in {folder}.")
    if not complete:
        err.print("The batch stopped before its end.", style="red")
    elif not tally:
        err.print("The file holds no rows.", style="yellow")
