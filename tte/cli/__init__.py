"""The command line: one module a command, none of them with knowledge of its own."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from tte import __version__
from tte.cli.console import err
from tte.cli.console import report as tell  # `tte.cli.report` is a command
from tte.cli.exits import Exit
from tte.cli.lazy import PLAIN, Lazy
from tte.errors import TteError
from tte.secrecy import keep_to_itself


class Commands(Lazy):
    """What the `tte` command can do."""

    table: ClassVar[Mapping[str, str]] = {
        "init": "Make an office home: settings, key profiles and templates to edit.",
        "demo": "Set up a home with a throw-away key, issue one document of each kind, validate each.",
        "issue": "Issue one signed document for each row of a file, into the register.",
        "batch": "Files of rows for workers: submit them, see how far they are.",
        "worker": "Issue the rows of submitted batches, chunk by chunk.",
        "sign": "Sign a PDF that somebody else made; the file that is given stays as it is.",
        "verify": "Say whether signed PDFs are whole, who signed them, and whether this office's register knows them.",
        "serve": "Let anybody check files and document codes, in the browser and over HTTP.",
        "augment": "Add time-stamps and validation data to signed PDFs, so that they can be believed after "
        "certificates expire.",
        "doctor": "Say what protects this machine and this home, and what to do where something is missing.",
        "sample": "Write fictional records with real region codes to standard output.",
        "bench": "Measure documents a second with your key: raw, rendered and signed, issued, validated.",
        "template": "Check and preview templates.",
        "register": "Look into the register.",
        "key": "Keys: list, check, make, measure.",
        "seal": "Seals on printed pages: read one, make their keys and lists.",
        "figures": "Figures of offices: take them in, show them.",
        "report": "The Friday report to the Directorate General.",
        "delivery": "What is sent to citizens: list it, try again what failed.",
        "request": "Citizens' requests: see how they stand, delete what is over.",
        "user": "People: who can sign in, and what they may do.",
        "esc": "Who may use ESC's interface of tte serve: applications, officials.",
        "office": "The offices of this home: their people, drafts and keys.",
    }


app = typer.Typer(
    name="tte",
    cls=Commands,
    help="Sign civil registry documents electronically, and say whether a signed one is genuine.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    **PLAIN,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tte {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="TTE_HOME", help="The office's home folder.", show_default="current folder")
    ] = Path(),
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Nothing happens here but noting the home."""
    context.obj = home


def main() -> None:
    """The `tte` command. Errors on purpose become words and an exit code; any other is a bug and shows."""
    keep_to_itself()
    atexit.register(gc.freeze)  # the end need not look through all that was made
    gc.set_threshold(100_000, 20, 20)  # most of what a start makes stays
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through every installed package
    try:
        app(prog_name="tte")
    except TteError as error:
        tell(error)
        raise SystemExit(Exit.of_error(error)) from None
    except OSError as error:  # standard output that cannot be written, for one
        err.print(f"error: {error.strerror or error}")
        raise SystemExit(Exit.USAGE) from None
