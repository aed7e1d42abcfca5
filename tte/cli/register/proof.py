"""`tte register proof` and `verify-proof`: that one document stands in the log, to be verified offline, for ever."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tte.cli.console import AsJson, home_of, now, out, plain, print_json
from tte.cli.exits import Exit
from tte.cli.files import write_as
from tte.cli.numbers import entries_of
from tte.cli.register.opening import there
from tte.cli.register.telling import keys_given
from tte.errors import ConfigError, LogError
from tte.log import Change, Checkpoint, OfflineProof, commitment
from tte.office.proving import proof_of


def proof(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number, or that under its QR code.")],
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="The proof; .tlog-proof is the usual ending.")],
    as_json: AsJson = False,
) -> None:
    """Write a proof that the last line about a document stands in the log (C2SP tlog-proof).

    It names the document by its number: give it only to those who have the document.
    """
    home = home_of(context)
    there(home)
    with home.open_register() as register:
        found = entries_of(register, number)
        if not found:
            raise ConfigError("the register has no document with this number", hint="tte register pending")
        if len(found) > 1 and len({entry.office for entry in found}) > 1:
            ids = ", ".join(entry.id for entry in found)
            raise ConfigError(f"{len(found)} documents have this number", hint=f"say which by its id: {ids}")
        written = proof_of(register, found[-1].id, home.log.checkpoint(register, now()))
    seq, path = written.index, written.path
    size = Checkpoint.parse(written.note.text).size
    write_as(file, written.content)
    if as_json:
        print_json("proof", {"file": str(file), "line": seq, "size": size, "hashes": len(path)})
    else:
        out.print(f"{file}: line {seq} of {size}, proved with {len(path)} hashes")


def verify_proof(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A proof that tte register proof wrote.")],
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="PDF", help="The document: is the line about this very file?")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="VKEY", help="The log's verifier key as you kept it; else that of this home."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a proof offline: no register is needed, only the log's verifier key."""
    keys = keys_given([key] if key else (), () if key else home_of(context).log.keys())
    if not keys:
        raise ConfigError("there is no verifier key here", hint="--key VKEY, as tte register checkpoint shows it")
    content, document = _read(file), _read(pdf) if pdf else None
    try:
        given = OfflineProof.parse(content)
        claim = _Claim.parse(given.extra)
        checkpoint = given.verify(claim.entry, origin=keys[-1].name, keys=keys)
        change = Change.parse(claim.entry)
        if commitment(claim.salt, claim.number, claim.pdf_digest) != change.doc:
            raise LogError("the line is not about the number and file that the proof names")
        if document is not None and hashlib.sha256(document).digest() != claim.pdf_digest:
            raise LogError("the line is about another file")
    except LogError as why:
        if as_json:
            print_json("proof", {"file": str(file), "proved": False, "message": str(why)})
        else:
            out.print(f"TIDAK terbukti (not proved): {why}", style="red")
        raise typer.Exit(Exit.REFUSED) from None
    kind = change.kind
    shape = {"file": str(file), "proved": True, "line": change.seq, "size": checkpoint.size}
    if as_json:
        print_json("proof", {**shape, "number": claim.number, "state": kind.state, "at": kind.at, "message": ""})
    else:
        what = f"{plain(claim.number)} is {kind.state} since {plain(kind.at)}, as line {change.seq} says"
        out.print(f"terbukti (proved): {what}, of {checkpoint.size}")
        if document is None:
            out.print("Which file it is about was not looked at: --pdf FILE.")


@dataclass(frozen=True, slots=True)
class _Claim:
    """What travels with a proof: the line, and what opens its commitment."""

    entry: bytes
    salt: bytes
    number: str
    pdf_digest: bytes

    @classmethod
    def parse(cls, content: bytes) -> _Claim:
        try:
            found = json.loads(content)
            salt, digest = bytes.fromhex(found["salt"]), bytes.fromhex(found["pdf_sha256"])
            claim = cls(str(found["entry"]).encode(), salt, str(found["number"]), digest)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise LogError("this proof does not carry the line that it proves") from None
        if len(salt) != 16 or len(digest) != 32:
            raise LogError("this proof does not carry what opens its line")
        return claim


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as why:
        raise ConfigError(f"{file} cannot be read: {why.strerror}") from why
