"""`tte verify`: is it genuine, who signed it, is it still in force? Signature and register stay two answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, print_json
from tte.cli.exits import Exit


def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Signed PDF files; - reads standard input.")],
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--trust", metavar="PEM", help="Authorities to believe besides the home's: a file, or a folder."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="Judge the signature as at 2026-03-01T08:00:00+07:00, not now."),
    ] = None,
    xml: Annotated[
        Path | None,
        typer.Option("--xml", metavar="OUT", help="Write a report in ETSI's XML; OUT is a folder for several."),
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="OUT", help="Write a report on one page; OUT is a folder for several."),
    ] = None,
    details: Annotated[bool, typer.Option("--details", help="Say everything that was found, for technicians.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether signed PDFs are genuine and in force: what was signed, by whom, and what the register says.

    Exit code 0: every file is ASLI DAN BERLAKU, or has a valid signature where no register is; 1: one must not be
    accepted; 3: of one it cannot be determined; 2: one cannot be read.
    """
    from tte.cli.verify.examining import Examiner
    from tte.cli.verify.telling import tell
    from tte.cli.verify.writing import Writers
    from tte.reports.shape import shape
    from tte.verdict import Examined

    _once(files)
    home, moment = home_of(context), _moment(at)
    writers = Writers.of(xml, pdf, several=len(files) > 1)
    found: list[Examined] = []
    unread = False
    with ExitStack() as stack:
        examiner = stack.enter_context(
            Examiner(home, home.trust(more=_pem_files(anchors or ())), moment, details=details or xml is not None)
        )
        step = stack.enter_context(_progress(len(files)))
        for one in examiner.examine_all(files):
            step()
            if not isinstance(one, Examined):
                err.print(f"{one.file} cannot be read: {one.why}", style="red")
                unread = True
                continue
            found.append(one)
            writers.write(one)
            if as_json:
                print_json("report", shape(one))
            else:
                tell(one, details=details)
    raise typer.Exit(Exit.USAGE if unread else Exit.of_answers(one.acceptable for one in found))


def _once(files: Sequence[Path]) -> None:
    if [str(file) for file in files].count("-") > 1:
        raise typer.BadParameter("standard input can be read only once")


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a time is written as 2026-03-01T08:00:00+07:00", param_hint="--at") from None
    if moment.tzinfo is None:
        raise typer.BadParameter("the time needs a zone, such as +07:00 or Z", param_hint="--at")
    return moment


def _pem_files(named: Sequence[Path]) -> tuple[Path, ...]:
    """The files, and of folders the PEM files in them."""
    from tte.errors import ConfigError

    files: list[Path] = []
    for path in named:
        inside = sorted(path.glob("*.pem")) if path.is_dir() else [path]
        if not inside:
            raise ConfigError(f"{path} holds no .pem file", hint="name a PEM file, or a folder that holds some")
        files += inside
    return tuple(files)


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """What is called after each file: it shows how many are done, if there are several and somebody is watching."""
    if count < 2 or not err.is_terminal:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True) as shown:
        task = shown.add_task("", total=count)
        yield lambda: shown.advance(task)
