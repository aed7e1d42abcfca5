"""`tte seal`: the codes on printed pages, from a key for them to reading one."""

from __future__ import annotations

import typer

from tte.cli.seal import keys, lists, reading

app = typer.Typer(help="Seals on printed pages: read one, make their keys and lists.", no_args_is_help=True)
app.command("show")(reading.show)
app.command("verify")(reading.verify)
app.command("key")(keys.key)
app.command("keys")(keys.keys)
app.command("compromised")(keys.compromised)
app.command("renew")(keys.renew)
app.command("publish")(lists.publish)
