"""`tte seal key`, `keys`, `compromised`, `renew`: who may seal for an office, signed by its root key."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, now, out, print_json, print_table
from tte.errors import ConfigError

OfficeCode = Annotated[
    str | None, typer.Option("--office", metavar="CODE", help="The office, if tte.toml has several.")
]
RootFile = Annotated[
    Path | None, typer.Option("--root", metavar="FILE", help="The office's root key, where it is not in var/seal.")
]


def code_of(context: typer.Context, office: str | None) -> str:
    """The office that is meant. ConfigError if that is not clear."""
    codes = [one.code for one in home_of(context).settings.offices]
    if office is None and len(codes) > 1:
        raise ConfigError("tte.toml has several offices", hint=f"say which: --office {'|'.join(codes)}")
    return office or codes[0]


def key(
    context: typer.Context,
    office: OfficeCode = None,
    root: RootFile = None,
    test: Annotated[bool, typer.Option("--test", help="For specimens: what it seals is no document.")] = False,
) -> None:
    """Make a seal key: from today, or for the year after the present one. The first makes the office's root key too.

    With a seal key in the home every document that is issued carries a seal. Carry the root key away from this machine.
    """
    seals = home_of(context).seals(code_of(context, office))
    first = not seals.has_keys()
    made = seals.make_key(now(), root=root, test=test)
    out.print(f"Seal key {made.kid.hex()}, from {day(made.since)} to {day(made.until)}.", style="green")
    if first:
        file = root or seals.folder / "root.pem"
        out.print(f"The root key of the office is {file}: move it to a medium that is kept apart, with a copy.")
    out.print("Next: tte seal publish DIR, and again at least every day; docs/seal.md says how.")


def keys(context: typer.Context, office: OfficeCode = None, as_json: AsJson = False) -> None:
    """The key list of an office, as readers of its seals get it."""
    found = home_of(context).seals(code_of(context, office)).keys()
    if as_json:
        for one in found.keys:
            about = {"kid": one.kid, "use": one.use, "state": one.state}
            print_json("seal-key", {**about, "from": str(day(one.since)), "until": str(day(one.until))})
        return
    rows = [(one.kid.hex(), one.use, one.state, str(day(one.since)), str(day(one.until))) for one in found.keys]
    print_table(("KEY", "USE", "STATE", "FROM", "UNTIL"), rows)


def compromised(
    context: typer.Context,
    kid: Annotated[str, typer.Argument(metavar="KEY", help="The key, as tte seal keys names it.")],
    office: OfficeCode = None,
    root: RootFile = None,
) -> None:
    """Say that a seal key fell into other hands. No reader then believes its seals, not even those made before."""
    try:
        name = bytes.fromhex(kid)
    except ValueError:
        raise ConfigError(f"{kid} is not the name of a key", hint="tte seal keys lists them") from None
    home_of(context).seals(code_of(context, office)).compromised(name, now(), root=root)
    out.print("It is in the key list. Next: tte seal publish DIR, then tte seal key.", style="yellow")


def renew(context: typer.Context, office: OfficeCode = None, root: RootFile = None) -> None:
    """Sign the key list anew: within 400 days, and when the office's name or hosts have changed."""
    home_of(context).seals(code_of(context, office)).renew(now(), root=root)
    out.print("The key list is signed anew. Next: tte seal publish DIR.", style="green")


def day(number: int) -> date:
    """A day of a seal."""
    return date(1970, 1, 1) + timedelta(number)
