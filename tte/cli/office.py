"""`tte office`: the offices of a home at a glance. No draft's content is shown here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from tte.cli.console import AsJson, home_of, now, out, plain, print_json, print_table
from tte.cli.days import day_of, end_of
from tte.desk.rows import Draft
from tte.errors import ConfigError
from tte.office import Home
from tte.office.keys_in_use import digest_of
from tte.office.people import open_people
from tte.people import Action, People
from tte.people.rows import ClientRow, KeyRow
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


_Code = Annotated[str, typer.Argument(metavar="CODE", help="The office's code of four digits.")]
_Confirm = Annotated[str | None, typer.Option("--confirm", metavar="ID", help="Confirm what somebody else proposed.")]
_Until = Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, such as 2027-12-31.")]


@app.command()
def clients(
    context: typer.Context,
    code: _Code,
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="Add an application; its key is shown once.")
    ] = None,
    action: Annotated[list[Action] | None, typer.Option("--action", help="What it may do; more than once.")] = None,
    until: _Until = "",
    confirm: _Confirm = None,
    disable: Annotated[
        str | None, typer.Option("--disable", metavar="ID", help="Its key is worth nothing any more.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Applications that use /v1 for an office: show them; add, confirm or disable one.

    One person adds an application, another confirms it; until then its key is worth nothing. What is added here is
    confirmed by an admin in the browser, and the other way round.
    """
    with _people(context, code) as people:
        key = ""
        if add is not None:
            _, key = people.clients.add(add, code, action or (), end_of(until) or now(), now(), by=None)
        known = {one.id for one in people.clients.all(code)}
        for asked, act in ((confirm, people.clients.confirm), (disable, people.clients.disable)):
            if asked is not None:
                _among(asked, known, "application")
                act(asked, now(), by=None)
        found = people.clients.all(code)
    if key:
        out.print("the key, which is shown only now and works once somebody else has confirmed it:")
        out.print(key, soft_wrap=True)
    if as_json:
        for one in found:
            print_json("client", _client(one))
        return
    lines = [(one.id, one.name, _stands(one), plain(one.until), one.actions) for one in found]
    print_table(("id", "name", "key", "until", "actions"), lines)


@app.command()
def keys(
    context: typer.Context,
    code: _Code,
    propose: Annotated[
        str | None, typer.Option("--propose", metavar="PROFILE", help="Propose that the office uses this key.")
    ] = None,
    begins: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; today without.")] = "",
    until: _Until = "",
    confirm: _Confirm = None,
    end: Annotated[str | None, typer.Option("--end", metavar="ID", help="It is used no more from now on.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which key profiles an office uses, as they stand: show them; propose, confirm or end one.

    What is proposed here is confirmed by a national admin in the browser; what an admin proposes there can be confirmed
    here. A profile that is changed afterwards is not used until it is confirmed again.
    """
    home = home_of(context)
    with _people(context, code) as people:
        if propose is not None:
            profile = home.profile(propose)
            if profile.office != code:
                raise ConfigError(f"the key profile {propose} is of another office")
            first = day_of(begins) if begins else now()
            people.keys.propose(code, propose, digest_of(home, profile), first, end_of(until), now(), by=None)
        known = {one.id: one for one in people.keys.all(code)}
        if confirm is not None:
            _among(confirm, known, "key")
            people.keys.confirm(confirm, digest_of(home, home.profile(known[confirm].profile)), now(), by=None)
        if end is not None:
            _among(end, known, "key")
            people.keys.end(end, now(), by=None)
        found = [_key(one) for one in people.keys.all(code)]
    if as_json:
        for one in found:
            print_json("key", one)
        return
    lines = [(one["id"], one["profile"], one["from"], one["until"] or "", _yes(one["confirmed_by"])) for one in found]
    print_table(("id", "profile", "from", "until", "confirmed"), lines)


@contextmanager
def _people(context: typer.Context, code: str) -> Iterator[People]:
    home = home_of(context)
    home.settings.office(code)
    with home.open_register() as register:
        yield open_people(home, register)


def _among(id_: str, known: Collection[str], what: str) -> None:
    if id_ not in known:
        raise ConfigError(f"this office has no {what} with this id")


def _stands(one: ClientRow) -> str:
    return "disabled" if one.disabled else "works" if one.confirmed_by else "not confirmed"


def _yes(who: object) -> str:
    return "yes" if who else "no"


def _client(one: ClientRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "actions": one.actions.split(),
        "until": plain(one.until),
        "key": _stands(one),
        "added_by": one.made_by,
        "confirmed_by": one.confirmed_by,
    }


def _key(one: KeyRow) -> dict[str, Any]:
    return {
        "id": one.id,
        "profile": one.profile,
        "from": plain(one.begins),
        "until": one.until and plain(one.until),
        "proposed_by": one.proposed_by,
        "confirmed_by": one.confirmed_by,
    }


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
