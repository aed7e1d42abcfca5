"""`tte delivery`: what is sent to citizens and to recipients of reports. Addresses are shown in part only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, plain, print_json, print_table
from tte.cli.exits import Exit
from tte.errors import ConfigError, TteError

if TYPE_CHECKING:
    from tte.delivery import Deliveries, Delivery
    from tte.office import Home
    from tte.register import Register

app = typer.Typer(help="What is sent to citizens: list it, try again what failed.", no_args_is_help=True)

Office = Annotated[str | None, typer.Option("--office", metavar="CODE", help="Only of this office.")]


@app.command("list")
def list_(
    context: typer.Context,
    office: Office = None,
    state: Annotated[
        str | None, typer.Option("--state", help="waiting, sent, failed or stopped; else waiting and failed.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="So many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List deliveries: what waits and what failed, unless another state is asked for."""
    from tte.delivery import State, listed

    if state is not None and state not in {*State}:
        raise ConfigError(f"there is no state {state}", hint=f"there are: {', '.join(State)}")
    states = (state,) if state else (State.WAITING, State.FAILED)
    home = home_of(context)
    if not home.has_register():
        return
    with home.open_register() as register:
        deliveries = deliveries_in(home, register)
        found = [(one, _to(deliveries, one)) for one in listed(deliveries.keeping, office, states, most=most)]
    if as_json:
        for one, to in found:
            print_json("delivery", _told(one, to))
        return
    rows = [
        (
            one.id,
            one.office,
            one.part,
            one.channel,
            to,
            one.state,
            str(one.attempts),
            one.trouble or "",
            plain(one.made),
        )
        for one, to in found
    ]
    print_table(("id", "office", "part", "channel", "to", "state", "tries", "trouble", "made"), rows)


@app.command()
def retry(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Deliveries as list names them.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
    office: Office = None,
) -> None:
    """Try again what failed: the same link, to the same address. It is sent at once where that goes."""
    from tte.delivery import Fate, State, listed
    from tte.people.events import LOCAL

    if bool(ids) == failed:
        raise ConfigError("nothing to try again", hint="name deliveries, or give --failed")
    home = home_of(context)
    with home.open_register() as register:
        deliveries = deliveries_in(home, register)
        there = {one.id: one for one in listed(deliveries.keeping, office, (State.FAILED,), most=100_000)}
        missing = [one for one in ids or () if one not in there]
        if missing:
            raise ConfigError(f"no delivery that failed is called {', '.join(missing)}", hint="tte delivery list")
        again = [there[one] for one in ids or there if there[one].address is not None]
        for one in again:
            deliveries.promising.retry(one.id, one.office, now(), by=LOCAL)
        told = deliveries.sending.once(now)
    out.print(f"{len(again)} tried again, {told.fates[Fate.TAKEN]} messages were taken")
    for channel, trouble in told.troubles.items():
        err.print(f"{channel}: {trouble}")
    if told.troubles:
        raise typer.Exit(Exit.UNAVAILABLE)


def deliveries_in(home: Home, register: Register) -> Deliveries:
    """The deliveries of a home, with the names that messages say."""
    from tte.delivery import deliveries_of

    names = {one.code: f"{one.name} {one.region}" for one in home.settings.offices}

    def kind(template: str) -> str:
        try:
            return home.template(template).title
        except TteError:
            return template.replace("_", " ")

    return deliveries_of(
        home, register, office=lambda text: names.get(text.split()[0], text.split()[0]), kind=kind, now=now
    )


def _to(deliveries: Deliveries, one: Delivery) -> str:
    from tte.delivery import masked

    contact = deliveries.promising.contact(one)
    return masked(contact) if contact else ""


def _told(one: Delivery, to: str) -> dict[str, object]:
    names = ("id", "office", "part", "document", "channel", "state", "attempts", "trouble", "fetches")
    times = ("made", "due", "sent", "fetched")
    at = {name: value and plain(value) for name in times for value in [getattr(one, name)]}
    return {**{name: getattr(one, name) for name in names}, "to": to, **at}
