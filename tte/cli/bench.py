"""`tte bench`: documents a second, on this machine and with this key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import Progress

from tte.cli.beside import rarely_collect
from tte.cli.console import AsJson, err, home_of, out, print_json, print_table
from tte.measuring import Bench, Figures


def bench(
    context: typer.Context,
    key: Annotated[str | None, typer.Option("--key", metavar="PROFILE", help="The key profile that signs.")] = None,
    template: Annotated[
        str, typer.Option("--template", metavar="TEMPLATE", help="The kind of document.")
    ] = "akta_kelahiran",
    count: Annotated[int, typer.Option("--count", metavar="N", min=100, help="How many documents.")] = 5000,
    register: Annotated[
        str,
        typer.Option(
            "--register", metavar="URL", help="An empty PostgreSQL database to measure with; drop it afterwards."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Measure documents a second with your key: raw, rendered and signed, issued, validated.

    Fictional records are issued into a register of their own in the home's var/, which is deleted afterwards; with
    --register into a database that must be empty, and is not deleted.
    """
    home = home_of(context)
    with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as progress:
        task = progress.add_task("measuring")
        rarely_collect()
        found = Bench(
            home,
            key or home.settings.default_key,
            template,
            count,
            register,
            lambda done, all_: progress.update(task, completed=done, total=all_),
        ).run()
    if as_json:
        print_json("bench", asdict(found))
    else:
        _show(found)


def _show(found: Figures) -> None:
    out.print(f"{found.count} documents {found.template}, key {found.key}, register in {found.register}")
    print_table(
        ("", "a second", "ratio to the key"),
        (
            ("raw signatures of this key", f"{found.raw_key_per_s:,.0f}", "1"),
            ("render and sign", f"{found.render_sign_per_s:,.0f}", f"{found.render_sign_x_raw:.2f} by CPU"),
            ("issue: file in, durable register out", f"{found.issue_per_s:,.0f}", f"{found.issue_x_raw:.2f} by CPU"),
            (
                "the same, key in its own process",
                f"{found.issue_beside_per_s:,.0f}",
                f"{found.issue_beside_x_raw:.2f} by clock",
            ),
            ("validate in full", f"{found.validate_per_s:,.0f}", ""),
        ),
    )
    out.print("\nWhere the time of an issue goes, microseconds of CPU a document:")
    print_table(("stage", "us"), [(stage, f"{spent:.1f}") for stage, spent in found.stages_us.items()])
    kept = f"{found.register_bytes:,.0f} bytes in the register, " if found.register_bytes else ""
    out.print(
        f"\nBeside it {found.wait_us:.0f} us of waiting for the disk and the machine's neighbours. "
        f"A document takes {kept}{found.file_bytes:,.0f} bytes as a file."
    )
