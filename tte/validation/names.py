"""Names out of certificates and files, made fit to show: one line, printable, capped. They are data, never markup."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from asn1crypto import keys, x509

from tte.validation.kept import Kept

MAX_NAME = 128
_USUAL_TIME = re.compile(r"D:(\d{4})" + r"(\d\d)" * 5 + "Z", re.ASCII)
_named: Kept[bytes, tuple[str, str]] = Kept(512)
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def shown(text: str) -> str:
    """The text without control, bidi and zero-width characters, on one line, at most 128 characters long."""
    kept = "".join(" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in text[: 4 * MAX_NAME])
    line = " ".join(kept.split())
    return line if len(line) <= MAX_NAME else line[: MAX_NAME - 1] + "…"


def common_name(name: x509.Name) -> str:
    """The last common name of a subject or issuer; its whole text if it has none."""
    found = [pair["value"].native for rdn in name.chosen for pair in rdn if pair["type"].native == "common_name"]
    return shown(str(found[-1])) if found else shown(name.human_friendly)


_SHORT = {
    "common_name": "CN",
    "country_name": "C",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "serial_number": "SERIALNUMBER",
    "email_address": "E",
    "title": "T",
    "given_name": "GN",
    "surname": "SN",
}


def whole(name: x509.Name) -> str:
    """All of a name, in its own order: C=ID,O=…,CN=…"""
    found = [
        f"{_SHORT.get(pair['type'].native, pair['type'].dotted)}={pair['value'].native}"
        for rdn in name.chosen
        for pair in rdn
    ]
    return shown(",".join(found))


def holder_and_issuer(certificate: x509.Certificate) -> tuple[str, str]:
    """The common names of a certificate's subject and issuer."""
    found = _named.get(certificate.sha256)
    if found is None:
        names = common_name(certificate.subject), common_name(certificate.issuer)
        found = _named.put(certificate.sha256, names)
    return found


def algorithm(signature: str, digest: str, key: keys.PublicKeyInfo) -> str:
    """The name of an algorithm in the words of `tte.key.Algorithm`, such as ecdsa-p256-sha256."""
    family = {"rsassa_pkcs1v15": "rsa-pkcs1v15", "rsassa_pss": "rsa-pss"}.get(signature, signature)
    if signature == "ecdsa":
        curve = key.curve[1] if key.curve[0] == "named" else "other"
        family = f"ecdsa-{str(curve).replace('secp', 'p').removesuffix('r1')}"
    return shown(family if signature in ("ed25519", "ed448") else f"{family}-{digest}")


def claimed_time(stated: str) -> datetime | None:
    """/M of a signature dictionary as aware UTC, or None if it cannot be read."""
    usual = _USUAL_TIME.fullmatch(stated)
    try:
        if usual:
            year, month, day, hour, minute, second = map(int, usual.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return _oddly_written(stated) if stated else None
    except (ValueError, TypeError, OverflowError):
        return None


def _oddly_written(stated: str) -> datetime | None:
    from pyhanko.pdf_utils.generic import parse_pdf_date  # slow to import
    from pyhanko.pdf_utils.misc import PdfReadError

    try:
        parsed = parse_pdf_date(stated, strict=False)
    except PdfReadError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
