"""What an empty signature field asks of who signs in it: seed values (ISO 32000-2 §12.7.5.5, /SV), kept or refused by
name. What is only proposed is let go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pikepdf import Array, Dictionary

from tte.errors import FieldAsksMore
from tte.key import Identity

_FILTER, _SUBFILTER, _VERSION, _REASONS, _LEGAL, _REVOCATION, _DIGEST, _LOCKS, _APPEARANCE = (
    1 << bit for bit in range(9)
)
_SUBJECT, _ISSUER = 1, 2
_PARSER: Final = 3
"""The newest /V of seed values that is known here."""


def check_seed(field: Any, identity: Identity, *, reason: str, stamped: bool) -> None:
    """FieldAsksMore for what a signature made here would not have. `stamped`: it is to get a time-stamp."""
    seed = field.get("/SV")
    if not isinstance(seed, Dictionary):
        return
    asked = ", ".join(_not_kept(seed, identity, reason, stamped))
    if asked:
        raise FieldAsksMore(
            f"the signature field asks for what this signature does not have: {asked}",
            hint="sign in a new field, or ask who made the PDF",
        )


def _not_kept(seed: Any, identity: Identity, reason: str, stamped: bool) -> Iterator[str]:
    must = int(seed.get("/Ff", 0))
    if must & _FILTER and _texts(seed.get("/Filter")) - {"/Adobe.PPKLite"}:
        yield "/Filter"
    if must & _SUBFILTER and "/ETSI.CAdES.detached" not in _texts(seed.get("/SubFilter")):
        yield "/SubFilter"
    if must & _VERSION and float(seed.get("/V", 0)) > _PARSER:
        yield "/V"
    reasons = _texts(seed.get("/Reasons"))
    if must & _REASONS and reason not in ({""} if reasons == {"."} else reasons):
        yield "/Reasons"
    if must & _DIGEST and identity.algorithm.digest_name not in {
        one.lower().replace("-", "") for one in _texts(seed.get("/DigestMethod"))
    }:
        yield "/DigestMethod"
    if int(seed.get("/MDP", Dictionary()).get("/P", 0)):
        yield "/MDP"
    if int(seed.get("/TimeStamp", Dictionary()).get("/Ff", 0)) & 1 and not stamped:
        yield "/TimeStamp"
    revocation = must & _REVOCATION and seed.get("/AddRevInfo") is True
    for named, unmet in (
        ("/LegalAttestation", must & _LEGAL),
        ("/AddRevInfo", revocation),
        ("/LockDocument", must & _LOCKS and seed.get("/LockDocument") != "/false"),
        ("/AppearanceFilter", must & _APPEARANCE),
        ("/Cert", _other_certificate(seed.get("/Cert", Dictionary()), identity)),
    ):
        if unmet:
            yield named


def _other_certificate(asked: Any, identity: Identity) -> bool:
    must = int(asked.get("/Ff", 0))
    if must & ~(_SUBJECT | _ISSUER):
        return True
    subjects, issuers = _values(asked.get("/Subject")), _values(asked.get("/Issuer"))
    return bool(
        (must & _SUBJECT and identity.certificate not in subjects)
        or (must & _ISSUER and not issuers & {identity.certificate, *identity.chain})
    )


def _texts(value: Any) -> set[str]:
    return {str(one) for one in (value if isinstance(value, Array) else [value]) if one is not None}


def _values(value: Any) -> set[bytes]:
    return {bytes(one) for one in (value if isinstance(value, Array) else [value]) if one is not None}
