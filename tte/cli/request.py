"""`tte request`: citizens' requests, from the machine itself. What they say is only read on the office's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, home_of, now, out, print_json, print_table
from tte.errors import ConfigError

if TYPE_CHECKING:
    from tte.register import Register
    from tte.requests import Requests, State

app = typer.Typer(help="Citizens' requests: see how they stand, delete what is over.", no_args_is_help=True)

_Office = Annotated[str | None, typer.Option("--office", metavar="CODE", help="Only of this office.")]


@app.command("list")
def list_(
    context: typer.Context,
    office: _Office = None,
    state: Annotated[
        str | None, typer.Option("--state", help="diajukan, diperiksa, dikembalikan, ditandatangani or terkirim.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List requests, the oldest first, and how long citizens wait."""
    from tte.requests import summary

    with _requests(context) as (register, requests):
        found = requests.tracking.all(office=office, state=_state(state))
        told = summary(register, now(), office=office)
    if as_json:
        for one in found:
            content = {name: getattr(one, name) for name in ("id", "office", "kind", "number", "state", "document")}
            print_json("request", {**content, "made": one.made.isoformat(), "changed": one.changed.isoformat()})
        print_json(
            "waiting",
            {
                "counts": dict(told.counts),
                "oldest": told.oldest.isoformat() if told.oldest else None,
                "since": told.since.isoformat(),
                "signed": told.signed,
                "median_days": told.median_days,
                "median_hours": dict(told.median_hours),
            },
        )
        return
    rows = [(one.number, one.kind, one.state, f"{one.made:%Y-%m-%d %H:%M}", _age(one.made)) for one in found]
    if rows:
        print_table(("number", "kind", "state", "filed (UTC)", "age"), rows)
    out.print(", ".join(f"{count} {state}" for state, count in told.counts.items()) + ".")
    if told.median_days is not None:
        out.print(
            f"Signed since {told.since:%Y-%m-%d}: {told.signed}, half of them within {told.median_days:.1f} days."
        )


@app.command()
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The tracking number.")],
    as_json: AsJson = False,
) -> None:
    """Show the way of one request, and who had it before him how long, by role."""
    with _requests(context) as (_, requests):
        track = requests.tracking.standing(number)
    filed = track.filed
    if as_json:
        content = {name: getattr(filed, name) for name in ("id", "office", "kind", "number", "state", "document")}
        steps = [{"at": one.at.isoformat(), "state": one.state, "role": one.role} for one in track.steps]
        holds = [
            {"holder": one.holder, "since": one.since.isoformat(), "until": one.until and one.until.isoformat()}
            for one in track.holds
        ]
        papers = [{"purpose": one.purpose, "type": one.type, "size": one.size} for one in track.attachments]
        forgotten = filed.forgotten.isoformat() if filed.forgotten else None
        more = {"steps": steps, "holds": holds, "attachments": papers, "forgotten": forgotten}
        print_json("request", {**content, "made": filed.made.isoformat(), "changed": filed.changed.isoformat(), **more})
        return
    out.print(f"{filed.number}  {filed.kind}  office {filed.office}  {filed.state}")
    print_table(("at (UTC)", "state", "by"), [(f"{one.at:%Y-%m-%d %H:%M}", one.state, one.role) for one in track.steps])
    for hold in track.holds:
        out.print(f"{hold.holder}: {hold.seconds(now()) / 3600:.1f} h{'' if hold.until else ', still'}")
    if filed.forgotten:
        out.print(f"What it said was deleted on {filed.forgotten:%Y-%m-%d}.")
    else:
        out.print(f"{len(track.attachments)} attachments.")


@app.command()
def expire(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what citizens sent whose time is over, by `[[requests.retention]]` of tte.toml; tte serve does it too."""
    with _requests(context) as (_, requests):
        due = requests.expiring.due(now())
        count = len(due) if dry_run else requests.expiring.expire(now())
    if as_json:
        print_json("expired", {"requests": count, "done": not dry_run})
        return
    out.print(f"{count} requests {'would be' if dry_run else 'were'} emptied.")


@contextmanager
def _requests(context: typer.Context) -> Iterator[tuple[Register, Requests]]:
    from tte.requests import requests_of

    home = home_of(context)
    with home.open_register() as register:
        yield register, requests_of(home, register)


def _state(text: str | None) -> State | None:
    from tte.requests import State

    if text is not None and text not in [*State]:
        raise ConfigError(f"there is no state {text}", hint=f"there are: {', '.join(State)}")
    return None if text is None else State(text)


def _age(made: datetime) -> str:
    hours = (now() - made).total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
