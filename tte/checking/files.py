"""What a file says of itself, found out from its bytes alone: one look for all invariants that need it.

The words of a page come from its text operators and the fonts' own tables (/ToUnicode, ISO 32000-1 §9.10.3). What is
drawn is not read: neither the dots of a QR code nor a picture of letters. The id that the code leads to stands under it
in letters, and that is what is compared.
"""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tte.model import Indication, SubIndication
from tte.validation import Trust, validate

_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+\d{1,10}\s*\]")
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SECTION: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A signed file, looked at. `fault` is why it does not pass our validation, empty if it does. `unknown_signer`: the
    one thing wrong is that no anchor of the home ends its chain. `signed_digest`: that of the first signature's signed
    attributes. `words`: letters and digits of its first page, all in lower case; None if they cannot be read.
    """

    fault: str
    unknown_signer: bool
    certificate: str
    claimed_at: datetime | None
    best_time: datetime | None
    signed_digest: bytes
    words: str | None


def facts_of(pdf: bytes, trust: Trust, at: datetime) -> FileFacts:
    """Look at a file, as of the time `at`. Never raises."""
    report = validate(pdf, trust, at)
    first = report.signatures[0] if report.signatures else None
    passed = report.indication is Indication.TOTAL_PASSED
    unknown = not passed and report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    try:
        words = letters(_text(pdf))
    except Exception:  # pikepdf raises whatever a damaged file makes it raise
        words = None
    return FileFacts(
        fault="" if passed else " ".join(filter(None, (report.indication, report.sub_indication))),
        unknown_signer=unknown,
        certificate=first.certificate_sha256 if first else "",
        claimed_at=first.claimed_at if first else None,
        best_time=first.best_time if first else None,
        signed_digest=_signed_digest(pdf),
        words=words,
    )


def letters(text: str) -> str:
    """What is left of a text when it does not matter how it is set: letters and digits, lower case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _signed_digest(pdf: bytes) -> bytes:
    """Digest of the DER signed attributes of the first signature (RFC 5652 §5.4); empty if they cannot be read."""
    from asn1crypto import cms

    try:
        found = _RANGE.search(pdf)
        contents = bytes.fromhex(pdf[int(found[1]) + 1 : int(found[2]) - 1].decode("ascii")) if found else b""
        [info] = cms.ContentInfo.load(contents)["content"]["signer_infos"]
        attributes = info["signed_attrs"].untag().dump()
        return hashlib.new(info["digest_algorithm"]["algorithm"].native, attributes).digest()
    except (ValueError, TypeError, KeyError):
        return b""


def _text(pdf: bytes) -> str:
    """The words of the first page in the order of its operators."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        tables = {name: _table(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
        found: list[str] = []
        table: dict[int, str] = {}
        for one in pikepdf.parse_content_stream(page):
            operands = one.operands
            match str(one.operator):
                case "Tf":
                    table = tables.get(str(operands[0]), {})
                case "Tj" | "'":
                    found += _shown(bytes(operands[0]), table)
                case "TJ":
                    for part in operands[0]:
                        if isinstance(part, pikepdf.String):
                            found += _shown(bytes(part), table)
                case "ET":
                    found.append(" ")
    return "".join(found)


def _shown(codes: bytes, table: dict[int, str]) -> Iterator[str]:
    return (table.get(code, "") for code in codes)


def _table(cmap: bytes) -> dict[int, str]:
    """A /ToUnicode table for codes of one byte."""
    table: dict[int, str] = {}
    for kind, inside in _SECTION.findall(cmap):
        if kind == b"bfchar":
            table |= {int(code, 16): _unicode(text) for code, text in _PAIR.findall(inside)}
            continue
        for low, high, _, first, listed in _TRIPLE.findall(inside):
            codes = range(int(low, 16), int(high, 16) + 1)
            if first:
                begin = int(first, 16)
                table |= {code: chr(begin + at) for at, code in enumerate(codes)}
            else:
                texts = re.findall(rb"<([0-9A-Fa-f]+)>", listed)
                table |= {code: _unicode(text) for code, text in zip(codes, texts, strict=False)}
    return table


def _unicode(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")
