"""`tte register pending`: what was reserved and not issued."""

from __future__ import annotations

import typer

from tte.cli.console import AsJson, err, home_of, out, plain, print_json, print_table
from tte.cli.register.opening import to_read


def pending(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was reserved and not issued: a batch was interrupted. tte register recover finishes it.

    What was sent to a signing service, with no answer, is not sent again; it may be signed there.
    """
    home = home_of(context)
    with to_read(home) as register:
        intents = register.pending()
    names = ("office", "template", "number", "id", "at", "sent")
    if as_json:
        for intent in intents:
            print_json("pending", {name: getattr(intent, name) for name in names})
    elif intents:
        print_table(names, [[plain(getattr(intent, name)) for name in names] for intent in intents])
        if any(intent.sent for intent in intents):
            err.print("What was sent may be signed: find out, then tte register reconcile.", style="yellow")
    else:
        out.print("nothing is pending")
