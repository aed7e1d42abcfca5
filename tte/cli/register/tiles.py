"""`tte register tiles`: the log as files that any web server can give out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, home_of, now, out, print_json
from tte.cli.files import OutputError
from tte.cli.register.opening import there
from tte.errors import LogError
from tte.log import Checkpoint, Note, write_checkpoint, write_tiles

if TYPE_CHECKING:
    from tte.office import Home
    from tte.register import Register


def tiles(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; what is there stays.")],
    as_json: AsJson = False,
) -> None:
    """Write the log as files for publication (C2SP tlog-tiles): what is new since the last time, then a checkpoint.

    There is no personal data in them. A folder with another history is refused.
    """
    home = home_of(context)
    there(home)
    with home.open_register() as register:
        write(home, register, folder, as_json=as_json)


def write(home: Home, register: Register, folder: Path, *, as_json: bool) -> None:
    """Write the tiles of the log as it is now signed."""
    note = home.log.checkpoint(register, now())
    tree = register.log.tree()
    size = Checkpoint.parse(Note.parse(note).text).size
    try:
        written = write_tiles(folder, tree, register.log.entries, since=_since(folder, size))
        write_checkpoint(folder, note)
    except OSError as why:
        raise OutputError(f"{folder} cannot be written: {why.strerror}", hint="choose another folder") from why
    if as_json:
        print_json("tiles", {"folder": str(folder), "size": size, "written": written})
    else:
        out.print(f"{written} files in {folder}, for {size} lines.")


def _since(folder: Path, size: int) -> int:
    """The size of the log that the folder has; 0 if it has none."""
    try:
        there_ = Checkpoint.parse(Note.parse((folder / "checkpoint").read_bytes()).text).size
    except FileNotFoundError:
        return 0
    if there_ > size:
        raise LogError(f"{folder} has {there_} lines, and the register {size}", hint="tte register audit")
    return there_
