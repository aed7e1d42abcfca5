"""`tte user`: people, from the machine itself. Who can run it here is trusted as who can write the database is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, now, out, plain, print_json, print_table
from tte.cli.days import day_of, end_of
from tte.cli.typing_in import typed
from tte.errors import ConfigError
from tte.office.people import open_people
from tte.people import EVERYWHERE, Held, People, Role
from tte.people.rows import RoleRow, User
from tte.people.sessions import outside_sha256

app = typer.Typer(help="People: who can sign in, and what they may do.", no_args_is_help=True)

_Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The login name.")]
_Fd = Annotated[
    int | None, typer.Option("--fd", metavar="N", help="Read it from this descriptor instead of the terminal.")
]
_Office = Annotated[str, typer.Option("--office", metavar="CODE", help="The office's code; * for all of them.")]
_From = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, such as 2026-12-01; today without.")]
_Until = Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, for who acts until then.")]
_Capacity = Annotated[str, typer.Option("--capacity", help="An official's: head, plt or plh.")]
_Profile = Annotated[str, typer.Option("--key", metavar="PROFILE", help="The key profile that is an official's own.")]


@app.command()
def add(
    context: typer.Context,
    login: _Login,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="The person's name.")],
    role: Annotated[Role | None, typer.Option("--role", help="What the person is.")] = None,
    office: _Office = EVERYWHERE,
    begins: _From = "",
    until: _Until = "",
    capacity: _Capacity = "",
    profile: _Profile = "",
    fd: _Fd = None,
) -> None:
    """Add a user, with a password and perhaps a role. The second factor is made at the first sign-in.

    The first admin is made so. Later a role is proposed by an office's admin and confirmed by a national one.
    """
    held = None if role is None else _held(role, office, begins, until, capacity, profile)
    with _people(context) as people:
        _known(context, held)
        password = typed("password", fd, twice=True)
        user = people.accounts.add(login, name, now(), password=password, held=held)
    out.print(f"{plain(user.login)}: added")


@app.command("list")
def list_(
    context: typer.Context,
    office: Annotated[str | None, typer.Option("--office", metavar="CODE", help="Only those of this office.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the users and the roles they hold."""
    with _people(context) as people:
        found = people.accounts.all(office)
    if as_json:
        for user, roles in found:
            print_json("user", _json(user, roles))
        return
    lines = [
        (user.login, user.name, "disabled" if user.disabled else "yes" if user.step >= 0 else "no", said)
        for user, roles in found
        for said in ([_said(one) for one in roles] or ["no role"])
    ]
    print_table(("login", "name", "second factor", "role"), lines)


@app.command()
def disable(
    context: typer.Context,
    login: _Login,
    again: Annotated[bool, typer.Option("--enable", help="Let the person in again.")] = False,
) -> None:
    """Let a user in no more, and end every session at once."""
    with _people(context) as people:
        people.accounts.disable(people.accounts.find(login).id, now(), disabled=not again)
    out.print(f"{plain(login)}: {'enabled' if again else 'disabled'}")


@app.command()
def roles(
    context: typer.Context,
    login: _Login,
    give: Annotated[Role | None, typer.Option("--give", help="Give this role.")] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="ID", help="End the role with this id.")] = None,
    office: _Office = EVERYWHERE,
    begins: _From = "",
    until: _Until = "",
    capacity: _Capacity = "",
    profile: _Profile = "",
    as_json: AsJson = False,
) -> None:
    """Show a user's roles; give one, or end one."""
    with _people(context) as people:
        user = people.accounts.find(login)
        if give is not None:
            held = _held(give, office, begins, until, capacity, profile)
            _known(context, held)
            people.accounts.give(user.id, held, now())
        if end is not None:
            if end not in {one.id for one in people.accounts.roles(user.id)}:
                raise ConfigError(f"{user.login} has no role with this id", hint=f"tte user roles {user.login}")
            people.accounts.end(end, now())
        found = people.accounts.roles(user.id)
    if as_json:
        print_json("user", _json(user, found))
    else:
        print_table(("id", "role"), [(one.id, _said(one)) for one in found])


