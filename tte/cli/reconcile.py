"""`tte register reconcile`: what became of a document that was sent to be signed and of which no answer came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, plain, print_json
from tte.errors import ConfigError
from tte.issuance import now
from tte.issuance.reconciling import keep_found, release
from tte.model import Entry, Goal, Intent
from tte.office import Home
from tte.register import Register
from tte.validation import MAX_SIZE


def reconcile(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number or id, as pending lists it.")],
    file: Annotated[
        Path | None, typer.Option("--file", metavar="PDF", help="It was signed; this is the file from the service.")
    ] = None,
    not_signed: Annotated[
        bool, typer.Option("--not-signed", help="It was not signed, as the service's own records show.")
    ] = False,
    key: Annotated[str | None, typer.Option("--key", metavar="NAME", help="The key profile it was sent with.")] = None,
    as_json: AsJson = False,
) -> None:
    """Settle a document that a signing service was sent and that no answer came for.

    Look into the service's own records first. A file is validated in full, must be what was sent and signed with the
    profile's certificate, and is then recorded. What was not signed is sent again when its row is issued again.
    """
    home = home_of(context)
    if (file is None) is not not_signed:
        raise ConfigError("say what you found out: --file PDF or --not-signed")
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    with home.open_to_write() as register, register.turn() as turn:
        intent = _sent(register, number)
        turn.claim(intent.office, intent.template, [intent.number], wait=True)  # nobody waits for an answer any more
        intent = _sent(register, number)
        if file is None:
            release(register, intent, now())
        else:
            entry = _keep(home, register, intent, _read(file), key or home.settings.default_key)
    if file is None:
        _say(as_json, intent.number, intent.id, "released", "It may be sent again: issue its row again.")
    else:
        _say(as_json, entry.number, entry.id, "issued", f"It is recorded, at level {entry.level}.")


def _sent(register: Register, number: str) -> Intent:
    """The one document of unknown outcome under this number or id."""
    found = [intent for intent in register.dispatched() if number in (intent.number, intent.id)]
    if len(found) > 1:
        ids = ", ".join(intent.id for intent in found)
        raise ConfigError(f"{len(found)} documents with this number were sent", hint=f"say which by its id: {ids}")
    if not found:
        raise ConfigError("nothing of unknown outcome has this number", hint="tte register pending lists what was sent")
    return found[0]


def _keep(home: Home, register: Register, intent: Intent, pdf: bytes, key: str) -> Entry:
    profile = home.profile(key)
    if not home.signs_whole_documents(key):
        raise ConfigError(f"nothing is sent with the key profile {key}", hint="--key says which one it was sent with")
    return keep_found(
        register,
        intent,
        pdf,
        certificate=home.pinned(profile)[0],
        trust=home.trust(),
        goal=Goal(key, profile.level, profile.minimum),
        at=now(),
    )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_SIZE + 1)
    except OSError as why:
        raise ConfigError(f"{file} cannot be read: {why.strerror}") from why


def _say(as_json: bool, number: str, id_: str, state: str, what: str) -> None:
    if as_json:
        print_json("reconciled", {"number": number, "id": id_, "state": state})
    else:
        out.print(f"{plain(number)}: {what}")
