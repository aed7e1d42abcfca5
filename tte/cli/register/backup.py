"""`tte register backup`: a copy of the register, proved to be whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, print_json
from tte.cli.exits import Exit
from tte.cli.files import write_as
from tte.cli.register.opening import there
from tte.cli.register.telling import tell


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy, a new file; FILE.checkpoint goes beside it.")],
    as_json: AsJson = False,
) -> None:
    """Copy the register into a new file while it is in use, and audit the copy.

    It has everything that is issued, personal data too: keep it as safe as the register. Keys and PINs are not in it;
    var/log with the log's key is to be kept beside it.
    """
    from tte.office.copies import back_up, sqlite_file

    home = home_of(context)
    there(home)
    beside = file.with_name(f"{file.name}.checkpoint")
    if sqlite_file(home) is None:
        with home.open_register() as register:
            write_as(beside, home.log.checkpoint(register, now()))
        if as_json:
            print_json("backup", {"file": None, "checkpoint": str(beside), "size": None})
        err.print("This register is in PostgreSQL, which copies itself; the checkpoint is written. Now run:")
        out.print(f"pg_dump --format=custom --serializable-deferrable --file={file} --dbname=ADDRESS")
        err.print("ADDRESS is `register` in tte.toml. For a copy of the whole server: pg_basebackup -X stream -D DIR.")
        return
    history, note = back_up(home, file, now())
    write_as(beside, note)
    for finding in history.found:
        tell(finding, as_json=as_json)
    if as_json:
        print_json("backup", {"file": str(file), "checkpoint": str(beside), "size": history.size})
    else:
        out.print(f"{file}: {history.size} lines of the log, audited; its checkpoint is {beside.name}")
    if history.found:
        raise typer.Exit(Exit.REFUSED)
