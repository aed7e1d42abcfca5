"""`tte register`: what was issued, and how the register proves itself."""

from __future__ import annotations

import typer

from tte.cli.reconcile import reconcile
from tte.cli.recover import recover
from tte.cli.register import (
    acknowledge,
    audit,
    backup,
    check,
    checkpoint,
    export,
    pending,
    proof,
    restore,
    show,
    tiles,
)
from tte.cli.revoke import revoke

app = typer.Typer(help="Look into the register, and have it prove itself.", no_args_is_help=True)
app.command("show")(show.show)
app.command("pending")(pending.pending)
app.command("recover")(recover)
app.command("reconcile")(reconcile)
app.command("revoke")(revoke)
app.command("export")(export.export)
app.command("check")(check.check)
app.command("audit")(audit.audit)
app.command("checkpoint")(checkpoint.checkpoint)
app.command("proof")(proof.proof)
app.command("verify-proof")(proof.verify_proof)
app.command("tiles")(tiles.tiles)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("acknowledge")(acknowledge.acknowledge)
