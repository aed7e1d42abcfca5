"""`tte register export`: the documents as files."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json
from tte.cli.exits import Exit
from tte.cli.files import output_folder, settled, write_new
from tte.cli.levels import Behind
from tte.cli.numbers import entries_of
from tte.cli.register.opening import there, to_read
from tte.cli.register.show import shape


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the PDF files go.")],
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]…", help="Only these numbers or ids; all if none is given.")
    ] = None,
    after: Annotated[int, typer.Option("--after", metavar="SEQ", help="All entries after this one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Write the documents of the register as files, each checked against its SHA-256.

    What is there already stays: a file is never overwritten, so running the same command again writes what is missing.
    A document below the least level it may have is held back.
    """
    home = home_of(context)
    there(home)
    output_folder(folder)
    count, behind = 0, Behind()
    with to_read(home) as register:
        found = {number: entries_of(register, number) for number in numbers or ()}
        missing = [number for number, entries in found.items() if not entries]
        for entry in chain.from_iterable(found.values()) if numbers else register.entries(after):
            if entry.held:
                behind.note(entry)
                if as_json:
                    print_json("held", shape(entry))
                continue
            file = write_new(folder, entry, register.read_pdf(entry.id))
            count += 1
            if as_json:
                print_json("file", {**shape(entry), "file": str(file)})
    settled()
    if not as_json:
        out.print(f"{count} files in {folder}.")
        behind.report()
    for number in missing:
        err.print(f"tidak tercatat (not in this register): {plain(number)}")
    if missing:
        raise typer.Exit(Exit.REFUSED)
    if behind.held:
        raise typer.Exit(Exit.UNAVAILABLE)
