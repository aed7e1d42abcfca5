"""`tte key bench`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, out, print_json, print_table
from tte.cli.expiry import warn_of_expiry
from tte.cli.key.words import ProfileName, check_is_key
from tte.office.key_speed import measure


def bench(
    context: typer.Context,
    profile: ProfileName,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="How many signatures each time.")] = 512,
    as_json: AsJson = False,
) -> None:
    """Measure signatures a second of a key alone: one digest a call, 16, and 256.

    Every signature is verified. A service that counts signatures, or asks for a password with each call, does so here.
    """
    home = home_of(context)
    check_is_key(home, profile, hint="nothing but documents is signed there, so its speed shows when some are issued")
    with home.open_key(profile) as (_, key):
        warn_of_expiry(key.identity.certificate)
        speed = measure(key, count)
    if as_json:
        print_json("key-bench", {"profile": profile, **asdict(speed)})
        return
    out.print(f"{profile}, {speed.algorithm}: {speed.count} signatures each time")
    print_table(
        ("digests a call", "signatures a second"),
        [(str(batch.digests), f"{batch.per_s:,.1f}") for batch in speed.batches],
    )
    out.print(f"one digest alone takes {speed.p50_ms:.2f} ms (half of them), {speed.p95_ms:.2f} ms (19 of 20)")
