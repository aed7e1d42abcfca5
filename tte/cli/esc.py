"""`tte esc`: whom `tte serve` knows when it speaks the wire of BSrE's Esign Client Service."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import typer

from tte.cli.console import AsJson, home_of, out, plain, print_json, print_table
from tte.cli.typing_in import typed
from tte.office.esc import EscBook

app = typer.Typer(help="Who may use ESC's interface of tte serve: applications, officials.", no_args_is_help=True)

_Fd = Annotated[
    int | None, typer.Option("--fd", metavar="N", help="Read it from this descriptor instead of the terminal.")
]


@app.command()
def client(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user name, as in [esc.clients.NAME] of tte.toml.")],
    make: Annotated[bool, typer.Option("--make", help="Make a password and show it, once.")] = False,
    fd: _Fd = None,
) -> None:
    """Set the password of an application: the one it used with ESC, or a new one (--make)."""
    password = secrets.token_urlsafe(24) if make else typed("password", fd, twice=True)
    EscBook(home_of(context)).set_password(name, password)
    out.print(f"{plain(name)}: the password is set")
    if make:
        out.print(f"  {password}  (shown only now)")


@app.command()
def official(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="The key profile that is the official's own.")],
    forget: Annotated[bool, typer.Option("--forget", help="Nobody is known by this profile any more.")] = False,
    fd: _Fd = None,
) -> None:
    """Say by which NIK or e-mail address an official is known. It is typed, and kept as an HMAC only."""
    book = EscBook(home_of(context))
    if forget:
        out.print(f"{plain(profile)}: {book.forget(profile)} forgotten")
        return
    book.name(profile, typed("NIK or e-mail address", fd))
    out.print(f"{plain(profile)}: known")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the applications, and the key profiles that officials are known by."""
    home = home_of(context)
    book, settings = EscBook(home), home.settings.esc
    clients: list[dict[str, Any]] = [
        {
            "client": name,
            "office": one.office,
            "addresses": [str(net) for net in one.addresses],
            "password": book.password_of(name) is not None,
        }
        for name, one in settings.clients.items()
    ]
    known: list[dict[str, Any]] = [{"profile": name, "entries": count} for name, count in book.profiles().items()]
    if as_json:
        print_json("esc", {"enabled": settings.enabled, "clients": clients, "officials": known})
        return
    print_table(
        ("client", "office", "addresses", "password"),
        [
            (
                one["client"],
                one["office"],
                ", ".join(one["addresses"]) or "any",
                "set" if one["password"] else "none",
            )
            for one in clients
        ],
    )
    print_table(("profile", "known by"), [(one["profile"], str(one["entries"])) for one in known])
