"""`tte register checkpoint`: what a witness keeps, and whether the log still extends it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tte.cli.console import AsJson, err, home_of, now, out, plain, print_json
from tte.cli.exits import Exit
from tte.cli.files import write_as
from tte.cli.register.opening import there
from tte.cli.register.telling import keys_given, notes_in
from tte.errors import ConfigError, LogError
from tte.log import Checkpoint, Note, extends, open_checkpoint, prove_consistency, verify_consistency

if TYPE_CHECKING:
    from tte.office import Home
    from tte.register import Register


def checkpoint(
    context: typer.Context,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Also write the signed note into a new file.")
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="FILE", help="Prove that today's log extends this one; may be given again."),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="VKEY", help="The log's verifier key as you kept it; else those in var/log."),
    ] = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make a new key for the log; the checkpoint is signed with both.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sign the log as it stands and show what a witness should keep: an auditor, the Inspektorat, a newspaper.

    Three lines stand for the whole history. Whoever keeps them can tell later whether any of it was altered.
    """
    home = home_of(context)
    there(home)
    if against and (new_key or out_file):
        raise ConfigError("--against only compares; it goes without --out and --new-key")
    with home.open_register() as register:
        if against:
            raise typer.Exit(_compare(home, register, against, keys or (), as_json=as_json))
        note = home.log.checkpoint(register, now(), new_key=new_key)
    signed, vkey = Checkpoint.parse(Note.parse(note).text), home.log.keys()[-1].vkey
    if out_file:
        write_as(out_file, note)
    if as_json:
        shape = {"origin": signed.origin, "size": signed.size, "root": signed.root}
        print_json("checkpoint", {**shape, "note": note.decode(), "vkey": vkey})
        return
    out.print(note.decode(), end="")
    out.print(f"\n{vkey}")
    err.print(
        f"Simpan semua baris ini di luar kantor: {signed.size} perubahan tercatat sampai {plain(now())}, dan tidak "
        "satu pun dapat diubah tanpa ketahuan.\n"
        f"(Keep all these lines outside the office: they stand for {signed.size} changes, none of which can be altered "
        "unseen. The last line is the key to verify them with.)"
    )


def _compare(home: Home, register: Register, files: Sequence[Path], keys: Sequence[str], *, as_json: bool) -> Exit:
    """Hold today's log against each kept checkpoint, by a consistency proof that is verified here."""
    tree, chosen = register.log.tree(), keys_given(keys, home.log.keys())
    today = register.log.edge().root
    failed = False
    for file, content in zip(files, notes_in(files), strict=True):
        hashes = 0
        try:
            kept = open_checkpoint(content, origin=home.log.origin, keys=chosen)
            why = ""
        except LogError as error:
            why = str(error)
        if not why and kept.size > tree.size:
            why = f"the log has {tree.size} lines today and had {kept.size}"
        elif not why and kept.size:
            proof = prove_consistency(tree, kept.size, tree.size)
            hashes = len(proof)
            if not verify_consistency(kept.size, tree.size, proof, kept.root, today):
                why = f"its first {kept.size} lines are not those of today's log"
        elif not why and not extends(kept, tree):
            why = "an empty log has another root"
        failed = failed or bool(why)
        if as_json:
            shape = {"file": str(file), "extended": not why, "size": tree.size, "hashes": hashes, "message": why}
            print_json("against", shape)
        elif why:
            out.print(f"{file}: TIDAK dilanjutkan (not extended): {why}", style="red")
        else:
            grown = f"{tree.size - kept.size} lines came since, proved with {hashes} hashes"
            out.print(f"{file}: dilanjutkan (extended): {kept.size} lines are as they were; {grown}")
    return Exit.REFUSED if failed else Exit.DONE
