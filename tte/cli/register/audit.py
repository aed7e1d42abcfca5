"""`tte register audit`: the log recomputed, and everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json
from tte.cli.exits import Exit
from tte.cli.register.opening import to_read
from tte.cli.register.progressing import progress
from tte.cli.register.telling import keys_given, notes_in, tell


def audit(
    context: typer.Context,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="FILE", help="A checkpoint that somebody else kept; may be given again."),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="VKEY", help="The log's verifier key as you kept it; else those in var/log."),
    ] = None,
    tiles: Annotated[
        Path | None, typer.Option("--tiles", metavar="DIR", help="Also write the log as files, if nothing is wrong.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the whole log from the register and name what is wrong, the first bad line first.

    Lines, their hashes, the tree, every checkpoint that was signed, and what the tables say now of each document. What
    was rewritten after the last checkpoint that somebody else keeps cannot be seen: so give one with --against.
    """
    from tte.checking import read_history

    home = home_of(context)
    kept = notes_in(against or ())
    with to_read(home) as register, progress() as told:
        chosen = keys_given(keys or (), home.log.keys())
        history = read_history(
            register,
            kept,
            origin=home.log.origin,
            keys=chosen,
            progress=lambda count: told("lines of the log", count),
        )
        for one in history.acknowledged:
            shape = {"at": one.at, "size": one.size, "reason": one.reason}
            if as_json:
                print_json("acknowledged", shape)
            else:
                text = f"{plain(one.at)}: a register with {one.size} lines was gone on with, known to be another state"
                err.print(f"{text}: {one.reason}", style="yellow")
        for finding in history.found:
            tell(finding, as_json=as_json)
        if tiles and not history.found:
            from tte.cli.register.tiles import write

            write(home, register, tiles, as_json=as_json)
    if as_json:
        shape = {"size": history.size, "root": history.root, "checkpoints": history.checkpoints + len(kept)}
        print_json("audit", {**shape, "findings": len(history.found), "origin": home.log.origin})
    else:
        checked = f"{history.size} lines, {history.checkpoints} checkpoints of the register, {len(kept)} of others"
        wrong = f"{len(history.found)} findings" if history.found else "nothing is wrong"
        out.print(f"{checked}: {wrong}")
        if not kept:
            err.print("No checkpoint of somebody else was given: --against FILE.", style="yellow")
    if history.found:
        raise typer.Exit(Exit.REFUSED)
