"""`tte report friday`: the week of an office, a province or the country, as one signed document or as figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json
from tte.cli.console import report as error
from tte.cli.exits import Exit
from tte.cli.figures import Week, friday_asked
from tte.errors import ConfigError, TteError

if TYPE_CHECKING:
    from tte.figures.friday import Friday
    from tte.model import Entry
    from tte.office import Home
    from tte.office.settings import FridaySending

app = typer.Typer(help="The Friday report to the Directorate General.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """The Friday report to the Directorate General."""


@app.command()
def friday(
    context: typer.Context,
    office: Annotated[
        str | None, typer.Option("--office", metavar="CODE", help="Of this office; the key's own if nothing is said.")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--province", metavar="P", help="Of all offices of this province, two digits.")
    ] = None,
    national: Annotated[bool, typer.Option("--national", help="Of all 514 regencies and cities.")] = False,
    week: Week = "",
    file: Annotated[Path | None, typer.Option("--out", metavar="FILE.pdf", help="Where the PDF file goes.")] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Only a preview, which nobody signs.")] = False,
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    replacing: Annotated[
        str, typer.Option("--replacing", metavar="REASON", help="Why it replaces the report issued for this week.")
    ] = "",
    send: Annotated[
        bool, typer.Option("--send", help="Send it to the recipients in tte.toml, each once for each week.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The figures of its offices, as CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the report of a week: coverage against target, backlog, documents by kind, problems, who is missing or late.

    With --out it is signed and stands in the register like any document, one for each week and office; the same
    figures give the same report. Figures that came since need --replacing. --csv and --json say what it says.
    """
    from tte.office.figures import friday_of, scope_of

    if not (file or send or as_csv or as_json):
        raise ConfigError("nothing to make", hint="give --out FILE.pdf, --send, --csv or --json")
    if send and unsigned:
        raise ConfigError("a preview is not sent", hint="give one of --send and --unsigned")
    if as_csv and as_json:
        raise ConfigError("the figures are told as CSV or as JSON", hint="give one of --csv and --json")
    home = home_of(context)
    name = key or home.settings.default_key
    profile = home.profile(name)
    scope, code = scope_of(office, province, national=national, default=profile.office)
    with home.open_register() as register:
        report = friday_of(home, register, scope, code, friday_asked(week), specimen=profile.test)
    _tell(report, as_csv=as_csv, as_json=as_json)
    if file and unsigned:
        _preview(home, name, report, file)
    elif file or send:
        to = _recipients(home, report) if send else None
        entry = _issue(home, name, report, file, replacing, quiet=as_csv or as_json)
        if to is not None:
            _send(home, to, report, entry, quiet=as_csv or as_json)


def _tell(report: Friday, *, as_csv: bool, as_json: bool) -> None:
    from tte.figures.telling import offices_csv, told

    if as_csv:
        typer.echo(offices_csv(report), nl=False)
    if as_json:
        print_json("friday", told(report))


def _preview(home: Home, name: str, report: Friday, file: Path) -> None:
    from tte.cli.files import write_as
    from tte.model import Imprint
    from tte.reports.friday import preview

    profile = home.profile(name)
    imprint = Imprint(home.settings.office(profile.office), profile.as_official(), "", "", False, profile.test)
    write_as(file, preview(report, imprint))
    err.print(f"{file}: a preview, not signed and not in the register")


def _recipients(home: Home, report: Friday) -> FridaySending:
    from tte.delivery.friday import recipients

    return recipients(home, report.scope, report.code)


def _send(home: Home, to: FridaySending, report: Friday, entry: Entry, *, quiet: bool) -> None:
    """Write it down for its recipients, and try to send at once; the service goes on with what is left."""
    from tte.cli.delivery import deliveries_in
    from tte.delivery import State
    from tte.delivery.friday import report_name, send_to
    from tte.issuance import now

    with home.open_register() as register:
        deliveries = deliveries_in(home, register)
        made = send_to(deliveries.promising, entry, report_name(to, report.friday), to.to, now())
        deliveries.sending.once(now)
        stands = [deliveries.promising.get(one.id, one.office)[0].state for one in made]
    if not quiet:
        sent = stands.count(State.SENT)
        out.print(f"{entry.number}: sent to {sent} of {len(stands)} recipients")
    if stands.count(State.SENT) < len(stands):
        err.print("the rest waits; tte serve goes on with it, tte delivery list says why")
        raise typer.Exit(Exit.UNAVAILABLE)


def _issue(home: Home, name: str, report: Friday, file: Path | None, replacing: str, *, quiet: bool) -> Entry:
    from tte.cli.files import write_as
    from tte.cli.recover import finish
    from tte.issuance import Issued
    from tte.reports.friday import NAME, row_of

    with home.issuer(name, (), reports=True) as issuer:
        finish(issuer, as_json=quiet)
        (outcome,) = replace(issuer, replacing=replacing).issue(NAME, [row_of(report)])
        if not isinstance(outcome, Issued):
            _refused(outcome.why)
            raise typer.Exit(Exit.REFUSED)
        entry = outcome.entry
        if entry.held:
            err.print(f"{entry.number}: issued at {entry.level} and held back; tte augment --pending raises it")
            raise typer.Exit(Exit.UNAVAILABLE)
        if file:
            write_as(file, issuer.register.read_pdf(entry.id))
    if not quiet:
        again = ", issued earlier" if outcome.earlier else ""
        where = f"{file}, " if file else ""
        out.print(f"{entry.number}: {where}{plain(entry.level)}, in the register as {entry.id}{again}")
    return entry


def _refused(why: TteError) -> None:
    if why.code == "already-issued":
        why.hint = "figures have come or changed since it was issued: --replacing REASON makes a new one in its place"
    error(why, what="the report was not issued")