@app.command()
def password(context: typer.Context, login: _Login, fd: _Fd = None) -> None:
    """Give a user another password; every session ends."""
    with _people(context) as people:
        user = people.accounts.find(login)
        people.accounts.set_password(user.id, typed("password", fd, twice=True), now())
    out.print(f"{plain(user.login)}: password set")


@app.command()
def totp(context: typer.Context, login: _Login, fd: _Fd = None) -> None:
    """Make a user's second factor here: scan the address, type the first code, keep the recovery codes."""
    with _people(context) as people:
        user = people.accounts.find(login)
        issuer = home_of(context).settings.base_url.split("//", 1)[1].split("/", 1)[0]
        out.print(people.sessions.begin_second_factor(user.id, now(), issuer=issuer))
        code = typed("the code that the app shows", fd)
        _show(people.sessions.finish_second_factor(user.id, code, now()))


@app.command()
def recover(
    context: typer.Context,
    login: _Login,
    codes_only: Annotated[bool, typer.Option("--codes", help="Only make new recovery codes.")] = False,
) -> None:
    """Forget a user's second factor: the phone is gone. The next sign-in makes another one."""
    with _people(context) as people:
        user = people.accounts.find(login)
        if codes_only:
            _show(people.sessions.new_recovery_codes(user.id, now()))
            return
        people.accounts.forget_second_factor(user.id, now())
    out.print(f"{plain(user.login)}: the second factor is forgotten; the next sign-in makes another one")


@app.command()
def outside(
    context: typer.Context,
    login: _Login,
    subject: Annotated[
        str, typer.Option("--subject", metavar="TEXT", help="Who it is there (the claim sub); without it: nobody more.")
    ] = "",
) -> None:
    """Let a user sign in with an identity of the service that tte.toml names ([oidc]), or not any more."""
    settings = home_of(context).settings.oidc
    if subject and settings is None:
        raise ConfigError("tte.toml names no service to sign in with", hint="add an [oidc] block (docs/people.md)")
    with _people(context) as people:
        user = people.accounts.find(login)
        identity = outside_sha256(settings.issuer, subject) if settings and subject else None
        people.accounts.link(user.id, identity, now())
    out.print(f"{plain(user.login)}: {'linked' if subject else 'not linked any more'}")


@contextmanager
def _people(context: typer.Context) -> Iterator[People]:
    home = home_of(context)
    with home.open_register() as register:
        yield open_people(home, register)


def _known(context: typer.Context, held: Held | None) -> None:
    """ConfigError if the home has no such office or key profile."""
    if held is None:
        return
    home = home_of(context)
    if held.office != EVERYWHERE:
        home.settings.office(held.office)
    if held.profile and home.profile(held.profile).office != held.office:
        raise ConfigError(f"the key profile {held.profile} is of another office")


def _held(role: Role, office: str, begins: str, until: str, capacity: str, profile: str) -> Held:
    first = day_of(begins) if begins else now()
    return Held(role, office, first, end_of(until), capacity or None, profile or None)


def _show(recovery: tuple[str, ...]) -> None:
    out.print("recovery codes, each for one sign-in; they are shown only now:")
    for code in recovery:
        out.print(f"  {code}")


def _said(one: RoleRow) -> str:
    until = f" until {plain(one.until)}" if one.until else ""
    more = f" ({one.capacity}, key {one.profile})" if one.capacity else ""
    waits = "" if one.confirmed_by else ", not confirmed"
    return f"{one.role} in {one.office}{more} from {plain(one.begins)}{until}{waits}"


def _json(user: User, roles: Sequence[RoleRow]) -> dict[str, object]:
    return {
        "login": user.login,
        "name": user.name,
        "second_factor": user.step >= 0,
        "disabled": user.disabled,
        "last_seen": user.last_seen,
        "roles": [
            {
                "id": one.id,
                "role": one.role,
                "office": one.office,
                "from": plain(one.begins),
                "until": one.until and plain(one.until),
                "capacity": one.capacity,
                "key": one.profile,
                "confirmed": one.confirmed_by is not None,
            }
            for one in roles
        ],
    }
