"""`tte verify`: what a signed PDF proves, and what the register says of it. Two answers, never merged."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from tte.cli.console import AsJson, err, home_of, out, print_json
from tte.cli.console import report as report_error
from tte.cli.exits import Exit
from tte.errors import RegisterError
from tte.issuance import now
from tte.model import Entry, Indication, Report, SignatureReport
from tte.office import Home
from tte.register import Register
from tte.validation import MAX_SIZE, plain_words, validate

COLOURS = {Indication.TOTAL_PASSED: "green", Indication.INDETERMINATE: "yellow", Indication.TOTAL_FAILED: "red"}


def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Signed PDF files.")],
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--trust", metavar="PEM", help="An authority to believe, besides keys/trust/ of the home."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether signed PDFs are whole, who signed them, and whether this office's register knows them.

    Exit code 0: every file is TOTAL-PASSED; 1: one is TOTAL-FAILED; 3: one is INDETERMINATE.
    """
    home = home_of(context)
    trust = home.trust(more=tuple(anchors or ()))
    indications: list[Indication] = []
    unread = False
    with ExitStack() as stack:
        register = _register(home, stack)
        for file in files:
            try:
                pdf = _read(file)
            except OSError as why:
                err.print(f"{file} cannot be read: {why.strerror}", style="red")
                unread = True
                continue
            report = validate(pdf, trust, now())
            indications.append(report.indication)
            found = register.find_pdf(pdf) if register else None
            if as_json:
                print_json("report", {"file": file, **_shape(report), "register": _register_shape(register, found)})
            else:
                _tell(file, report, _register_words(register, found))
    raise typer.Exit(Exit.USAGE if unread else Exit.of_indications(indications))


def _read(file: Path) -> bytes:
    """As much of a file as `validate` will judge, and one byte more to show that it is too large."""
    if not file.is_file():
        raise OSError(errno.EINVAL, "there is no such file")
    with file.open("rb") as stream:
        return stream.read(MAX_SIZE + 1)


def _register(home: Home, stack: ExitStack) -> Register | None:
    """The home's register if it has one that can be read; a verdict does not wait for it."""
    if not home.has_register():
        return None
    try:
        return stack.enter_context(home.open_register())
    except RegisterError as why:
        report_error(why)
        return None


def _shape(report: Report) -> Mapping[str, Any]:
    return {**asdict(report), "plain": plain_words(report)}


def _register_shape(register: Register | None, entry: Entry | None) -> Mapping[str, Any]:
    if register is None or entry is None:
        return {"state": "none" if register is None else "unknown"}
    return {"state": "issued", "template": entry.template, "number": entry.number, "id": entry.id, "at": entry.at}


def _register_words(register: Register | None, entry: Entry | None) -> str:
    if register is None:
        return "tidak ada register di sini (no register here)"
    if entry is None:
        return "tidak tercatat di register ini (not in this register)"
    return (
        f"diterbitkan di sini: {entry.template} {entry.number}, {entry.at:%d-%m-%Y %H:%M} UTC (issued here, same bytes)"
    )


def _tell(file: Path, report: Report, register: str) -> None:
    sub = f" / {report.sub_indication}" if report.sub_indication else ""
    out.print(Text.assemble(f"{file}: ", (report.indication, f"bold {COLOURS[report.indication]}"), sub))
    out.print(f"  {plain_words(report)}")
    for signature in report.signatures:
        _tell_signature(signature)
    for reason in () if report.signatures else report.reasons:
        out.print(f"  note       {reason}")
    out.print(f"  register   {register}")


def _tell_signature(signature: SignatureReport) -> None:
    coverage = "whole file" if signature.covers_file else "a part of the file; something was added later"
    certified = ", certified: no change allowed" if signature.certified else ""
    lines = {
        "signer": f"{signature.signer} (certificate from {signature.issuer})",
        "time": f"{signature.claimed_at:%Y-%m-%d %H:%M:%S} UTC, as claimed" if signature.claimed_at else "not given",
        "level": f"PAdES {signature.level}" if signature.level else "not determined",
        "coverage": coverage + certified,
        "algorithm": signature.algorithm,
        "chain": " ← ".join(signature.chain) or "none found",
    }
    for name, text in lines.items():
        out.print(f"  {name:<10} {text}")
    for reason in signature.reasons:
        out.print(f"  {'note':<10} {reason}")
