"""A verdict on a terminal: the word and what to do first; what only technicians ask, with --details."""

from __future__ import annotations

from rich.text import Text

from tte.cli.console import out
from tte.model import Report, SignatureReport, TimeProof
from tte.verdict import Authority, Code, Examined, Verdict, words

_COLOURS = {
    Code.IN_FORCE: "green",
    Code.REPLACED: "yellow",
    Code.FOREIGN: "yellow",
    Code.UNSURE: "yellow",
}


def tell(one: Examined, *, details: bool) -> None:
    """Say it, Indonesian first, English below."""
    here, abroad = (words(one.verdict, one.report, language=language) for language in ("id", "en"))
    colour = "yellow" if one.verdict.seal_disagrees else _COLOURS.get(one.verdict.code, "red")
    out.print(Text.assemble(f"{one.file}: ", (here.title, f"bold {colour}"), f" ({abroad.title})"))
    for said in (here, abroad):
        out.print(f"  {said.sentence} {said.do}")
    out.print("  Yang tidak dibuktikan / What this does not prove:")
    for text, english in zip(here.unproven, abroad.unproven, strict=True):
        out.print(f"    {text} / {english}")
    _line("signature", _indication(one.report))
    _line("register", _register(one.verdict))
    if one.seal:
        agrees = "sesuai dengan berkas (agrees with the file)"
        _line("seal", f"{one.seal.verdict}, {'; '.join(one.seal.differences) or agrees}")
    if details:
        out.print("  Yang diperiksa / What was checked:")
        for check, other in zip(here.checks, abroad.checks, strict=True):
            out.print(f"    {check.text}: {check.answer_text} / {other.text}: {other.answer_text}")
        _technical(one.report)


def _technical(report: Report) -> None:
    _line("sha-256", report.pdf_sha256)
    _line("integrity", report.integrity)
    for reason in () if report.signatures else report.reasons:
        _line("note", reason)
    for signature in report.signatures:
        _signature(signature)


def _signature(signature: SignatureReport) -> None:
    coverage = "whole file" if signature.covers_file else "a part of the file; something was added later"
    proven = signature.best_time is not None and signature.time_proof is not TimeProof.VALIDATION
    lines = {
        "field": f"{signature.field}: {signature.indication}",
        "signer": f"{signature.signer} (certificate from {signature.issuer})",
        "certificate": signature.certificate_sha256,
        "time": f"{signature.claimed_at:%Y-%m-%d %H:%M:%S} UTC, as claimed" if signature.claimed_at else "not given",
        "proven": f"{signature.best_time:%Y-%m-%d %H:%M:%S} UTC, by a {signature.time_proof}"
        if proven
        else "by nothing",
        "level": f"PAdES {signature.level}" if signature.level else "not determined",
        "coverage": coverage + (", certified: no change allowed" if signature.certified else ""),
        "algorithm": signature.algorithm,
        "chain": " ← ".join(signature.chain) or "none found",
    }
    for name, text in lines.items():
        _line(name, text)
    for reason in signature.reasons:
        _line("note", reason)


def _line(name: str, text: str) -> None:
    out.print(f"  {name:<11} {text}")


def _indication(report: Report) -> str:
    sub = f" / {report.sub_indication}" if report.sub_indication else ""
    signers = ", ".join(dict.fromkeys(one.signer for one in report.signatures if one.signer))
    return f"{report.indication}{sub}" + (f", {signers}" if signers else "")


def _register(verdict: Verdict) -> str:
    known, entry = verdict.known, verdict.known.entry
    if entry is None:
        return {
            "none": "tidak ada register di sini (no register here)",
            "unavailable": "register tidak dapat dibaca (the register cannot be read)",
        }.get(known.found, "tidak tercatat di register ini (not in this register)")
    what = {
        "issued": "diterbitkan di sini: {} (issued here, same bytes)",
        "extended": "memuat berkas dari {} (holds a file of it, and more)",
    }.get(known.found, "dikenal sebagai {}, tetapi bukan berkas itu (known by name, not that file)")
    said = what.format(f"{entry.template} {entry.number}, {entry.at:%d-%m-%Y %H:%M} UTC")
    if known.ours and verdict.authority is not Authority.AUTHORISED:
        said += f"; signer: {verdict.authority}"
    return said
