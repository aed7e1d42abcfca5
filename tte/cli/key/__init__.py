"""`tte key`: the keys of a home, from making one to its last day."""

from __future__ import annotations

import typer

from tte.cli.key import bench, checking, generate, importing, listing

app = typer.Typer(help="Keys: list, check, make, measure.", no_args_is_help=True)
app.command("list")(listing.list_)
app.command("check")(checking.check)
app.command("generate")(generate.generate)
app.command("import-certificate")(importing.import_certificate)
app.command("bench")(bench.bench)
