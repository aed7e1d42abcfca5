"""`tte demo`: the whole way once, on fictional records and a throw-away key."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from tte.cli.console import out, print_table
from tte.cli.exits import Exit
from tte.cli.expiry import warn_of_expiry
from tte.cli.files import output_folder, write_new
from tte.errors import ConfigError
from tte.intake import Format, read
from tte.issuance import Issued, Issuer, now
from tte.model import Indication
from tte.office import Home
from tte.samples import sample_rows, write
from tte.testing.homes import sample_home
from tte.validation import validate


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The home to make, or to use again.")] = Path("demo"),
) -> None:
    """Set up a home with a throw-away key, issue one document of each kind, validate each."""
    home = sample_home(folder)
    files = _records(home)
    lines = []
    passed = True
    with home.issuer("demo", home.template_names()) as issuer:
        warn_of_expiry(issuer.signing.identity.certificate)
        for name, file in files.items():
            started = perf_counter()
            issued = _issue(issuer, name, file)
            pdf = issuer.register.read_pdf(issued.entry.id)
            report = validate(pdf, issuer.trust, now())
            spent = perf_counter() - started
            target = write_new(folder / "out", issued.entry, pdf)
            passed = passed and report.indication is Indication.TOTAL_PASSED
            found = " (issued earlier)" if issued.earlier else ""
            lines.append((name, issued.entry.number, str(target), report.indication, f"{spent * 1000:.0f}{found}"))
    print_table(("document", "number", "file", "verdict", "ms"), lines)
    _next(folder, issued.entry.number, target)
    if not passed:
        raise typer.Exit(Exit.REFUSED)


def _records(home: Home) -> dict[str, Path]:
    """One CSV file of one fictional record for each template of the home."""
    files = {}
    output_folder(home.path / "records")
    output_folder(home.path / "out")
    for name in home.template_names():
        file = home.path / "records" / f"{name}.csv"
        if not file.exists():
            rows = sample_rows(name, count=1, seed=2026, office=home.settings.offices[0].code)
            part = file.with_suffix(".part")
            with part.open("wb") as stream:
                write(rows, Format.CSV, stream, grouping=home.template(name).grouping)
            part.replace(file)
        files[name] = file
    return files


def _issue(issuer: Issuer, name: str, file: Path) -> Issued:
    with file.open("rb") as stream:
        rows = read(stream, Format.CSV, grouping=issuer.templates[name].grouping)
        outcome = next(issuer.issue(name, rows), None)
    if isinstance(outcome, Issued):
        return outcome
    why = "it holds no row" if outcome is None else str(outcome.why)
    raise ConfigError(f"{file} is not the demo's any more: {why}", hint=f"delete {file} and run tte demo again")


def _next(folder: Path, number: str, file: Path) -> None:
    out.print("\nOpen one of the files, change a byte of it, or try:")
    tte = f"{_program()} --home {folder}"
    for command in (
        f"{tte} verify {file}",
        f"{tte} register show {number}",
        f"{tte} sample akta_kelahiran --count 100 > births.csv",
        f"{tte} issue akta_kelahiran births.csv --out births",
    ):
        out.print(f"  {command}")


def _program() -> str:
    """What a person types to run this program again: `tte` if the shell finds it, else where it lies."""
    here = Path(sys.argv[0])
    found = shutil.which("tte")
    return "tte" if found and Path(found).resolve() == here.resolve() else os.path.relpath(here)
