"""`tte register recover`: what was interrupted is finished, or given up and explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json
from tte.cli.exits import Exit
from tte.errors import ConfigError, TteError
from tte.issuance import Issuer, now
from tte.model import Entry, Intent
from tte.register import Register

_UNUSED_AFTER: Final = timedelta(hours=1)
"""A number that was given is reserved within moments, or never."""


def recover(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]…", help="With --void: only these numbers or ids.")
    ] = None,
    void: Annotated[
        str | None,
        typer.Option("--void", metavar="REASON", help="Give up what cannot be finished, and keep this reason."),
    ] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    as_json: AsJson = False,
) -> None:
    """Finish what was interrupted: the very bytes that were prepared are signed, under the same number and id.

    It needs the key that they were prepared for, and not the file of rows. What cannot be finished is listed and
    stays pending, or, with --void, is void: its number is explained, and its row may be issued anew. With NUMBER
    nothing is signed: these are void. What was sent to a signing service is never touched; see reconcile.
    """
    home = home_of(context)
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    if numbers:
        if void is None:
            raise ConfigError("numbers are given only to make them void", hint="--void REASON; or leave them out")
        with home.open_to_write() as register:
            _void(register, _named(register, numbers), void, as_json=as_json)
        return
    name = key or home.settings.default_key
    with home.issuer(name, ()) as issuer:
        left = finish(issuer, as_json=as_json)
        if void is None:
            for intent, why in left:
                _say(intent, "pending", str(why), as_json=as_json)
                if not as_json and why.hint:
                    err.print(f"  what to do: {why.hint}")
        else:
            _void(issuer.register, [intent for intent, _ in left if not intent.sent], void, as_json=as_json)
            _void_unused(issuer, void, as_json=as_json)
    if left and void is None:
        raise typer.Exit(Exit.REFUSED)


def finish(issuer: Issuer, *, as_json: bool) -> Sequence[tuple[Intent, TteError]]:
    """Finish what was interrupted of this office and key, say so if there was anything; what cannot be, and why."""
    left: list[tuple[Intent, TteError]] = []
    tally: Counter[str] = Counter()
    for one in issuer.recover():
        if isinstance(one.outcome, Entry):
            tally["finished"] += 1
            tally["held"] += one.outcome.held
            if as_json:
                _say(one.intent, "issued", "", as_json=True)
        else:
            left.append((one.intent, one.outcome))
    if tally and not as_json:
        err.print(f"{tally['finished']} documents that were interrupted earlier are finished, under their numbers.")
        if tally["held"]:
            err.print(f"{tally['held']} of them are held back below their least level: tte augment --pending")
    return left


def _named(register: Register, numbers: Sequence[str]) -> Sequence[Intent]:
    pending = register.pending()
    found = {number: [one for one in pending if number in (one.number, one.id)] for number in numbers}
    for number, some in found.items():
        if not some:
            raise ConfigError(
                f"nothing is pending under {plain(number)}; nothing was changed", hint="tte register pending"
            )
    return [intent for some in found.values() for intent in some]


def _void(register: Register, intents: Sequence[Intent], reason: str, *, as_json: bool) -> None:
    """Each for itself, and when nobody is at it; what was issued meanwhile stays issued."""
    for intent in intents:
        with register.turn() as turn:
            turn.claim(intent.office, intent.template, [intent.number], wait=True)
            issued = register.find(intent.id)
            if issued is None:
                register.void([intent.id], reason, now())
        if issued is None:
            _say(intent, "void", "void: it was never issued, and its row may be issued anew", as_json=as_json)
        else:
            _say(intent, "issued", "it was issued meanwhile, and is not void", as_json=as_json)


def _void_unused(issuer: Issuer, reason: str, *, as_json: bool) -> None:
    at = now()
    with issuer.register.turn():
        numbers = issuer.register.void_unused(issuer.office, at - _UNUSED_AFTER, reason, at)
    for number in numbers:
        if as_json:
            print_json("recovered", {"number": number, "id": None, "state": "void", "message": ""})
        else:
            out.print(f"{plain(number)}: void: it was given and never used")


def _say(intent: Intent, state: str, message: str, *, as_json: bool) -> None:
    if as_json:
        print_json("recovered", {"number": intent.number, "id": intent.id, "state": state, "message": message})
    else:
        out.print(f"{plain(intent.number)}: {message}")
