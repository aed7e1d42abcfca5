"""`tte office`: the offices of a home at a glance. No draft's content is shown here."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tte.cli.console import AsJson, home_of, now, out, plain, print_json, print_table
from tte.desk.rows import Draft
from tte.office import Home
from tte.office.people import open_people
from tte.register.rows import keeping_of

app = typer.Typer(help="The offices of this home: their people, drafts and keys.", no_args_is_help=True)


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the offices that tte.toml names."""
    home = home_of(context)
    found = [_facts(home, office.code) for office in home.settings.offices]
    if as_json:
        for one in found:
            print_json("office", one)
        return
    lines = [(one["code"], one["name"], str(len(one["keys"])), str(len(one["people"]))) for one in found]
    print_table(("code", "name", "keys", "people"), lines)


@app.command()
def show(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The office's code of four digits.")],
    as_json: AsJson = False,
) -> None:
    """Show one office: its people with their roles, its key profiles, how many drafts are in each state."""
    found = _facts(home_of(context), code)
    if as_json:
        print_json("office", found)
        return
    out.print(f"{found['code']}  {plain(found['name'])}")
    out.print(f"keys: {', '.join(found['keys']) or 'none'}")
    out.print("drafts: " + (", ".join(f"{number} {state}" for state, number in found["drafts"].items()) or "none"))
    print_table(("login", "roles"), [(one["login"], ", ".join(one["roles"])) for one in found["people"]])


def _facts(home: Home, code: str) -> dict[str, Any]:
    office = home.settings.office(code)
    keys = [name for name in home.profile_names() if home.profile(name).office == code]
    at = now()
    with home.open_register() as register:
        people = open_people(home, register).accounts.all(code)
        with keeping_of(register).reading() as rows:
            drafts = dict(sorted(rows.counts(Draft, "state", office=code).items()))
    held = [
        {"login": user.login, "roles": sorted({one.role for one in roles if one.until is None or at < one.until})}
        for user, roles in people
        if user.disabled is None
    ]
    return {"code": code, "name": office.name, "keys": keys, "drafts": drafts, "people": held}
