"""The command line: one module a command, none of them with knowledge of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte import __version__
from tte.cli import augment, bench, demo, doctor, init, issue, key, register, sample, template, verify
from tte.cli.console import err, report
from tte.cli.exits import Exit
from tte.errors import TteError
from tte.secrecy import keep_to_itself

app = typer.Typer(
    name="tte",
    help="Sign civil registry documents electronically, and say whether a signed one is genuine.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
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


app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("issue")(issue.issue)
app.command("verify")(verify.verify)
app.command("augment")(augment.augment)
app.command("doctor")(doctor.doctor)
app.command("sample")(sample.sample)
app.command("bench")(bench.bench)
app.add_typer(template.app, name="template")
app.add_typer(register.app, name="register")
app.add_typer(key.app, name="key")


def main() -> None:
    """The `tte` command. Errors on purpose become words and an exit code; any other is a bug and shows."""
    keep_to_itself()
    try:
        app(prog_name="tte")
    except TteError as error:
        report(error)
        raise SystemExit(Exit.of_error(error)) from None
    except OSError as error:  # standard output that cannot be written, for one
        err.print(f"error: {error.strerror or error}")
        raise SystemExit(Exit.USAGE) from None
