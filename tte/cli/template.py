"""`tte template`: look at a template folder while working on it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from tte import template as templates
from tte.cli.console import err, home_of, out
from tte.errors import ConfigError
from tte.model import Imprint
from tte.rendering import render

app = typer.Typer(help="Check and preview templates.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A template folder, such as templates/akta_kelahiran.")]


@app.command()
def check(folder: Folder) -> None:
    """Check a template folder as a whole and list every problem."""
    found = templates.load(folder)
    out.print(f"{found.name} is in order: {len(found.fields)} fields, “{found.title}”.")


@app.command()
def preview(
    context: typer.Context,
    folder: Folder,
    target: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the page goes.")] = None,
    png: Annotated[bool, typer.Option("--png", help="A picture instead of a PDF (needs pdftoppm).")] = False,
) -> None:
    """Draw a template's sample record, unsigned: SPECIMEN across the page and no QR code."""
    found = templates.load(folder)
    home = home_of(context)
    profile = home.profile(home.settings.default_key)
    imprint = Imprint(
        office=home.settings.office(profile.office),
        official=profile.as_official(),
        signer=profile.official.name,
        issuer=profile.psre or "penerbit sertifikat",
        certified=profile.psre is not None,
        specimen=True,
    )
    document = render(found.check(found.sample), found, None, imprint)
    target = target or Path(f"{found.name}.{'png' if png else 'pdf'}")
    try:
        target.write_bytes(_picture(document.pdf) if png else document.pdf)
    except OSError as why:
        raise ConfigError(f"{target} cannot be written: {why.strerror}") from why
    err.print(f"wrote {target}")


def _picture(pdf: bytes) -> bytes:
    program = shutil.which("pdftoppm")
    if program is None:
        raise ConfigError("pdftoppm is not installed", hint="install poppler-utils, or leave out --png")
    command = [program, "-r", "150", "-png", "-singlefile", "-"]
    return subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 (fixed arguments)
