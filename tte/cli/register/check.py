"""`tte register check`: the invariants I1 to I12."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from tte.cli.console import AsJson, home_of, out, print_json
from tte.cli.exits import Exit
from tte.cli.register.opening import there
from tte.cli.register.progressing import progress
from tte.cli.register.telling import tell


def check(
    context: typer.Context,
    fast: Annotated[
        bool, typer.Option("--fast", help="Validate no file; its SHA-256 is made anew all the same.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, metavar="N", help="Validate N files, spread over all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the register against what must always be true of it: files, numbers, log, states, signers, secrets.

    Nothing is changed. Each finding has a place, and never says what stands there.
    """
    from tte.checking import check as check_all
    from tte.office.checking import means_of

    home = home_of(context)
    there(home)
    wrong = 0
    with home.open_register() as register, progress() as told:
        means = means_of(home, register, validated=0 if fast else sample, progress=told)
        for invariant, found in check_all(means):
            wrong += len(found)
            for finding in found:
                tell(finding, as_json=as_json, invariant=invariant.name)
            if as_json:
                shape = {"invariant": invariant.name, "means": invariant.means, "findings": len(found)}
                print_json("invariant", shape)
            else:
                mark = (f"{len(found)} findings", "red") if found else ("ok", "green")
                out.print(Text.assemble(f"{invariant.name:<4}", mark, f"  {invariant.means}"))
    if wrong:
        raise typer.Exit(Exit.REFUSED)
